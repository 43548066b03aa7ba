"""The exercises of "Noise on purpose": denoisers and wrong labels."""

import numpy as np

from .exercise import Exercise


def beliefs(noisy, clean, sigma, halved=2.0):
    """Of each clean value, the probability that it is behind the noisy one."""
    log_weight = -(((np.asarray(clean) - noisy) / sigma) ** 2) / halved
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def implied(noisy, velocity, sigma, sign=-1.0):
    return np.sqrt(1 - sigma**2) * np.asarray(noisy) + sign * sigma * np.asarray(velocity)


def logistic(margin):
    return np.logaddexp(0, -np.asarray(margin))


def unbiased(margin, eta, sign=-1.0):
    """Numerator of the price: the loss as written, and of the other label."""
    return (1 - eta) * logistic(margin) + sign * eta * logistic(np.negative(margin))


NOISY = {
    # Noise on purpose
    "best-denoiser": Exercise(
        lambda noisy, clean, sigma: beliefs(noisy, clean, sigma) @ np.asarray(clean),
        [
            (0.5, [0.0, 1.0, 3.0], 1.0),
            (-2.0, [4.0], 0.5),
            (1.0, [-1.0, 0.5, 0.5, 2.5], 0.75),
            (900.0, [-1.0, 1.0, 0.25], 0.5),
            (-6.0, [-30.0, 20.0, 5.5, 2.5], 12.0),
            (1.3, [0.01, -2.05, 2.6, 0.49], 4.0),
            (-900.0, [-1.0, 1.0, -0.25], 0.5),
            (26.0, [12.0, 31.0, 24.0], 5.0),
            (-40.0, [-70.0, -15.0, -22.0], 16.0),
        ],
        "a mean of clean with the weights exp(-(noisy - clean)² / (2 sigma²)), divided by their "
        "sum; subtract the largest exponent before exp.",
        {
            "that is the nearest clean value; the best answer is a weighted mean of all.": (
                lambda y, x, s: np.asarray(x)[np.argmin(np.abs(np.subtract(x, y)))]
            ),
            "that is the plain mean; clean values near the noisy one count more.": lambda y, x, s: (
                np.mean(x)
            ),
            "a Gaussian's exponent is divided by 2 sigma², not by sigma².": (
                lambda y, x, s: beliefs(y, x, s, halved=1.0) @ np.asarray(x)
            ),
            "a Gaussian's exponent is divided by 2 sigma², not by 2 sigma.": (
                lambda y, x, s: beliefs(y, x, np.sqrt(s)) @ np.asarray(x)
            ),
            "divide the weights by their sum, so that they add up to 1.": (
                lambda y, x, s: np.exp(-((np.subtract(x, y) / s) ** 2) / 2) @ np.asarray(x)
            ),
            "far from all clean values every weight underflows; subtract the largest exponent.": (
                lambda y, x, s: np.average(
                    x, weights=(w := np.exp(-((np.subtract(x, y) / s) ** 2) / 2)) / w.sum()
                )
            ),
        },
    ),
    "velocity-to-clean": Exercise(
        lambda noisy, velocity, sigma: implied(noisy, velocity, sigma),
        [
            ([1.0, -2.0, 0.5], [0.5, 0.25, -3.0], 0.6),
            ([[0.0, 2.0], [1.0, -1.0]], [[1.0, 1.0], [-0.5, 4.0]], 0.28),
            ([1.5, -0.5], [2.0, -4.0], 0.0),
            ([1.5, -0.5], [2.0, -4.0], 1.0),
            ([-7.25], [13.5], 0.96),
            (2.5, -1.25, 0.8),
            (1.5, 4.0, 0.96),
            ([[3.0, -1.0, 2.0], [0.5, 8.0, -4.0]], [[-6.0, 2.5, 1.0], [7.0, -0.5, 0.25]], 0.96),
        ],
        "multiply y by alpha and v by sigma, and combine them so that the noise cancels.",
        {
            "with a plus the noise does not cancel: subtract sigma × velocity.": lambda y, v, s: (
                implied(y, v, s, sign=1.0)
            ),
            "alpha is the root of 1 - sigma², not 1 - sigma² itself.": (
                lambda y, v, s: (1 - s**2) * np.asarray(y) - s * np.asarray(v)
            ),
            "alpha is the root of 1 - sigma², not 1 - sigma.": (
                lambda y, v, s: (1 - s) * np.asarray(y) - s * np.asarray(v)
            ),
            "that is the noise; the clean image is asked for.": (
                lambda y, v, s: s * np.asarray(y) + np.sqrt(1 - s**2) * np.asarray(v)
            ),
            "the factors are swapped: multiply the noisy image by alpha, the velocity by sigma.": (
                lambda y, v, s: s * np.asarray(y) - np.sqrt(1 - s**2) * np.asarray(v)
            ),
        },
    ),
    "unbiased-price": Exercise(
        lambda margin, eta: unbiased(margin, eta) / (1 - 2 * eta),
        [
            ([0.0, 1.0, -2.0], 0.2),
            ([3.0, -0.5], 0.0),
            ([0.25, -7.5, 30.0], 0.45),
            ([2000.0, -2000.0], 0.1),
            ([-1.5], 0.375),
        ],
        "((1 - eta) × loss at m, less eta × loss at -m) / (1 - 2 eta).",
        {
            "divide by 1 - 2 eta.": unbiased,
            "divide by 1 - 2 eta, not by 1 - eta.": lambda m, e: unbiased(m, e) / (1 - e),
            "that is the mean over the flips; which price has the logistic loss as its mean?": (
                lambda m, e: unbiased(m, e, sign=1.0)
            ),
            "subtract the other label's loss; do not add it.": (
                lambda m, e: unbiased(m, e, sign=1.0) / (1 - 2 * e)
            ),
            "a written label is right with probability 1 - eta: that factor goes with the "
            "loss at m.": (
                lambda m, e: (e * logistic(m) - (1 - e) * logistic(np.negative(m))) / (1 - 2 * e)
            ),
            "exp overflows at a large margin: np.logaddexp(0, -m) is safe for any m.": (
                lambda m, e: (
                    (
                        (1 - e) * np.log(1 + np.exp(np.negative(m)))
                        - e * np.log(1 + np.exp(np.asarray(m)))
                    )
                    / (1 - 2 * e)
                )
            ),
            "return one price for each margin, not their mean.": (
                lambda m, e: np.mean(unbiased(m, e)) / (1 - 2 * e)
            ),
        },
    ),
}
