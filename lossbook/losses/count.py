"""Losses of a count.  The prediction is the log of its expected value, so any number is allowed."""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from . import twofold
from .base import Loss, first_bad

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
        first_bad(count, count < 0, "target", "counts >= 0")
        return count

    def both(self, prediction, target):
        """Near the minimum both are differences of near-equal numbers: there the exponential is
        carried with twice the digits."""
        log_rate, count = np.asarray(prediction, float), np.asarray(target, float)
        rate = np.exp(log_rate)
        reward = np.where((count == 0) | (rate == np.inf), 0, count * log_rate)
        value, slope = np.asarray(rate - reward), np.asarray(rate - count)
        if prediction.dtype == np.float64:
            near = (np.minimum(np.abs(value), np.abs(slope)) < rate / 8) & (count < 1e150)
            high, low = twofold.exp(log_rate[near])
            product, rest = twofold.two_product(count[near], log_rate[near])
            value[near] = (high - product) + (low - rest)
            slope[near] = (high - count[near]) + low
        return value.astype(prediction.dtype), slope.astype(prediction.dtype)

    def constant(self, target, share):
        return np.log(share @ target)

    def expression(self, log_rate, count):
        return sp.exp(log_rate) - count * log_rate
