"""Losses of the margin, ``margin = label * score``: how far the score is on the right side.

The label is -1 or +1, or a boolean.  Score and label have one shape, any shape; the loss has that
shape too.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Formula, Loss, inner
from .checks import first_bad, is_text
from .constant import doubt, mean
from .lazy import sp

__all__ = ["Exponential", "Hinge", "Logistic", "MarginLoss", "SquaredHinge"]

LABELS = "the labels -1 and +1, or booleans"


class MarginLoss(Loss):
    """A loss ``phi(margin)`` with derivative ``slope(margin)``, whose own derivative is
    ``slope_prime(margin)``; the score's gradient is ``label * slope(margin)``, its curvature
    ``slope_prime(margin)``.  A label that is a boolean is +1 if it is true, else -1."""

    formulas = "phi", "slope", "slope_prime"
    phi: ClassVar[Formula]
    slope: ClassVar[Formula]
    slope_prime: ClassVar[Formula]
    _phi: ClassVar[Formula]
    _slope: ClassVar[Formula]
    _slope_prime: ClassVar[Formula]
    kinks: ClassVar[tuple[float, ...]] = ()
    """The margins at which the slope jumps."""

    @property
    def smooth(self) -> bool:
        return not self.kinks

    @property
    def classification_calibrated(self) -> bool:
        """A convex loss of the margin is calibrated if and only if it has a slope at 0, and this
        slope is negative (Bartlett, Jordan and McAuliffe, 2006)."""
        falls = 0 not in self.kinks and bool(self.slope(0.0) < 0)
        return self.strictly_proper or (self.convex and falls)

    def targets(self, prediction, target):
        if target.dtype.kind == "b":
            target = np.where(target, 1.0, -1.0)
        if is_text(target):
            equal = f"np.equal(target, {str(target.flat[0])!r})"
            raise TypeError(f"target must hold {LABELS}, got text; write {equal}")
        label = super().targets(prediction, target)
        bad = label * label != 1
        if bad.any():
            zero_one = bool(((label == 0) | (label == 1)).all())
            instead = "; for labels 0 and 1 write np.equal(target, 1)" * zero_one
            first_bad(label, bad, "target", LABELS + instead)
        return label

    def value(self, prediction, target):
        return self._phi(target * prediction)

    def gradient(self, prediction, target):
        return target * self._slope(target * prediction)

    def both(self, prediction, target):
        margin = target * prediction
        return self._phi(margin), target * self._slope(margin)

    def second(self, prediction, target):
        return self._slope_prime(target * prediction)


@dataclass(frozen=True)
class Logistic(MarginLoss):
    """Minus the log of the probability ``1 / (1 + exp(-margin))`` of the label:
    ``log(1 + exp(-margin))``.

    :Domain: the label is -1 or +1.
    :Gradient: ``-label / (1 + exp(margin))``, the label times minus the probability of the other
        label.
    :Minimiser: over constants, the log-odds.
    :Noise: Bernoulli.
    :Smoothness: smooth.
    :Convexity: convex.
    :Use: when there are two classes, and you want the probability.
    :Source: Berkson (1944), Cox (1958).
    """

    name = "logistic"
    strictly_convex = strictly_proper = True
    lipschitz = 1.0
    functional = "log-odds"
    parallel = True

    def phi(self, margin):
        return np.maximum(-margin, 0) + np.log1p(np.exp(-np.abs(margin)))

    def slope(self, margin):
        slope = np.asarray(np.exp(margin))
        slope += 1
        np.divide(-1, slope, out=slope)
        right = margin > 80  # there the 1 is lost, and 1 / slope overflows where the slope does not
        return np.where(right, -np.exp(-margin), slope) if right.any() else slope

    def slope_prime(self, margin):
        odds = np.exp(-np.abs(margin))
        return odds / (1 + odds) ** 2

    def weighted(self, prediction, target, weights, out):
        """With ``odds = exp(-margin)`` the price is log(1 + odds), the slope -odds / (1 + odds):
        one exponential for both.  With equal weights, one logarithm of a product serves eight
        examples."""
        odds = np.exp(-(target * prediction))
        whole = np.add(odds, 1, out=out)
        logs = log_product(whole) if np.ndim(weights) == 0 else 0.0
        # in a small price 1 + odds has lost its digits
        value = weights * logs if logs > len(odds) / 8 else inner(np.log1p(odds), weights)
        np.divide(odds, whole, out=out)
        out *= target
        out *= -weights
        return value

    def constant(self, target, weights):
        return np.log(weights @ (target > 0)) - np.log(weights @ (target < 0))

    def expression(self, margin):
        return sp.log(1 + sp.exp(-margin))


@dataclass(frozen=True)
class Hinge(MarginLoss):
    """How far the margin falls short of 1: ``max(0, 1 - margin)``.

    :Domain: the label is -1 or +1.
    :Gradient: -label below the margin 1, exactly 0 beyond.
    :Minimiser: over constants, the majority label; 0 where the labels are in balance.
    :Noise: none: the loss is no likelihood, but comes from asking for a margin.
    :Smoothness: kink at margin 1, where the gradient is 0.
    :Convexity: convex.
    :Use: when there are two classes, only the side matters, and few examples should decide it.
    :Source: Cortes and Vapnik (1995).
    """

    name = "hinge"
    convex = True
    kinks = (1.0,)
    lipschitz = 1.0
    functional = "majority"

    def phi(self, margin):
        return np.clip(1 - margin, 0, np.inf)

    def slope(self, margin):
        return -np.sign(self._phi(margin))

    def slope_prime(self, margin):
        return 0 * np.sign(self._phi(margin))  # NaN where the margin is

    def weighted(self, prediction, target, weights, out):
        """The slope is -1 where the price is positive: a comparison finds it faster than
        ``np.sign``.  The steps work in place, because to allocate an array takes as long as
        a step."""
        missing = target * prediction
        np.subtract(1, missing, out=missing)
        np.clip(missing, 0, np.inf, out=missing)
        np.greater(missing, 0, out=out)
        out *= target
        out *= -weights
        return inner(missing, weights)

    def constant(self, target, weights):
        lead = weights @ target
        return np.sign(lead) * (abs(lead) > doubt(weights))

    def expression(self, margin):
        return sp.Max(0, 1 - margin)


@dataclass(frozen=True)
class SquaredHinge(MarginLoss):
    """The square of how far the margin falls short of 1, with no ½: ``max(0, 1 - margin)**2``.

    :Domain: the label is -1 or +1.
    :Gradient: ``-2 * label * max(0, 1 - margin)``.
    :Minimiser: over constants, the mean label.
    :Noise: none.
    :Smoothness: no kink: value and gradient are continuous; the curvature falls from 2 to 0 at the
        margin 1, where it is 0.
    :Convexity: convex.
    :Use: when there are two classes, only the side matters, you want a smooth risk, and the labels
        are right.
    :Source: Chang, Hsieh and Lin (2008).
    """

    name = "squared hinge"
    convex = True
    functional = "mean"

    def phi(self, margin):
        return np.clip(1 - margin, 0, np.inf) ** 2

    def slope(self, margin):
        return -2 * np.clip(1 - margin, 0, np.inf)

    def slope_prime(self, margin):
        return 2 * np.sign(np.clip(1 - margin, 0, np.inf))

    def constant(self, target, weights):
        return mean(target, weights)

    def expression(self, margin):
        return sp.Max(0, 1 - margin) ** 2


@dataclass(frozen=True)
class Exponential(MarginLoss):
    """The price that boosting pays: ``exp(-margin)``.

    :Domain: the label is -1 or +1.
    :Gradient: ``-label * exp(-margin)``: one label far enough on the wrong side outshouts all
        others.
    :Minimiser: over constants, half the log-odds.
    :Noise: none.
    :Smoothness: smooth.
    :Convexity: convex.
    :Use: when you boost, and the labels are right.
    :Source: Freund and Schapire (1997); Friedman, Hastie and Tibshirani (2000).
    """

    name = "exponential"
    strictly_convex = True
    functional = "half log-odds"

    def phi(self, margin):
        return np.exp(-margin)

    def slope(self, margin):
        return -np.exp(-margin)

    def slope_prime(self, margin):
        return np.exp(-margin)

    def constant(self, target, weights):
        return (np.log(weights @ (target > 0)) - np.log(weights @ (target < 0))) / 2

    def expression(self, margin):
        return sp.exp(-margin)


def log_product(factors):
    """The sum of the logs, by one logarithm for eight factors: multiplying is cheaper."""
    rest = len(factors) % 8
    product = factors[rest:]
    for _ in range(3):
        half = len(product) // 2
        product = product[:half] * product[half:]
    return np.log(product).sum(dtype=float) + np.log(factors[:rest]).sum(dtype=float)
