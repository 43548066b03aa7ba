"""Scores of a forecast of a number."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..losses.base import quiet
from ..losses.checks import (
    LEVEL,
    POSITIVE,
    Interval,
    first_bad,
    plain_array,
    real_array,
    same_labels,
    symbolic,
)
from ..noise.models import half_step

__all__ = [
    "crps_gaussian",
    "crps_laplace",
    "crps_logistic",
    "crps_samples",
    "crps_student_t",
    "interval_score",
]

Scores: TypeAlias = np.ndarray | np.floating
"""A number for each example; of a single example one number."""

ABOVE_ONE = Interval(1, np.inf)


@quiet
def crps_gaussian(prediction: ArrayLike, target: ArrayLike, scale: ArrayLike = 1.0) -> Scores:
    """CRPS of a Gaussian forecast with mean `prediction` and standard deviation `scale`:
    ``scale * (z (2 Φ(z) - 1) + 2 φ(z) - 1/√π)`` with ``z = (target - prediction) / scale``, and Φ
    and φ the distribution function and the density of the standard Gaussian.

    The continuous ranked probability score (CRPS) of a forecast with the distribution function F is
    the integral over all x of ``(F(x) - [target <= x])**2``, where the bracket is 1 if it is true,
    else 0.  It is twice the integral, over all levels, of the quantile loss of the forecast's
    quantile at that level.  For a forecast that is certain the CRPS is the absolute error.

    :Domain: `scale` in (0, ∞), one number or one for each example.
    :Minimiser: strictly proper, among forecasts with a mean.
    :Source: Matheson and Winkler (1976); Gneiting, Raftery, Westveld and Goldman (2005).
    """
    from scipy.special import erf

    size, scale, dtype = distance(prediction, target, scale)
    z = size / scale
    density = np.exp(-z * z / 2) * math.sqrt(2 / math.pi)  # twice that of the Gaussian
    score = size * erf(z * math.sqrt(0.5)) + scale * (density - 1 / math.sqrt(math.pi))
    return score.astype(dtype)[()]


@quiet
def crps_laplace(prediction: ArrayLike, target: ArrayLike, scale: ArrayLike = 1.0) -> Scores:
    """CRPS of a Laplace forecast with median `prediction` and mean distance `scale` from it:
    ``|error| + scale * (exp(-|error| / scale) - 3/4)``.

    :Domain: `scale` in (0, ∞), one number or one for each example.
    :Minimiser: strictly proper, among forecasts with a mean.
    :Source: Jordan, Krüger and Lerch (2019).
    """
    size, scale, dtype = distance(prediction, target, scale)
    return (size + scale * (np.exp(-size / scale) - 0.75)).astype(dtype)[()]


@quiet
def crps_logistic(prediction: ArrayLike, target: ArrayLike, scale: ArrayLike = 1.0) -> Scores:
    """CRPS of a logistic forecast, whose distribution function is the sigmoid of
    ``(x - prediction) / scale``: ``|error| + scale * (2 log(1 + exp(-|error| / scale)) - 1)``.

    :Domain: `scale` in (0, ∞), one number or one for each example.
    :Minimiser: strictly proper, among forecasts with a mean.
    :Source: Jordan, Krüger and Lerch (2019).
    """
    size, scale, dtype = distance(prediction, target, scale)
    return (size + scale * (2 * np.log1p(np.exp(-size / scale)) - 1)).astype(dtype)[()]


@quiet
def crps_student_t(
    prediction: ArrayLike, target: ArrayLike, dof: float, scale: ArrayLike = 1.0
) -> Scores:
    """CRPS of a Student t forecast with median `prediction`: ``scale * (z (2 F(z) - 1) +
    2 f(z) (dof + z²) / (dof - 1) - 2 √dof / (dof - 1) * B(1/2, dof - 1/2) / B(1/2, dof / 2)²)``
    with ``z = (target - prediction) / scale``, the density f and the distribution function F of
    t with scale 1, and the beta function B.

    :Domain: `dof` in (1, ∞), because otherwise the forecast has no mean; `scale` in (0, ∞), one
        number or one for each example.
    :Minimiser: strictly proper, among forecasts with a mean.
    :Source: Jordan, Krüger and Lerch (2019).
    """
    from scipy.special import betainc, betaincc

    dof = min(number(dof, "dof", ABOVE_ONE), 1e16)  # beyond, no float tells it from a Gaussian
    size, scale, dtype = distance(prediction, target, scale)
    square = (size / scale) ** 2 / dof
    near, far = (
        betainc(0.5, dof / 2, 1 / (1 + 1 / square)),
        betaincc(dof / 2, 0.5, 1 / (1 + square)),
    )
    inside = np.where(square < 1, near, far)  # the probability of a lesser error
    step = 2 * math.sqrt(dof / math.pi) * half_step((dof - 1) / 2)
    fall = np.expm1(-(dof - 1) / 2 * np.log1p(square)) / (dof - 1)
    score = size * inside + scale * step * (fall + centre(dof - 1))
    return score.astype(dtype)[()]


def centre(d):
    """``(1 - h(d/2) / h(d)) / d`` of ``h = half_step``; for d near 0 from the integral of the
    slope of log h, which is a difference of digammas."""
    if d > 2:
        return (1 - half_step(d / 2) / half_step(d)) / d
    from scipy.special import digamma

    places, weights = np.polynomial.legendre.leggauss(16)
    x = d * (3 + places) / 4
    slope = weights @ (digamma(x + 1) - digamma(x + 0.5)) / 4  # half its mean from d/2 to d
    return -np.expm1(-d * slope) / d


@quiet
def crps_samples(samples: ArrayLike, target: ArrayLike, fair: bool = False) -> Scores:
    """CRPS of a forecast that is known by m samples: ``mean |x_i - target|`` minus half the mean
    of ``|x_i - x_j|`` over all pairs, those of a sample with itself included.

    That is the CRPS of the samples' own distribution.  If the samples are drawn independently, it
    is on average higher than the CRPS of the distribution that they come from, unless that
    distribution is certain.  `fair` leaves out the pairs of a sample with itself: then the two are
    equal on average.

    :Domain: m at least 1, for `fair` at least 2.
    :Shapes: samples ``(..., m)``; target ``(...)``.
    :Source: Gneiting and Raftery (2007); Ferro (2014) for fair.
    """
    same_labels(samples, target)
    x, y = real_array(samples, "samples"), real_array(target, "target")
    least = 2 if fair else 1
    if x.ndim == 0 or x.shape[-1] < least:
        raise ValueError(f"samples have shape {x.shape}; allowed: (..., m) with m >= {least}")
    if y.shape != x.shape[:-1]:
        raise ValueError(f"target has shape {y.shape}; allowed: {x.shape[:-1]}")
    m, y = x.shape[-1], y[..., None].astype(float)
    ordered = np.sort(np.concatenate([x, y], axis=-1), axis=-1)
    # How many samples lie beyond each gap, as seen from the target:
    passed = ordered[..., :-1] >= y
    wrong = np.where(passed, np.arange(m, 0, -1.0), np.arange(1.0, m + 1))
    share = wrong * (wrong - 1) / (m * (m - 1)) if fair else (wrong / m) ** 2
    return np.vecdot(np.diff(ordered), share).astype(x.dtype)[()]


@quiet
def interval_score(
    lower: ArrayLike, upper: ArrayLike, target: ArrayLike, coverage: float = 0.9
) -> Scores:
    """The score of an interval: its width ``upper - lower``, plus ``2 / (1 - coverage)`` for each
    unit by which the target lies outside.

    It is twice the sum of the quantile losses of both ends, at the levels ``(1 - coverage) / 2``
    and ``(1 + coverage) / 2``, divided by ``1 - coverage``.

    :Domain: `coverage` in (0, 1), the probability that the interval is meant to hold;
        ``lower <= upper``.
    :Minimiser: the quantiles of those two levels.
    :Source: Winkler (1972); Gneiting and Raftery (2007).
    """
    outside = 1 - number(coverage, "coverage", LEVEL)
    same_labels(lower, upper, target)
    low, high = real_array(lower, "lower"), real_array(upper, "upper")
    y = real_array(target, "target")
    for name, array in (("upper", high), ("target", y)):
        if array.shape != low.shape:
            raise ValueError(f"{name} has shape {array.shape}; allowed: that of lower, {low.shape}")
    first_bad(low, low > high, "lower", "numbers up to upper")
    dtype = np.result_type(low, high)
    low, high, y = (array.astype(float) for array in (low, high, y))
    missed = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return (high - low + missed * (2 / outside)).astype(dtype)[()]


def number(value, name, interval):
    """A parameter that is one number inside."""
    if symbolic(value):
        raise TypeError(f"{name} must be a real number in {interval}, got {value!r}")
    return float(interval.require(value, name))


def distance(prediction, target, scale):
    """Of each example |prediction - target| and the scale, and the dtype of the prediction.

    In float64, so that a scale that float32 cannot hold is as good as any."""
    same_labels(prediction, target, scale)
    p, y = real_array(prediction, "prediction"), real_array(target, "target")
    if y.shape != p.shape:
        raise ValueError(f"target has shape {y.shape}; allowed: that of prediction, {p.shape}")
    if np.ndim(scale) == 0:
        scale = number(plain_array(scale, "scale")[()], "scale", POSITIVE)
    else:
        scale = real_array(scale, "scale")
        if scale.shape != p.shape:
            raise ValueError(f"scale has shape {scale.shape}; allowed: () or {p.shape}")
        POSITIVE.check(scale, "scale", "numbers", missing=True)
        scale = scale.astype(float)
    return np.abs(p.astype(float) - y), scale, p.dtype
