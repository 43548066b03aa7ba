"""Scores of the probability of an event, or of those of classes."""

import numpy as np
from numpy.typing import ArrayLike

from ..losses.base import quiet
from ..losses.checks import (
    PROBABILITY,
    as_classes,
    first_bad,
    plain_array,
    real_array,
    same_labels,
)
from .distributions import Scores

__all__ = ["brier_score", "log_score", "ranked_probability_score", "spherical_score"]


@quiet
def log_score(prediction: ArrayLike, target: ArrayLike) -> Scores:
    """Minus the log of the probability that was given to what came; infinite if that was 0.

    :Domain: probabilities.
    :Shapes: for an event, prediction and target of one shape, the target 0 or 1; for classes,
        prediction ``(..., K)`` and target ``(...)``.
    :Minimiser: strictly proper.
    :Source: Good (1952).
    """
    p, y, dtype = checked(prediction, target)
    given = np.where(y == 1, np.log(p), np.log1p(-p)) if y.shape == p.shape else np.log(at(p, y))
    return np.abs(given).astype(dtype)[()]  # of a certain success 0, not -0


@quiet
def brier_score(prediction: ArrayLike, target: ArrayLike) -> Scores:
    """The Brier score, ``(p - y)**2`` for an event.  For K classes it is the sum of this over all
    classes, with y 1 for the class that came and 0 for the others, so for two classes it is twice
    the score of the event.

    :Domain: probabilities.
    :Shapes: for an event, prediction and target of one shape, the target 0 or 1; for classes,
        prediction ``(..., K)`` and target ``(...)``.
    :Minimiser: strictly proper.
    :Source: Brier (1950).
    """
    p, y, dtype = checked(prediction, target)
    if y.shape == p.shape:
        return ((p - y) ** 2).astype(dtype)[()]
    return ((1 - at(p, y)) ** 2 + rivals(p, y)).astype(dtype)[()]


@quiet
def spherical_score(prediction: ArrayLike, target: ArrayLike) -> Scores:
    """One minus a ratio: the probability of what came, divided by the length of the row of all
    probabilities, ``1 - p[class] / sqrt(sum(p**2))``.

    :Domain: probabilities.
    :Shapes: for an event, prediction and target of one shape, the target 0 or 1; for classes,
        prediction ``(..., K)`` and target ``(...)``.
    :Minimiser: strictly proper.
    :Source: Good (1971); Gneiting and Raftery (2007).
    """
    p, y, dtype = checked(prediction, target)
    if y.shape == p.shape:
        own, others = np.where(y == 1, p, 1 - p), np.where(y == 1, 1 - p, p) ** 2
    else:
        own, others = at(p, y), rivals(p, y)
    length = np.sqrt(own**2 + others)
    return (others / (length * (length + own))).astype(dtype)[()]  # the difference, multiplied out


@quiet
def ranked_probability_score(prediction: ArrayLike, target: ArrayLike) -> Scores:
    """A score for ordered classes, in which a near miss costs less than a far one.  It is the sum
    of the Brier scores of the K - 1 events that the class is at most k; some authors divide this
    sum by K - 1.

    :Domain: probabilities of classes, in their order.
    :Shapes: prediction ``(..., K)``; target ``(...)`` classes.
    :Minimiser: strictly proper.
    :Source: Epstein (1969); Murphy (1971).
    """
    p, y, dtype = checked(prediction, target, events=False)
    up_to = np.cumsum(p, axis=-1)[..., :-1]
    beyond = np.cumsum(p[..., :0:-1], axis=-1)[..., ::-1]  # one minus it, near 0 too
    reached = np.arange(p.shape[-1] - 1) >= y[..., None]
    return (np.where(reached, beyond, up_to) ** 2).sum(axis=-1).astype(dtype)[()]


def checked(prediction, target, events=True):
    """Probabilities in float64, the target as 0 and 1 in their shape or as classes, and the dtype
    of the prediction."""
    same_labels(prediction, target)
    p, y = real_array(prediction, "prediction"), plain_array(target, "target")
    PROBABILITY.check(p, "prediction", "probabilities", missing=True)
    if events and y.shape == p.shape:
        y = real_array(y, "target")
        first_bad(y, (y != 0) & (y != 1), "target", "0 or 1")
        return p.astype(float), y.astype(float), p.dtype
    if p.ndim == 0 or p.shape[-1] == 0:
        raise ValueError(f"prediction has shape {p.shape}; allowed: (..., K) with K >= 1")
    if y.shape != p.shape[:-1]:
        allowed = f"{p.shape[:-1]} classes" + f" or {p.shape} with 0 and 1" * events
        raise ValueError(f"target has shape {y.shape}; allowed: {allowed}")
    mass = p.sum(axis=-1, dtype=float)
    first_bad(mass, np.abs(mass - 1) > 1e-5, "sum of prediction", "rows that sum to 1")
    rows = np.where(np.isnan(mass)[..., None], np.nan, p.astype(float))
    return rows, as_classes(p.shape[-1], y), p.dtype


def at(p, classes):
    """The entry of the class."""
    return np.take_along_axis(p, classes[..., None], axis=-1)[..., 0]


def rivals(p, classes):
    """The sum of the squares of all others."""
    others = p**2
    np.put_along_axis(others, classes[..., None], 0, axis=-1)
    return others.sum(axis=-1)
