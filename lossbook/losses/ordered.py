"""A loss of ordered classes, such as *poor*, *fair*, *good*: one score, cut into classes.

The target is an integer class in 0 … K - 1 (a boolean is the class 0 or 1).  Score and target have
one shape, any shape; the loss has that shape too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .base import Loss
from .checks import Increasing, as_classes, parameter
from .constant import minima
from .lazy import exact, sp
from .margin import Logistic
from .residual import balance

__all__ = ["OrderedLogit"]

SCORE = Logistic()
BEYOND = 1500.0
"""So far from a cut exp underflows, also where it is divided by the smallest weight."""


@dataclass(frozen=True)
class OrderedLogit(Loss):
    """Minus the log of the probability of the class, where the score plus logistic noise is cut
    into classes: class 0 is below the first cut, class 1 between the first and the second, and so
    on.  With ``b = cut above - score``, ``a = cut below - score`` and the logistic function sigma,
    the loss is ``-log(sigma(b) - sigma(a))``; the last class has ``b = inf``, the first
    ``a = -inf``.

    Value, gradient and curvature are as exact as ``b`` and ``a``, which are rounded to float64.
    The cuts, in the unit of the score, are given; to search for the best cuts, make a new loss for
    each set that you try.

    :Domain: `cuts` in (−∞, ∞), strictly increasing: K - 1 of them for K classes, at least one.
    :Gradient: ``sigma(-b) - sigma(a)``: the probability of a higher class minus that of a lower
        one.
    :Minimiser: over constants, for two classes the log-odds plus the cut; for more there is no
        closed form.
    :Noise: ordered logistic.
    :Smoothness: smooth.
    :Convexity: convex.
    :Use: when the classes are in order, and you want their probabilities from one score.
    :Source: McCullagh (1980).
    """

    cuts: Sequence[float] = parameter((-1.0, 1.0), Increasing())
    name = "ordered logit"
    strictly_convex = True
    lipschitz = 1.0

    @property
    def strictly_proper(self):
        """With two classes, every pair of positive probabilities has a score that states it; with
        more classes, most rows of probabilities have none."""
        return len(self.cuts) == 1

    @property
    def functional(self):
        return "log-odds" if self.cuts == (0,) else None

    def targets(self, prediction, target):
        return as_classes(len(self.cuts) + 1, target)

    def distances(self, prediction, target):
        """The lower and the upper cut of the class, each minus the score.  For the first class the
        lower difference is -inf, and for the last class the upper one is inf, even if the score is
        infinite."""
        cuts = np.array([-np.inf, *map(float, self.cuts), np.inf])
        below, above = cuts[target], cuts[target + 1]
        return (
            np.where(np.isinf(below), below, below - prediction),
            np.where(np.isinf(above), above, above - prediction),
        )

    def value(self, prediction, target):
        """``sigma(b) - sigma(a)`` is the product ``sigma(b) sigma(-a) (1 - exp(a - b))``: no factor
        is negative, and the last does not depend on the score."""
        a, b = self.distances(prediction, target)
        width = np.diff([-np.inf, *map(float, self.cuts), np.inf])
        near = np.minimum(width, 1)
        missing = np.where(width < 1, np.log(-np.expm1(-near)), np.log1p(-np.exp(-width)))
        value = SCORE._phi(b) + SCORE._phi(-a) - missing[target]
        return value.astype(prediction.dtype)

    def gradient(self, prediction, target):
        """Above the middle of the class, where a + b is negative, ``sigma(-a) sigma(-b) (1 - exp(a
        + b))``; below it the same of -a and -b, with the other sign."""
        a, b = self.distances(prediction, target)
        above = -np.where(np.isinf(a), a, a + b)
        side = np.sign(above)
        both = SCORE._slope(side * a) * SCORE._slope(side * b)
        return (side * both * -np.expm1(-np.abs(above))).astype(prediction.dtype)

    def both(self, prediction, target):
        return self.value(prediction, target), self.gradient(prediction, target)

    def second(self, prediction, target):
        a, b = self.distances(prediction, target)
        return (SCORE._slope_prime(a) + SCORE._slope_prime(b)).astype(prediction.dtype)

    def constant(self, target, weights):
        present, place = np.unique(target, return_inverse=True)
        share = np.bincount(place, weights)
        if present[0] == present[-1] and present[0] in (0, len(self.cuts)):
            return np.copysign(np.inf, present[0] - 0.5)

        def slope(scores):
            pulls = self.gradient(*np.broadcast_arrays(scores[:, None], present))
            return balance(pulls, share)

        cuts = np.array(self.cuts, float)
        reach = np.maximum(BEYOND, np.spacing(np.abs(cuts)))
        starts = np.unique([cuts - reach, cuts, cuts + reach])
        return minima(slope, starts)[0][0]

    def expression(self, score, target):
        return of_class([-sp.log(chance) for chance in self.chances(score)], target)

    def chances(self, score):
        """The probability of each class, in SymPy."""
        up_to = [1 / (1 + sp.exp(score - exact(cut))) for cut in self.cuts]
        return [high - low for low, high in pairwise([sp.Integer(0), *up_to, sp.Integer(1)])]


def of_class(formulas, target):
    """The formula of the target's class, which may be a symbol."""
    return sp.Piecewise(*((formula, sp.Eq(target, k)) for k, formula in enumerate(formulas)))
