"""Losses of the error for data in which a few errors are wild: near 0 they are like the square, and
far out they charge less.
"""

from dataclasses import dataclass

import numpy as np

from .base import inner, quiet
from .checks import POSITIVE, Interval, parameter
from .lazy import exact, sp
from .residual import ResidualLoss

__all__ = ["GeneralRobust", "Huber", "LogCosh", "StudentT"]


@dataclass(frozen=True)
class Huber(ResidualLoss):
    """Squared up to ``delta``, then straight: ``error**2 / 2`` where ``|error| <= delta``,
    else ``delta * (|error| - delta / 2)``.

    :Domain: `delta` in (0, ∞), in the unit of the error.
    :Gradient: the error, clipped to ±delta.
    :Minimiser: no name; it tends to the median as delta → 0, to the mean as delta → ∞.
    :Noise: Gaussian centre, Laplace tails.
    :Smoothness: no kink: value and gradient are continuous.
    :Convexity: convex.
    :Source: Huber (1964).
    """

    delta: float = parameter(1.0, POSITIVE)
    name = "Huber"
    convex = True

    @property
    def lipschitz(self):
        return float(self.delta)

    def rho(self, error):
        size = np.abs(error)
        inside = np.minimum(size, float(self.delta))
        # no square of a large error: nothing overflows early
        return inside * (size - inside / 2)

    def psi(self, error):
        delta = float(self.delta)
        return np.clip(error, -delta, delta)

    def weighted(self, prediction, target, weights, out):
        """The price is psi * (error - psi / 2) on both sides of delta: two sums of products."""
        error = prediction - target
        psi = self._psi(error)
        np.multiply(psi, weights, out=out)
        return inner(error, out) - inner(psi, out) / 2

    def expression(self, error):
        size, delta = sp.Abs(error), exact(self.delta)
        return sp.Piecewise((error**2 / 2, size <= delta), (delta * (size - delta / 2), True))


@dataclass(frozen=True)
class LogCosh(ResidualLoss):
    """A smooth absolute error, ``log(cosh(error))``: half the square near 0, ``|error| - log 2``
    far out.

    :Domain: the error is any real number.
    :Gradient: ``tanh(error)``.
    :Minimiser: no name; it tends to the mean as the targets shrink together, to the median as they
        spread far beyond 1.
    :Noise: hyperbolic secant.
    :Smoothness: smooth.
    :Convexity: convex.
    :Source: Green (1990).
    """

    name = "log-cosh"
    strictly_convex = True
    lipschitz = 1.0

    def rho(self, error):
        size = np.abs(error)
        near = np.minimum(size, 20)  # beyond 20 it is a straight line, to the last digit
        return np.log1p(np.sinh(near) ** 2) / 2 + (size - near)

    def psi(self, error):
        return np.tanh(error)

    def expression(self, error):
        return sp.log(sp.cosh(error))


@dataclass(frozen=True)
class StudentT(ResidualLoss):
    """Minus the log of Student's density, but for its normaliser:
    ``(dof + 1) / 2 * log(1 + error**2 / dof)``.

    :Domain: `dof` in (0, ∞), the degrees of freedom; the error has
        unit scale.
    :Gradient: ``(dof + 1) * error / (dof + error**2)``, which falls
        back to 0 far out: the farther an outlier, the less it pulls.
    :Minimiser: no name, and there may be several local ones.
    :Noise: Student's t.
    :Smoothness: smooth.
    :Convexity: not convex.
    :Source: Lange, Little and Taylor (1989).
    """

    dof: float = parameter(3.0, POSITIVE)
    name = "Student t"
    redescending = True

    @property
    def lipschitz(self):
        dof = float(self.dof)
        return (dof + 1) / (2 * dof**0.5)  # at error**2 = dof

    def rho(self, error):
        size, dof = np.abs(self._wide(error)), float(self.dof)
        root = dof**0.5
        near = np.minimum(size / root, 1e10)  # its square is finite
        beyond = np.maximum(np.sqrt(size) / (1e10 * root) ** 0.5, 1)  # the root of what is left
        price = (dof + 1) / 2 * (np.log1p(near**2) + 4 * np.log(beyond))
        if dof > 1e4:  # where a square would have no digits left, it is squared error
            price = np.where(near < 1e-9, (dof + 1) / dof * size * (size / 2), price)
        return price.astype(error.dtype, copy=False)

    def psi(self, error):
        wide, dof = self._wide(error), float(self.dof)
        far = np.hypot(wide, dof**0.5)
        pull = (dof + 1) / far * wide / far
        return np.where(np.isinf(error), 0, pull).astype(error.dtype, copy=False)

    def _wide(self, error):
        """The error in float64 where float32 has no room for the degrees of freedom."""
        return error if 1e-20 < self.dof < 1e20 else error.astype(float, copy=False)

    def expression(self, error):
        dof = exact(self.dof)
        return (dof + 1) / 2 * sp.log(1 + error**2 / dof)


@dataclass(frozen=True)
class GeneralRobust(ResidualLoss):
    """One family, from losses that ignore outliers to the square and beyond: with ``u = error /
    scale`` and ``b = |alpha - 2|``, the price is ``b / alpha * ((u**2 / b + 1)**(alpha / 2) - 1)``.

    The formula's gaps are filled by their limits: ``u**2 / 2`` at alpha = 2, ``log(u**2 / 2 + 1)``
    at 0 (Cauchy), ``1 - exp(-u**2 / 2)`` at -∞ (Welsch), ``exp(u**2 / 2) - 1`` at ∞.  At 1 it is a
    smooth absolute error (Charbonnier), at -2 Geman and McClure's.

    :Domain: `alpha` in [−∞, ∞]; `scale` in (0, ∞), in the unit of the error.
    :Gradient: ``u / scale * (u**2 / b + 1)**(alpha / 2 - 1)``.
    :Minimiser: the mean at alpha = 2, else no name; for alpha < 1 there may be several local ones.
    :Noise: a density for alpha >= 0 only.
    :Smoothness: smooth.
    :Convexity: convex for alpha >= 1.
    :Source: Barron (2019).
    """

    alpha: float = parameter(1.0, Interval(-np.inf, np.inf, "[]"))
    scale: float = parameter(1.0, POSITIVE)
    name = "general robust"

    @property
    def strongly_convex(self):
        return bool(self.alpha >= 2)

    @property
    def strictly_convex(self):
        return bool(self.alpha >= 1)

    @property
    def redescending(self):
        return bool(self.alpha < 1)

    @property
    def lipschitz(self):
        a, scale = float(self.alpha), float(self.scale)
        if a >= 1:
            return np.inf if a > 1 else 1 / scale
        rest = 1 - a  # the gradient is longest where (error / scale)**2 is 1 + 1 / rest
        power = rest * np.log1p(1 / rest) if rest < np.inf else 1.0
        return float(np.exp(-power / 2) / scale)

    @property
    def bound(self):
        a = float(self.alpha)
        return 1.0 if a == -np.inf else (a - 2) / a if a < 0 else np.inf

    @property
    def functional(self):
        return "mean" if self.alpha == 2 else None

    def rho(self, error):
        return self._both(error)[0]

    def psi(self, error):
        return self._both(error)[1]

    def both(self, prediction, target):
        return self._both(prediction - target)

    @quiet
    def _both(self, error):
        """With w = u / sqrt(b): a power of w**2 + 1 is the exp of its log, and is taken in two
        halves, so that nothing overflows before the result does."""
        size, limit = np.abs(error, dtype=float), np.finfo(float).max
        a, scale = float(self.alpha), float(self.scale)
        if a == 2:
            u = size / scale
            value, slope = u * (u / 2), u / scale
        elif abs(a) > 1e21:  # the limit for ±∞, to the last digit
            near = np.minimum(size / scale, 1e10)
            half = np.expm1(np.copysign(near**2 / 4, a))
            root = np.exp(np.copysign(near**2 / 4, a))
            value, slope = np.sign(a) * half * (half + 2), root * near * (root / scale)
        else:
            b = abs(a - 2)
            near = np.minimum(size / scale / b**0.5, 1e10)  # its square cannot overflow
            beyond = np.maximum(np.sqrt(size) / (1e10 * b**0.5) ** 0.5 / scale**0.5, 1)
            log = np.log1p(near**2) + 4 * np.log(beyond)  # of w**2 + 1
            growth = a / 4 * np.minimum(log, limit)  # 0 times ∞ is no number
            half, root = np.expm1(growth), np.exp((a - 1) / 4 * np.minimum(log, limit))
            series = b / 2 * log * (1 + growth)  # where a tiny alpha would divide a tiny half
            value = np.where(np.abs(growth) < 1e-7, series, b / (a or 1) * half * (half + 2))
            slope = root * (b**0.5 * near / np.sqrt(near**2 + 1)) * (root / scale)
        dtype = np.result_type(error)
        return value.astype(dtype), (np.sign(error) * slope).astype(dtype)

    def expression(self, error):
        u, alpha = error / exact(self.scale), exact(self.alpha)
        special = {2: u**2 / 2, 0: sp.log(u**2 / 2 + 1), sp.oo: sp.exp(u**2 / 2) - 1}
        special[-sp.oo] = 1 - sp.exp(-(u**2) / 2)
        if alpha in special:
            return special[alpha]
        b = sp.Abs(alpha - 2)
        return b / alpha * ((u**2 / b + 1) ** (alpha / 2) - 1)
