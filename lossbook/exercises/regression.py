"""The exercises of chapters 1 to 6."""

import numpy as np

from .. import losses
from .exercise import SUM, Exercise


def lopsided(error, above, below):
    """Price and gradient of an error that costs `above` for each unit up and `below` down."""
    slope = above * (error > 0) - below * (error < 0)
    return np.array([slope * error, slope])


def weighted_median(target, weights, side="left"):  # the smallest that reaches half
    order = np.argsort(target)
    reached = np.cumsum(weights[order])
    return target[order][np.searchsorted(reached, reached[-1] / 2, side)]


ERRORS = [([2.0, -2.0, 0.0],), ([0.375, -0.25, 0.0, 30.0, 0.375, -17.3],), ([-3.0, -0.0],)]
ERRORS_AND_SCALE = [
    ([0.0, 1.0, -3.0], 1.0),
    ([3.0, 0.5, -0.4, 0.5], 2.0),
    ([-0.3, 0.04, 12.0], 0.1),
    ([-12.5, -55.1], 12.5),
]
ERRORS_AND_DELTA = [
    ([0.5, -0.5, 3.0, -3.0], 1.0),
    ([3.0, 0.0, 2.0, -1.5, -2.0, 0.25, 3.0], 2.0),
    ([0.3, -0.2, 0.7, 1.5, -40.0], 0.25),
    ([-63.5, 13.7, -6.1, 0.6, 25.0], 13.7),
    ([1.3, -0.8, 0.9, 0.0], 0.5),
    ([-16.8, 6.2, -1.02, -1.07, -1.02], 1.02),
    ([3.4, 3.0, 3.4], 3.4),
    ([0.3, 0.3], 0.5),
    ([-0.47, -0.61, 49.0, 1.06], 0.28),
]
ERRORS_AND_DOF = [
    ([0.0, 1.0, -2.0], 3.0),
    ([100.0, -0.3, 1.0, 1.0], 1.0),
    ([3.0, -1.0], 17.5),
    ([-0.125, 1.04, 0.4], 0.125),
]
ERRORS_AND_LOG_SCALE = [
    ([0.0, 1.0, -1.0], 0.0),
    ([-3.0, 0.5, 40.0, 0.5], 1.0),
    ([3.0, -0.1], -0.5),
    ([0.2, -8.75], 0.04),
    ([0.2], 2.6),
    ([0.05, -0.1], -3.2),
]
ERROR_AND_LEVEL = [
    (2.0, 0.5),
    (2.0, 0.9),
    (-2.0, 0.9),
    (-0.5, 0.1),
    (0.25, 0.1),
    (0.0, 0.3),
    (0.0, 0.8),
    (-30.0, 0.25),
    (30.0, 0.25),
    (-0.0, 0.6),
]
LINE = [
    (1.0, 2.0, [0.0, 1.0, 2.0], [0.0, 4.0, 9.0]),
    (0.0, -1.0, [1.0, 3.0], [2.0, 2.0]),
    (-0.5, 0.25, [-2.0, 0.5, 4.0, 0.5], [3.0, 0.75, -6.5, 3.0]),
    (46.8, 1.65, [0.0, -4.7, 7.1, -43.4], [31.2, 0.1, 5.1, -5.0]),
    (-1.9, -30.8, [2.9], [-1.6]),
    (-0.95, -0.06, [91.2, 91.2], [143.0, 144.2]),
]
LOG_2PI = np.log(2 * np.pi)
OPPOSITE = "right size, opposite sign. The error is prediction minus target."
HALF = "our squared error is half of the square, so its gradient is the error itself."
RIGHT = "at error 0 that is the slope on the right; the exercise asks for 0 there."
LEFT = "at error 0 that is the slope on the left; the exercise asks for 0 there."

REGRESSION = {
    # 1  A loss is a price list
    "lopsided": Exercise(
        lambda error: lopsided(error, 2.0, 1.0),
        ERRORS,
        "too high costs 2 for each unit, too low 1; the slope is 2 for e > 0 and -1 for e < 0.",
        {
            "the sides are exchanged: the error is positive where the prediction is too high.": (
                lambda e: lopsided(e, 1.0, 2.0)
            ),
            "the price rises on both sides: where the error is negative, it is -error.": (
                lambda e: (np.where(e > 0, 2 * e, e), lopsided(e, 2.0, 1.0)[1])
            ),
            "for a negative error the price falls as the error rises: the gradient there is -1.": (
                lambda e: (lopsided(e, 2.0, 1.0)[0], np.where(e > 0, 2, 1) * (e != 0))
            ),
            "return both, the price and the gradient.": lambda e: lopsided(e, 2.0, 1.0)[0],
            "return the price first and the gradient second.": (
                lambda e: lopsided(e, 2.0, 1.0)[::-1]
            ),
            RIGHT: lambda e: np.add(lopsided(e, 2.0, 1.0), [0 * e, 2.0 * (e == 0)]),
            LEFT: lambda e: np.add(lopsided(e, 2.0, 1.0), [0 * e, -1.0 * (e == 0)]),
        },
    ),
    "one-step": Exercise(
        lambda start, rate, target: start - rate * np.mean(start - target),
        [
            (0.0, 0.5, [1.0, 2.0, 6.0]),
            (4.0, 0.1, [4.0, 4.0]),
            (10.0, 1.5, [1.0, -0.5, 1.0, 2.5]),
            (44.5, 0.11, [-69.3, 0.36, -69.3]),
            (-48.5, 8.3, [0.5]),
            (2.46, 13.2, [0.28, -0.14, 0.01]),
        ],
        "subtract from the start the rate times the gradient of the risk, which is the mean error.",
        {
            "you walk uphill: a step goes against the gradient.": (
                lambda s, r, y: s + r * np.mean(s - y)
            ),
            SUM: lambda s, r, y: s - r * np.sum(s - y),
            HALF: lambda s, r, y: s - 2 * r * np.mean(s - y),
            "that is the step alone; add it to the start.": lambda s, r, y: -r * np.mean(s - y),
        },
    ),
    # 2  Choose the noise; the loss follows
    "gaussian-price": Exercise(
        lambda error, scale: error**2 / (2 * scale**2) + np.log(scale) + LOG_2PI / 2,
        ERRORS_AND_SCALE,
        "minus the log of the density: a square over 2 scale², and two terms without the error.",
        {
            "that is the log of the density; the price is minus that.": (
                lambda e, s: -(e**2) / (2 * s**2) - np.log(s) - LOG_2PI / 2
            ),
            "the normaliser is missing: here it belongs to the price.": lambda e, s: (
                e**2 / (2 * s**2)
            ),
            "divide by the square of the scale, not by the scale.": (
                lambda e, s: e**2 / (2 * s) + np.log(s) + LOG_2PI / 2
            ),
            "the ½ of the exponent is missing.": lambda e, s: e**2 / s**2 + np.log(s) + LOG_2PI / 2,
            "the normaliser has the root of 2π, so its log is half the log of 2π.": (
                lambda e, s: e**2 / (2 * s**2) + np.log(s) + LOG_2PI
            ),
            "that is the density; take minus its log.": (
                lambda e, s: np.exp(-(e**2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
            ),
        },
    ),
    "laplace-price": Exercise(
        lambda error, scale: np.abs(error) / scale + np.log(2 * scale),
        ERRORS_AND_SCALE,
        "minus the log of the density exp(-|error| / scale) / (2 scale).",
        {
            "that is the log of the density; the price is minus that.": (
                lambda e, s: -np.abs(e) / s - np.log(2 * s)
            ),
            "the normaliser is missing: here it belongs to the price.": lambda e, s: np.abs(e) / s,
            "the normaliser is 2 scale, one scale for each side: the 2 is missing.": (
                lambda e, s: np.abs(e) / s + np.log(s)
            ),
        },
    ),
    "log-likelihood": Exercise(
        lambda observations, prediction: -np.sum((prediction - observations) ** 2 + LOG_2PI) / 2,
        [
            ([1.0, 2.0, 6.0], 2.0),
            ([0.5], 0.0),
            ([-1.0, 1.0, -1.0, 0.75], 0.25),
            ([3.0, 100.0], -1.5),
            ([-1.4], 19.5),
        ],
        "the sum, over the observations, of the log of the Gaussian density of unit scale.",
        {
            "that is the price, minus the log of the likelihood: change the sign.": (
                lambda y, m: np.sum((m - y) ** 2 / 2 + LOG_2PI / 2)
            ),
            "that is a mean, but the log of a product is a sum.": (
                lambda y, m: -np.mean((m - y) ** 2 / 2 + LOG_2PI / 2)
            ),
            "the normaliser is missing: it counts once for each observation.": (
                lambda y, m: -np.sum((m - y) ** 2 / 2)
            ),
            "the normaliser counts once for each observation, not once in all.": (
                lambda y, m: -np.sum((m - y) ** 2 / 2) - LOG_2PI / 2
            ),
            "far out the computer rounds the density to 0: take its log on paper first.": (
                lambda y, m: np.sum(np.log(np.exp(-((m - y) ** 2) / 2) / np.sqrt(2 * np.pi)))
            ),
        },
    ),
    "cubic-density": Exercise(
        lambda error: error * np.abs(error),
        [(0.5,), (0.0,), (2.0,), (-2.0,), (-0.25,), (30.0,), (-24.5,)],
        "the signal is the slope of minus the log of the density: integrate it, then undo the log.",
        {
            "that is three times the signal: the slope of |error|³ is 3 error |error|.": (
                lambda e: 3 * e * np.abs(e)
            ),
            "that is the signal of squared error.": lambda e: e,
            "that is twice the signal of squared error.": lambda e: 2 * e,
            "give the signal the sign of the error: error² is never negative.": lambda e: e**2,
        },
    ),
    # 3  Gaussian noise, squared error, the mean
    "combine-measurements": Exercise(
        lambda observations, scales: np.sum(observations / scales**2) / np.sum(1 / scales**2),
        [
            ([1.0, 2.0, 9.0], [1.0, 1.0, 2.0]),
            ([5.0, -7.0], [10.0, 0.25]),
            ([4.0, 1.0, 4.0, -30.0], [0.5, 3.0, 0.5, 1.5]),
            ([-1.15, -25.75], [0.25, 11.6]),
            ([-1.3], [1.55]),
            ([4.1], [1.0]),
        ],
        "the forces balance where the sum of error / scale² is 0: solve this for the prediction.",
        {
            "the scales are not used.": lambda y, s: np.mean(y),
            "the stiffness of a spring is 1 / scale², not 1 / scale.": (
                lambda y, s: np.sum(y / s) / np.sum(1 / s)
            ),
            "an instrument with a large scale should count for less, not for more.": (
                lambda y, s: np.sum(y * s**2) / np.sum(s**2)
            ),
            "divide the sum of stiffness times observation by the total stiffness.": (
                lambda y, s: np.sum(y / s**2)
            ),
        },
    ),
    "line-gradient": Exercise(
        lambda intercept, slope, x, y: [
            np.mean(intercept + slope * x - y),
            np.mean((intercept + slope * x - y) * x),
        ],
        LINE,
        "two numbers: the mean error, and the mean of error times x.",
        {
            OPPOSITE: lambda a, b, x, y: [np.mean(y - a - b * x), np.mean((y - a - b * x) * x)],
            SUM: lambda a, b, x, y: [np.sum(a + b * x - y), np.sum((a + b * x - y) * x)],
            HALF: lambda a, b, x, y: [2 * np.mean(a + b * x - y), 2 * np.mean((a + b * x - y) * x)],
            "the derivative with respect to the slope lacks the factor x of the chain rule.": (
                lambda a, b, x, y: [np.mean(a + b * x - y)] * 2
            ),
        },
    ),
    # 4  Laplace noise, absolute error, the median
    "weighted-median": Exercise(
        lambda target, weights: weighted_median(target, weights),
        [
            ([3.0, 1.0, 2.0], [1.0, 1.0, 1.0]),
            ([1.0, 2.0, 9.0], [1.0, 1.0, 3.0]),
            ([5.0, 1.0, 4.0], [0.0, 2.0, 3.0]),
            ([4.0, 1.0], [1.0, 1.0]),
            ([-2.5, 0.5, -8.0, 3.0], [0.75, 1.0, 0.5, 2.0]),
            ([-10.8, 5.3, 0.0], [1.25, 0.0, 1.0]),
            ([0.2, -0.05, -0.3, -0.45, 0.0, 0.0, 0.2], [1.25, 1.5, 2.0, 1.25, 1.25, 1.25, 1.0]),
            ([59.0, -57.7, 59.0], [0.47, 0.7, 0.39]),
            ([0.4, 14.75, -12.3, 2.5], [13.5, 40.2, 11.9, 12.25]),
            ([-0.4, -1.2], [0.25, 0.25]),
            ([-2.5, -5.3, 19.3, 0.0, -2.5], [0.0, 0.75, 1.0, 1.0, 0.75]),
            ([12.6, 20.6, 0.25, 0.0, 0.15, 12.6], [1.75, 1.0, 0.5, 1.5, 1.25, 1.75]),
            ([-6.5, -2.5, -4.0], [1.0, 1.0, 1.5]),
            ([-2.4], [0.75]),
        ],
        "sort the observations with their weights, add the weights up, and stop at half the total.",
        {
            "the weights are not used.": lambda y, w: np.median(y),
            "that is the weighted mean, which is best for the squared error.": (
                lambda y, w: np.sum(w * y) / np.sum(w)
            ),
            "weights need not be whole numbers: do not repeat the examples, add the weights up.": (
                lambda y, w: np.median(np.repeat(y, w.astype(int)))
            ),
            "the weights add up in the order of the examples: sort first.": (
                lambda y, w: y[np.argmax(np.cumsum(w) >= np.sum(w) / 2)]
            ),
            "when the examples are sorted, each must keep its own weight.": (
                lambda y, w: np.sort(y)[np.argmax(np.cumsum(w) >= np.sum(w) / 2)]
            ),
            "reaching half the total weight is enough; you ask for more.": (
                lambda y, w: weighted_median(y, w, side="right")
            ),
        },
    ),
    "quantile-gradient": Exercise(
        lambda error, level: losses.Quantile(level).psi(error),
        ERROR_AND_LEVEL,
        "one slope where the prediction is too low, another where it is too high, 0 at the kink.",
        {
            OPPOSITE: lambda e, q: -losses.Quantile(q).psi(e),
            "the two slopes are exchanged: the error is above 0 if the prediction is too high.": (
                lambda e, q: losses.Quantile(1 - q).psi(e)
            ),
            RIGHT: (lambda e, q: (e >= 0) - q),
            LEFT: lambda e, q: (e > 0) - q,
        },
    ),
    # 5  Huber and heavy tails
    "huber-loss": Exercise(
        lambda error, delta: losses.Huber(delta).rho(error),
        ERRORS_AND_DELTA,
        "half the square up to delta, then a straight line that goes on with the same slope.",
        {
            "the ½ inside is missing: then the slopes do not meet at delta.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2, d * (np.abs(e) - d / 2))
            ),
            "the two parts must meet at delta: subtract a constant from the straight part.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e))
            ),
            "the parts meet at delta, not at 1.": lambda e, d: losses.Huber(1.0).rho(e),
            "the price has the unit of a square: no part of it is divided by delta.": (
                lambda e, d: losses.Huber(d).rho(e) / d
            ),
            "the straight part has the slope delta.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2 / 2, np.abs(e) - d / 2)
            ),
            "delta bounds the size of the error; a negative error has a size too.": (
                lambda e, d: np.where(e <= d, e**2 / 2, d * (np.abs(e) - d / 2))
            ),
        },
    ),
    "huber-gradient": Exercise(
        lambda error, delta: losses.Huber(delta).psi(error),
        ERRORS_AND_DELTA,
        "the error itself up to delta; beyond, a constant with the error's sign.",
        {
            OPPOSITE: lambda e, d: -np.clip(e, -d, d),
            "beyond delta the gradient keeps the error's sign.": (
                lambda e, d: np.where(np.abs(e) <= d, e, d)
            ),
            "a negative error is bounded too.": np.minimum,
            "the error is cut off at delta, not at 1.": lambda e, d: np.clip(e, -1, 1),
            "beyond delta the gradient has the size delta, not half of delta.": (
                lambda e, d: np.where(np.abs(e) <= d, e, d / 2 * np.sign(e))
            ),
            "beyond delta the gradient has the size delta, not 1.": (
                lambda e, d: np.where(np.abs(e) <= d, e, np.sign(e))
            ),
            "the gradient of half the square is the error, not twice the error.": (
                lambda e, d: np.where(np.abs(e) <= d, 2 * e, d * np.sign(e))
            ),
        },
    ),
    "student-gradient": Exercise(
        lambda error, dof: (dof + 1) * error / (dof + error**2),
        ERRORS_AND_DOF,
        "differentiate (dof + 1) / 2 * log(1 + error² / dof); the chain rule brings 2 error / dof.",
        {
            OPPOSITE: lambda e, v: -(v + 1) * e / (v + e**2),
            "twice what it should be: the loss has (dof + 1) / 2.": (
                lambda e, v: 2 * (v + 1) * e / (v + e**2)
            ),
            "the chain rule's inner derivative is missing.": lambda e, v: (
                (v + 1) / 2 / (1 + e**2 / v)
            ),
            "the inner derivative is 2 error / dof; the dof is lost.": (
                lambda e, v: (v + 1) * e / (1 + e**2 / v)
            ),
        },
    ),
    # 6  Learning the scale
    "learned-scale": Exercise(
        lambda error, log_scale: error**2 / 2 * np.exp(-2 * log_scale) + log_scale,
        ERRORS_AND_LOG_SCALE,
        "half the square of error / scale, plus the log of the scale.",
        {
            "without the log of the scale, a larger scale makes any error cheaper: the cheat.": (
                lambda e, t: e**2 / 2 * np.exp(-2 * t)
            ),
            "add the log of the scale, not of its square.": (
                lambda e, t: e**2 / 2 * np.exp(-2 * t) + 2 * t
            ),
            "the ½ before the square is missing.": lambda e, t: e**2 * np.exp(-2 * t) + t,
            "divide the squared error by the square of the scale, not by the scale.": (
                lambda e, t: e**2 / 2 * np.exp(-t) + t
            ),
        },
    ),
    "scale-gradient": Exercise(
        lambda error, log_scale: 1 - error**2 * np.exp(-2 * log_scale),
        ERRORS_AND_LOG_SCALE,
        "differentiate with respect to log_scale: the derivative of exp(u) is exp(u) again.",
        {
            "right size, opposite sign.": lambda e, t: e**2 * np.exp(-2 * t) - 1,
            "that is the derivative with respect to the scale, not to its log.": (
                lambda e, t: np.exp(-t) - e**2 * np.exp(-3 * t)
            ),
            "the ½ cancels the factor 2 that the square brings down.": (
                lambda e, t: 1 - e**2 / 2 * np.exp(-2 * t)
            ),
            "the log of the scale has a derivative too.": lambda e, t: -(e**2) * np.exp(-2 * t),
        },
    ),
    "laplace-fit": Exercise(
        lambda observations: (
            np.median(observations),
            np.mean(np.abs(observations - np.median(observations))),
        ),
        [
            ([9.0, 1.0, 2.0],),
            ([-4.0, 30.0, 0.5, 1.5, 1.0],),
            ([-3.0, -0.25, -3.0, -1.0, 6.5],),
            ([-10.9, 0.45, -12.3],),
            ([-0.15, -0.1, 1.0, 1.0, 1.0],),
        ],
        "first find the constant with the least mean absolute error, then the residuals' scale.",
        {
            "that is the fit of Gaussian noise.": lambda y: (np.mean(y), np.std(y)),
            "measure the errors from the median, not from the mean.": (
                lambda y: (np.median(y), np.mean(np.abs(y - np.mean(y))))
            ),
            "the scale is the mean size of the errors, not their median.": (
                lambda y: (np.median(y), np.median(np.abs(y - np.median(y))))
            ),
            "the scale of Laplace noise is not the root of a mean square.": (
                lambda y: (np.median(y), np.sqrt(np.mean((y - np.median(y)) ** 2)))
            ),
        },
    ),
}
