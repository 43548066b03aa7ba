"""Losses of the error, ``error = prediction - target``: the price does not ask where you stand,
only how far off you are.

Prediction and target have one shape, any shape, and one unit; the loss has that shape too.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Formula, Loss, inner
from .checks import LEVEL, NOT_NEGATIVE, parameter
from .constant import EPS, deepest, mean, minima, weighted_quantile
from .lazy import exact, sp

__all__ = [
    "AbsoluteError",
    "EpsilonInsensitive",
    "Expectile",
    "Quantile",
    "ResidualLoss",
    "SquaredError",
]


FAR = 1e150  # an error that stands for an infinite one: its square is a number


class ResidualLoss(Loss):
    """A loss ``rho(error)``, where the error is prediction - target.  Its derivative is
    ``psi(error)``, and the derivative of ``psi`` is ``psi_prime(error)``.  The *influence function*
    of the best constant, as the field calls it, is ``-psi(error)`` times a positive number that is
    the same for all examples."""

    formulas = "rho", "psi", "psi_prime", "weight"
    rho: ClassVar[Formula]
    psi: ClassVar[Formula]
    psi_prime: ClassVar[Formula]
    _rho: ClassVar[Formula]
    _psi: ClassVar[Formula]
    _psi_prime: ClassVar[Formula]

    @property
    def wells(self) -> tuple[float, ...]:
        """A set of errors that contains every local minimum of the price; where the price is flat
        at a minimum, it contains both ends of the flat stretch."""
        return (0.0,)

    @property
    def kinks(self) -> tuple[float, ...]:
        """The errors at which the gradient jumps."""
        return ()

    @property
    def smooth(self) -> bool:
        return not self.kinks

    def value(self, prediction, target):
        return self._rho(prediction - target)

    def gradient(self, prediction, target):
        return self._psi(prediction - target)

    def both(self, prediction, target):
        error = prediction - target
        return self._rho(error), self._psi(error)

    def second(self, prediction, target):
        return self._psi_prime(prediction - target)

    def weight(self, error):
        """The weight of an example in iteratively reweighted least squares, ``psi(error) / error``.
        At 0 it is the limit, which is infinite if the loss has a kink there.  The weight is found
        in float64: a slope may underflow where the weight does not."""
        wide = error.astype(float, copy=False)
        limit = np.inf if 0 in self.kinks else self._psi_prime(np.zeros(()))
        return np.where(wide == 0, limit, self._psi(wide) / wide).astype(error.dtype)

    def constant(self, target, weights):
        """Found by a search.  An infinite target pulls with the slope at an error of ``FAR``,
        1e150; where the slope is unbounded, the finite targets do not count.  For a loss that is
        not convex the risk is also computed where the search starts, and at both ends of a stretch
        whose middle counts as a minimum: where the price jumps, the risk may be lower there."""
        share, near = weights / weights.sum(), np.isfinite(target)
        pulling = np.clip(target, -FAR, FAR) if not near.all() else target
        pulls = bounded(self.psi(-pulling[~near]))
        steep = (np.abs(pulls) > FAR**0.5) | np.isinf(self.psi(-target[~near]))
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
        """Where a search looks first, sorted: all minima lie between the ends, and between two
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


def constant_at(error, number):
    """The number for each error, in its dtype; NaN for one that is NaN."""
    return np.where(np.isnan(error), error, error.dtype.type(number))


def roomy(error, number):
    """The error, in float64 where float32 has no room for a parameter."""
    return error if number > 1e-30 else error.astype(float, copy=False)


@dataclass(frozen=True)
class SquaredError(ResidualLoss):
    """Half the squared error, ``error**2 / 2``.

    :Domain: the error is any real number.
    :Gradient: the error itself.
    :Minimiser: the mean.
    :Noise: Gaussian.
    :Smoothness: smooth.
    :Convexity: convex.
    :Use: when errors are sums of many small, independent causes, or you want the mean.
    :Source: Gauss (1809), Legendre (1805).
    """

    name = "squared error"
    strongly_convex = True
    functional = "mean"

    def rho(self, error):
        return error * (error / 2)

    def psi(self, error):
        return error

    def psi_prime(self, error):
        return constant_at(error, 1)

    def weight(self, error):
        return constant_at(error, 1)

    def weighted(self, prediction, target, weights, out):
        """Half the product of error and slope: no square is stored."""
        error = prediction - target
        np.multiply(error, weights, out=out)
        return inner(error, out) / 2

    def constant(self, target, weights):
        """The weighted mean."""
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
    :Use: when some observations may be plainly wrong, or you want the median.
    :Source: Boscovich (1757), Laplace (1774).
    """

    name = "absolute error"
    convex = True
    kinks = (0.0,)
    lipschitz = 1.0
    functional = "median"

    def rho(self, error):
        return np.abs(error)

    def psi(self, error):
        return np.sign(error)

    def psi_prime(self, error):
        return constant_at(error, 0)

    def weighted(self, prediction, target, weights, out):
        """The price is the product of error and slope."""
        error = prediction - target
        np.sign(error, out=out)
        out *= weights
        return inner(error, out)

    def constant(self, target, weights):
        """The weighted median; where a stretch of numbers would do, the middle of the stretch."""
        return weighted_quantile(target, weights, 0.5)

    def expression(self, error):
        return sp.Abs(error)


@dataclass(frozen=True)
class Quantile(ResidualLoss):
    """The pinball loss, which charges ``level`` for each unit that the prediction is below the
    target, and ``1 - level`` for each unit above: ``max(level * -error, (1 - level) * error)``.

    :Domain: `level` in (0, 1).
    :Gradient: -level where the prediction is below the target,
        1 - level where it is above.
    :Minimiser: the quantile of that level.
    :Noise: asymmetric Laplace.
    :Smoothness: kink at 0, where the gradient is 0.
    :Convexity: convex.
    :Use: when you want a bound that a given share of the targets stays below.
    :Source: Koenker and Bassett (1978).
    """

    level: float = parameter(0.5, LEVEL)
    name = "quantile"
    convex = True
    kinks = (0.0,)

    @property
    def lipschitz(self) -> float:
        return max(float(self.level), 1 - float(self.level))

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "quantile", self.level

    def rho(self, error):
        level = float(self.level)
        wide = roomy(error, level)
        return np.maximum(-level * wide, (1 - level) * wide).astype(error.dtype, copy=False)

    def psi(self, error):
        side = np.sign(error)
        return side * self._rho(side)

    def psi_prime(self, error):
        return constant_at(error, 0)

    def constant(self, target, weights):
        """The weighted quantile; where a stretch of numbers would do, the middle of the stretch."""
        return weighted_quantile(target, weights, float(self.level))

    def expression(self, error):
        level = exact(self.level)
        return sp.Max(-level * error, (1 - level) * error)


@dataclass(frozen=True)
class Expectile(ResidualLoss):
    """The squared error with two prices: ``level * error**2`` if the prediction is below the
    target, and ``(1 - level) * error**2`` if it is above.  There is no ½, so that at the level ½
    the loss is ``SquaredError``; ``Quantile`` at that level is half of ``AbsoluteError``.

    :Domain: `level` in (0, 1).
    :Gradient: ``2 * level * error`` where the prediction is below the target,
        ``2 * (1 - level) * error`` where it is above.
    :Minimiser: the expectile of that level.
    :Noise: its own: a Gaussian whose two sides have different spreads.
    :Smoothness: no kink: value and gradient are continuous; curvature and weight jump at 0, where
        they are those of negative errors, ``2 * level``.
    :Convexity: convex.
    :Use: when you want the mean, with errors on one side dearer than on the other.
    :Source: Aigner, Amemiya and Poirier (1976); Newey and Powell (1987).
    """

    level: float = parameter(0.5, LEVEL)
    name = "expectile"
    strongly_convex = True

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "expectile", self.level

    def rho(self, error):
        wide = roomy(error, float(self.level))
        return (self._side(wide) * wide * wide).astype(error.dtype, copy=False)

    def psi(self, error):
        wide = roomy(error, float(self.level))
        return (2 * self._side(wide) * wide).astype(error.dtype, copy=False)

    def psi_prime(self, error):
        return 2 * self._side(error)

    def weight(self, error):
        return self._psi_prime(error)

    def _side(self, error):
        """What the square costs there."""
        level = float(self.level)
        return np.where(error > 0, constant_at(error, 1 - level), constant_at(error, level))

    def constant(self, target, weights):
        """With each of the sorted targets as a limit, take the mean of all targets, the weights of
        those before the limit times ``1 - level``, the other weights times ``level``.  The first
        mean that is not above its limit is the expectile."""
        order, level = np.argsort(target), float(self.level)
        target, weights = target[order], weights[order]

        def best(k):
            below = np.arange(len(target)) < k
            return mean(target, weights * np.where(below, 1 - level, level))

        return best(bisect_left(range(len(target)), True, key=lambda k: best(k) <= target[k]))

    def expression(self, error):
        level = exact(self.level)
        return sp.Piecewise(((1 - level) * error**2, error > 0), (level * error**2, True))


@dataclass(frozen=True)
class EpsilonInsensitive(ResidualLoss):
    """How far the error goes beyond a tolerance: ``max(0, |error| - epsilon)``; 0 within it.

    :Domain: `epsilon` in [0, ∞), in the unit of the error; 0 is the absolute error.
    :Gradient: the sign of the error beyond ±epsilon, exactly 0 within.
    :Minimiser: no name; the median for epsilon = 0.  Where a stretch of constants has the least
        risk, it is the middle of the stretch.
    :Noise: its own: uniform within ±epsilon, Laplace tails beyond.
    :Smoothness: kinks at ±epsilon, where the gradient is 0.
    :Convexity: convex.
    :Use: when errors within a tolerance do not matter, and few examples should decide.
    :Source: Vapnik (1995).
    """

    epsilon: float = parameter(0.1, NOT_NEGATIVE)
    name = "epsilon-insensitive"
    convex = True
    lipschitz = 1.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return -float(self.epsilon), float(self.epsilon)

    @property
    def wells(self) -> tuple[float, ...]:
        return self.kinks

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "median" if self.epsilon == 0 else None

    def rho(self, error):
        return self._beyond(error).astype(error.dtype, copy=False)

    def psi(self, error):
        return np.sign(error) * np.sign(self._beyond(error)).astype(error.dtype, copy=False)

    def psi_prime(self, error):
        return constant_at(error, 0)

    def _beyond(self, error):
        """In float64: rounded to float32, the tolerance would move."""
        return np.maximum(np.abs(error, dtype=float) - float(self.epsilon), 0)

    def constant(self, target, weights):
        """Except at the kinks, the slope is the mean of the signs of error + epsilon and error -
        epsilon, so the best constant is the median of all the numbers target - epsilon and target +
        epsilon, two for each target."""
        halves = np.concatenate([target / 2 + kink / 2 for kink in self.kinks])  # no sum overflows
        return 2 * weighted_quantile(halves, np.tile(weights, 2), 0.5)

    def expression(self, error):
        return sp.Max(0, sp.Abs(error) - exact(self.epsilon))
