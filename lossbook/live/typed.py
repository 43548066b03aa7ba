"""The density of the error that a reader types into a figure.  The page's typed.js does the same.

In a figure it is a symbol; its faces are functions in SymPy of this symbol and of an error.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from ..noise import Implied
from ..noise.logs import prices
from ..symbolic import ERROR, custom
from ..symbolic.reading import parse


class _Face(sp.Function):
    is_real = True


class Density(_Face):
    """The density, normalised."""


class Loss(_Face):
    """Minus its log."""

    def fdiff(self, argindex):
        return Gradient(*self.args)


class Gradient(_Face):
    """The slope of the loss; NaN where the loss is infinite."""


class Area(_Face):
    """The integral of what was typed, of the symbol alone."""


FACES = (Density, Loss, Gradient, Area)


@dataclass(frozen=True)
class Typed:
    """The values of the faces of one density, for arrays of errors."""

    model: Implied
    constant: float  # in minus the log of what was typed; the model's loss leaves it out

    def density(self, error):
        return np.exp(-self.loss(error))

    def loss(self, error):
        return self.model.loss.rho(np.asarray(error, float)) + self.model.area.log

    def gradient(self, error):
        slope = self.model.loss.psi(np.asarray(error, float))
        return np.where(np.isfinite(self.loss(error)), slope, np.nan)

    def area(self):
        return np.exp(self.model.area.log - self.constant)


def parameters(text, given):
    """The parameters of a density with their values, those `given` or 1."""
    names = sorted(s.name for s in parse(text).free_symbols - {ERROR})
    return {name: float(given.get(name, 1)) for name in names}


def noise(value):
    """The :class:`Typed` of an input's value, {"text": …, "parameters": {name: number}}.

    `ValueError` if the text cannot be read or is no density.
    """
    given = parameters(value["text"], value["parameters"])
    return _noise(value["text"], tuple(given.items()))


@lru_cache
def _noise(text, parameters):
    density, given = parse(text), dict(parameters)
    density = density.xreplace({s: sp.Float(given[s.name]) for s in density.free_symbols - {ERROR}})
    constants = (price for price in prices(density) if not price.has(ERROR))
    return Typed(custom(density), float(sum(constants)))
