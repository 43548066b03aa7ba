"""The exercises of chapter 14."""

import numpy as np

from .exercise import Exercise


def deviance(mean, count):
    ratio = np.where(count == 0, 1, count / mean)
    return 2 * (count * np.log(ratio) - count + mean)


def power_gradient(log_mean, amount, power):
    mean = np.exp(log_mean)
    return mean ** (1 - power) * (mean - amount)


def retransformed(log_prediction, residual):
    return np.exp(log_prediction) * np.mean(np.exp(residual))


COUNTS = [
    ([3.0, 0.5, 2.0], [5, 2, 2]),
    ([1.5, 4.0, 0.25], [0, 7, 0]),
    ([12.5], [40]),
    ([0.04, 9.0], [1, 0]),
    ([7.5, 3.0, 20.0], [2, 1, 14]),
    ([14.5, 0.3], [0, 0]),
    ([0.06, 1.2, 1.2], [0, 1, 3]),
]
AMOUNTS = [
    ([0.5, -1.0, 2.0], [1.0, 3.0, 0.5], 1.5),
    ([1.5, 0.0], [0.0, 2.5], 1.0),
    ([-0.75, 3.0], [4.0, 12.0], 2.0),
    ([2.5, -2.0, 0.1], [7.0, 0.25, 1.0], 0.0),
    ([1.0], [9.0], 2.75),
]
LOGS = [
    ([0.0, 1.0], [0.5, -0.5, 1.5, -1.5]),
    ([-2.0, 3.0, 0.25], [2.0, -0.25, -1.75]),
    ([1.5], [0.0, 0.0]),
    ([0.75, -0.5], [1.25]),
    ([2.0], [0.8, -0.2, 0.3]),
    ([-4.5, -0.1], [-1.25, 0.4]),
    ([-1.0, -1.0, -3.5], [-2.5]),
    ([3.5, 4.25], [2.75, 1.0, 0.1]),
]

AMOUNT = {
    "poisson-deviance": Exercise(
        deviance,
        COUNTS,
        "from count log(count / mean) subtract count - mean, and double the result.",
        {
            "0 times log 0 counts as 0: the deviance of a count of 0 is twice the mean.": (
                lambda m, y: 2 * (y * np.log(y / m) - y + m)
            ),
            "that is half the deviance: double it.": lambda m, y: deviance(m, y) / 2,
            "mean and count have changed places.": lambda m, y: 2 * (m * np.log(m / y) - m + y),
            "subtract 2 (count - mean): without it a mean that is too high can cost less than 0.": (
                lambda m, y: deviance(m, y) - 2 * (m - y)
            ),
            "that is twice the loss: subtract twice the loss at mean = count.": (
                lambda m, y: 2 * (m - y * np.log(m))
            ),
            "that is the loss: subtract the loss at mean = count, and double the result.": (
                lambda m, y: m - y * np.log(m)
            ),
            "that is squared error, the Gaussian's deviance: start from the Poisson loss.": (
                lambda m, y: (m - y) ** 2
            ),
        },
    ),
    "power-gradient": Exercise(
        power_gradient,
        AMOUNTS,
        "divide mean - amount by the variance, and multiply by the slope of the mean.",
        {
            "that is the gradient in the mean: multiply by the slope of the mean in its log.": (
                lambda f, y, p: (np.exp(f) - y) / np.exp(f) ** p
            ),
            "that is right for the power 1 only: divide by the variance, multiply by the mean.": (
                lambda f, y, p: np.exp(f) - y
            ),
            "the signal is prediction minus target, not target minus prediction.": (
                lambda f, y, p: -power_gradient(f, y, p)
            ),
            "the prediction is the log of the mean: take exp first.": (
                lambda f, y, p: np.abs(f) ** (1 - p) * (f - y)
            ),
            "divide by the variance: a difference counts less where more scatter is expected.": (
                lambda f, y, p: np.exp(f) ** (1 + p) * (np.exp(f) - y)
            ),
        },
    ),
    "retransformed-mean": Exercise(
        retransformed,
        LOGS,
        "multiply exp of each prediction by the mean of exp of the residuals.",
        {
            "exp of the prediction alone leaves out the residuals, so it is not the mean.": (
                lambda f, e: np.exp(f)
            ),
            "that is right for Gaussian residuals: for others take the mean of exp(residual).": (
                lambda f, e: np.exp(f + np.var(e) / 2)
            ),
            "take the exp of each residual first, then the mean.": (
                lambda f, e: np.exp(f + np.mean(e))
            ),
            "a residual is added to the log, so its exp multiplies the amount.": (
                lambda f, e: np.exp(f) + np.mean(np.exp(e))
            ),
            "the residual is target minus prediction, so its exp multiplies: do not divide.": (
                lambda f, e: np.exp(f) / np.mean(np.exp(e))
            ),
            "take the mean of exp(residual), not its median.": (
                lambda f, e: np.exp(f) * np.median(np.exp(e))
            ),
        },
    ),
}
