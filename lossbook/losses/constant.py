"""The best constant prediction: what is left of a loss when there is nothing to predict from.

Weights are positive and need not sum to 1.
"""

import numpy as np

EPS = np.finfo(float).eps


def mean(values, weights):
    """The weighted mean, which no sum overflows; opposite infinities have none."""
    total = weights @ values
    shared = total / weights.sum() if np.isfinite(total) else weights / weights.sum() @ values
    return np.clip(shared, values.min(), values.max())


def middle(low, high):
    """Half-way; no difference overflows."""
    return low / 2 + high / 2


def doubt(weights):
    """By how much two sums of such weights may differ though they should not: whole numbers, as
    where all weights are 1, are summed exactly."""
    whole = (weights == np.rint(weights)).all() and weights.sum() < 2**53
    return 0.0 if whole else len(weights) * EPS * weights.sum()


def weighted_quantile(values, weights, level):
    """Where the weights, summed in the order of the values, pass `level` of their whole; where they
    rest on it, the middle of the rest."""
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    slack = doubt(weights) + EPS * below[-1]  # the level is a rounded number
    ends = np.searchsorted(below, [level * below[-1] - slack, level * below[-1] + slack])
    return middle(*values[order][np.minimum(ends, len(values) - 1)])


def bisect(function, low, high):
    """Where a function turns from negative to positive, element by element."""
    return middle(*bracket(function, low, high))


def bracket(function, low, high):
    """The last places where it is negative, and the first where it is not."""
    for _ in range(64):
        half = middle(low, high)
        below = function(half) < 0
        low, high = np.where(below, half, low), np.where(below, high, half)
    return low, high


def minima(slope, starts):
    """Where a risk has its minima between the first start and the last, and the edges of each.

    The `slope` is exactly 0 where it is none but for rounding.  It falls before the first start and
    rises after the last.  A minimum is the middle of the stretch between its edges: the last place
    where the slope is negative and the first where it is positive.
    """
    side = np.concatenate([[-1.0], slope(starts[1:-1]), [1.0]])
    rise = np.flatnonzero((side[:-1] <= 0) & (side[1:] > 0))
    stop = np.flatnonzero((side[:-1] < 0) & (side[1:] >= 0))
    stop = stop[np.searchsorted(stop, rise, side="right") - 1]
    left = bracket(slope, starts[stop], starts[stop + 1])
    right = bracket(lambda c: np.where(slope(c) > 0, 1.0, -1.0), starts[rise], starts[rise + 1])
    return middle(middle(*left), middle(*right)), np.concatenate([*left, *right])


def deepest(risk, places):
    """The first of the places where the risk is least, up to rounding, and a number."""
    prices = risk(places)
    least = np.min(prices, where=~np.isnan(prices), initial=np.inf)
    return places[np.argmax(prices <= least + 1e-12 * abs(least))]
