"""Losses of a row of logits against a class.

Logits are ``(n, K)``.  The target is ``(n,)`` integer classes in 0 … K - 1, or ``(n, K)`` rows of
probabilities (soft targets).  The loss is ``(n,)``, the gradient ``(n, K)``.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from .base import Loss, first_bad, real_array, same_shape

__all__ = [
    "CategoricalLoss",
    "CrossEntropy",
    "SoftmaxSquaredError",
    "log_softmax",
    "logsumexp",
    "softmax",
]


def softmax(logits):
    """``exp(z_k) / sum_j exp(z_j)`` along the last axis; adding a constant to all logits changes
    nothing, so the largest is taken off first and nothing overflows."""
    logits = real_array(logits, "logits")
    terms = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def logsumexp(logits):
    """``log sum_j exp(z_j)`` along the last axis, without overflow."""
    logits = real_array(logits, "logits")
    top = logits.max(axis=-1, keepdims=True)
    return np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]


def log_softmax(logits):
    """``z_k - logsumexp(z)`` along the last axis."""
    logits = real_array(logits, "logits")
    return logits - logsumexp(logits)[..., None]


class CategoricalLoss(Loss):
    """A loss of logits; hard targets are classes, soft targets are rows of probabilities."""

    def check(self, prediction, target):
        logits = real_array(prediction, "prediction")
        if logits.ndim != 2 or logits.shape[1] == 0:
            raise ValueError(f"prediction has shape {logits.shape}; allowed: (n, K) with K >= 1")
        target = np.asarray(target)
        if target.ndim == 1:
            return logits, self._classes(logits, target)
        target = real_array(target, "target")
        same_shape(logits, target, "(n,) classes or (n, K) probabilities")
        first_bad(target, ~(target >= 0), "target", "probabilities >= 0")
        total = target.sum(axis=1)
        first_bad(total, ~(np.abs(total - 1) <= 1e-5), "sum of target", "rows that sum to 1")
        return logits, target.astype(logits.dtype, copy=False)

    @staticmethod
    def _classes(logits, target):
        n, K = logits.shape
        if target.shape != (n,):
            raise ValueError(f"target has shape {target.shape}; allowed: ({n},), a class for each row")
        if target.dtype.kind not in "iu" and target.size:
            raise TypeError(f"target must hold integer classes, got dtype {target.dtype}")
        first_bad(target, (target < 0) | (target >= K), "target", f"classes 0 to {K - 1}")
        return target.astype(np.intp, copy=False)


def one_hot(target, logits):
    """Soft targets as they are; classes as rows with a single 1."""
    if target.ndim == 2:
        return target
    rows = np.zeros_like(logits)
    rows[np.arange(len(target)), target] = 1
    return rows


@dataclass(frozen=True)
class CrossEntropy(CategoricalLoss):
    """Minus the log of the probability that softmax gives the class:
    ``logsumexp(z) - z[class]``; for soft targets q, ``logsumexp(z) - sum_k q_k z_k``.

    Gradient: ``softmax(z) - y``.  Minimiser over constants: the log of the class frequencies.
    Noise: categorical.  Smooth and convex in the logits.
    Source: Bridle (1990); Good (1952) for the log score.
    """

    name = "cross-entropy"

    def value(self, prediction, target):
        if target.ndim == 2:
            return logsumexp(prediction) - (target * prediction).sum(axis=1)
        own = prediction[np.arange(len(target)), target]
        return logsumexp(prediction) - own

    def gradient(self, prediction, target):
        p = softmax(prediction)
        return p - one_hot(target, p)

    def expression(self, logits, target):
        return sp.log(sum(map(sp.exp, logits))) - sum(q * z for q, z in zip(target, logits, strict=True))


@dataclass(frozen=True)
class SoftmaxSquaredError(CategoricalLoss):
    """Squared error on probabilities, ``sum_k (softmax(z)_k - y_k)**2``, with no ½: the Brier score.

    Gradient: ``2 p_k ((p_k - y_k) - sum_j p_j (p_j - y_j))``: the factor p of softmax's Jacobian
    stays, so the signal fades where softmax saturates.  Minimiser over constants: the log of the
    class frequencies.  Noise: none; a proper score, but not convex in the logits.
    Source: Brier (1950).
    """

    name = "squared error on softmax"

    def value(self, prediction, target):
        gap = softmax(prediction) - one_hot(target, prediction)
        return (gap * gap).sum(axis=1)

    def gradient(self, prediction, target):
        p = softmax(prediction)
        gap = p - one_hot(target, p)
        return 2 * p * (gap - (p * gap).sum(axis=1, keepdims=True))

    def expression(self, logits, target):
        terms = [sp.exp(z) for z in logits]
        return sum((t / sum(terms) - q) ** 2 for t, q in zip(terms, target, strict=True))
