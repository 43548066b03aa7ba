"""The exercises of chapter 16."""

import numpy as np

from .exercise import Exercise


def fused_logistic(logit, label):
    return np.logaddexp(0, np.where(label == 1, -logit, logit))


def masked_mean(loss, mask):
    return np.mean(loss[mask == 1])


def accumulated_gradient(gradients, counts):
    return counts @ gradients / np.sum(counts)


def initial_constant(label):
    return np.log(np.sum(label == 1) / np.sum(label == 0))


def through_probability(logit, label, eps=0.0):
    p = 1 / (1 + np.exp(-logit))
    return -np.log(np.where(label == 1, p, 1 - p) + eps)


def both_logs(logit, label):
    p = 1 / (1 + np.exp(-logit))
    return -label * np.log(p) - (1 - label) * np.log(1 - p)


LOGITS = [
    ([0.0, 2.0, -3.0, 0.5], [0, 1, 0, 0]),
    ([1000.0, -1000.0, 1000.0, -1000.0], [0, 1, 1, 0]),
    ([40.0, -40.0, 12.0], [0, 1, 1]),
    ([-1.5], [1]),
    ([-800.0, 0.25, 710.0, -0.04, 14.0], [1, 1, 0, 1, 0]),
    ([3.0, 3.0, -3.0, -3.0], [1, 0, 1, 0]),
    ([40.0, -40.0], [1, 0]),
]
MASKED = [
    ([0.5, 2.0, 8.0], [1, 1, 0]),
    ([np.nan, 1.0, 3.5, np.inf], [0, 1, 1, 0]),
    ([4.0, 0.25, -1.5], [1, 1, 1]),
    ([np.nan, -np.inf, 0.3], [0, 0, 1]),
    ([0.0, 12.0, 0.0, 5.0, np.nan], [1, 0, 1, 1, 0]),
    ([30.0, 3.0, -14.5, 0.3, 40.0, 3.0], [1, 0, 1, 1, 1, 0]),
    ([-0.04], [1]),
    ([2.5, 2.5, -np.inf], [1, 1, 0]),
]
MICRO = [
    ([[1.0, -2.0], [3.0, 0.5]], [3, 1]),
    ([[0.5], [2.0], [-4.0]], [2, 2, 2]),
    ([[4.0, 0.0, -1.5], [0.0, 0.0, 0.0], [0.25, 2.0, 8.0]], [5, 0, 2]),
    ([[12.0, -0.3]], [7]),
    ([[1.0, 1.0], [-1.0, 3.0], [0.5, -2.5], [0.0, 14.0]], [1, 4, 9, 2]),
    ([[0.0, 0.0], [-30.0, 0.04]], [0, 1]),
]
LABELS = [
    ([0, 1],),
    ([1, 0, 0, 0],),
    ([1, 1, 0, 1, 1],),
    ([0, 0, 1, 0, 0, 0, 1, 0, 0],),
    ([1, 0, 1, 1, 1, 1, 1, 1],),
]

COMPUTING = {
    "fused-logistic": Exercise(
        fused_logistic,
        LOGITS,
        "the probability of the *other* label has a logit too: which? np.logaddexp(0, x) is "
        "log(1 + exp(x)) for any x.",
        {
            "where the probability is rounded to 0 or 1, its log is infinite: compute the loss "
            "from the logit.": through_probability,
            "far out, the other label's log is infinite, and 0 times infinity is NaN. Compute the "
            "loss from the logit.": both_logs,
            "a small number added inside the log hides the infinity, but the loss stops rising.": (
                lambda z, y: through_probability(z, y, 1e-8)
            ),
            "exp(x) overflows once x passes 709.78.": lambda z, y: np.log1p(
                np.exp(np.where(y == 1, -z, z))
            ),
            "your function takes label 1 for 0, and 0 for 1.": lambda z, y: fused_logistic(
                z, 1 - y
            ),
            "this is the loss of the label 0, whatever the label is.": lambda z, y: np.logaddexp(
                0, z
            ),
            "return one loss for each example, not their mean.": (
                lambda z, y: np.mean(fused_logistic(z, y))
            ),
            "small losses lose their digits, in a difference of large numbers or in log(1 + x); "
            "np.log1p(x) keeps them.": lambda z, y: np.logaddexp(0, z) - y * z,
        },
        small=1e-30,
    ),
    "masked-mean": Exercise(
        masked_mean,
        MASKED,
        "choose the losses that count first; then take their mean.",
        {
            "0 times NaN is NaN: use the mask to choose losses, not as a factor.": (
                lambda v, m: np.sum(v * m) / np.sum(m)
            ),
            "0 times NaN is NaN, and the denominator counts the padding: choose the losses that "
            "count, then take their mean.": lambda v, m: np.mean(v * m),
            "nanmean leaves out NaN, but padding whose loss is a number stays in the mean.": (
                lambda v, m: np.nanmean(v * m)
            ),
            "the denominator counts the padding too.": lambda v, m: np.mean(np.where(m == 1, v, 0)),
            "this is the sum of the losses that count: divide it by their number.": lambda v, m: (
                np.sum(v[m == 1])
            ),
            "the mask is upside down: 1 means that the example counts.": (
                lambda v, m: np.mean(v[m == 0])
            ),
            "only the mask says what is padding: the loss of padding may also be a number.": (
                lambda v, m: np.mean(v[np.isfinite(v)])
            ),
        },
    ),
    "accumulated-gradient": Exercise(
        accumulated_gradient,
        MICRO,
        "a mean times its count is a sum: add these sums, and divide once.",
        {
            "in a mean of means a token of a small micro-batch counts for more.": (
                lambda g, n: np.mean(g, axis=0)
            ),
            "this is the gradient of the sum over all tokens: divide it by their number.": (
                lambda g, n: n @ g
            ),
            "divide by the number of tokens, not by the number of micro-batches.": lambda g, n: (
                n @ g / len(n)
            ),
            "keep the columns apart: the gradient has one component for each.": (
                lambda g, n: np.sum(n @ g) / np.sum(n)
            ),
            "the rows are gradients of means: multiply each by its count before you add.": (
                lambda g, n: np.sum(g, axis=0) / np.sum(n)
            ),
        },
    ),
    "initial-constant": Exercise(
        initial_constant,
        LABELS,
        "with all weights 0 the constant is the logit: which logit gives the share of ones as the "
        "probability?",
        {
            "this is the probability; the constant is a logit.": lambda y: np.mean(y),
            "this is the log of the probability; the log-odds are log(share / (1 - share)).": (
                lambda y: np.log(np.mean(y))
            ),
            "these are the odds; take their log.": lambda y: np.sum(y) / np.sum(1 - y),
            "this predicts the share of zeros: exchange the labels.": lambda y: (
                -initial_constant(y)
            ),
        },
    ),
}
