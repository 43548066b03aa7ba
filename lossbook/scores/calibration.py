"""What a mean over forecasts of an event hides: calibration and resolution."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..losses.checks import PROBABILITY, real_array, require_whole
from .probabilities import checked

__all__ = ["Decomposition", "brier_decomposition", "calibration_error", "reliability_curve"]

By: TypeAlias = Literal["width", "count"]


class Decomposition(NamedTuple):
    """The mean Brier score as ``reliability - resolution + uncertainty + within``."""

    reliability: float
    """How far the frequency of the event differs from the forecast in each group, as a mean squared
    distance; for a calibrated forecast it is 0, but for chance."""
    resolution: float
    """How far the frequency of the event differs from group to group: the higher, the better."""
    uncertainty: float
    """The score of the base rate, which no forecast can change."""
    within: float
    """What the groups hide because forecasts in one group differ; 0 if all forecasts in a group are
    equal."""

    @property
    def score(self) -> float:
        """The mean Brier score."""
        return self.reliability - self.resolution + self.uncertainty + self.within


def brier_decomposition(
    prediction: ArrayLike, target: ArrayLike, bins: int | None = None, by: By = "width"
) -> Decomposition:
    """Murphy's decomposition of the mean Brier score, whose parts add up to it but for rounding.

    Forecasts are put in groups: those of the same probability, or, if there are `bins`, those that
    :func:`reliability_curve` puts in one bin.  Let p̄ and ȳ be the means of prediction and target
    in the group of an example, and ȳ₀ the mean of all targets.  The parts are means over the
    examples: the reliability is the mean of ``(p̄ - ȳ)²``, the resolution that of ``(ȳ - ȳ₀)²``,
    the uncertainty that of ``(y - ȳ₀)²``, and `within` that of
    ``(p - p̄)² - 2 (p - p̄)(y - ȳ)``.  For K classes each part is a sum over the classes, each
    class against the rest and in groups of its own.

    :Domain: probabilities, none missing; at least one example; `bins` whole, from 1.
    :Shapes: prediction and target ``(n,)``, or prediction ``(n, K)`` and target ``(n,)`` classes.
    :Source: Murphy (1973); Stephenson, Coelho and Jolliffe (2008) for the fourth part.
    """
    p, y = examples(prediction, target)
    if y.ndim < p.ndim:
        each = zip(p.T, (y == np.arange(p.shape[1])[:, None]).astype(float), strict=True)
        parts = [parts_of(*pair, bins, by) for pair in each]
    else:
        parts = [parts_of(p, y, bins, by)]
    return Decomposition(*np.sum(parts, axis=0).tolist())


def parts_of(p, y, bins, by):
    group = groups(p, bins, by)
    count = np.bincount(group)
    said, came = (np.bincount(group, values) / count for values in (p, y))
    p_bar, y_bar, base = said[group], came[group], y.mean()
    reliability, resolution = np.mean((p_bar - y_bar) ** 2), np.mean((y_bar - base) ** 2)
    within = np.mean((p - p_bar) * (p - p_bar - 2 * (y - y_bar)))
    return reliability, resolution, base * (1 - base), within


def reliability_curve(
    prediction: ArrayLike, target: ArrayLike, bins: int = 10, by: By = "width"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How forecasts compare with what happened, bin by bin: for each bin that is not empty, the
    number of forecasts, their mean probability, and the frequency of the event.

    By "width" the bins divide 0 … 1 evenly; a probability on an edge is in the bin below.  By
    "count" they divide the forecasts evenly, except that equal forecasts share a bin.

    :Domain: probabilities of an event, none missing; at least one example; `bins` whole, from 1.
    :Shapes: prediction and target ``(n,)``; results ``(bins,)`` or shorter.
    :Source: DeGroot and Fienberg (1983).
    """
    p, y = examples(prediction, target)
    if p.ndim > 1:
        raise ValueError(f"prediction has shape {p.shape}; allowed: (n,), of an event")
    group = groups(p, bins, by)
    count = np.bincount(group)
    return count, np.bincount(group, p) / count, np.bincount(group, y) / count


def calibration_error(
    prediction: ArrayLike, target: ArrayLike, bins: int = 10, by: By = "width"
) -> float:
    """Expected calibration error: the mean distance between mean probability and frequency in the
    bins of :func:`reliability_curve`, with each bin weighted by the number of its forecasts.

    It is not proper: a forecast that always says the base rate gets 0, while the true probabilities
    get more, by chance.  It also depends on the bins.  For K classes it is usual to take the
    likeliest one: ``calibration_error(p.max(axis=1), p.argmax(axis=1) == target)``.

    :Domain: probabilities of an event, none missing; at least one example; `bins` whole, from 1.
    :Shapes: prediction and target ``(n,)``.
    :Source: Naeini, Cooper and Hauskrecht (2015).
    """
    count, said, came = reliability_curve(prediction, target, bins, by)
    return float(np.abs(said - came) @ count / count.sum())


def groups(p, bins, by):
    """The group of each forecast, counted without gaps."""
    if by not in ("width", "count"):
        raise ValueError(f'by is {by!r}; allowed: "width" or "count"')
    if bins is not None:
        bins = require_whole(bins, "bins")
        if by == "count":
            p = np.searchsorted(np.sort(p), p).astype(np.int64) * bins // p.size
        else:
            p = np.searchsorted((np.arange(1, bins) / bins).astype(p.dtype), p)
    return np.unique(p, return_inverse=True)[1]


def examples(prediction, target):
    """Probabilities and targets of which a mean is taken."""
    _, y, _ = checked(prediction, target)
    if y.ndim != 1 or y.size == 0:
        raise ValueError(f"target has shape {y.shape}; allowed: (n,) with n >= 1")
    p = real_array(prediction, "prediction")
    PROBABILITY.check(p, "prediction", "probabilities")
    return p, y
