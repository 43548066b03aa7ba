"""Losses of the error, ``error = prediction - target``: the price does not ask where you stand,
only how far off you are.

Prediction and target have one shape, any shape, and one unit; the loss has that shape too.
"""

from dataclasses import dataclass

import numpy as np

from . import twofold
from .base import Loss, inner, quiet, sign
from .checks import LEVEL, POSITIVE, Interval, parameter
from .constant import search, weighted_quantile
from .lazy import sp

__all__ = [
    "AbsoluteError",
    "GeneralRobust",
    "Huber",
    "LogCosh",
    "Quantile",
    "ResidualLoss",
    "SquaredError",
    "StudentT",
]


class ResidualLoss(Loss):
    """A loss ``rho(error)`` with derivative ``psi(error)``, the field's *influence function*."""

    def value(self, prediction, target):
        return self.rho(prediction - target)

    def gradient(self, prediction, target):
        return self.psi(prediction - target)

    def both(self, prediction, target):
        error = prediction - target
        return self.rho(error), self.psi(error)

    def constant(self, target, share):
        """A search between the targets.  A loss that is not convex may have a minimum at each."""
        starts = np.array([target.min(), target.max()])
        if not self.convex:
            some = np.unique(np.quantile(target, np.linspace(0, 1, 65), method="nearest"))
            reach = np.geomspace(1e-4, 1, 13) * np.ptp(starts)
            grid = np.add.outer(np.concatenate([-reach, [0], reach]), some)
            starts = np.union1d(np.clip(grid, *starts), np.linspace(*starts, 257))
        limit = np.finfo(float).max  # keeps opposite infinities apart
        rows = max(1, 10**6 // target.size)

        def mean(price):
            def of(constants):
                parts = np.split(constants, range(rows, len(constants), rows))
                errors = (np.subtract.outer(part, target) for part in parts)
                return np.concatenate([np.clip(price(e), -limit, limit) @ share for e in errors])

            return of

        return search(mean(self.rho), mean(self.psi), starts)


@dataclass(frozen=True)
class SquaredError(ResidualLoss):
    """Half the squared error, ``error**2 / 2``.

    Gradient: the error itself.  Minimiser: the mean.  Noise: Gaussian.
    Smooth, no kink.
    Source: Gauss (1809), Legendre (1805).
    """

    name = "squared error"
    convex = True

    def rho(self, error):
        return error * (error / 2)

    def psi(self, error):
        return error

    def weighted(self, prediction, target, share, grad):
        error = prediction - target
        np.multiply(error, share, out=grad)
        return inner(error, grad) / 2

    def constant(self, target, share):
        return share @ target

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
    convex = True

    def rho(self, error):
        return np.abs(error)

    def psi(self, error):
        return np.sign(error)

    def weighted(self, prediction, target, share, grad):
        error = prediction - target
        sign(error, share, out=grad)
        return inner(error, grad)

    def constant(self, target, share):
        return weighted_quantile(target, share, 0.5)

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

    delta: float = parameter(1.0, POSITIVE)
    name = "Huber"
    convex = True

    def rho(self, error):
        size = np.abs(error)
        inside = np.minimum(size, self.delta)
        # no square of a large error: nothing overflows early
        return inside * (size - inside / 2)

    def psi(self, error):
        return np.clip(error, -self.delta, self.delta)

    def weighted(self, prediction, target, share, grad):
        error = prediction - target
        np.clip(error, -self.delta, self.delta, out=grad)
        if np.ndim(share) == 0:  # rho = psi (error - psi / 2)
            value = share * (inner(grad, error) - inner(grad, grad) / 2)
        else:
            value = inner(grad * (error - grad / 2), share)
        grad *= share
        return value

    def expression(self, error):
        size = sp.Abs(error)
        return sp.Piecewise(
            (error**2 / 2, size <= self.delta),
            (self.delta * (size - self.delta / 2), True),
        )


@dataclass(frozen=True)
class Quantile(ResidualLoss):
    """``max(level * -error, (1 - level) * error)``: two prices a unit,
    ``level`` below the target and ``1 - level`` above it. Also called
    the pinball loss.

    `level` is in (0, 1).  Gradient: -level where the prediction is
    below the target, 1 - level where it is above.  Minimiser: the
    quantile of that level.  Noise: asymmetric Laplace.  Kink at 0,
    where the gradient is 0.
    Source: Koenker and Bassett (1978).
    """

    level: float = parameter(0.5, LEVEL)
    name = "quantile"
    convex = True

    def rho(self, error):
        return np.maximum(-self.level * error, (1 - self.level) * error)

    def psi(self, error):
        side = np.sign(error)
        return side * self.rho(side)

    def constant(self, target, share):
        return weighted_quantile(target, share, self.level)

    def expression(self, error):
        return sp.Max(-self.level * error, (1 - self.level) * error)


@dataclass(frozen=True)
class LogCosh(ResidualLoss):
    """A smooth absolute error, ``log(cosh(error))``: half the square near 0, ``|error| - log 2``
    far out.

    Gradient: ``tanh(error)``.  Minimiser: no name; between the mean and the median.
    Noise: hyperbolic secant.  Smooth, no kink.
    Source: Green (1990).
    """

    name = "log-cosh"
    convex = True

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
    """Minus the log of Student's density:
    ``(dof + 1) / 2 * log(1 + error**2 / dof)``.

    `dof` > 0, the degrees of freedom; the error has unit scale.
    Gradient: ``(dof + 1) * error / (dof + error**2)``, which falls
    back to 0 far out: an outlier is ignored.  Minimiser: no name, and
    there may be several local ones.  Noise: Student's t.  Smooth, not
    convex.
    Source: Lange, Little and Taylor (1989).
    """

    dof: float = parameter(3.0, POSITIVE)
    name = "Student t"
    convex = False

    def rho(self, error):
        size, root = np.abs(error), self.dof**0.5
        near = np.minimum(size / root, 1e10)  # its square cannot overflow
        beyond = np.maximum(size / 1e10 / root, 1)
        log = np.log1p(near**2) + 2 * np.log(beyond)
        return (self.dof + 1) / 2 * log

    def psi(self, error):
        far = np.hypot(error, self.dof**0.5)
        pull = (self.dof + 1) / far * error / far
        return np.where(np.isinf(error), 0, pull)

    def expression(self, error):
        weight = (self.dof + 1) / sp.Integer(2)
        return weight * sp.log(1 + error**2 / self.dof)


@dataclass(frozen=True)
class GeneralRobust(ResidualLoss):
    """One family from the square to losses that ignore outliers: with ``u = error / scale`` and
    ``b = |alpha - 2|``, the price is ``b / alpha * ((u**2 / b + 1)**(alpha / 2) - 1)``.

    `alpha` is any real number or ±∞; the formula's gaps are filled by their limits: ``u**2 / 2``
    at 2, ``log(u**2 / 2 + 1)`` at 0 (Cauchy), ``1 - exp(-u**2 / 2)`` at -∞ (Welsch),
    ``exp(u**2 / 2) - 1`` at ∞.  At 1 it is a smooth absolute error (Charbonnier), at -2 Geman
    and McClure's.  `scale` > 0 has the unit of the error.
    Gradient: ``u / scale * (u**2 / b + 1)**(alpha / 2 - 1)``.  Minimiser: no name; for alpha < 1
    there may be several local ones.  Noise: a density for alpha >= 0 only.  Smooth; convex for
    alpha >= 1.
    Source: Barron (2019).
    """

    alpha: float = parameter(1.0, Interval(-np.inf, np.inf, "[]"))
    scale: float = parameter(1.0, POSITIVE)
    name = "general robust"

    @property
    def convex(self):
        return self.alpha >= 1

    def rho(self, error):
        return self._both(error)[0]

    def psi(self, error):
        return self._both(error)[1]

    def both(self, prediction, target):
        return self._both(prediction - target)

    @quiet
    def _both(self, error):
        """Value and gradient, by way of ``w = |u| / sqrt(b)``.  A power multiplies the relative
        error of its base, so the base is carried with twice the digits."""
        dtype, error = np.result_type(error), np.asarray(error, float)
        if self.alpha == 2:
            u = error / self.scale
            return (u * (u / 2)).astype(dtype), (u / self.scale).astype(dtype)
        b, root, root_low = self._constants()
        size = np.abs(error)
        mantissa, exponent = np.frexp(size)
        lift = np.where(size > root * np.finfo(float).max, 2.0**-64, 1)  # lest w overflow
        w, w_low = twofold.quotient(mantissa * lift, root, root_low)
        w, w_low = np.ldexp(w, exponent), np.ldexp(w_low, exponent)
        far = w > 1e9  # there w**2 + 1 is w**2, to the last digit
        near = np.where(far, 0, w)
        square, rest = twofold.two_product(near, near)
        rest = np.where(far, 0, rest + 2 * near * w_low)
        pull = size / self.scale / self.scale
        if np.isinf(self.alpha):  # (w**2 / n + 1)**n tends to exp(w**2)
            a = np.sign(self.alpha)
            log = np.where(far, np.inf, square / 2)
            half = np.exp(a * (log / 2)) * np.exp(a * rest / 4)
            ratio = np.minimum(pull, np.finfo(float).max)
        else:
            a = self.alpha
            base, more = twofold.two_sum(1.0, square)
            base, rest = np.where(far, w, base), np.where(far, w_low, rest + more)
            power = np.where(far, a / 2, a / 4)
            log = np.where(far, np.log(w) - np.log(lift), np.log1p(square) / 2)
            half = base**power * np.exp(power * rest / base) * lift / lift**power
            ratio = np.where(far, b / root / w / lift, pull / base)
        # half is lift times the root of (w**2 + 1)**(a / 2), so that nothing overflows halfway
        growth = np.where(a == 0, 0, a * log)
        direct = (b * (half / lift) * (half / lift) - b) / (a or 1)
        value = np.where(np.abs(growth) < 0.5, b * log * expm1_ratio(growth), direct)
        slope = half * ratio * half
        steep = 0 if self.alpha < 1 else 1 / self.scale if self.alpha == 1 else np.inf
        ends = (b / -a if a < 0 else np.inf), steep
        value, slope = (
            np.where(np.isinf(w), e, x) for e, x in zip(ends, (value, slope), strict=True)
        )
        return value.astype(dtype), (np.sign(error) * slope).astype(dtype)

    def _constants(self):
        """``b``, which is 1 for alpha = ±∞, and ``scale * sqrt(b)`` with twice the digits."""
        from decimal import Decimal, localcontext

        with localcontext(prec=40):
            b = Decimal(1) if np.isinf(self.alpha) else abs(Decimal(self.alpha) - 2)
            root = Decimal(self.scale) * b.sqrt()
            return float(b), float(root), float(root - Decimal(float(root)))

    def expression(self, error):
        u, alpha = error / self.scale, self.alpha
        special = {2: u**2 / 2, 0: sp.log(u**2 / 2 + 1), sp.oo: sp.exp(u**2 / 2) - 1}
        special[-sp.oo] = 1 - sp.exp(-(u**2) / 2)
        if sp.sympify(alpha) in special:
            return special[sp.sympify(alpha)]
        b = sp.Abs(alpha - 2)
        return b / alpha * ((u**2 / b + 1) ** (alpha / 2) - 1)


def expm1_ratio(y):
    """``(exp(y) - 1) / y``, which is 1 at 0."""
    return np.where(y == 0, 1.0, np.expm1(y) / y)
