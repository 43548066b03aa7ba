"""Every loss as a function of one number, to be written on one line and drawn as one curve."""

from dataclasses import dataclass
from functools import singledispatch
from typing import Any, ClassVar

import numpy as np
import sympy as sp

from ..losses import CategoricalLoss, MarginLoss, Poisson, ResidualLoss
from ..symbolic.notation import COUNT, ERROR, LOG_RATE

MARGIN, LOGIT = sp.symbols("m z", real=True)
MEAN = 3.0
"""The amount at which a loss of amounts is drawn."""


@dataclass(frozen=True)
class View:
    """A loss as a function of the number `symbol`.

    `arguments` are what its ``expression`` takes, `given` says in words what the number is, `latex`
    is the name of the function.  ``places(numbers)`` are predictions and targets, one example for
    each number; of a row of logits the first is the number.  `axis` names the number on a plot,
    which shows it from `low` to `high`.
    """

    symbol: sp.Symbol
    arguments: tuple[Any, ...]
    given: str
    latex: str
    axis: str
    low: float
    high: float
    target: ClassVar[float] = 0.0

    def places(self, numbers):
        return numbers, np.full(numbers.shape, self.target)


class OfMargin(View):
    """Of a label +1."""

    target = 1.0


class OfAmount(View):
    """Of an amount or a count, at the target `MEAN`."""

    target = MEAN


class OfTwo(View):
    """Of two classes, the first one right."""

    def places(self, numbers):
        return np.stack([numbers, 0 * numbers], axis=1), np.zeros(numbers.shape, np.intp)


@singledispatch
def view(loss):
    """The :class:`View` of a loss; `TypeError` for one of no family that has any."""
    raise TypeError(f"{loss!r} is of no family that has a card or a plot")


@view.register
def _(loss: ResidualLoss):
    reach = 1.5 * width(loss)
    return View(ERROR, (ERROR,), "``prediction - target``", r"\rho", "error", -reach, reach)


@view.register
def _(loss: MarginLoss):
    given = "the margin, ``label * score``; the gradient is that for the label +1"
    axis = "margin, for a label +1"
    return OfMargin(MARGIN, (MARGIN,), given, r"\varphi", axis, -3, 3)


@view.register
def _(loss: Poisson):
    given = "the prediction, the log of the mean; y is the target"
    axis, middle = f"log of the mean, for a target of {MEAN:g}", float(np.log(MEAN))
    symbols = LOG_RATE, COUNT
    return OfAmount(LOG_RATE, symbols, given, r"\ell", axis, middle - 2, middle + 2)


@view.register
def _(loss: CategoricalLoss):
    given = "the logit of the right one of two classes, where that of the other is 0"
    axis, arguments = "logit of the right class, the other's 0", ((LOGIT, sp.S.Zero), (1, 0))
    return OfTwo(LOGIT, arguments, given, r"\ell", axis, -5, 5)


def width(loss):
    """The error at which a loss of the error becomes another one than near 0: its outermost kink,
    or twice where the signal has fallen to half of what a straight line would give; 2 if there is
    neither."""
    if any(loss.kinks):
        return 2 * max(map(abs, loss.kinks))
    sizes = np.geomspace(1e-6, 1e6, 481)
    slopes = loss.psi(sizes) / sizes
    bent = slopes < slopes[0] / 2
    return 2.0 if loss.kinks or not bent.any() else float(f"{1.5 * sizes[bent.argmax()]:.1g}")
