"""Losses of a count.  The prediction is the log of its expected value, so any number is allowed."""

from dataclasses import dataclass

import numpy as np

from .base import Loss
from .checks import NOT_NEGATIVE
from .constant import mean
from .lazy import sp
from .logarithm import log_ratio

__all__ = ["Poisson"]


@dataclass(frozen=True)
class Poisson(Loss):
    """Minus the log of Poisson's probability, without what does not depend on the prediction:
    ``exp(prediction) - target * prediction``, with the prediction the log of the rate.

    The value is right to a few units in the last place of the larger of these two terms, the
    gradient to 2e-12 of itself (in float32 to 1e-5) or 1e-25 of the target, whichever is more:
    where rate and target agree in several digits, their difference is taken from that of their
    logs.

    :Domain: the target, a count, in [0, ∞), not only integers.
    :Gradient: ``exp(prediction) - target``.
    :Minimiser: the log of the mean.
    :Noise: Poisson.
    :Smoothness: smooth.
    :Convexity: convex; may be negative.
    :Source: Nelder and Wedderburn (1972).
    """

    name = "Poisson"
    strictly_convex = True
    functional = "log-mean"

    def targets(self, prediction, target):
        count = super().targets(prediction, target)
        NOT_NEGATIVE.check(count, "target", "counts", missing=True)
        return count

    def both(self, prediction, target):
        rate = np.exp(prediction)
        # at infinity the limit is the rate's: there the product is the smaller, or 0 times ∞
        alone = np.isinf(rate) | ((target == 0) & np.isinf(prediction))
        gradient = np.asarray(rate - target)
        near = np.asarray(np.abs(gradient) < np.finfo(gradient.dtype).eps ** 0.25 * target)
        if near.any():
            count = target[near].astype(float)
            gradient[near] = count * np.expm1(log_ratio(prediction[near].astype(float), count))
        return np.where(alone, rate, rate - target * prediction), gradient[()]

    def constant(self, target, weights):
        return np.log(mean(target, weights))

    def expression(self, log_rate, count):
        return sp.exp(log_rate) - count * log_rate
