"""Losses of the error, ``error = prediction - target``: the price does not ask where you stand,
only how far off you are.

Prediction and target have one shape, any shape, and one unit; the loss has that shape too.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from .base import Loss, real_array, require, same_shape

__all__ = ["AbsoluteError", "Huber", "ResidualLoss", "SquaredError"]


class ResidualLoss(Loss):
    """A loss ``rho(error)`` with derivative ``psi(error)``, the field's *influence function*."""

    def check(self, prediction, target):
        prediction = real_array(prediction, "prediction")
        target = real_array(target, "target").astype(prediction.dtype, copy=False)
        same_shape(prediction, target)
        return prediction, target

    def value(self, prediction, target):
        return self.rho(prediction - target)

    def gradient(self, prediction, target):
        return self.psi(prediction - target)


@dataclass(frozen=True)
class SquaredError(ResidualLoss):
    """Half the squared error, ``error**2 / 2``.

    Gradient: the error itself.  Minimiser: the mean.  Noise: Gaussian.  Smooth, no kink.
    Source: Gauss (1809), Legendre (1805).
    """

    name = "squared error"

    def rho(self, error):
        return error * error / 2

    def psi(self, error):
        return error

    def expression(self, error):
        return error**2 / 2


@dataclass(frozen=True)
class AbsoluteError(ResidualLoss):
    """The distance, ``|error|``.

    Gradient: the sign of the error.  Minimiser: the median.  Noise: Laplace.
    Kink at 0, where the gradient is 0.
    Source: Boscovich (1757), Laplace (1774).
    """

    name = "absolute error"

    def rho(self, error):
        return np.abs(error)

    def psi(self, error):
        return np.sign(error)

    def expression(self, error):
        return sp.Abs(error)


@dataclass(frozen=True)
class Huber(ResidualLoss):
    """Squared up to ``delta``, then straight: ``error**2 / 2`` where ``|error| <= delta``,
    else ``delta * (|error| - delta / 2)``.

    `delta` > 0 has the unit of the error.  Gradient: the error, clipped to ±delta.
    Minimiser: no name; between the median (delta → 0) and the mean (delta → ∞).
    Noise: Gaussian centre, Laplace tails.  No kink: value and gradient are continuous.
    Source: Huber (1964).
    """

    delta: float = 1.0
    name = "Huber"

    def __post_init__(self):
        require(self.delta, "delta", "positive and finite", lambda d: 0 < d < np.inf)

    def rho(self, error):
        size = np.abs(error)
        inside = np.minimum(size, self.delta)
        return inside * (size - inside / 2)  # no square of a large error: nothing overflows early

    def psi(self, error):
        return np.clip(error, -self.delta, self.delta)

    def expression(self, error):
        size = sp.Abs(error)
        return sp.Piecewise(
            (error**2 / 2, size <= self.delta), (self.delta * (size - self.delta / 2), True)
        )
