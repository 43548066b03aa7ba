"""The exercises of chapters 10, 11 and 18, and of the appendix."""

from statistics import NormalDist

import numpy as np

from .. import losses
from .exercise import Exercise


def machine_slopes(w, b, X, y, C):
    """Gradient in w and in b of half the square of w plus C times the sum of the hinges."""
    signal = C * losses.Hinge().grad(X @ w + b, y)
    return w + signal @ X, signal.sum()


def of_those(pulling, w, X, y, C):
    """The same, if those examples pull that `pulling` says."""
    return np.append(w - C * (y * pulling) @ X, -C * (y * pulling).sum())


def reliability(stated, outcomes, edges):
    bins = np.digitize(stated, edges[1:-1])
    inside = [bins == k for k in range(len(edges) - 1)]
    return np.array([[values[b].mean() for b in inside] for values in (stated, outcomes)])


def sharpness_slopes(a, scores, labels):
    """Derivative in a of the log score of each example with the score a x score."""
    return losses.Logistic().grad(a * scores, labels) * scores


def gaussian_quantile(p):
    return NormalDist().inv_cdf(p) if p > 0 else -np.inf


def probability(score):
    """The logistic function: the signal of an example with the label -1."""
    return losses.Logistic().grad(score, np.full(np.shape(score), -1))


def highest_line(values, slopes):
    best = np.argmax(values)
    return np.array([values[best], slopes[best]])


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

DECISION = {
    # 10  Hinge and margins
    "svm-gradient": Exercise(
        lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)),
        MACHINES,
        "w plus C times the sum of each signal times its x; for b, C times the sum of signals.",
        {
            "here every example pulls, but beyond the margin 1 the hinge is silent.": (
                lambda w, b, X, y, C: of_those(1, w, X, y, C)
            ),
            "the other way round: examples beyond the margin 1 are silent, others pull.": (
                lambda w, b, X, y, C: of_those(y * (X @ w + b) > 1, w, X, y, C)
            ),
            "the hinge asks for a margin of 1, so an example on its own side may still pull.": (
                lambda w, b, X, y, C: of_those(y * (X @ w + b) < 0, w, X, y, C)
            ),
            "the signals are added up, each times C, but this is their mean times C.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C / len(y)))
            ),
            "the penalty on the weights has a gradient too: the weights themselves.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)) - np.append(w, 0)
            ),
            "the gradient of half the squared length of w is w, not twice w.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, C)) + np.append(w, 0)
            ),
            "b has no penalty.": (
                lambda w, b, X, y, C: (
                    np.append(*machine_slopes(w, b, X, y, C)) + np.append(0 * w, b)
                )
            ),
            "the factor C before the losses is missing.": (
                lambda w, b, X, y, C: np.append(*machine_slopes(w, b, X, y, 1.0))
            ),
            "the part that comes from the losses has the wrong sign.": (
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
            ([-1.6, -1.25, 1.1, 5.3], [1, -1, 1, 1]),
        ],
        "the margin is label times score, and where it is above 1, the hinge is flat.",
        {
            "the right side is not enough: the hinge asks for a margin of 1.": lambda f, y: (
                y * f > 0
            ),
            "a score of -3 is far on the right side if the label is -1.": lambda f, y: f >= 1,
            "the sign of the score matters: with the label +1, -3 is far on the wrong side.": (
                lambda f, y: np.abs(f) >= 1
            ),
            "those are the examples below the margin 1, and they do pull.": lambda f, y: y * f < 1,
            "at a margin of exactly 1 there is a kink: an example may stand there and pull.": (
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
            ([0.3, 1.0, 0.49, 0.45], [1, 0, 1, 0], [0.0, 0.5, 1.0]),
            ([0.75, 0.2, 0.7, 0.75, 0.45, 0.125], [0, 1, 1, 1, 0, 0], [0.125, 0.625, 0.75]),
        ],
        "for each bin, the mean stated probability, then the mean of the outcomes.",
        {
            "return the mean stated probability of the bin, not the bin's middle.": (
                lambda p, y, edges: [(edges[:-1] + edges[1:]) / 2, reliability(p, y, edges)[1]]
            ),
            "that is the number of events in the bin; the share is the mean of the outcomes.": (
                lambda p, y, edges: [
                    reliability(p, y, edges)[0],
                    np.histogram(p, edges, weights=y)[0],
                ]
            ),
            "the mean stated probability comes first, then the share.": (
                lambda p, y, edges: reliability(p, y, edges)[::-1]
            ),
            "the last bin includes its upper edge too: a stated probability of exactly 1 counts.": (
                lambda p, y, edges: reliability(p[p < edges[-1]], y[p < edges[-1]], edges)
            ),
            "a bin includes its lower edge, not its upper one.": (
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
        "take the signal at the scores a f, and apply the chain rule: d(a f) / da is f.",
        {
            "the chain rule's factor, the score, is missing.": (
                lambda a, f, y: losses.Logistic().grad(a * f, y).mean()
            ),
            "the chain rule's factor is the score f, not a f.": (
                lambda a, f, y: sharpness_slopes(a, f, y).mean() * a
            ),
            "you sum over the examples; the risk is their mean.": (
                lambda a, f, y: sharpness_slopes(a, f, y).sum()
            ),
            "right size, opposite sign.": lambda a, f, y: -sharpness_slopes(a, f, y).mean(),
            "take the signal at the scores multiplied by a, not at the scores themselves.": (
                lambda a, f, y: sharpness_slopes(1.0, f, y).mean()
            ),
        },
    ),
    # 18  Choosing
    "quantile-residual": Exercise(
        lambda below, own, u: gaussian_quantile(below + u * own),
        [(0.3, 0.4, 0.5), (0.0, 0.6, 0.25), (0.9, 0.05, 0.1), (0.05, 0.4, 0.41), (0.2, 0.5, 0.85)],
        "go up the stretch that the count owns, by the part u; take the Gaussian quantile there.",
        {
            "that is the place in the stretch; now look up the Gaussian quantile there.": (
                lambda b, o, u: b + u * o
            ),
            "you add the whole stretch of the count; add only the part u of it.": (
                lambda b, o, u: gaussian_quantile(b + o)
            ),
            "the stretch begins at below; it does not end there.": (
                lambda b, o, u: gaussian_quantile(b * u)
            ),
            "u counts from the lower end of the stretch.": (
                lambda b, o, u: gaussian_quantile(b + (1 - u) * o)
            ),
            "own is the length of the stretch, not its upper end.": (
                lambda b, o, u: gaussian_quantile(b + u * (o - b))
            ),
        },
    ),
    "undo-weights": Exercise(
        lambda stated, w: stated / (stated + w * (1 - stated)),
        [(0.5, 4.0), (0.2, 10.0), (0.9, 3.0), (0.3, 1.0), (0.75, 0.25), (0.02, 13.4)],
        "the weight has multiplied the odds: divide them by w, then make a probability of them.",
        {
            "divide the odds, not the probability.": lambda p, w: p / w,
            "that puts the weight in a second time.": lambda p, w: w * p / (w * p + 1 - p),
            "those are the odds; turn them back into a probability.": lambda p, w: p / (1 - p) / w,
            "subtract the log of w from the score, not w.": (
                lambda p, w: probability(np.log(p / (1 - p)) - w)
            ),
        },
    ),
    "ordered-probabilities": Exercise(
        lambda f, cuts: np.diff(probability(cuts - f), prepend=0, append=1),
        [
            (0.0, [-1.0, 0.5]),
            (1.5, [-2.0, 0.0, 3.0]),
            (-0.7, [0.0]),
            (1.9, [-26.4]),
            (-7.8, [-0.4, -0.3]),
            (0.0, [-0.03, 0.0, 0.04]),
            (0.0, [-0.2, 41.0, 45.0]),
            (4.5, [1.0, 5.5]),
        ],
        "the probability below a cut is sigma(cut - f), and a class lies between two cuts.",
        {
            "those are the probabilities up to each cut; take their differences.": (
                lambda f, c: probability(c - f)
            ),
            "the last class, which lies above the last cut, is missing.": (
                lambda f, c: np.diff(probability(c - f), prepend=0)
            ),
            "the first class, which lies below the first cut, is missing.": (
                lambda f, c: np.diff(probability(c - f), append=1)
            ),
            "a higher score must make higher classes likelier: cut minus score.": (
                lambda f, c: np.diff(probability(f - c), prepend=0, append=1)
            ),
            "the score shifts the cuts down, not up: cut minus score.": (
                lambda f, c: np.diff(probability(c + f), prepend=0, append=1)
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
            ([5.8, -2.9], [2.9, 3.4], 10.9),
            ([-6.8, 2.8, 5.6], [-1.4, 4.0, 2.1], 3.3),
            ([-0.2, -1.7], [5.2, 0.6], -3.0),
            ([-4.5, 0.4, -1.8], [-2.4, -1.9, -0.9], 0.28),
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
