"""The exercises of chapter 13."""

import numpy as np

from .exercise import Exercise


def sandwich_error(signal, curvature):
    return np.sqrt(np.sum(signal**2)) / np.sum(curvature)


def reweighted_step(constant, target, delta):
    weight = delta / np.maximum(np.abs(constant - target), delta)
    return np.sum(weight * target) / np.sum(weight)


def leaf_value(gradient, hessian, penalty):
    return -np.sum(gradient) / (np.sum(hessian) + penalty)


FITS = [  # the signals cancel, as they do at a fit
    ([1.0, -1.0, 2.0, -2.0], [1.0, 1.0, 1.0, 1.0]),
    ([0.5, -3.0, 2.5], [0.25, 2.0, 1.5]),
    ([4.0, -4.0], [3.0, -0.5]),
    ([2.0, 2.0, -14.0, 10.0], [12.5, 0.5, 0.5, 0.04]),
    ([0.02, -0.02], [14.4, 12.5]),
    ([30.0, -29.5, -0.5], [0.3, -0.1, 0.6]),
    ([0.75, 0.25, -0.25, -0.75, 0.0], [0.1, 0.9, 0.9, 0.0, 1.0]),
    ([0.3, -0.3], [0.04, 0.04]),
]
CONSTANTS = [
    (0.0, [0.5, -0.25, 8.0, 0.0], 1.0),
    (2.0, [2.0, 5.0, -7.0], 0.5),
    (-1.5, [-1.5], 2.0),
    (3.0, [-4.0, 0.0, 20.0, 3.5], 20.0),
    (-0.3, [12.0, 40.0, -0.1], 0.1),
    (1.0, [-1.0, 3.0, 4.0], 2.0),
    (14.0, [14.0, 14.0, 2.5, 30.0, 40.0], 0.25),
    (-14.0, [20.0, 20.0, -14.5, 0.3], 12.5),
    (0.3, [2.0, -1.0, 1.9, 1.9, 40.0], 1.6),
    (0.0, [1.2, 1.2, -1.7, 0.45, 0.6], 0.4),
    (0.25, [13.0, -11.5, 0.5], 11.5),
    (2.5, [-2.5, 0.04, 30.0], 0.04),
]
LEAVES = [
    ([1.0, -3.0, 0.5], [1.0, 2.0, 0.5], 1.0),
    ([-4.0], [0.25], 0.1),
    ([0.0, 12.0], [3.0, 0.04], 12.0),
    ([2.0, 2.0, -14.0, 0.3], [12.5, 0.5, 0.5, 0.04], 0.25),
    ([0.02, -30.0], [0.3, 14.4], 0.04),
    ([-0.5, 0.25, 0.5, -2.0], [1.0, 1.0, 1.0, 1.0], 2.5),
]

CURVATURE = {
    "sandwich-error": Exercise(
        sandwich_error,
        FITS,
        "let A be the mean curvature and B the mean of the squared signals: the variance is "
        "B / A**2 / n.",
        {
            "that is the variance; the standard error is its square root.": (
                lambda s, h: sandwich_error(s, h) ** 2
            ),
            "the curvature alone is enough only where the noise model holds.": (
                lambda s, h: 1 / np.sqrt(np.sum(h))
            ),
            "that is the scatter for one observation: the variance is divided by n.": (
                lambda s, h: sandwich_error(s, h) * np.sqrt(len(s))
            ),
            "the mean curvature is squared in the variance, so it divides the standard error.": (
                lambda s, h: np.sqrt(np.mean(s**2) / np.mean(h) / len(s))
            ),
            "square the signals first, then take the mean.": (
                lambda s, h: np.abs(np.sum(s)) / np.sum(h)
            ),
            "the signals alone are not enough: divide by the mean curvature.": (
                lambda s, h: np.sqrt(np.mean(s**2) / len(s))
            ),
        },
    ),
    "reweighted-step": Exercise(
        reweighted_step,
        CONSTANTS,
        "the weight of an error is the clipped error divided by the error: 1 up to delta.",
        {
            "the weights must be divided by their sum.": lambda c, y, d: np.mean(
                y * d / np.maximum(np.abs(c - y), d)
            ),
            "that is the mean of the targets: a far one counts for less.": lambda c, y, d: np.mean(
                y
            ),
            "a far error has the weight delta / |error|, not 0.": lambda c, y, d: (
                np.sum(y * (np.abs(c - y) <= d)) / np.sum(np.abs(c - y) <= d)
            ),
            "the size of the error counts, not its sign.": lambda c, y, d: (
                np.sum(y * d / np.maximum(c - y, d)) / np.sum(d / np.maximum(c - y, d))
            ),
            "the weight depends on the error, not on the target.": lambda c, y, d: reweighted_step(
                0, y, d
            ),
            "an error of 0 has the weight 1.": lambda c, y, d: np.average(
                y, weights=np.clip(c - y, -d, d) / (c - y)
            ),
        },
    ),
    "leaf-value": Exercise(
        leaf_value,
        LEAVES,
        "find the lowest place of the parabola that has this slope and this curvature at 0.",
        {
            "you walk uphill: the step is minus the gradient over the curvature.": (
                lambda g, h, p: -leaf_value(g, h, p)
            ),
            "the penalty is missing.": lambda g, h, p: leaf_value(g, h, 0),
            "the penalty is charged once for the leaf, not once for each example.": (
                lambda g, h, p: leaf_value(g, h, p * len(g))
            ),
            "penalty / 2 times a square has the curvature penalty, not twice that.": (
                lambda g, h, p: leaf_value(g, h, 2 * p)
            ),
            "you take a step for each example and add them: sum first, then divide.": (
                lambda g, h, p: -np.sum(g / (h + p))
            ),
        },
    ),
}
