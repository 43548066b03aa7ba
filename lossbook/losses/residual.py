"""Losses of the error, ``error = prediction - target``: the price does not ask where you stand,
only how far off you are.

Prediction and target have one shape, any shape, and one unit; the loss has that shape too.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Loss, inner, quiet
from .checks import LEVEL, POSITIVE, Interval, parameter
from .constant import EPS, deepest, mean, minima, weighted_quantile
from .lazy import exact, sp

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


FAR = 1e150  # an error that stands for an infinite one: its square is a number


class ResidualLoss(Loss):
    """A loss ``rho(error)`` with derivative ``psi(error)``, the field's *influence function*."""

    formulas = "rho", "psi"
    wells: ClassVar[tuple[float, ...]] = (0.0,)
    """Errors, among them all at which the price has a local minimum."""

    def value(self, prediction, target):
        return self._rho(prediction - target)

    def gradient(self, prediction, target):
        return self._psi(prediction - target)

    def both(self, prediction, target):
        error = prediction - target
        return self._rho(error), self._psi(error)

    def constant(self, target, weights):
        """A search.  What is infinitely far away pulls with the slope at `FAR`; where that grows
        without bound, nothing near counts.  Of a loss that is not convex the risk may be lower at a
        jump than at its minima, so it is asked there too."""
        share, near = weights / weights.sum(), np.isfinite(target)
        pulling = np.clip(target, -FAR, FAR) if not near.all() else target
        pulls = bounded(self.psi(-pulling[~near]))
        steep = np.abs(pulls) > FAR**0.5
        if steep.any():
            return mean(target[~near][steep], weights[~near][steep])
        if not near.any():  # where none pulls, the side of more weight has the deeper well
            pulls = pulls if pulls.any() else -np.sign(target)
            return -np.inf * np.sign(balance(pulls, share))
        pull = pulls @ share[~near]

        def risk(constants):
            price = over(constants, target[near], lambda e: bounded(self.rho(e)) @ share[near])
            return price + pull * constants

        def slope(constants):
            return over(constants, pulling, lambda e: balance(bounded(self.psi(e)), share))

        starts = self.starts(target)
        found, edges = minima(slope, starts)
        if self.convex:
            return found[0]
        return deepest(risk, np.concatenate([found, edges, starts[1:-1]]))

    def starts(self, target):
        """Where a search looks first, in order: all minima lie between the ends, and between two
        neighbours at most one, as far as a grid can tell."""
        finite, wells = target[np.isfinite(target)], np.array(self.wells)
        levels = np.linspace(0, 1, max(3, 65 // wells.size))
        some = np.quantile(finite, levels, method="nearest")
        places = np.add.outer(wells, np.unique(some)).ravel()
        low, high = places.min(), places.max()
        starts = [places]
        if not self.convex:
            reach = np.append(np.geomspace(1e-12, 1e-5, 8), np.geomspace(1e-4, 1, 13))
            reach *= high / 2 - low / 2
            starts += [np.add.outer(np.append(-reach, reach), places).ravel()]
            starts += [2 * np.linspace(low / 2, high / 2, 257)]
        if finite.size < target.size:
            beyond = np.geomspace(1e-6, FAR**0.9, 400)
            starts += [low - beyond, high + beyond]
        starts = np.unique(np.concatenate(starts))
        ends = np.where(np.isinf([target.min(), target.max()]), [-np.inf, np.inf], starts[[0, -1]])
        return np.concatenate([ends[:1], starts, ends[1:]])


def over(constants, target, summary):
    """`summary` of the errors of each constant, some constants at a time."""
    rows = max(1, 10**6 // max(1, target.size))
    parts = np.split(constants, range(rows, len(constants), rows))
    return np.concatenate([summary(np.subtract.outer(part, target)) for part in parts])


def bounded(values):
    """The values, infinite ones as the largest number: opposite infinities stay apart."""
    limit = np.finfo(float).max
    return np.clip(values, -limit, limit)


def balance(pulls, share):
    """The mean pull, 0 where it is nothing but rounding, or no number."""
    total = pulls @ share
    return np.where(np.abs(total) > share.size * EPS * (np.abs(pulls) @ share), total, 0.0)


@dataclass(frozen=True)
class SquaredError(ResidualLoss):
    """Half the squared error, ``error**2 / 2``.

    :Domain: the error is any real number.
    :Gradient: the error itself.
    :Minimiser: the mean.
    :Noise: Gaussian.
    :Smoothness: smooth.
    :Convexity: convex.
    :Source: Gauss (1809), Legendre (1805).
    """

    name = "squared error"
    convex = True

    def rho(self, error):
        return error * (error / 2)

    def psi(self, error):
        return error

    def weighted(self, prediction, target, weights, out):
        """Half the product of error and slope: no square is stored."""
        error = prediction - target
        np.multiply(error, weights, out=out)
        return inner(error, out) / 2

    def constant(self, target, weights):
        return mean(target, weights)

    def expression(self, error):
        return error**2 / 2


@dataclass(frozen=True)
class AbsoluteError(ResidualLoss):
    """The distance, ``|error|``.

    :Domain: the error is any real number.
    :Gradient: the sign of the error.
    :Minimiser: the median.
    :Noise: Laplace.
    :Smoothness: kink at 0, where the gradient is 0.
    :Convexity: convex.
    :Source: Boscovich (1757), Laplace (1774).
    """

    name = "absolute error"
    convex = True

    def rho(self, error):
        return np.abs(error)

    def psi(self, error):
        return np.sign(error)

    def weighted(self, prediction, target, weights, out):
        """The price is the product of error and slope."""
        error = prediction - target
        np.sign(error, out=out)
        out *= weights
        return inner(error, out)

    def constant(self, target, weights):
        return weighted_quantile(target, weights, 0.5)

    def expression(self, error):
        return sp.Abs(error)


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
class Quantile(ResidualLoss):
    """``max(level * -error, (1 - level) * error)``: two prices a unit,
    ``level`` below the target and ``1 - level`` above it. Also called
    the pinball loss.

    :Domain: `level` in (0, 1).
    :Gradient: -level where the prediction is below the target,
        1 - level where it is above.
    :Minimiser: the quantile of that level.
    :Noise: asymmetric Laplace.
    :Smoothness: kink at 0, where the gradient is 0.
    :Convexity: convex.
    :Source: Koenker and Bassett (1978).
    """

    level: float = parameter(0.5, LEVEL)
    name = "quantile"
    convex = True

    def rho(self, error):
        level = float(self.level)
        return np.maximum(-level * error, (1 - level) * error)

    def psi(self, error):
        side = np.sign(error)
        return side * self._rho(side)

    def constant(self, target, weights):
        return weighted_quantile(target, weights, float(self.level))

    def expression(self, error):
        level = exact(self.level)
        return sp.Max(-level * error, (1 - level) * error)


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
    convex = False

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
    def convex(self):
        return bool(self.alpha >= 1)

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
