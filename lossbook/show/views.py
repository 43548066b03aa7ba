"""Every loss as a function of one number, to be written on one line and drawn as one curve."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import sympy as sp

from ..losses import AmountLoss, CategoricalLoss, MarginLoss, OrderedLogit, ResidualLoss
from ..symbolic.notation import COUNT, ERROR, LOG_MEAN, SCORE

MEAN = 3
"""The target at which a loss of an amount is drawn."""


@dataclass(frozen=True)
class View:
    """A loss as a function of the number `symbol`.

    `arguments` are what its ``expression`` takes, `given` says in words what the number is, `latex`
    is the name of the function.  ``places(numbers)`` are predictions and targets, one example for
    each number; of a row of logits the first is the number.  `axis` names the number on a plot,
    which shows it within `limits`.
    """

    loss: Any
    symbol: ClassVar[sp.Symbol]
    arguments: ClassVar[tuple[Any, ...]]
    given: ClassVar[str]
    latex: ClassVar[str] = r"\ell"
    axis: ClassVar[str]
    target: ClassVar[float]

    @property
    def limits(self) -> tuple[float, float]:
        return -3, 3

    def places(self, numbers):
        return numbers, np.full(numbers.shape, float(self.target))


class OfError(View):
    symbol = ERROR
    arguments = (ERROR,)
    given = "``prediction - target``"
    latex = r"\rho"
    axis = "error"
    target = 0

    @property
    def limits(self) -> tuple[float, float]:
        """As far as it takes to show what becomes of the loss away from 0."""
        reach = 1.5 * width(self.loss)
        return -reach, reach


def width(loss):
    """Twice the outermost kink, or one and a half times the error whose signal has fallen to half
    of what it would be in proportion; 2 where there is neither."""
    if loss.kinks:
        return 2 * max(map(abs, loss.kinks)) or 2
    sizes = np.geomspace(1e-6, 1e6, 481)
    slopes = loss.psi(sizes) / sizes
    bent = slopes < slopes[0] / 2
    return float(f"{1.5 * sizes[bent.argmax()]:.1g}") if bent.any() else 2


class OfMargin(View):
    symbol = sp.Symbol("m", real=True)
    arguments = (symbol,)
    given = "the margin, ``label * score``; the gradient is that for the label +1"
    latex = r"\varphi"
    axis = "margin, for the label +1"
    target = 1


class OfAmount(View):
    symbol = LOG_MEAN
    arguments = LOG_MEAN, COUNT
    given = "the prediction, the log of the mean; y is the target"
    axis = f"log of the mean, for a target of {MEAN}"
    limits = round(float(np.log(MEAN)) - 2, 1), round(float(np.log(MEAN)) + 2, 1)
    target = MEAN


class OfTwo(View):
    """Of two classes, the first one right."""

    symbol = sp.Symbol("z", real=True)
    arguments = (symbol, sp.S.Zero), (1, 0)
    given = "the logit of the right one of two classes, where that of the other is 0"
    axis = "logit of the right class, the other's 0"
    limits = -5, 5

    def places(self, numbers):
        return np.stack([numbers, 0 * numbers], axis=1), np.zeros(numbers.shape, np.intp)


class OfOrdered(View):
    """Of the second class: there is one, however few the cuts."""

    symbol = SCORE
    arguments = SCORE, 1
    given = "the score, where the class is 1, the second"
    axis = "score, for class 1, the second"
    target = 1

    @property
    def limits(self) -> tuple[float, float]:
        """From left of the cuts to right of them."""
        return float(self.loss.cuts[0]) - 4, float(self.loss.cuts[-1]) + 4

    def places(self, numbers):
        return numbers, np.full(numbers.shape, self.target)


VIEWS = {
    ResidualLoss: OfError,
    MarginLoss: OfMargin,
    AmountLoss: OfAmount,
    CategoricalLoss: OfTwo,
    OrderedLogit: OfOrdered,
}


def view(loss):
    """The :class:`View` of a loss; `TypeError` for one that has none."""
    for family, kind in VIEWS.items():
        if isinstance(loss, family):
            return kind(loss)
    raise TypeError(f"{loss!r} has neither card nor plot; allowed: losses of a family")
