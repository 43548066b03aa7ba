"""Losses of a row of logits against a class.

Logits are ``(n, K)``.  The target is ``(n,)`` integer classes in 0 … K - 1 (a boolean is the
class 0 or 1), or, where a loss takes soft targets, ``(n, K)`` rows of probabilities.  The loss
is ``(n,)``, the gradient ``(n, K)``.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Formula, Loss, quiet
from .checks import NOT_NEGATIVE, PROBABILITY, Interval, as_classes, first_bad, parameter
from .constant import bisect
from .lazy import exact, sp
from .logits import (
    apart,
    as_columns,
    balance,
    centred,
    place_of,
    relative,
    shares,
    surprise,
    total,
)

__all__ = ["CategoricalLoss", "CrossEntropy", "Focal", "SoftmaxSquaredError"]


class CategoricalLoss(Loss):
    """A loss of logits; hard targets are classes, soft targets are rows of probabilities.

    Its formulas take a copy of the logits as columns, ``(K, n)``, which they may overwrite.
    ``columns(z, target)`` returns the loss and leaves the gradient in the place of the logits,
    ``diagonal(z, target)`` returns the diagonal of the Hessian, and ``product(z, target, v)`` the
    Hessian times v.
    """

    parallel = True
    columns: ClassVar[Formula]
    diagonal: ClassVar[Formula]
    product: ClassVar[Formula]
    soft_targets: ClassVar[bool] = False
    """Whether the loss takes rows of probabilities."""

    def shapes(self, prediction, target):
        """Every example has a row of logits.  Its target is a class or, if the loss takes soft
        targets, a row of probabilities."""
        n, *rest = prediction.shape or (0,)
        if len(rest) != 1 or rest[0] == 0:
            raise ValueError(
                f"prediction has shape {prediction.shape}; allowed: (n, K) with K >= 1"
            )
        soft = self.soft_targets and target.shape == prediction.shape
        if not soft and target.shape != (n,):
            allowed = (
                f"({n},) classes" + f" or {prediction.shape} probabilities" * self.soft_targets
            )
            raise ValueError(f"target has shape {target.shape}; allowed: {allowed}")

    def targets(self, prediction, target):
        if target.ndim == 1:
            return as_classes(prediction.shape[1], target)
        target = super().targets(prediction, target)
        below = np.minimum(target, 1)  # one above 1 is so by a rounding, or the sum will tell
        PROBABILITY.check(below, "target", "probabilities")
        mass = target.sum(axis=1, dtype=float)
        first_bad(mass, ~(np.abs(mass - 1) <= 1e-5), "sum of target", "rows that sum to 1")
        return target

    def examples(self, prediction):
        """The shape of the loss: every row is an example."""
        return prediction.shape[:1]

    def zeros_for(self, target):
        """A row of zeros for each target, which takes no memory."""
        if target.ndim == 2:
            return np.broadcast_to(0.0, target.shape)
        classes = target.size and target.dtype.kind in "biu" and int(target.max()) + 1
        return np.broadcast_to(0.0, (len(target), max(classes, 1)))

    def some(self, target):
        return 0 if target.ndim == 1 else np.arange(target.shape[1]) == 0  # in any dtype

    def frequencies(self, target, weights):
        """The share of each class."""
        counts = weights @ target if target.ndim == 2 else np.bincount(target, weights)
        return counts / weights.sum()

    def constant(self, target, weights):
        return np.log(self.frequencies(target, weights))

    def both(self, prediction, target):
        z = as_columns(prediction)
        value = self.columns(z, turned(target))
        return value, z.T

    def second(self, prediction, target):
        return self.diagonal(as_columns(prediction), turned(target)).T

    def hessian_times(self, prediction, target, vector):
        """The Hessian of each example, which is K by K, times the example's row of `vector`."""
        return self.product(as_columns(prediction), turned(target), as_columns(vector)).T


def turned(target):
    """Classes as they are, rows of probabilities as columns."""
    return target if target.ndim == 1 else as_columns(target)


@dataclass(frozen=True)
class CrossEntropy(CategoricalLoss):
    """Minus the log of the probability that softmax gives the class:
    ``logsumexp(z) - z[class]``; for soft targets q, ``sum_k q_k (logsumexp(z) - z_k)``.

    :Domain: `label_smoothing` in [0, 1), the part of the target that is shared out equally among
        all classes.
    :Shapes: logits ``(n, K)``; target ``(n,)`` classes or ``(n, K)`` probabilities.
    :Gradient: ``softmax(z) - q`` if the row q sums to exactly 1; the sum may be off by up to 1e-5,
        and then it is ``sum(q) * softmax(z) - q``.
    :Minimiser: over constants, the log of the class frequencies (smoothed, if the target is).
    :Noise: categorical, if there is no label smoothing.
    :Smoothness: smooth.
    :Convexity: convex in the logits.
    :Use: when there are several classes, and you want probabilities.
    :Source: Bridle (1990); Good (1952) for the log score; Szegedy et al. (2016) for smoothing.
    """

    label_smoothing: float = parameter(0.0, Interval(0, 1, "[)"))
    name = "cross-entropy"
    strictly_convex = classification_calibrated = soft_targets = True

    @property
    def strictly_proper(self) -> bool:
        return float(self.label_smoothing) == 0

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "log-probabilities" if self.strictly_proper else None

    @property
    def lipschitz(self) -> float:
        """``hypot(1, 1 - label_smoothing)``, for targets that sum to exactly 1.  The lengths of
        gradients come as near to it as you like; with smoothing, they do so only as the number of
        classes grows."""
        return float(np.hypot(1, 1 - float(self.label_smoothing)))

    def columns(self, z, target):
        relative(z)
        if self.label_smoothing or target.ndim == 2:
            return self._soft(z, self.smoothed(target, z))
        place = place_of(target)
        behind = -z[place]
        own, rivals = apart(z, place)
        whole = own + rivals
        z *= 1 / whole
        z[place] = -rivals / whole
        return surprise(behind, own, rivals)

    @staticmethod
    def _soft(z, q):
        """As for one class, with that of the largest logit apart."""
        best = place_of(z.argmax(axis=0))
        price = total(np.where(q > 0, -q * z, 0))
        own, rivals = apart(z, best)  # own is 1, or NaN
        mass, whole = total(q), own + rivals
        z *= mass / whole
        z -= q
        balance(z, best, z[best] + mass / whole, own > rivals)
        return price + mass * np.log1p(rivals)

    def diagonal(self, z, target):
        rest = shares(z)
        return self.mass(target, z) * z * rest

    def product(self, z, target, v):
        shares(z)
        return 8 * self.mass(target, z) * z * centred(v, z)

    def mass(self, target, z):
        """The sum of each target's probabilities: 1 for classes, and up to 1e-5 away from 1 for
        soft targets."""
        return 1 if target.ndim == 1 else total(self.smoothed(target, z))

    def smoothed(self, target, z):
        q, smoothing = target, float(self.label_smoothing)
        if target.ndim == 1:
            q = np.zeros_like(z)
            q[place_of(target)] = 1
        keep, mix = 1 - smoothing, smoothing / len(z)
        return z.dtype.type(keep) * q + z.dtype.type(mix)

    def frequencies(self, target, weights):
        mix, q = float(self.label_smoothing), super().frequencies(target, weights)
        return (1 - mix) * q + mix / len(q)

    def expression(self, logits, target):
        mix, K = exact(self.label_smoothing), len(logits)
        log_sum = sp.log(sum(map(sp.exp, logits)))
        q = [(1 - mix) * q + mix / K for q in target] if mix else target
        return sum(q_k * (log_sum - z) for q_k, z in zip(q, logits, strict=True))


@dataclass(frozen=True)
class SoftmaxSquaredError(CategoricalLoss):
    """Squared error on probabilities, ``sum_k (softmax(z)_k - q_k)**2``, with no ½: Brier's score.

    :Domain: no parameters.
    :Shapes: logits ``(n, K)``; target ``(n,)`` classes or ``(n, K)`` probabilities.
    :Gradient: ``2 p_k ((p_k - q_k) - sum_j p_j (p_j - q_j))``: the factor p of softmax's Jacobian
        stays, so the signal fades where softmax saturates.
    :Minimiser: over constants, the log of the class frequencies.
    :Noise: none; it is a strictly proper score.
    :Smoothness: smooth.
    :Convexity: not convex in the logits.
    :Use: when you judge probabilities, and one blunder must not decide.
    :Source: Brier (1950).
    """

    name = "squared error on softmax"
    strictly_proper = soft_targets = True
    lipschitz = 16 * 2**0.5 / 27  # where the class has 1/3 and one rival the rest
    bound = 2.0
    functional = "log-probabilities"

    def columns(self, z, target):
        """Let p be the probability of the class, b that of its best rival, and d_k = b - p_k for
        each rival.  The sum of p_k**2 over the rivals is R = b (1 - p) - sum p_k d_k.  In the
        gradient of a rival, 2 p_k (p_k - R + p (1 - p)), two terms b then cancel before anything is
        rounded.
        """
        relative(z)
        if target.ndim == 2:
            return self._soft(z, target)
        place = place_of(target)
        own, rivals = apart(z, place)
        whole = own + rivals
        z *= 1 / whole
        p, rest = own / whole, rivals / whole
        best = z.max(axis=0)
        behind = best - z
        spread = total(z * behind)
        value = rest * rest + (best * rest - spread)
        z *= (p * (best + rest) + spread) - behind
        z *= 2
        z[place] = -2 * p * value
        return value

    @staticmethod
    def _soft(z, q):
        """As for one class, with that of the largest logit apart."""
        best = place_of(z.argmax(axis=0))
        own, rivals = apart(z, best)  # own is 1, or NaN
        whole, majority = own + rivals, own > rivals
        z *= 1 / whole
        z[best] = 1 / whole
        gap = z - q
        gap[best] = np.where(majority, (1 - q[best]) - rivals / whole, gap[best])
        value = total(gap * gap)
        z *= gap - total(z * gap)
        z *= 2
        balance(z, best, z[best], majority)
        return value

    def diagonal(self, z, target):
        """With J the Jacobian of softmax, the diagonal of 2 J J, plus what comes from the second
        derivatives of softmax: (1 - 2 p_k) times the gradient."""
        signal = z.copy(order="K")
        self.columns(signal, target)
        rest = shares(z)
        best = place_of(z.argmax(axis=0))
        squares = z * z
        largest = squares[best]
        squares[best] = 0
        others = total(squares)
        rivals = largest + others - squares
        rivals[best] = others
        return signal * (rest - z) + 2 * (z * z) * (rest * rest + rivals)

    def product(self, z, target, v):
        """With w = v minus its softmax-weighted mean, and d = gradient + 2 p**2, the product is
        ``d w - p sum d w``.  For the largest logit, whose 1 - p may be small, this is computed as
        ``d w (1 - p)`` minus p times the sum of ``d w`` over the others."""
        signal = z.copy(order="K")
        self.columns(signal, target)
        rest = shares(z)
        best = place_of(z.argmax(axis=0))
        pull = (signal + 2 * z * z) * centred(v, z)
        own = pull[best]
        pull[best] = 0
        others = total(pull)
        result = pull - z * (own + others)
        result[best] = own * rest[best] - z[best] * others
        return 8 * result

    def expression(self, logits, target):
        whole = sum(map(sp.exp, logits))
        return sum((sp.exp(z) / whole - q) ** 2 for z, q in zip(logits, target, strict=True))


@dataclass(frozen=True)
class Focal(CategoricalLoss):
    """Cross-entropy that pays less heed to examples that are already right: with p the probability
    of the class, ``-(1 - p)**gamma * log(p)``.

    :Domain: `gamma` in [0, ∞); 0 is cross-entropy.
    :Gradient: cross-entropy's, times
        ``(1 - p)**gamma - gamma * (1 - p)**(gamma - 1) * p * log(p)``.
    :Minimiser: over constants, no closed form for gamma > 0; for two classes the predicted odds are
        then nearer to even than the odds of the frequencies, unless the frequencies are equal or
        one of them is 0.
    :Noise: none for gamma > 0.
    :Smoothness: smooth.
    :Convexity: not convex, but for gamma = 0.
    :Use: when many easy examples drown a few hard ones.
    :Source: Lin, Goyal, Girshick, He and Dollár (2017).
    """

    gamma: float = parameter(2.0, NOT_NEGATIVE)
    name = "focal"
    classification_calibrated = True

    @property
    def strictly_convex(self) -> bool:
        return float(self.gamma) == 0

    @property
    def strictly_proper(self) -> bool:
        return float(self.gamma) == 0

    @property
    def functional(self) -> str | tuple[str, float] | None:
        return "log-probabilities" if self.strictly_proper else None

    @property
    @quiet
    def lipschitz(self) -> float:
        """The gradient is longest where one rival has all that the class has not.  There its length
        is ``sqrt(2) * (1 - p)**gamma * (1 - p - gamma * p * log(p))``, which for gamma > 0 first
        rises with p, then falls."""
        gamma = float(self.gamma)

        def falling(log):  # in p: minus the slope over (1 - p)**gamma
            return 1 + gamma * (2 + log + gamma * np.exp(log) * log / np.expm1(log))

        log = bisect(falling, -745.0, 0.0)
        p = np.exp(log)
        return float(2**0.5 * np.exp(gamma * np.log1p(-p)) * (1 - p - gamma * p * log))

    def columns(self, z, target):
        relative(z)
        place = place_of(target)
        behind = -z[place]
        own, rivals = apart(z, place)
        whole, limits = own + rivals, np.finfo(z.dtype)
        p, rest, price = own / whole, rivals / whole, surprise(behind, own, rivals)
        gamma = min(float(self.gamma), float(limits.max))
        doubt = self.doubt(p, rest)
        fading = p * np.minimum(price, limits.max) / np.maximum(rest, limits.tiny)
        faded = 1 + gamma * np.minimum(fading, 1)
        z *= doubt * faded / whole
        z[place] = -doubt * faded * rest
        return doubt * price

    def doubt(self, p, rest):
        """``(1 - p)**gamma``: a large power would magnify the rounding of `rest`, 1 - p, so where p
        is small the power is computed from p."""
        gamma = float(self.gamma)
        if gamma <= 8:
            return rest**gamma
        unlikely = np.exp(gamma * np.log1p(-p, dtype=float)).astype(p.dtype)
        return np.where(p < 0.5, unlikely, rest ** min(gamma, float(np.finfo(p.dtype).max)))

    def bend(self, p, rest):
        """Two derivatives of the price as a function of the surprise, -log(p): the first, and the
        second times `rest`, which is 1 - p."""
        limits = np.finfo(p.dtype)
        gamma = min(float(self.gamma), float(limits.max))
        price = np.where(p < 0.5, -np.log(p), -np.log1p(-rest))
        price = np.minimum(price, limits.max)
        doubt = self.doubt(p, rest)
        fading = np.minimum(p * price / np.maximum(rest, limits.tiny), 1)
        bend = gamma * doubt * p * (2 - price + (gamma - 1) * fading)
        return doubt * (1 + gamma * fading), bend

    def diagonal(self, z, target):
        """With s the surprise and h its gradient, the Hessian of a price f(s) is f'(s) times that
        of s, plus f''(s) times the outer product of h with itself."""
        rest, place = shares(z), place_of(target)
        steep, bend = self.bend(z[place], rest[place])
        share = z / np.maximum(rest[place], np.finfo(z.dtype).tiny)
        result = z * (steep * rest + bend * share)
        result[place] = rest[place] * (steep * z[place] + bend)
        return result

    def product(self, z, target, v):
        """The Hessian that `diagonal` describes, times v.  The product of h and v is the
        softmax-weighted mean of v, minus the entry of v for the class."""
        rest, place = shares(z), place_of(target)
        steep, bend = self.bend(z[place], rest[place])
        v = centred(v, z)
        share = z / np.maximum(rest[place], np.finfo(z.dtype).tiny)
        share[place] = -1
        return 8 * (steep * z * v - bend * v[place] * share)

    def constant(self, target, weights):
        """At the minimum, -q_k times the derivative of the price in p_k is the same number for all
        classes of frequency q_k > 0; `level` is the log of this number."""
        q = self.frequencies(target, weights)
        q_log, gamma, most = np.log(q), float(self.gamma), q.argmax()

        def surprises(level):  # s = -log p; the price (1 - p)**gamma * s falls with p
            def beyond(s_log):
                s = np.exp(s_log)
                doubt = -np.expm1(-s)
                fading = np.log1p(gamma * s * np.exp(-s) / doubt)
                return q_log + s + gamma * np.log(doubt) + fading - level

            return np.exp(bisect(beyond, np.full_like(q, -744.0), np.full_like(q, np.log(745))))

        def missing(level):  # 1 - sum(p), though the largest p may be 1 to the last digit
            s = surprises(level)
            return -np.expm1(-s[most]) - np.exp(-np.delete(s, most)).sum()

        level = bisect(missing, -min(2000 * (1 + gamma), 1e308), 2000.0)
        return np.where(q > 0, -surprises(level), -np.inf)

    def expression(self, logits, target):
        whole, gamma = sum(map(sp.exp, logits)), exact(self.gamma)
        p = [sp.exp(z) / whole for z in logits]
        return sum(
            q * -((1 - p_k) ** gamma) * sp.log(p_k) for q, p_k in zip(target, p, strict=True)
        )
