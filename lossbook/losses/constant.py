"""The best constant prediction: what is left of a loss when there is nothing to predict from."""

import numpy as np


def weighted_quantile(values, weights, level):
    """Where the weights, summed in the order of the values, pass `level`; where they rest on it,
    the middle of the rest.  Their whole sum is 1."""
    values, weights = values[weights > 0], weights[weights > 0]
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    slack = len(values) * np.finfo(float).eps  # of the sums
    ends = np.searchsorted(below, [level - slack, level + slack])
    low, high = values[order][np.minimum(ends, len(values) - 1)]
    return low + (high - low) / 2


def bisect(function, low, high):
    """Where a function turns from negative to positive, element by element."""
    for _ in range(64):
        middle = low + (high - low) / 2
        below = function(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low + (high - low) / 2


def search(risk, slope, starts):
    """The least of the minima that the risk has between neighbouring starts, or at the first.

    Every interval where the slope turns from negative to positive holds one.  At the last start,
    at or above all targets, the slope is never negative.
    """
    up = slope(starts) >= 0
    turns = np.flatnonzero(~up[:-1] & up[1:])
    minima = np.append(bisect(slope, starts[turns], starts[turns + 1]), starts[:1][up[:1]])
    return minima[np.argmin(risk(minima))]
