"""Losses of a count.  The prediction is the log of its expected value, so any number is allowed."""

from dataclasses import dataclass

import numpy as np

from . import twofold
from .base import Loss
from .checks import NOT_NEGATIVE, first_bad
from .lazy import sp

__all__ = ["Poisson"]


@dataclass(frozen=True)
class Poisson(Loss):
    """Minus the log of Poisson's probability, but for what is free of the prediction:
    ``exp(prediction) - target * prediction``, with the prediction the log of the rate.

    The target, a count, is >= 0 (not only integers).  Gradient: ``exp(prediction) - target``.
    Minimiser: the log of the mean.  Noise: Poisson.  Smooth and convex, no kink; may be negative.
    Source: Nelder and Wedderburn (1972).
    """

    name = "Poisson"
    convex = True

    def targets(self, prediction, target):
        count = super().targets(prediction, target)
        inside = NOT_NEGATIVE.holds(count) | np.isnan(count)
        first_bad(count, ~inside, "target", f"counts in {NOT_NEGATIVE}")
        return count

    def both(self, prediction, target):
        """Near the minimum both are differences of near-equal numbers: there the exponential is
        carried with twice the digits, some examples at a time."""
        rate = np.exp(prediction, dtype=float)
        value = np.asarray(np.multiply(target, prediction, dtype=float))
        value[(target == 0) | (rate == np.inf)] = 0
        np.subtract(rate, value, out=value)
        slope = np.empty(value.shape, prediction.dtype)
        np.subtract(rate, target, out=slope, casting="same_kind")
        if prediction.dtype == np.float32:
            del rate
            return value.astype(np.float32), slope
        rate /= 8
        near = ((np.abs(value) < rate) | (np.abs(slope) < rate)) & (target < 1e150)
        near = np.flatnonzero(near)
        for some in np.array_split(near, near.size // 4096 + 1):
            log_rate, count = prediction.flat[some], target.flat[some]
            high, low = twofold.exp(log_rate)
            product, rest = twofold.two_product(count, log_rate)
            value.flat[some] = (high - product) + (low - rest)
            slope.flat[some] = (high - count) + low
        return value, slope

    def constant(self, target, share):
        return np.log(share @ target)

    def expression(self, log_rate, count):
        return sp.exp(log_rate) - count * log_rate
