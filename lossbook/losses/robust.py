"""Losses of the error for data in which a few errors are wild: near 0 they are like the square, and
far out they charge less.
"""

from dataclasses import dataclass

import numpy as np

from .base import inner, quiet
from .checks import POSITIVE, Interval, parameter
from .lazy import exact, sp
from .residual import ResidualLoss, constant_at
from .zeros import short_of

__all__ = ["GeneralRobust", "Huber", "LogCosh", "StudentT", "Tukey"]


@dataclass(frozen=True)
class Huber(ResidualLoss):
    """Squared up to ``delta``, then straight: ``error**2 / 2`` where ``|error| <= delta``,
    else ``delta * (|error| - delta / 2)``.

    :Domain: `delta` in (0, ∞), in the unit of the error.
    :Gradient: the error, clipped to ±delta.
    :Minimiser: no name; it tends to the median as delta → 0, to the mean as delta → ∞.
    :Noise: Gaussian centre, Laplace tails.
    :Smoothness: no kink: value and gradient are continuous; at ±delta, where the curvature jumps,
        it is that of the square, 1.
    :Convexity: convex.
    :Use: when most errors are small, a few are wild, and you want a convex risk.
    :Source: Huber (1964).
    """

    delta: float = parameter(1.0, POSITIVE)
    name = "Huber"
    convex = True

    @property
    def lipschitz(self) -> float:
        return float(self.delta)

    def rho(self, error):
        size = np.abs(error)
        inside = np.minimum(size, float(self.delta))
        # no square of a large error: nothing overflows early
        return inside * (size - inside / 2)

    def psi(self, error):
        delta = float(self.delta)
        return np.clip(error, -delta, delta)

    def psi_prime(self, error):
        inside = np.abs(error, dtype=float) <= float(self.delta)
        return constant_at(error, 1) * inside

    def weight(self, error):
        size = np.abs(error, dtype=float)
        return np.minimum(1, float(self.delta) / size).astype(error.dtype)

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
    :Use: when you want something like absolute error, without its kink.
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

    def psi_prime(self, error):
        return (1 / np.cosh(error)) ** 2

    def expression(self, error):
        return sp.log(sp.cosh(error))


@dataclass(frozen=True)
class StudentT(ResidualLoss):
    """Minus the log of Student's density, without the normaliser:
    ``(dof + 1) / 2 * log(1 + error**2 / dof)``.

    :Domain: `dof` in (0, ∞), the degrees of freedom; the error has
        unit scale.
    :Gradient: ``(dof + 1) * error / (dof + error**2)``, which falls
        back to 0 far out: the farther an outlier, the less it pulls.
    :Minimiser: no name, and there may be several local ones.
    :Noise: Student's t.
    :Smoothness: smooth.
    :Convexity: not convex.
    :Use: when wild observations carry no information and should be let go.
    :Source: Lange, Little and Taylor (1989).
    """

    dof: float = parameter(3.0, POSITIVE)
    name = "Student t"
    redescending = True

    @property
    def lipschitz(self) -> float:
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

    def psi_prime(self, error):
        """The weight times ``(dof - error**2) / (dof + error**2)``."""
        dof = float(self.dof)
        far = np.hypot(error.astype(float), dof**0.5)
        size = np.minimum(np.abs(error, dtype=float), 1e40 * dof**0.5)  # its square is a number
        turn = short_of(size, dof.as_integer_ratio()) / (1 + (size / dof**0.5) ** 2)
        return ((dof + 1) / far * turn / far).astype(error.dtype)

    def weight(self, error):
        far = np.hypot(error.astype(float), float(self.dof) ** 0.5)
        return ((float(self.dof) + 1) / far / far).astype(error.dtype)

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

    Where this formula is not defined, the loss is its limit: ``u**2 / 2`` at alpha = 2,
    ``log(u**2 / 2 + 1)`` at 0 (Cauchy), ``1 - exp(-u**2 / 2)`` at -∞ (Welsch),
    ``exp(u**2 / 2) - 1`` at ∞.  At 1 it is a smooth absolute error (Charbonnier), at -2 Geman and
    McClure's.

    :Domain: `alpha` in [−∞, ∞]; `scale` in (0, ∞), in the unit of the error.
    :Gradient: ``u / scale * (u**2 / b + 1)**(alpha / 2 - 1)``.
    :Minimiser: the mean at alpha = 2, else no name; for alpha < 1 there may be several local ones.
    :Noise: a density for alpha >= 0 only.
    :Smoothness: smooth.
    :Convexity: convex for alpha >= 1.
    :Use: when you want to tune, or learn, how much a far error counts.
    :Source: Barron (2019).
    """

    alpha: float = parameter(1.0, Interval(-np.inf, np.inf, "[]"))
    scale: float = parameter(1.0, POSITIVE)
    name = "general robust"

    @property
    def strongly_convex(self) -> bool:
        return bool(self.alpha >= 2)

    @property
    def strictly_convex(self) -> bool:
        return bool(self.alpha >= 1)

    @property
    def redescending(self) -> bool:
        return bool(self.alpha < 1)

    @property
    def lipschitz(self) -> float:
        a, scale = float(self.alpha), float(self.scale)
        if a >= 1:
            return np.inf if a > 1 else 1 / scale
        rest = 1 - a  # the gradient is longest where (error / scale)**2 is 1 + 1 / rest
        power = rest * np.log1p(1 / rest) if rest < np.inf else 1.0
        return float(np.exp(-power / 2)) / scale

    @property
    def bound(self) -> float:
        a = float(self.alpha)
        return 1.0 if a == -np.inf else (a - 2) / a if a < 0 else np.inf

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "mean" if self.alpha == 2 else None

    def rho(self, error):
        return self._both(error)[0]

    def psi(self, error):
        return self._both(error)[1]

    def psi_prime(self, error):
        """The weight times ``(1 + (alpha - 1) * w**2) / (1 + w**2)``, with
        ``w = |error / scale| / sqrt(|alpha - 2|)``.  For alpha >= 1 no term of the numerator is
        negative.  For alpha < 1 its two terms cancel where the curvature is 0, so it is computed
        from the distance to that zero."""
        size, root = np.abs(error, dtype=float), self._root_of_weight(error)
        a, scale = np.clip(float(self.alpha), -1e21, 1e21), float(self.scale)  # ±∞, nearly
        if a < 1:
            size = np.minimum(size, 1e40 * scale)  # its square is a number
            turn = short_of(size, self._turning_square()) / (1 + (size / scale) ** 2 / (2 - a))
            return (root * turn * root).astype(error.dtype)
        w = size / scale / abs(a - 2) ** 0.5 if a != 2 else 0 * root
        w = np.minimum(w, np.finfo(float).max)
        whole = np.hypot(1, w)
        bend = (root / whole) ** 2
        if a > 1:
            bend += (a - 1) * (root * (w / whole)) ** 2
        return bend.astype(error.dtype)

    def _turning_square(self):
        """The square of the error at which the curvature is 0, ``scale**2 (2 - alpha) /
        (1 - alpha)``, as a fraction."""
        above, below = float(self.scale).as_integer_ratio()
        a, one = (-1, 0) if self.alpha == -np.inf else float(self.alpha).as_integer_ratio()
        return above**2 * (2 * one - a), below**2 * (one - a)

    def weight(self, error):
        return (self._root_of_weight(error) ** 2).astype(error.dtype)

    def _root_of_weight(self, error):
        """Itself a square, for a small scale makes much of what is left of a small power."""
        size, a, scale = np.abs(error, dtype=float), float(self.alpha), float(self.scale)
        if a == 2:
            return constant_at(size, 1 / scale)
        if abs(a) > 1e21:
            power = np.copysign(np.minimum(size / scale, 1e10) ** 2 / 2, a)
        else:
            power = (a / 2 - 1) * np.minimum(self._log(size)[1], np.finfo(float).max)
        return (np.exp(power / 4) / scale**0.5) ** 2

    def _log(self, size):
        """The log of ``w**2 + 1``, and w, which is held below 1e10: its square cannot overflow."""
        b, scale = abs(float(self.alpha) - 2), float(self.scale)
        near = np.minimum(size / scale / b**0.5, 1e10)
        beyond = np.maximum(np.sqrt(size) / (1e10 * b**0.5) ** 0.5 / scale**0.5, 1)
        return near, np.log1p(near**2) + 4 * np.log(beyond)

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
            near, log = self._log(size)
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


@dataclass(frozen=True)
class Tukey(ResidualLoss):
    """Tukey's bisquare, which lets go of what is beyond ``c``: with ``u = error / c``, the price is
    ``c**2 / 6 * (1 - (1 - u**2)**3)`` where ``|error| <= c``, else ``c**2 / 6``.  Near 0 it is
    half the square.

    At c = 4.685 the best constant for Gaussian errors of unit scale is 95 % as efficient as the
    mean: with 100 examples it is as sure as the mean with 95.

    :Domain: `c` in (0, ∞), in the unit of the error.
    :Gradient: ``error * (1 - u**2)**2`` where ``|error| <= c``, exactly 0 beyond: such an error
        has no pull at all.
    :Minimiser: no name, and there may be several local ones.
    :Noise: none: far out the price stays the same, so e to the minus loss has no integral.
    :Smoothness: smooth.
    :Convexity: not convex.
    :Use: when observations beyond a known distance should not count at all.
    :Source: Beaton and Tukey (1974).
    """

    c: float = parameter(4.685, POSITIVE)
    name = "Tukey's bisquare"
    redescending = True

    @property
    def lipschitz(self) -> float:
        return 16 / 25 * float(self.c) / 5**0.5  # at error**2 = c**2 / 5

    @property
    def bound(self) -> float:
        return float(self.c) * (float(self.c) / 6)

    def rho(self, error):
        size, square = self._inside(error)
        return (size * (size / 6 * (3 - square * (3 - square)))).astype(error.dtype)

    def psi(self, error):
        size, _ = self._inside(error)
        return (np.sign(error) * (size * self._short(size) ** 2)).astype(error.dtype)

    def psi_prime(self, error):
        size, _ = self._inside(error)
        above, below = float(self.c).as_integer_ratio()
        turn = short_of(size, (above**2, 5 * below**2))
        return (self._short(size) * turn).astype(error.dtype)

    def weight(self, error):
        size, _ = self._inside(error)
        return (self._short(size) ** 2).astype(error.dtype)

    def _inside(self, error):
        """The size of the error, at most c, and the square of its share of c."""
        size = np.minimum(np.abs(error, dtype=float), float(self.c))
        return size, (size / float(self.c)) ** 2

    def _short(self, size):
        """``1 - u**2``, whose digits at the rim are those of ``c - |error|``."""
        c = float(self.c)
        return (c - size) / c * (1 + size / c)

    def expression(self, error):
        c = exact(self.c)
        inside = c**2 / 6 * (1 - (1 - error**2 / c**2) ** 3)
        return sp.Piecewise((inside, sp.Abs(error) <= c), (c**2 / 6, True))
