"""Losses of a row of logits against a class.

Logits are ``(n, K)``.  The target is ``(n,)`` integer classes in 0 … K - 1, or, where a loss
takes soft targets, ``(n, K)`` rows of probabilities.  The loss is ``(n,)``, the gradient
``(n, K)``.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from . import twofold
from .base import Loss, inner, quiet
from .checks import NOT_NEGATIVE, PROBABILITY, Interval, first_bad, parameter, real_array
from .constant import bisect
from .lazy import sp

__all__ = [
    "CategoricalLoss",
    "CrossEntropy",
    "Focal",
    "MulticlassHinge",
    "SoftmaxSquaredError",
    "log_softmax",
    "logsumexp",
    "softmax",
]


def softmax(logits):
    """``exp(z_k) / sum_j exp(z_j)`` along the last axis; adding a constant to all logits changes
    nothing.  One infinite logit gives the limit, several give NaN."""

    def columns(z):
        exponentials(z)
        z /= total(z)
        return z.T

    return along_rows(columns, logits)


def logsumexp(logits):
    """``log sum_j exp(z_j)`` along the last axis, without overflow."""
    return along_rows(lambda z: z.max(axis=0) + split(z, z.argmax(axis=0)).surprise, logits)


def log_softmax(logits):
    """``z_k - logsumexp(z)`` along the last axis, with all its digits where it is near 0."""

    def columns(z):
        top = z.argmax(axis=0)
        lead = ahead(z, top)
        return -(lead + split(z, top).surprise).T

    return along_rows(columns, logits)


@quiet
def along_rows(function, logits):
    """Apply a function of columns, ``(K, n)``, that may overwrite them, along the last axis."""
    logits = real_array(logits, "logits")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits have shape {logits.shape}; allowed: (..., K) with K >= 1")
    result = function(np.array(logits.reshape(-1, logits.shape[-1]).T, order="C"))
    return result.reshape(logits.shape[:-1] + result.shape[1:])[()]


def exponentials(z):
    """Overwrite columns of logits with ``exp(z)``, each column divided by its largest where
    anything might overflow; returns the log of those divisors, None if there are none.

    Where it can be spared, not shifting is faster and rounds less.
    """
    safe = np.log(np.finfo(z.dtype).max) / 4 - np.log(len(z))  # a product of four still fits
    if -safe < z.min(initial=0) and z.max(initial=0) < safe:
        np.exp(z, out=z)
        return None
    top = largest(z)
    odd = np.isinf(top)
    if odd.any():  # one largest infinity takes all; where several compete there is no limit
        best = z[:, odd] == top[odd]
        z[:, odd] = np.where(best.sum(axis=0) == 1, np.where(best, 0, -np.inf), np.nan)
    z -= np.where(odd, 0, top)
    np.exp(z, out=z)
    return top


class Split(NamedTuple):
    """Softmax with one class of each column apart from its rivals, so that one minus its
    probability is a sum, ``others / total``, and never a difference."""

    own: np.ndarray  # the exponential of the class
    others: np.ndarray  # the sum of its rivals'
    total: np.ndarray
    surprise: np.ndarray  # minus the log of the probability of the class


def split(z, classes):
    """Overwrite columns of logits with their exponentials, 0 at the class."""
    flat, place = at(z, classes)
    logit = flat[place]
    shift = exponentials(z)
    own = flat[place]
    flat[place] = 0
    others = total(z)
    surprise = np.log1p(others / own)
    if shift is not None:  # of a class far behind the exponential may be 0
        behind = shift - logit + np.log(own + others)
        surprise = np.where(own > others, surprise, behind)
    return Split(own, others, own + others, surprise)


def at(columns, classes):
    """The memory of ``(K, n)`` columns as a line, and where the classes are in it."""
    K, n = columns.shape
    if columns.flags.c_contiguous:
        return columns.reshape(-1), classes * n + np.arange(n)
    return columns.T.reshape(-1), np.arange(n) * K + classes


def total(columns):
    """The sum of each column, by parts where it is long: errors grow with the length."""
    if columns.strides[0] != columns.itemsize:
        return sum(columns[k : k + 16].sum(axis=0) for k in range(0, len(columns), 16))
    return np.einsum("ij->j", columns) if len(columns) <= 128 else columns.sum(axis=0)


def largest(columns):
    """The largest of each column; along memory, to find its place first is faster."""
    if columns.strides[0] != columns.itemsize:
        return columns.max(axis=0)
    flat, place = at(columns, columns.argmax(axis=0))
    return flat[place]


def ahead(z, classes):
    """How far the class is ahead of each logit; 0 for itself."""
    flat, place = at(z, classes)
    lead = flat[place] - z
    flat, place = at(lead, classes)
    flat[place] = 0
    return lead


class CategoricalLoss(Loss):
    """A loss of logits; hard targets are classes, soft targets are rows of probabilities."""

    soft_targets: ClassVar[bool] = False
    """Whether the loss takes rows of probabilities."""

    def shapes(self, prediction, target):
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
            return self._classes(prediction.shape[1], target)
        target = super().targets(prediction, target)
        inside = PROBABILITY.holds(np.minimum(target, 1))  # of one above 1, the sum will tell
        first_bad(target, ~inside, "target", f"probabilities in {PROBABILITY}")
        mass = total(target.T)
        first_bad(mass, ~(np.abs(mass - 1) <= 1e-5), "sum of target", "rows that sum to 1")
        return target

    @staticmethod
    def _classes(K, target):
        if target.size == 0:
            return target.astype(np.intp)
        if target.dtype.kind not in "iu":
            raise TypeError(f"target must hold integer classes, got dtype {target.dtype}")
        if target.min() < 0 or target.max() >= K:
            first_bad(target, (target < 0) | (target >= K), "target", f"classes 0 to {K - 1}")
        return target.astype(np.intp, copy=False)

    def examples(self, prediction):
        """The shape of the loss: every row is an example."""
        return prediction.shape[:1]

    def constant_for(self, target):
        """A row of zeros for each target."""
        if target.ndim == 2:
            return np.zeros(target.shape)
        classes = target.size and target.dtype.kind in "iu" and int(target.max()) + 1
        return np.zeros((len(target), max(classes, 1)))

    def frequencies(self, target, share):
        """The share of each class."""
        return share @ target if target.ndim == 2 else np.bincount(target, share)

    def constant(self, target, share):
        return np.log(self.frequencies(target, share))

    def both(self, prediction, target, share=1.0, out=None):
        """With `out`, the gradient times `share` is written there.

        The formulas run on columns, ``(K, n)``, and overwrite logits with the gradient.  For few
        classes the columns are turned in memory, so that the processor works along the examples.
        """
        grad = np.empty_like(prediction, order="C") if out is None else out
        target = target.T
        if prediction.shape[1] > 24:
            np.copyto(grad, prediction)
            return self.columns(grad.T, target, share), grad
        turned = np.array(prediction.T, order="C")
        value = self.columns(turned, target, share)
        np.copyto(grad, turned.T)
        return value, grad

    def weighted(self, prediction, target, share, grad):
        value, _ = self.both(prediction, target, share, grad)
        return inner(value, share)


def one_hot(classes, columns):
    hot = np.zeros_like(columns)
    flat, place = at(hot, classes)
    flat[place] = 1
    return hot


@dataclass(frozen=True)
class CrossEntropy(CategoricalLoss):
    """Minus the log of the probability that softmax gives the class:
    ``logsumexp(z) - z[class]``; for soft targets q, ``sum_k q_k (logsumexp(z) - z_k)``.

    `label_smoothing` in [0, 1) mixes that share of the uniform distribution into the target.
    Gradient: ``softmax(z) - q``.  Minimiser over constants: the log of the class frequencies.
    Noise: categorical.  Smooth and convex in the logits.
    Source: Bridle (1990); Good (1952) for the log score; Szegedy et al. (2016) for smoothing.
    """

    label_smoothing: float = parameter(0.0, Interval(0, 1, "[)"))
    name = "cross-entropy"
    convex = True
    soft_targets = True

    def columns(self, z, target, share):
        if self.label_smoothing or target.ndim == 2:
            return self._soft(z, self.smooth(target, z), share)
        _, others, whole, surprise = split(z, target)
        flat, place = at(z, target)
        flat[place] = -others
        z *= share / whole
        return surprise

    def frequencies(self, target, share):
        mix, q = self.label_smoothing, super().frequencies(target, share)
        return (1 - mix) * q + mix / len(q)

    def smooth(self, target, z):
        q = target if target.ndim == 2 else one_hot(target, z)
        return (1 - self.label_smoothing) * q + self.label_smoothing / len(q)

    @staticmethod
    def _soft(z, q, share):
        """As for one class, with the largest logit apart from the others."""
        best = z.argmax(axis=0)
        mass = total(q)
        price = total(np.where(q > 0, q * ahead(z, best), 0))
        own, others, whole, surprise = split(z, best)
        z *= mass / whole
        z -= q
        flat, place = at(z, best)
        direct = flat[place] + mass * (own / whole)
        flat[place] = 0
        flat[place] = np.where(own > others, -total(z), direct)
        z *= share
        return price + mass * surprise

    def expression(self, logits, target):
        mix, K = self.label_smoothing, len(logits)
        log_sum = sp.log(sum(map(sp.exp, logits)))
        q = [(1 - mix) * q + mix / sp.Integer(K) for q in target] if mix else target
        return sum(q_k * (log_sum - z) for q_k, z in zip(q, logits, strict=True))


@dataclass(frozen=True)
class SoftmaxSquaredError(CategoricalLoss):
    """Squared error on probabilities, ``sum_k (softmax(z)_k - q_k)**2``, with no ½: Brier's score.

    Gradient: ``2 p_k ((p_k - q_k) - sum_j p_j (p_j - q_j))``: the factor p of softmax's Jacobian
    stays, so the signal fades where softmax saturates.  Minimiser over constants: the log of the
    class frequencies.  Noise: none; a proper score, but not convex in the logits.  Smooth.
    Source: Brier (1950).
    """

    name = "squared error on softmax"
    convex = False
    soft_targets = True

    def columns(self, z, target, share):
        if target.ndim == 2:
            return self._soft(z, target, share)
        own, others, whole, _ = split(z, target)
        best = largest(z)
        behind = best - z
        spread = total(z * behind)
        value = (others * others + (best * others - spread)) / (whole * whole)
        lift = (own * (best + others) + spread) / whole
        # p - y - sum p (p - y), times the whole
        z *= np.subtract(lift, behind, out=behind)
        z *= 2 * share / (whole * whole)
        flat, place = at(z, target)
        flat[place] = -2 * share * (own / whole) * value
        return value

    @staticmethod
    def _soft(z, q, share):
        """As for one class, with the largest logit apart from the others."""
        best = z.argmax(axis=0)
        own, others, whole, _ = split(z, best)
        own, others = own / whole, others / whole
        z *= 1 / whole
        gap = z - q
        flat, place = at(gap, best)
        flat[place] = np.where(own > others, (1 + flat[place]) - others, flat[place] + own)
        value = total(gap * gap)
        flat, place = at(z, best)
        flat[place] = own
        z *= gap - total(z * gap)
        direct = flat[place]
        flat[place] = 0
        flat[place] = np.where(own > others, -total(z), direct)
        z *= 2 * share
        return value

    def expression(self, logits, target):
        total = sum(map(sp.exp, logits))
        return sum((sp.exp(z) / total - q) ** 2 for z, q in zip(logits, target, strict=True))


@dataclass(frozen=True)
class Focal(CategoricalLoss):
    """Cross-entropy that turns away from what is already right: with p the probability of the
    class, ``-(1 - p)**gamma * log(p)``.

    `gamma` >= 0; 0 is cross-entropy.  Classes only.  Gradient: cross-entropy's, times
    ``(1 - p)**gamma - gamma * (1 - p)**(gamma - 1) * p * log(p)``.  Minimiser over constants: no
    closed form; less sure than the class frequencies.  Noise: none.  Smooth, not convex.
    Source: Lin, Goyal, Girshick, He and Dollár (2017).
    """

    gamma: float = parameter(2.0, NOT_NEGATIVE)
    name = "focal"

    @property
    def convex(self):
        return self.gamma == 0

    def columns(self, z, target, share):
        own, others, whole, surprise = split(z, target)
        p, q = own / whole, others / whole
        limits = np.finfo(z.dtype)
        doubt = q**self.gamma
        faded = 1 + self.gamma * p * np.minimum(surprise, limits.max) / np.maximum(q, limits.tiny)
        flat, place = at(z, target)
        flat[place] = -others
        z *= 1 / whole
        z *= share * doubt * faded
        return doubt * surprise

    def constant(self, target, share):
        """At the minimum, q_k times the slope of the price at p_k is one level for all classes."""
        q = self.frequencies(target, share)
        q_log = np.log(q)

        def surprises(level):  # s = -log p; the price (1 - p)**gamma * s falls with p
            def steepness(s):
                doubt = -np.expm1(-s)
                return (
                    q_log
                    + s
                    + self.gamma * np.log(doubt)
                    + np.log1p(self.gamma * s * np.exp(-s) / doubt)
                )

            return bisect(lambda s: steepness(s) - level, np.zeros_like(q), np.full_like(q, 745.0))

        level = bisect(lambda level: 1 - np.exp(-surprises(level)).sum(), -2000.0, 2000.0)
        return np.where(q > 0, -surprises(level), -np.inf)

    def expression(self, logits, target):
        total = sum(map(sp.exp, logits))
        p = [sp.exp(z) / total for z in logits]
        return sum(
            q * -((1 - p_k) ** self.gamma) * sp.log(p_k) for q, p_k in zip(target, p, strict=True)
        )


@dataclass(frozen=True)
class MulticlassHinge(CategoricalLoss):
    """What the class misses to be 1 ahead of its best rival:
    ``max(0, 1 + max(z[j] for j != class) - z[class])``.

    Classes only.  Gradient: +1 at the best rival, -1 at the class, 0 once the class is 1 ahead;
    rivals that tie share the 1 equally.  Minimiser over constants: the class with more than half
    of the examples 1 ahead, else all equal.  Noise: none.  Kinks where the lead is exactly 1 (the
    gradient is 0) and where rivals tie; convex.
    Source: Crammer and Singer (2001).
    """

    name = "multiclass hinge"
    convex = True

    def columns(self, z, target, share):
        flat, place = at(z, target)
        own = flat[place] if len(z) > 1 else 0.0  # a single class is ahead of nothing
        flat[place] = -np.inf
        best = largest(z)
        lead, rest = twofold.two_sum(best, -own)  # 1 + lead may nearly cancel
        missing = np.clip(1 + lead + np.where(np.isfinite(rest), rest, 0), 0, np.inf)
        np.equal(z, best, out=z)
        flat[place] = 0
        signal = share * np.sign(missing)
        z *= signal / np.maximum(total(z), 1)
        flat[place] = -signal
        return missing

    def constant(self, target, share):
        return np.where(self.frequencies(target, share) > 0.5, 1.0, 0.0)

    def expression(self, logits, target):
        return sum(
            q * sp.Max(0, *(1 + z - own for j, z in enumerate(logits) if j != y))
            for y, (q, own) in enumerate(zip(target, logits, strict=True))
            if q != 0
        )
