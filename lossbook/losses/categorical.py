"""Losses of a row of logits against a class.

Logits are ``(n, K)``.  The target is ``(n,)`` integer classes in 0 … K - 1, or, where a loss
takes soft targets, ``(n, K)`` rows of probabilities.  The loss is ``(n,)``, the gradient
``(n, K)``.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import sympy as sp

from . import twofold
from .base import (
    Loss,
    first_bad,
    inner,
    quiet,
    real_array,
    require,
    same_shape,
    sum_rows,
)
from .constant import bisect

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

    def rows(z):
        terms, _ = exponentials(z)
        return terms / sum_rows(terms)[:, None]

    return along_rows(rows, logits)


def logsumexp(logits):
    """``log sum_j exp(z_j)`` along the last axis, without overflow."""

    def rows(z):
        top = z.argmax(axis=1)
        return z[np.arange(len(z)), top] + split(z, top).surprise

    return along_rows(rows, logits)


def log_softmax(logits):
    """``z_k - logsumexp(z)`` along the last axis, with all its digits where it is near 0."""

    def rows(z):
        top = z.argmax(axis=1)
        return -(ahead(z, top) + split(z, top).surprise[:, None])

    return along_rows(rows, logits)


@quiet
def along_rows(rows, logits):
    """Apply a function of ``(n, K)`` along the last axis of any shape."""
    logits = real_array(logits, "logits")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits have shape {logits.shape}; allowed: (..., K) with K >= 1")
    result = rows(logits.reshape(-1, logits.shape[-1]))
    return result.reshape(logits.shape[:-1] + result.shape[1:])[()]


def exponentials(logits, out=None):
    """``exp(z)``, each row divided by its largest where anything might overflow, and the log of
    those divisors (None if there are none).

    Where it can be spared, not shifting is faster and rounds less.
    """
    K = logits.shape[1]
    safe = np.log(np.finfo(logits.dtype).max) / 2 - np.log(K)
    if -safe < logits.min(initial=0) and logits.max(initial=0) < safe:
        return np.exp(logits, out=out), None
    columns = np.array(logits.T, order="C") if K < 64 else logits.T  # long rows go faster
    top = columns.max(axis=0)
    shifted = np.subtract(logits, top[:, None], out=out)
    odd = ~np.isfinite(top)
    if odd.any():  # one largest infinity takes all; where several compete there is no limit
        best = logits[odd] == top[odd, None]
        alone = best.sum(axis=1, keepdims=True) == 1
        shifted[odd] = np.where(alone, np.where(best, 0, -np.inf), np.nan)
    return np.exp(shifted, out=shifted), top


class Split(NamedTuple):
    """Softmax with one class of each row apart from its rivals, so that one minus its probability
    is a sum, ``others / total``, and never a difference."""

    terms: np.ndarray  # exponentials of the rivals, 0 at the class
    place: np.ndarray  # where the classes are in terms.reshape(-1)
    own: np.ndarray  # exponential of the class
    others: np.ndarray  # sum of the rivals'
    total: np.ndarray
    surprise: np.ndarray  # minus the log of the class's probability


def split(logits, classes, out=None):
    terms, top = exponentials(logits, out)
    flat, place = terms.reshape(-1), np.arange(0, terms.size, terms.shape[1]) + classes
    own = flat[place]
    flat[place] = 0
    others = sum_rows(terms)
    total = own + others
    surprise = np.log1p(others / own)
    if top is not None:  # where the class is far behind, its exponential may be 0
        behind = top - logits[np.arange(len(logits)), classes]
        surprise = np.where(own > others, surprise, behind + np.log(total))
    return Split(terms, place, own, others, total, surprise)


def ahead(logits, classes):
    """How far the class is ahead of each logit; 0 for itself."""
    rows = np.arange(len(logits))
    lead = logits[rows, classes][:, None] - logits
    lead[rows, classes] = 0
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
        first_bad(target, ~(target >= 0), "target", "probabilities >= 0")
        total = sum_rows(target)
        first_bad(total, ~(np.abs(total - 1) <= 1e-5), "sum of target", "rows that sum to 1")
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

    def weighted(self, prediction, target, share, grad):
        value, _ = self.both(prediction, target, share, grad)
        return inner(value, share)


def one_hot(classes, logits):
    rows = np.zeros_like(logits)
    rows[np.arange(len(classes)), classes] = 1
    return rows


@dataclass(frozen=True)
class CrossEntropy(CategoricalLoss):
    """Minus the log of the probability that softmax gives the class:
    ``logsumexp(z) - z[class]``; for soft targets q, ``sum_k q_k (logsumexp(z) - z_k)``.

    `label_smoothing` in [0, 1) mixes that share of the uniform distribution into the target.
    Gradient: ``softmax(z) - q``.  Minimiser over constants: the log of the class frequencies.
    Noise: categorical.  Smooth and convex in the logits.
    Source: Bridle (1990); Good (1952) for the log score; Szegedy et al. (2016) for smoothing.
    """

    label_smoothing: float = 0.0
    name = "cross-entropy"
    convex = True
    soft_targets = True

    def __post_init__(self):
        require(
            self.label_smoothing,
            "label_smoothing",
            "at least 0 and below 1",
            lambda s: 0 <= s < 1,
        )

    def both(self, prediction, target, share=1.0, out=None):
        if self.label_smoothing or target.ndim == 2:
            return self._soft(prediction, self.smooth(target, prediction), share, out)
        terms, place, _, others, total, surprise = split(prediction, target, out)
        terms.reshape(-1)[place] = -others
        terms *= (share / total)[:, None]
        return surprise, terms

    def frequencies(self, target, share):
        mix, q = self.label_smoothing, super().frequencies(target, share)
        return (1 - mix) * q + mix / len(q)

    def smooth(self, target, logits):
        q = target if target.ndim == 2 else one_hot(target, logits)
        mix = self.label_smoothing
        return (1 - mix) * q + mix / q.shape[1]

    @staticmethod
    def _soft(logits, q, share, out):
        """As for one class, with the largest logit apart from the others."""
        best = logits.argmax(axis=1)
        terms, place, own, others, total, surprise = split(logits, best, out)
        mass = sum_rows(q)
        value = mass * surprise + sum_rows(np.where(q > 0, q * ahead(logits, best), 0))
        terms *= (mass / total)[:, None]
        terms -= q
        flat = terms.reshape(-1)
        near = flat[place] + mass * (own / total)
        flat[place] = 0
        flat[place] = np.where(own > others, -sum_rows(terms), near)
        terms *= np.reshape(share, (-1, 1))
        return value, terms

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

    def both(self, prediction, target, share=1.0, out=None):
        if target.ndim == 2:
            return self._soft(prediction, target, share, out)
        p, place, own, others, total, _ = split(prediction, target, out)
        own, others = own / total, others / total
        p *= (1 / total)[:, None]
        squares = np.einsum("ij,ij->i", p, p)
        value = others * others + squares
        wide = np.flatnonzero(squares > 0.25)  # one rival may have nearly all: 1 - p must be a sum
        p *= p + (own * others - squares)[:, None]
        flat = p.reshape(-1)
        flat[place] = -own * value
        if wide.size:
            rival = prediction[wide]
            rival[np.arange(len(wide)), target[wide]] = -np.inf
            at = place[wide] - target[wide] + rival.argmax(axis=1)
            flat[at] = 0
            flat[at] = -sum_rows(p[wide])
        p *= np.reshape(2 * share, (-1, 1))
        return value, p

    @staticmethod
    def _soft(logits, q, share, out):
        """As for one class, with the largest logit apart from the others."""
        best = logits.argmax(axis=1)
        p, place, own, others, total, _ = split(logits, best, out)
        own, others = own / total, others / total
        p *= (1 / total)[:, None]
        gap = p - q
        gap.reshape(-1)[place] = np.where(
            own > others,
            (1 - q.reshape(-1)[place]) - others,
            gap.reshape(-1)[place] + own,
        )
        p.reshape(-1)[place] = own
        value = np.einsum("ij,ij->i", gap, gap)
        p *= gap - np.einsum("ij,ij->i", p, gap)[:, None]
        near = p.reshape(-1)[place]
        p.reshape(-1)[place] = 0
        p.reshape(-1)[place] = np.where(own > others, -sum_rows(p), near)
        p *= np.reshape(2 * share, (-1, 1))
        return value, p

    def expression(self, logits, target):
        terms = [sp.exp(z) for z in logits]
        return sum((t / sum(terms) - q) ** 2 for t, q in zip(terms, target, strict=True))


@dataclass(frozen=True)
class Focal(CategoricalLoss):
    """Cross-entropy that turns away from what is already right: with p the probability of the
    class, ``-(1 - p)**gamma * log(p)``.

    `gamma` >= 0; 0 is cross-entropy.  Classes only.  Gradient: cross-entropy's, times
    ``(1 - p)**gamma - gamma * (1 - p)**(gamma - 1) * p * log(p)``.  Minimiser over constants: no
    closed form; less sure than the class frequencies.  Noise: none.  Smooth, not convex.
    Source: Lin, Goyal, Girshick, He and Dollár (2017).
    """

    gamma: float = 2.0
    name = "focal"

    def __post_init__(self):
        require(self.gamma, "gamma", "at least 0 and finite", lambda g: 0 <= g < np.inf)

    @property
    def convex(self):
        return self.gamma == 0

    def both(self, prediction, target, share=1.0, out=None):
        terms, place, own, others, total, surprise = split(prediction, target, out)
        p, q = own / total, others / total
        tiny, huge = np.finfo(q.dtype).tiny, np.finfo(q.dtype).max
        doubt = q**self.gamma
        faded = doubt * (1 + self.gamma * p * np.minimum(surprise, huge) / np.maximum(q, tiny))
        terms.reshape(-1)[place] = -others
        terms *= (share * faded / total)[:, None]
        return doubt * surprise, terms

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

    def both(self, prediction, target, share=1.0, out=None):
        rows = np.arange(len(target))
        own = prediction[rows, target]
        grad = np.positive(prediction, out=out)  # a copy
        grad[rows, target] = -np.inf
        top = grad.max(axis=1, initial=-np.inf)
        lead, rest = twofold.two_sum(top, -own)  # 1 + lead may nearly cancel
        missing = np.maximum(1 + lead + np.where(np.isfinite(rest), rest, 0), 0)
        np.equal(grad, top[:, None], out=grad)
        grad[rows, target] = 0
        signal = share * np.heaviside(missing, 0)
        grad *= (signal / np.maximum(sum_rows(grad), 1))[:, None]
        grad[rows, target] = -signal
        return missing, grad

    def constant(self, target, share):
        return np.where(self.frequencies(target, share) > 0.5, 1.0, 0.0)

    def expression(self, logits, target):
        return sum(
            q * sp.Max(0, *(1 + z - own for j, z in enumerate(logits) if j != y))
            for y, (q, own) in enumerate(zip(target, logits, strict=True))
        )
