"""The exercises of chapter 12."""

import numpy as np

from .exercise import SUM, Exercise


def ridge_gradient(intercept, weights, X, y, price):
    error = intercept + X @ weights - y
    return np.append(np.mean(error), X.T @ error / len(y) + price * weights)


def elastic_net(estimate, curvature, absolute, square):
    pull = curvature * estimate
    left = np.maximum(np.abs(pull) - absolute, 0)
    return np.sign(pull) * left / (curvature + square)


LINES = [
    (1.0, [0.5, -2.0], [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.5]], [1.0, -1.0, 4.0], 0.5),
    (-2.0, [3.0], [[1.0], [-0.5], [2.5], [1.0]], [0.0, 1.0, 6.5, 0.0], 2.0),
    (0.25, [0.0, 1.0, -0.75], [[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]], [1.5, -0.5], 0.1),
    (12.0, [-7.5, 0.04], [[0.3, 40.0]], [-11.0], 12.5),
    (
        -1.3,
        [1.8, -11.2],
        [[-2.1, -3.7], [1.2, 1.2], [4.7, -2.6], [0.1, -2.5]],
        [1.4, 0, -0.9, 6],
        0.5,
    ),
]
COEFFICIENTS = [
    ([3.0, -3.0, 0.5, -0.5, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0], 1.0, 0.0),
    ([2.0, -0.75, 0.75, -6.0], [0.5, 3.0, 3.0, 2.0], 1.5, 0.5),
    ([0.2, -40.0, 1.0], [4.0, 0.25, 0.1], 0.5, 4.0),
    ([1.5, -0.3, 30.0], [2.0, 0.6, 1.0], 0.0, 3.0),
    ([-8.0, 0.01], [0.05, 12.0], 0.25, 0.0),
    ([48.4, -1.3, 6.8, -0.6, 6.5, 0.0], [0.25, 1.0, 0.25, 0.05, 0.1, 4.8], 2.0, 0.43),
    ([1.2, -14.0, 0.0, 3.6], [12.1, 0.25, 0.25, 8.0], 0.0, 12.5),
    ([0.0, -3.5, 14.0], [4.0, 8.0, 1.1], 14.4, 0.0),
    ([14.0, 2.3], [1.0, 3.0], 12.0, 0.25),
    ([-1.4, 2.3, -3.0], [0.14, 1.0, 12.5], 2.2, 0.25),
    ([-1.4], [0.14], 0.25, 0.0),
]
STEPS = [
    ([1.0, -2.0, 0.0], [0.5, 1.0, -1.0], 0.1, 0.5),
    ([4.0, -0.25], [0.0, -3.0], 0.5, 2.0),
    ([-7.5, 30.0, 0.1, 0.1], [1.0, 0.2, 12.0, -1.0], 2.5, 0.04),
    ([0.02], [-0.69], 11.6, 2.4),
    ([-3.8], [0.32], 2.5, 17.9),
]

PENALTIES = {
    "ridge-gradient": Exercise(
        ridge_gradient,
        LINES,
        "the mean of each error times its input, and price times the weight; the intercept's input "
        "is 1, and the intercept is free.",
        {
            "the intercept is free: its derivative has no penalty.": lambda b, w, X, y, price: (
                ridge_gradient(b, w, X, y, price) + np.append(price * b, 0 * w)
            ),
            SUM: lambda b, w, X, y, price: (
                len(y) * ridge_gradient(b, w, X, y, 0) + np.append(0, price * w)
            ),
            "the penalty is not one of the losses: it is added once, and not divided by n.": (
                lambda b, w, X, y, price: ridge_gradient(b, w, X, y, price / len(y))
            ),
            "the penalty on the weights is missing.": (
                lambda b, w, X, y, price: ridge_gradient(b, w, X, y, 0)
            ),
            "the penalty pulls with the opposite sign: its gradient is price times the weight.": (
                lambda b, w, X, y, price: ridge_gradient(b, w, X, y, -price)
            ),
            "half a square has the derivative price times the weight, not twice that.": (
                lambda b, w, X, y, price: ridge_gradient(b, w, X, y, 2 * price)
            ),
            "the derivative of the intercept comes first, then those of the weights.": (
                lambda b, w, X, y, price: np.roll(ridge_gradient(b, w, X, y, price), -1)
            ),
            "the derivative of the squared penalty is not the sign of the weight.": (
                lambda b, w, X, y, price: (
                    ridge_gradient(b, w, X, y, 0) + np.append(0, price * np.sign(w))
                )
            ),
        },
    ),
    "elastic-net": Exercise(
        elastic_net,
        COEFFICIENTS,
        "where does the pull of the data, curvature times (estimate - w), balance both penalties, "
        "and when can the kink at 0 hold?",
        {
            "the pull of the data at 0 is curvature times estimate: compare that with absolute.": (
                lambda z, h, a, s: np.sign(z) * np.maximum(np.abs(z) - a, 0) * h / (h + s)
            ),
            "the square has a price too: it shrinks what the threshold leaves.": (
                lambda z, h, a, s: elastic_net(z, h, a, 0)
            ),
            "the estimate is taken past 0: the kink holds it there.": (
                lambda z, h, a, s: (h * z - a * np.sign(z)) / (h + s)
            ),
            "a negative estimate is moved up, towards 0.": (
                lambda z, h, a, s: np.maximum(h * z - a, 0) / (h + s)
            ),
            "the sign of the estimate is lost.": lambda z, h, a, s: np.abs(elastic_net(z, h, a, s)),
            "beyond the threshold, absolute is subtracted from the size of the pull too.": (
                lambda z, h, a, s: np.where(np.abs(h * z) > a, h * z / (h + s), 0)
            ),
            "half the square has the slope square times w, not twice that.": (
                lambda z, h, a, s: elastic_net(z, h, a, 2 * s)
            ),
        },
    ),
    "decoupled-step": Exercise(
        lambda weights, move, rate, decay: (1 - rate * decay) * weights - rate * move,
        STEPS,
        "multiply the weights by 1 - rate times decay, and subtract rate times the move.",
        {
            "the rate multiplies the decay too: multiply the weights by 1 - rate * decay.": (
                lambda w, m, r, d: (1 - d) * w - r * m
            ),
            "the weights do not decay.": lambda w, m, r, d: w - r * m,
            "you walk uphill: the move is subtracted.": lambda w, m, r, d: (1 - r * d) * w + r * m,
            "the weights grow: the decay multiplies them by less than 1.": (
                lambda w, m, r, d: (1 + r * d) * w - r * m
            ),
            "the move does not decay, only the weights do.": (
                lambda w, m, r, d: (1 - r * d) * (w - r * m)
            ),
            "the rate multiplies the move as well.": lambda w, m, r, d: (1 - r * d) * w - m,
        },
    ),
}
