"""The exercises of chapter 15."""

import numpy as np

from .. import scores
from .exercise import Exercise


def means(samples, target):
    """The mean distance to the target, and the sum of the distances of all pairs."""
    samples = np.asarray(samples)
    near = np.mean(np.abs(samples - target))
    return near, np.abs(np.subtract.outer(samples, samples)).sum()


def parts(stated, outcomes, by_group=False):
    """Reliability, resolution and uncertainty; as means over the groups, if asked for."""
    stated, outcomes = np.asarray(stated), np.asarray(outcomes)
    values, group, count = np.unique(stated, return_inverse=True, return_counts=True)
    share, base = np.bincount(group, outcomes) / count, outcomes.mean()
    weight = np.full(len(count), 1 / len(count)) if by_group else count / len(stated)
    return weight @ (values - share) ** 2, weight @ (share - base) ** 2, base * (1 - base)


def interval(lower, upper, target, price):
    """Width, and a price for each unit outside."""
    lower, upper, target = map(np.asarray, (lower, upper, target))
    outside = np.maximum(lower - target, 0) + np.maximum(target - upper, 0)
    return upper - lower + price * outside


FORECASTS = {
    # 15  Scores for whole forecasts
    "sample-crps": Exercise(
        lambda samples, target: scores.crps_samples(samples, target),
        [
            ([0.0, 2.0], 1.0),
            ([3.0], 5.0),
            ([1.0, 1.0, 4.0, -2.5], 0.25),
            ([-30.0, 2.5, 2.5, 7.0, 0.5], 2.5),
            ([0.6, -0.3, 0.9], -40.0),
            ([0.01, -2.05, -0.92, 0.49, 0.0, 0.0], -0.41),
            ([13.63, 0.0, -0.08, 61.88, -0.13, 0.0], 0.05),
            ([69.23, -1.04, -1.04], -1.04),
        ],
        "mean |sample - target|, less half the mean |sample - other sample| over all m × m pairs.",
        {
            "take off half the second mean, not all of it.": lambda x, y: (
                means(x, y)[0] - means(x, y)[1] / len(x) ** 2
            ),
            "that is the mean distance to the target; take off half that between samples.": (
                lambda x, y: means(x, y)[0]
            ),
            "take off the distances between the samples; you added them.": (
                lambda x, y: means(x, y)[0] + means(x, y)[1] / len(x) ** 2 / 2
            ),
            "the pairs of a sample with itself count too: there are m × m pairs.": (
                lambda x, y: means(x, y)[0] - means(x, y)[1] / len(x) / max(len(x) - 1, 1) / 2
            ),
            "each pair comes twice among the m × m: that of i and j, and that of j and i.": (
                lambda x, y: means(x, y)[0] - means(x, y)[1] / len(x) ** 2 / 4
            ),
            "that is the distance of the samples' mean from the target, not their mean distance.": (
                lambda x, y: np.abs(np.mean(x) - y) - means(x, y)[1] / len(x) ** 2 / 2
            ),
            "take the mean of the distances to the target, not their sum.": (
                lambda x, y: len(x) * means(x, y)[0] - means(x, y)[1] / 2
            ),
        },
    ),
    "murphy-parts": Exercise(
        lambda stated, outcomes: parts(stated, outcomes),
        [
            ([0.25, 0.25, 0.75, 0.75], [0, 1, 1, 1]),
            ([0.5, 0.25, 0.5, 1.0, 0.0, 0.5], [1, 0, 0, 1, 0, 1]),
            ([0.125], [1]),
            ([0.75, 0.75, 0.75, 0.25], [0, 0, 1, 0]),
            ([1.0, 0.0, 0.0, 0.625, 1.0], [0, 1, 1, 0, 0]),
            ([0.0, 0.5, 0.25, 0.375, 0.375, 0.125, 0.625], [0, 0, 0, 1, 0, 0, 0]),
        ],
        "groups of equal statements, each weighted by its size: (stated - share)², "
        "(share - base rate)²; and base rate × (1 - base rate).",
        {
            "weight each group by its size: the parts are means over the forecasts.": (
                lambda p, y: parts(p, y, by_group=True)
            ),
            "return resolution as it is, never negative: only the score subtracts it.": (
                lambda p, y: parts(p, y) * np.array([1, -1, 1])
            ),
            "that is the whole Brier score; return its three parts.": (
                lambda p, y: np.mean(np.subtract(p, y) ** 2)
            ),
            "return reliability first, resolution second.": (
                lambda p, y: np.array(parts(p, y))[[1, 0, 2]]
            ),
            "compare each statement with the share of its group, not with each outcome.": (
                lambda p, y: (np.mean(np.subtract(p, y) ** 2), *parts(p, y)[1:])
            ),
            "reliability is a mean square, not a mean distance.": (
                lambda p, y: (
                    np.mean([abs(v - np.mean(np.array(y)[np.equal(p, v)])) for v in p]),
                    *parts(p, y)[1:],
                )
            ),
            "return means over the forecasts, not sums.": (
                lambda p, y: np.array(parts(p, y)) * [len(p), len(p), 1]
            ),
        },
    ),
    "interval-score": Exercise(
        lambda lower, upper, target, coverage: scores.interval_score(
            lower, upper, target, coverage
        ),
        [
            ([0.0, 0.0, 0.0, 0.0], [2.0, 2.0, 2.0, 2.0], [1.0, -0.5, 3.0, 2.0], 0.9),
            ([-1.0, 2.5], [4.0, 2.5], [-6.0, 7.0], 0.5),
            ([-3.0, -8.0], [-2.0, -1.0], [0.5, -9.25], 0.25),
            ([10.0], [30.0], [10.0], 0.8),
            (
                [0.0, 0.0, 51.97, 0.14, 0.03, -1.17, 0.0],
                [51.97, 0.0, 52.11, 0.14, 0.07, -1.17, 1.17],
                [25.98, -1.13, -2.34, 0.6, -0.98, -0.75, 0.45],
                0.06,
            ),
            (
                [-63.4, -32.3, 97.9, -79.8],
                [-31.1, 65.6, 161.4, -76.6],
                [8.2, 2.5, 15.6, -4.1],
                0.18,
            ),
            ([0.02, -14.39, 0.02], [0.14, -14.36, 0.04], [0.02, -14.39, 0.42], 0.37),
            (
                [0.93, -12.98, 2.36, 0.0],
                [0.93, -12.98, 2.36, 0.0],
                [0.93, -10.34, -17.49, 0.0],
                0.86,
            ),
            ([-15.0, 12.0], [-14.0, 13.0], [-20.0, 20.0], 0.7),
            (
                [-0.33, 3.31, 0.83, -0.06],
                [-0.27, 3.65, 0.89, -0.06],
                [0.17, -0.24, 0.86, -0.05],
                0.56,
            ),
        ],
        "the width, plus 2 / (1 - coverage) for each unit below the lower or above the upper end.",
        {
            "charge the width too, or endless intervals would win.": (
                lambda a, b, y, c: interval(a, b, y, 2 / (1 - c)) - np.subtract(b, a)
            ),
            "each unit outside costs 2 / (1 - coverage), twice what you charge.": (
                lambda a, b, y, c: interval(a, b, y, 1 / (1 - c))
            ),
            "the higher the coverage, the more a miss costs: divide by 1 - coverage.": (
                lambda a, b, y, c: interval(a, b, y, 2 / c)
            ),
            "a miss costs its distance from the interval, not a fixed price.": (
                lambda a, b, y, c: (
                    np.subtract(b, a) + 2 / (1 - c) * (np.less(y, a) | np.greater(y, b))
                )
            ),
            "the target may be above the upper end too.": (
                lambda a, b, y, c: (
                    interval(a, np.maximum(b, y), y, 2 / (1 - c)) - np.maximum(np.subtract(y, b), 0)
                )
            ),
            "the target may be below the lower end too.": (
                lambda a, b, y, c: (
                    interval(np.minimum(a, y), b, y, 2 / (1 - c)) - np.maximum(np.subtract(a, y), 0)
                )
            ),
            "inside the interval charge only the width: a distance outside is never negative.": (
                lambda a, b, y, c: np.subtract(b, a) * (1 - 2 / (1 - c))
            ),
            "return one number for each interval, not their mean.": (
                lambda a, b, y, c: np.mean(interval(a, b, y, 2 / (1 - c)))
            ),
        },
    ),
}
