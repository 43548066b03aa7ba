"""The exercises of chapters 7 to 12 and of the appendix."""

import numpy as np
from scipy.special import expit, ndtri

from .. import losses
from .exercise import SUM, Exercise


def softmax_slope(logits, label, factor=2.0):
    """Gradient of squared error on softmax, and the part of it that the Jacobian leaves out."""
    p = losses.softmax(logits)
    gap = p - (np.arange(len(logits)) == label)
    return factor * p * (gap - p @ gap), gap


def cross_entropy_slopes(logits, classes):
    return losses.CrossEntropy().grad(logits, classes)


def teacher_gap(student, teacher, T):
    """Probabilities of student less teacher, both at temperature T."""
    return losses.softmax(student / T) - losses.softmax(teacher / T)


def divergence(q, p):
    return np.sum(np.where(q > 0, q * np.log(q / p), 0), axis=-1)


def machine_slopes(w, b, X, y, C):
    """Gradient in w and in b of half the square of w plus C times the sum of the hinges."""
    signal = C * losses.Hinge().grad(X @ w + b, y)
    return w + signal @ X, signal.sum()


def reliability(stated, outcomes, edges):
    bins = np.digitize(stated, edges)
    inside = [bins == k for k in range(1, len(edges))]
    return np.array([[values[b].mean() for b in inside] for values in (stated, outcomes)])


def sharpness_slopes(a, scores, labels):
    """Derivative in a of the log score of each example with the score a x score."""
    return losses.Logistic().grad(a * scores, labels) * scores


def highest_line(values, slopes):
    best = np.argmax(values)
    return np.array([values[best], slopes[best]])


LOGITS = [
    ([0.0, 0.0], 0),
    ([2.0, -1.0, 0.5], 2),
    ([0.0, 8.0, 1.0, 8.0, -3.0], 0),
    ([-0.5, 1.5, 0.25], 1),
    ([-15.25, -2.4], 0),
]
MACHINES = [
    ([1.0, -0.5], 0.5, [[1.0, 2.0], [0.2, -1.0], [-1.0, 0.0]], [1, -1, -1], 2.0),
    ([0.0, 3.0], -1.0, [[0.5, 0.5], [2.0, -2.0]], [1, 1], 0.1),
    ([0.5, -1.0, 2.0], 0.25, [[4.0, 0.0, 1.0], [-1.0, 2.0, -3.0]], [1, -1], 3.0),
    ([-2.0], 1.5, [[3.0], [-0.25], [0.5], [3.0]], [1, 1, -1, 1], 0.75),
    (
        [0.6, 5.9],
        0.15,
        [[0.0, 0.2], [-0.4, -0.95], [-0.3, 1.0], [-0.4, -1.5], [-1.4, -1.15]],
        [1, -1, -1, 1, 1],
        10.8,
    ),
    ([-0.6], -0.4, [[0.0], [0.7], [-0.75], [1.65], [0.4]], [1, 1, -1, -1, -1], 0.1),
    ([3.3, 1.0], 1.8, [[0.8, 1.5], [-0.25, 0.7]], [-1, 1], 0.2),
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
    ([[3.2, 0.2, 11.2], [1.1, 0.2, 6.3]], [[-1.2, 4.9, -2.1], [-0.7, 0.4, 14.2]], 2.0),
]

CLASSIFICATION = {
    # 7  Softmax and cross-entropy
    "log-softmax": Exercise(
        lambda logits: losses.log_softmax(logits),
        FAR_LOGITS,
        "each logit less the log of the sum of exponentials; the largest logit is taken off first.",
        {
            "exponentials of large logits overflow: take the largest off first.": (
                lambda z: np.log(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))
            ),
            "the shift is right for softmax, but logsumexp is overflowing still.": (
                lambda z: z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
            ),
            "a probability underflowed before you took its log: keep to logs throughout.": (
                lambda z: np.log(losses.softmax(z))
            ),
            "each row has its own largest logit: mind the axis, and keepdims.": (
                lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum(axis=-1, keepdims=True))
            ),
            "logsumexp grows with the shift: what was taken off it belongs back.": (
                lambda z: (
                    z
                    - np.log(np.exp(z - z.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
                )
            ),
            "that is minus the log: the log of a probability is never positive.": (
                lambda z: -losses.log_softmax(z)
            ),
            "those are the probabilities; their logs are asked for.": losses.softmax,
        },
    ),
    "softmax-weights": Exercise(
        lambda W, X, classes: X.T @ cross_entropy_slopes(X @ W, classes) / len(X),
        WEIGHTS,
        "p - y for each example, times its inputs, and the mean over the examples.",
        {
            SUM: lambda W, X, c: X.T @ cross_entropy_slopes(X @ W, c),
            "right size, opposite sign: the signal is p - y.": (
                lambda W, X, c: -X.T @ cross_entropy_slopes(X @ W, c) / len(X)
            ),
            "the target is missing: take 1 off at each example's class.": (
                lambda W, X, c: X.T @ losses.softmax(X @ W) / len(X)
            ),
            "right numbers, transposed: the gradient has the shape of W.": (
                lambda W, X, c: cross_entropy_slopes(X @ W, c).T @ X / len(X)
            ),
            "the weights are shared by len(X) examples, not by their entries: divide by len(X).": (
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
        "p times (p - y), less p times the sum of p (p - y), and the 2 of the square.",
        {
            "that is the gradient of cross-entropy.": lambda z, c: softmax_slope(z, c)[1],
            "that is the slope in p; softmax's Jacobian is missing.": (
                lambda z, c: 2 * softmax_slope(z, c)[1]
            ),
            "half of what it should be: this square has no ½.": (
                lambda z, c: softmax_slope(z, c, factor=1.0)[0]
            ),
            "only the Jacobian's diagonal: each logit moves every probability.": (
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
            "that is the cross-entropy: the entropy of q is to be taken off.": (
                lambda q, p: -np.sum(np.where(q > 0, q * np.log(p), 0), axis=-1)
            ),
            "right size, opposite sign: a divergence is never negative.": (
                lambda q, p: -divergence(q, p)
            ),
            "that is in bits; nats have the natural logarithm.": (
                lambda q, p: divergence(q, p) / np.log(2)
            ),
            "one number for each row: sum along the last axis.": (
                lambda q, p: np.sum(divergence(q, p))
            ),
            "a mean over the classes? The shares q are the weights already: sum.": (
                lambda q, p: divergence(q, p) / q.shape[-1]
            ),
            "infinity has been patched away: what the model excludes costs without bound.": (
                lambda q, p: np.sum(np.where((q > 0) & (p > 0), q * np.log(q / p), 0), axis=-1)
            ),
        },
    ),
    "distillation": Exercise(
        lambda student, teacher, T: T * teacher_gap(student, teacher, T),
        TEACHINGS,
        "the signal at temperature T is p - q; the chain rule divides it by T, the factor is T².",
        {
            "the factor T² is missing.": lambda s, t, T: teacher_gap(s, t, T) / T,
            "the chain rule is missing: the student's logits were divided by T.": (
                lambda s, t, T: T**2 * teacher_gap(s, t, T)
            ),
            "that is the signal in the divided logits; chain rule and T² are missing.": teacher_gap,
            "right size, opposite sign: student less teacher.": (
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
    # 10  Hinge and margins
    "svm-gradient": Exercise(
        lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)),
        MACHINES,
        "the weights themselves, and C times the sum of each signal times its x; b has no penalty.",
        {
            "the signals must be summed, C times each: they are not a mean.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C / len(y)))
            ),
            "the penalty on the weights has a gradient too: the weights.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)) - np.append(w, 0)
            ),
            "the gradient of half the square of the weights is the weights, not twice them.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)) + np.append(w, 0)
            ),
            "b stands outside the penalty.": (
                lambda w, b, X, y, C: (
                    np.append(*machine_slopes(w, b, X, y, C)) + np.append(0 * w, b)
                )
            ),
            "C is the price of the losses, and it is missing.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, 1.0))
            ),
            "the losses pull with the opposite sign.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, -C))
            ),
        },
    ),
    "silent-examples": Exercise(
        lambda scores, labels: labels * scores > 1,
        [
            ([0.5, 1.0, 2.0, -3.0], [1, 1, 1, 1]),
            ([-0.5, -1.0, -3.0, 2.0, 0.0, 1.5], [-1, -1, -1, -1, 1, 1]),
            ([-1.5, 0.0, 3.75, 1.1], [1, 1, -1, 1]),
            ([1.1, 5.3], [1, 1]),
        ],
        "beyond the margin 1 the hinge is flat; the margin is label times score.",
        {
            "the right side is not enough: the hinge asks for a margin of 1.": lambda f, y: (
                y * f > 0
            ),
            "a score of -3 is far on the right side if the label is -1.": lambda f, y: f >= 1,
            "the sign of the score must count: -3 may be far on the wrong side.": (
                lambda f, y: np.abs(f) >= 1
            ),
            "those are the examples below the margin 1, and they do pull.": lambda f, y: y * f < 1,
            "at the margin 1 exactly there is a kink: a support vector may stand there and pull.": (
                lambda f, y: y * f >= 1
            ),
        },
    ),
    # 11  Which side, or how likely
    "reliability": Exercise(
        reliability,
        [
            ([0.1, 0.2, 0.3, 0.9, 0.7], [0, 1, 0, 1, 1], [0.0, 0.5, 1.0]),
            ([0.25, 0.5, 0.05, 0.8, 0.6], [1, 0, 0, 1, 1], [0.0, 0.25, 0.5, 1.0]),
            ([0.7, 0.2, 0.45, 0.3, 0.125], [1, 1, 0, 0, 0], [0.125, 0.625, 0.75]),
        ],
        "for each bin, the mean of what was stated, then the mean of the outcomes.",
        {
            "state the mean of what was stated in the bin, not the bin's middle.": (
                lambda p, y, edges: [(edges[:-1] + edges[1:]) / 2, reliability(p, y, edges)[1]]
            ),
            "that is the number of events; the share is their mean.": (
                lambda p, y, edges: [
                    reliability(p, y, edges)[0],
                    np.histogram(p, edges, weights=y)[0],
                ]
            ),
            "first what was stated, then the share.": lambda p, y, edges: reliability(p, y, edges)[
                ::-1
            ],
            "a bin holds its lower edge, not its upper one.": (
                lambda p, y, edges: reliability(-p, y, -edges[::-1])[:, ::-1] * [[-1], [1]]
            ),
        },
    ),
    "sharpness-gradient": Exercise(
        lambda a, scores, labels: sharpness_slopes(a, scores, labels).mean(),
        [
            (1.0, [2.0, -1.0, 0.5], [1, -1, -1]),
            (0.3, [4.0, -6.0, 1.0, 0.0], [1, 1, -1, 1]),
            (2.5, [-1.5, 0.25], [-1, 1]),
            (12.25, [-0.85], [1]),
        ],
        "the signal at the scores a f, and the chain rule: d(a f) / da is f.",
        {
            "the chain rule's factor, the score, is missing.": (
                lambda a, f, y: losses.Logistic().grad(a * f, y).mean()
            ),
            "the factor is the score before it was multiplied.": (
                lambda a, f, y: sharpness_slopes(a, f, y).mean() * a
            ),
            "you sum over the examples; the risk is their mean.": (
                lambda a, f, y: sharpness_slopes(a, f, y).sum()
            ),
            "right size, opposite sign.": lambda a, f, y: -sharpness_slopes(a, f, y).mean(),
            "the signal is that at the scores multiplied by a.": (
                lambda a, f, y: sharpness_slopes(1.0, f, y).mean()
            ),
        },
    ),
    # 12  Choosing
    "quantile-residual": Exercise(
        lambda below, own, u: ndtri(below + u * own),
        [(0.3, 0.4, 0.5), (0.0, 0.6, 0.25), (0.9, 0.05, 0.1), (0.05, 0.4, 0.41)],
        "a place in the stretch that the count owns, as a quantile of the Gaussian.",
        {
            "that is the place; look up the Gaussian quantile there.": lambda b, o, u: b + u * o,
            "the whole stretch of the count is added: spread it evenly, by u.": (
                lambda b, o, u: ndtri(b + o)
            ),
            "the stretch begins at what lies below, it does not end there.": (
                lambda b, o, u: ndtri(b * u)
            ),
            "own is the length of the stretch, not where it ends.": (
                lambda b, o, u: ndtri(b + u * (o - b))
            ),
        },
    ),
    "negative-binomial-gradient": Exercise(
        lambda f, count, alpha: (np.exp(f) - count) / (1 + alpha * np.exp(f)),
        [
            (0.0, 3.0, 1.0),
            (1.0, 0.0, 0.5),
            (3.0, 30.0, 2.0),
            (-1.5, 1.0, 0.25),
            (0.25, 0.0, 14.0),
            (0.9, 50.0, 0.07),
        ],
        "Poisson's signal, divided by 1 + alpha mu, where mu = exp(f).",
        {
            "that is Poisson's signal.": lambda f, y, a: np.exp(f) - y,
            "right size, opposite sign: the mean minus the count.": lambda f, y, a: (
                (y - np.exp(f)) / (1 + a * np.exp(f))
            ),
            "that is the slope in the mean; the chain rule multiplies it by mu.": (
                lambda f, y, a: (np.exp(f) - y) / (np.exp(f) + a * np.exp(f) ** 2)
            ),
            "f is the log of the mean: the mean is exp(f).": lambda f, y, a: (f - y) / (1 + a * f),
            "alpha is 1 / r: multiply the mean by it.": (
                lambda f, y, a: (np.exp(f) - y) / (1 + np.exp(f) / a)
            ),
        },
    ),
    "undo-weights": Exercise(
        lambda stated, w: stated / (stated + w * (1 - stated)),
        [(0.5, 4.0), (0.2, 10.0), (0.9, 3.0), (0.3, 1.0), (0.75, 0.25), (0.02, 13.4)],
        "the weight has multiplied the odds: divide them, and go back to a probability.",
        {
            "divide the odds, not the probability.": lambda p, w: p / w,
            "that puts the weight in a second time.": lambda p, w: w * p / (w * p + 1 - p),
            "those are the odds; go back to a probability.": lambda p, w: p / (1 - p) / w,
            "take the log of w from the score, not w.": (
                lambda p, w: expit(np.log(p / (1 - p)) - w)
            ),
        },
    ),
    "ordered-probabilities": Exercise(
        lambda f, cuts: np.diff(expit(cuts - f), prepend=0, append=1),
        [
            (0.0, [-1.0, 0.5]),
            (1.5, [-2.0, 0.0, 3.0]),
            (-0.7, [0.0]),
            (1.9, [-26.4]),
            (-7.8, [-0.4, -0.3]),
        ],
        "up to the cut k the probability is sigma(cut - f); a class lies between two cuts.",
        {
            "those are the probabilities up to each cut: take differences.": (
                lambda f, c: expit(c - f)
            ),
            "the last class lies above the last cut, and is missing.": (
                lambda f, c: np.diff(expit(c - f), prepend=0)
            ),
            "the first class lies below the first cut, and is missing.": (
                lambda f, c: np.diff(expit(c - f), append=1)
            ),
            "a higher score must make higher classes likelier: cut minus score.": (
                lambda f, c: np.diff(expit(f - c), prepend=0, append=1)
            ),
            "the score shifts the cuts down, not up: cut minus score.": (
                lambda f, c: np.diff(expit(c + f), prepend=0, append=1)
            ),
        },
    ),
    # A  Convex functions
    "max-affine": Exercise(
        lambda slopes, heights, x: highest_line(slopes * x + heights, slopes),
        [
            ([0.0, -1.0], [0.0, 1.0], -2.0),
            ([0.0, -1.0], [0.0, 1.0], 3.0),
            ([2.0, -3.0, 0.5], [-1.0, -1.0, 0.0], 0.2),
            ([2.0, -3.0, 0.5], [-1.0, -1.0, 0.0], 4.0),
            ([-0.5, 4.0, 0.25, -2.0], [-6.0, -30.0, -3.5, -9.0], -2.5),
            ([0.7, 4.3, 3.9], [-5.0, 1.2, 0.6], -0.8),
            ([0.7, -0.1, 9.4], [3.9, 0.6, 1.75], 5.1),
            ([-0.7, -3.8], [-2.1, 1.3], 1.2),
        ],
        "the highest value at x, then the slope of that same line.",
        {
            "the line that is highest at x, not the one with the highest slope.": (
                lambda s, h, x: [np.max(s * x + h), np.max(s)]
            ),
            "first the value, then the slope.": (lambda s, h, x: highest_line(s * x + h, s)[::-1]),
            "that is the lowest line.": lambda s, h, x: highest_line(-(s * x + h), s) * [-1, 1],
            "that is the number of the line, not its slope.": (
                lambda s, h, x: highest_line(s * x + h, np.arange(len(s)))
            ),
        },
    ),
}
