"""The exercises of chapter 17."""

import numpy as np

from .. import losses
from .exercise import Exercise


def padded(logits, tokens, count):
    """The signal of every token, divided by `count`."""
    logits, tokens = np.asarray(logits), np.asarray(tokens)
    rows, K = tokens.size, logits.shape[-1]
    signal = losses.CrossEntropy().grad(logits.reshape(rows, K), tokens.ravel())
    return signal.reshape(logits.shape) / count


def real_only(logits, tokens, real, count):
    """The same, with 0 where there is no real token."""
    return np.asarray(real)[..., None] * padded(logits, tokens, count)


def text_by_text(logits, tokens, real):
    """The mean over the texts of the mean over the tokens of each."""
    lengths = np.sum(real, axis=1)
    counts = np.maximum(lengths, 1)[:, None, None] * np.sum(lengths > 0)
    return real_only(logits, tokens, real, counts)


def direct(policy, reference, chosen, rejected, inside, outside):
    """The gradient of DPO with `inside` for the beta in the exponent, `outside` for its factor."""
    moved = np.subtract(policy, reference)
    gap = inside * (moved[chosen] - moved[rejected])
    signal = np.zeros(len(moved))
    signal[[chosen, rejected]] = outside * losses.Logistic().grad(gap, 1) * np.array([1, -1])
    return signal


def by_choices(scores, top, shrinking=True):
    """The signals of one choice after another, which leave out what was chosen before."""
    scores = np.array(scores, float)
    signals = []
    for best in top:
        signals.append(losses.softmax(scores))
        signals[-1][best] -= 1
        if shrinking:
            scores[best] = -np.inf
    return np.array(signals)


PADDED = [
    (
        [[[0.0, 1.0, -1.0], [2.0, 0.5, 0.0]], [[1.0, 1.0, 0.0], [0.3, -2.0, 0.7]]],
        [[1, 0], [2, 0]],
        [[True, True], [True, False]],
    ),
    (
        [[[0.5, -0.5], [1.5, 0.0], [-3.0, 0.25]], [[0.0, 2.0], [4.0, 1.0], [0.5, 0.5]]],
        [[0, 1, 1], [1, 0, 1]],
        [[True, True, True], [False, False, False]],
    ),
    (
        [[[-1.2, 0.4, 3.0, 0.1]], [[2.2, 0.0, -0.6, 1.9]], [[0.0, -5.0, 0.8, 0.8]]],
        [[3], [0], [2]],
        [[False], [True], [True]],
    ),
    ([[[7.5, -1.0, 0.0]]], [[1]], [[True]]),
    (
        [
            [[-14.0, -12.5, -13.0], [12.0, 11.0, 13.5], [0.4, -0.6, 0.2]],
            [[1.0, 0.0, 2.0], [-0.3, -0.1, -0.9], [16.0, 14.0, 15.0]],
            [[-2.0, -1.0, -1.5], [0.7, 0.2, 1.9], [-21.0, -20.0, -19.0]],
        ],
        [[0, 2, 1], [1, 0, 2], [2, 1, 0]],
        [[True, False, True], [False, True, True], [True, True, False]],
    ),
    (
        [[[0.1, 0.9], [0.4, -1.0], [1.1, 0.6]], [[2.0, 1.0], [0.3, 0.5], [-0.7, 0.1]]],
        [[0, 0, 1], [1, 1, 0]],
        [[False, True, False], [True, False, True]],
    ),
]

CHOICES = {
    # 17  The same few noises train today's models
    "padded-gradient": Exercise(
        lambda logits, tokens, real: real_only(logits, tokens, real, np.sum(real)),
        PADDED,
        "at a real token take softmax minus y, where y is 1 at the token and 0 elsewhere; at every "
        "other place take 0. Then divide by the number of real tokens.",
        {
            "divide by the number of real tokens, not of all places.": (
                lambda z, y, real: real_only(z, y, real, np.size(real))
            ),
            "the mean of the losses is asked for, not their sum.": (
                lambda z, y, real: real_only(z, y, real, 1)
            ),
            "no signal may come from a place without a real token.": (
                lambda z, y, real: padded(z, y, np.sum(real))
            ),
            "this counts the padding as tokens: the mean is over the real ones only.": (
                lambda z, y, real: padded(z, y, np.size(real))
            ),
            "the gradient is p - y, not y - p.": (
                lambda z, y, real: -real_only(z, y, real, np.sum(real))
            ),
            "each token counts alike; here those of a short text count more.": text_by_text,
        },
    ),
    "dpo-gradient": Exercise(
        lambda policy, reference, chosen, rejected, beta: direct(
            policy, reference, chosen, rejected, beta, beta
        ),
        [
            ([0.0, 1.0, -0.5], [0.0, 0.0, 0.0], 1, 2, 0.5),
            ([0.4, -1.2, 0.9, 2.0], [1.0, 0.3, -0.6, 0.1], 3, 0, 2.0),
            ([-0.7, 0.8], [1.5, -0.2], 0, 1, 0.1),
            ([1.0, 3.0, -2.0, 0.5, 0.5], [1.0, 3.0, -2.0, 0.5, 0.5], 2, 4, 3.0),
            ([2.5, -0.5, 0.25], [-0.75, 1.25, 0.5], 2, 1, 1.0),
            ([0.1, 0.3, -0.2], [0.0, 0.15, -0.1], 0, 1, 16.0),
            ([6.0, 0.5, -1.0], [0.5, 0.0, 2.0], 0, 2, 1.5),
            ([6.0, 0.5, -1.0], [0.5, 0.0, 2.0], 2, 0, 1.5),
        ],
        "let d be beta times the log-ratio of the chosen answer minus that of the rejected one. "
        "The gradient is -beta / (1 + exp(d)) at the chosen answer, the opposite at the rejected "
        "one, and 0 elsewhere.",
        {
            "beta is a factor of the gradient too.": (
                lambda p, q, c, r, beta: direct(p, q, c, r, beta, 1)
            ),
            "beta multiplies the difference of the log-ratios too.": (
                lambda p, q, c, r, beta: direct(p, q, c, r, 1, beta)
            ),
            "a log-ratio is the policy's logit minus the reference's, up to a constant.": (
                lambda p, q, c, r, beta: direct(p, np.zeros(len(q)), c, r, beta, beta)
            ),
            "descent moves against the gradient, so at the chosen answer it is negative.": (
                lambda p, q, c, r, beta: -direct(p, q, c, r, beta, beta)
            ),
            "the signal is the probability of the other order, 1 / (1 + exp(d)).": (
                lambda p, q, c, r, beta: direct(p, q, c, r, -beta, beta)
            ),
            "d is the log-ratio of the chosen answer minus that of the rejected one, times beta.": (
                lambda p, q, c, r, beta: direct(p, q, r, c, beta, beta)
            ),
            "the rejected answer is pushed down as hard as the chosen one is pulled up.": (
                lambda p, q, c, r, beta: np.minimum(direct(p, q, c, r, beta, beta), 0)
            ),
        },
    ),
    "top-gradient": Exercise(
        lambda scores, top: by_choices(scores, top).sum(axis=0),
        [
            ([1.0, 0.0, -1.0, 0.5], [0, 3]),
            ([0.2, -0.4, 1.1], [1, 2, 0]),
            ([2.0, 2.0, -3.0, 0.0, 0.7], [2]),
            ([-0.5, 1.5], [0, 1]),
            ([0.3, 0.1, -0.2, 4.0, -1.0, 0.0], [5, 3, 0]),
            ([5.0, 0.5, 0.0, -0.5, 1.0], [3, 1, 2]),
        ],
        "for each choice, take softmax over the items that remain and subtract 1 at the chosen "
        "one; then add up these signals.",
        {
            "an item that was chosen leaves the list: the next softmax is over the rest.": (
                lambda s, top: by_choices(s, top, shrinking=False).sum(axis=0)
            ),
            "this is the signal of the first choice alone; add those of the others.": (
                lambda s, top: by_choices(s, top)[0]
            ),
            "the loss is the sum over the choices, not their mean.": (
                lambda s, top: by_choices(s, top).mean(axis=0)
            ),
            "the gradient is p - y, not y - p.": lambda s, top: -by_choices(s, top).sum(axis=0),
            "the best comes first in `top`.": lambda s, top: by_choices(s, top[::-1]).sum(axis=0),
            "the choices beyond the top are not known, so they cost nothing.": (
                lambda s, top: by_choices(
                    s, [*top, *(k for k in np.argsort(-np.asarray(s)) if k not in top)]
                ).sum(axis=0)
            ),
        },
    ),
}
