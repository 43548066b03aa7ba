"""The exercises of chapters 7 to 9."""

import numpy as np

from .. import losses
from .exercise import SUM, Exercise


def softmax_slope(logits, label, factor=2.0):
    """Gradient of squared error on softmax, and the part of it that the Jacobian leaves out."""
    p = losses.softmax(logits)
    gap = p - (np.arange(len(logits)) == label)
    return factor * p * (gap - p @ gap), gap


def log_sum(logits):
    return np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def cross_entropy_slopes(logits, classes):
    return losses.CrossEntropy().grad(logits, classes)


def teacher_gap(student, teacher, T):
    """Student minus teacher: their probabilities, both at temperature T."""
    return losses.softmax(student / T) - losses.softmax(teacher / T)


def divergence(q, p):
    return np.sum(np.where(q > 0, q * np.log(q / p), 0), axis=-1)


LOGITS = [
    ([0.0, 0.0], 0),
    ([2.0, -1.0, 0.5], 2),
    ([0.0, 8.0, 1.0, 8.0, -3.0], 0),
    ([-0.5, 1.5, 0.25], 1),
    ([-15.25, -2.4], 0),
]
FAR_LOGITS = [
    ([0.0, 1.0, 3.0],),
    ([[1000.0, 998.0, 0.0], [0.0, 1.0, 2.0], [-1000.0, -1001.0, -2000.0]],),
    ([1000.0, -1000.0, -1000.0, 1000.0],),
    ([[[-0.5, 2.0], [-1000.0, -998.5]], [[1000.0, -1000.0], [3.0, 3.0]]],),
]
WEIGHTS = [
    (
        [[0.5, -1.0, 0.0], [2.0, 0.0, 1.0]],
        [[1.0, 2.0], [0.5, -1.0], [3.0, 0.0], [0.0, 1.0]],
        [0, 2, 2, 1],
    ),
    ([[0.0, 0.0]], [[1.0], [-2.0]], [1, 1]),
    (
        [[-1.5, 0.25, 0.0, 2.0], [0.5, 0.0, -3.0, 1.0], [1.0, -0.5, 0.5, 0.0]],
        [[-2.0, 0.5, 1.5], [0.0, -1.0, 4.0]],
        [3, 0],
    ),
]
PAIRS = [
    ([0.5, 0.5], [0.25, 0.75]),
    ([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]], [[0.25, 0.75, 0.0], [0.3, 0.3, 0.4]]),
    ([0.5, 0.5, 0.0], [0.5, 0.0, 0.5]),
    ([[[0.1, 0.9], [0.0, 1.0]], [[1.0, 0.0], [0.6, 0.4]]], [[[0.7, 0.3], [0.5, 0.5]]] * 2),
]
TEACHINGS = [
    ([[1.0, 0.0, -1.0]], [[0.0, 2.0, 0.0]], 1.0),
    ([[1.0, 0.0, -1.0], [4.0, 0.0, 0.0]], [[0.0, 2.0, 0.0], [4.0, 1.0, 0.0]], 5.0),
    ([[-2.0, 3.0], [0.5, 0.0], [1.0, 1.0]], [[1.5, -1.0], [0.0, 2.0], [-0.5, 1.0]], 0.5),
    ([[-2.8, -4.3, -1.5, -3.4]], [[-2.4, 1.5, 0.5, 0.2]], 17.7),
    ([[-3.6, 1.3, 2.3], [-4.8, -1.9, 9.2]], [[2.9, -1.5, 0.2], [0.8, 5.1, 12.4]], 0.05),
    ([[3.2, 0.2, 11.2], [1.1, 0.2, 6.3]], [[-1.2, 4.9, -2.1], [-0.7, 0.4, 14.2]], 2.0),
]

CLASSIFICATION = {
    # 7  Softmax and cross-entropy
    "log-softmax": Exercise(
        lambda logits: losses.log_softmax(logits),
        FAR_LOGITS,
        "each logit minus the log of the sum of exponentials; subtract the largest logit first.",
        {
            "exponentials of large logits overflow: subtract the largest logit first.": (
                lambda z: np.log(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))
            ),
            "the shift is right for softmax, but logsumexp still overflows.": (
                lambda z: z - log_sum(z)
            ),
            "subtract the largest logit, not the mean: far above the mean, exp still overflows.": (
                lambda z: (
                    z - z.mean(axis=-1, keepdims=True) - log_sum(z - z.mean(axis=-1, keepdims=True))
                )
            ),
            "a probability underflowed before you took its log: work with logs throughout.": (
                lambda z: np.log(losses.softmax(z))
            ),
            "each row has its own largest logit: take it along the last axis, with keepdims.": (
                lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum(axis=-1, keepdims=True))
            ),
            "logsumexp changes with the shift: what was subtracted must be added back.": (
                lambda z: (
                    z
                    - np.log(np.exp(z - z.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
                )
            ),
            "that is minus the log: the log of a probability is never positive.": (
                lambda z: -losses.log_softmax(z)
            ),
            "those are the probabilities; the task asks for their logs.": losses.softmax,
        },
    ),
    "softmax-weights": Exercise(
        lambda W, X, classes: X.T @ cross_entropy_slopes(X @ W, classes) / len(X),
        WEIGHTS,
        "multiply each example's p - y by its inputs, and take the mean over the examples.",
        {
            SUM: lambda W, X, c: X.T @ cross_entropy_slopes(X @ W, c),
            "right size, opposite sign: the signal is p - y.": (
                lambda W, X, c: -X.T @ cross_entropy_slopes(X @ W, c) / len(X)
            ),
            "the target is missing: subtract 1 at each example's class.": (
                lambda W, X, c: X.T @ losses.softmax(X @ W) / len(X)
            ),
            "right numbers, but transposed: the gradient has the shape of W.": (
                lambda W, X, c: cross_entropy_slopes(X @ W, c).T @ X / len(X)
            ),
            "divide by the number of examples, len(X), not by the number of logits.": (
                lambda W, X, c: X.T @ cross_entropy_slopes(X @ W, c) / (X @ W).size
            ),
            "that is the gradient of squared error on softmax.": (
                lambda W, X, c: X.T @ losses.SoftmaxSquaredError().grad(X @ W, c) / len(X)
            ),
        },
    ),
    # 8  A broken signal
    "softmax-squared-gradient": Exercise(
        lambda logits, label: softmax_slope(logits, label)[0],
        LOGITS,
        "subtract the sum of p (p - y) from p - y; multiply by p, and by the 2 of the square.",
        {
            "that is the gradient of cross-entropy.": lambda z, c: softmax_slope(z, c)[1],
            "that is the gradient in the probabilities; softmax's Jacobian is missing.": (
                lambda z, c: 2 * softmax_slope(z, c)[1]
            ),
            "half of what it should be: this squared error has no ½.": (
                lambda z, c: softmax_slope(z, c, factor=1.0)[0]
            ),
            "that uses the Jacobian's diagonal alone, but each logit moves every probability.": (
                lambda z, c: (
                    2 * losses.softmax(z) * (1 - losses.softmax(z)) * softmax_slope(z, c)[1]
                )
            ),
            "right size, opposite sign.": lambda z, c: softmax_slope(z, c, factor=-2.0)[0],
        },
    ),
    # 9  Entropy and divergence
    "kl": Exercise(
        divergence,
        PAIRS,
        "the sum of q log(q / p), with 0 wherever q is 0.",
        {
            "that is KL(p || q): the mean is taken over the first argument.": (
                lambda q, p: divergence(p, q)
            ),
            "where q is 0 the term is 0, but 0 times the log of 0 is nan.": (
                lambda q, p: np.sum(q * np.log(q / p), axis=-1)
            ),
            "that is the cross-entropy: subtract the entropy of q.": (
                lambda q, p: -np.sum(np.where(q > 0, q * np.log(p), 0), axis=-1)
            ),
            "right size, opposite sign: a divergence is never negative.": (
                lambda q, p: -divergence(q, p)
            ),
            "that is in bits; nats use the natural logarithm.": (
                lambda q, p: divergence(q, p) / np.log(2)
            ),
            "one number for each row: sum along the last axis.": (
                lambda q, p: np.sum(divergence(q, p))
            ),
            "a mean over the classes? The shares q are the weights already: sum.": (
                lambda q, p: divergence(q, p) / q.shape[-1]
            ),
            "where p is 0 and q is not, the answer is infinite; yours is finite.": (
                lambda q, p: np.sum(np.where((q > 0) & (p > 0), q * np.log(q / p), 0), axis=-1)
            ),
        },
    ),
    "distillation": Exercise(
        lambda student, teacher, T: T * teacher_gap(student, teacher, T),
        TEACHINGS,
        "the signal at temperature T is p - q; the chain rule divides by T; multiply by T².",
        {
            "the factor T² is missing.": lambda s, t, T: teacher_gap(s, t, T) / T,
            "the chain rule is missing: the student's logits were divided by T.": (
                lambda s, t, T: T**2 * teacher_gap(s, t, T)
            ),
            "that is the signal in the divided logits; chain rule and T² are missing.": teacher_gap,
            "right size, opposite sign: subtract the teacher from the student.": (
                lambda s, t, T: -T * teacher_gap(s, t, T)
            ),
            "the teacher is softened too: divide both logits by T.": (
                lambda s, t, T: T * (losses.softmax(s / T) - losses.softmax(t))
            ),
            "the student is softened too: divide both logits by T.": (
                lambda s, t, T: T * (losses.softmax(s) - losses.softmax(t / T))
            ),
        },
    ),
}
