"""Softmax and its logs, along the last axis of any array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .base import quiet
from .checks import real_array

__all__ = ["log_softmax", "logsumexp", "softmax"]


def softmax(logits: ArrayLike) -> np.ndarray:
    """The probabilities that logits z give to the classes, ``exp(z_k) / sum_j exp(z_j)`` along the
    last axis.  Adding a constant to all logits changes nothing.  Infinite logits give the limit, or
    NaN where several infinite logits are the largest."""

    def columns(z):
        relative(z)
        np.exp(z, out=z)
        z /= total(z)
        return z.T

    return along_rows(columns, logits)


def logsumexp(logits: ArrayLike) -> Any:
    """The log of a sum of exponentials, ``log sum_j exp(z_j)``, along the last axis, without
    overflow.  Where the largest logit is infinite, the result is that logit."""

    def columns(z):
        top, best = z.max(axis=0), place_of(z.argmax(axis=0))
        relative(z)
        return np.where(np.isinf(top), top, top + np.log1p(apart(z, best)[1]))

    return along_rows(columns, logits)


def log_softmax(logits: ArrayLike) -> np.ndarray:
    """The log of softmax, ``z_k - logsumexp(z)``, along the last axis.  A result near 0 keeps all
    its digits."""

    def columns(z):
        best = place_of(z.argmax(axis=0))
        relative(z)
        return (z - np.log1p(apart(z.copy(order="K"), best)[1])).T

    return along_rows(columns, logits)


@quiet
def along_rows(function, logits):
    """Apply a function of columns, ``(K, n)``, that may overwrite them, along the last axis."""
    logits = real_array(logits, "logits")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits have shape {logits.shape}; allowed: (..., K) with K >= 1")
    result = function(as_columns(logits.reshape(-1, logits.shape[-1])))
    return result.reshape(logits.shape[:-1] + result.shape[1:])[()]


def as_columns(rows):
    """A copy of rows of logits as columns, ``(K, n)``, so that formulas read as for one example.

    Few classes are turned in memory too: then the processor works along the examples.
    """
    return np.array(rows.T, order="C" if rows.shape[1] <= 64 else "F")


def relative(z):
    """Make logits relative to the largest of their column, which becomes 0: adding a constant to
    all changes nothing, and now no exponential can overflow."""
    top = z.max(axis=0)
    infinite = np.isinf(top)
    if infinite.any():  # one largest infinity takes all; where several compete there is no limit
        best = z[:, infinite] == top[infinite]
        limit = np.where(best, 0, -np.inf)
        z[:, infinite] = np.where(best.sum(axis=0) == 1, limit, np.nan)
        top[infinite] = 0
    z -= top


def total(z):
    """The sum of each column; rounding errors grow with the length of a sum.

    Columns across memory are added in parts of eight.  Along memory, ``sum`` adds halves to halves;
    up to 128 classes ``einsum`` keeps several sums too, and is three times as fast.
    """
    if z.strides[0] != z.itemsize:
        return sum(z[k : k + 8].sum(axis=0) for k in range(0, len(z), 8))
    return np.einsum("kn->n", z) if len(z) <= 128 else z.sum(axis=0)


def place_of(classes):
    """Where one class of each column is."""
    return classes, np.arange(len(classes))


def apart(z, place):
    """Overwrite relative logits with their exponentials, but with 0
    at one class of each column; return the exponential of that
    class, and the sum of its rivals'.

    One minus the probability of that class is then
    ``rivals / (own + rivals)``: as a difference it would have no
    digits left where the class is all but certain.
    """
    np.exp(z, out=z)
    own = z[place]
    z[place] = 0
    return own, total(z)


def shares(z):
    """Overwrite logits with their softmax p; return 1 - p, which has all its digits too."""
    relative(z)
    best = place_of(z.argmax(axis=0))
    own, rivals = apart(z, best)
    whole = own + rivals
    z /= whole
    z[best] = own / whole
    rest = 1 - z
    rest[best] = rivals / whole
    return rest


def centred(v, p):
    """An eighth of `v` minus its mean under the probabilities p: a difference may overflow.

    Of a class with more than half of the probability the mean keeps few digits beside `v`: there
    the differences from that class are taken first, whose mean has all.
    """
    v /= 8
    best = place_of(p.argmax(axis=0))
    v -= np.where(p[best] > 0.5, v[best], 0)
    v -= total(p * v)
    return v


def balance(z, place, direct, majority):
    """Set the signals to the largest logits.  All signals add up to 0: where softmax gives that
    class more than half, minus the sum of the others' keeps digits that the direct formula lost."""
    z[place] = 0
    z[place] = np.where(majority, -total(z), direct)


def surprise(behind, own, rivals):
    """Minus the log of the probability of a class that is `behind` the largest logit:
    ``behind + log(own + rivals)``.

    Of the class with the largest logit, ``own`` is 1 and ``behind`` 0: then ``log1p`` sees the
    rivals alone, however small.
    """
    return behind + np.log1p(own - 1 + rivals)
