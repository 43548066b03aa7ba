"""Exercises that tell right from wrong, where, and what the mistake may be; never the solution.

A chapter's exercise cell calls ``check(name, answer)``.  To add one, add an entry to `EXERCISES`:
what is expected, inputs that tell it from the usual mistakes, and those mistakes, each with the
hint that it deserves.
"""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from scipy.special import expit, ndtri

from . import losses
from .losses.base import quiet

__all__ = ["EXERCISES", "Exercise", "Verdict", "check"]


@dataclass(frozen=True)
class Exercise:
    """`expected` gives the right answer for each of `inputs`.

    `mistakes` are wrong answers, each under its hint: a reader whose answers are the same, on all
    inputs, reads that hint; any other reads `hint`.
    """

    expected: Callable
    inputs: Sequence[tuple]
    hint: str
    mistakes: dict[str, Callable] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Right or wrong, and the message that a notebook shows."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer):
    """The :class:`Verdict` on `answer`: a function of the inputs, or a value if there are none."""
    if name not in EXERCISES:
        near = get_close_matches(name, EXERCISES, n=3, cutoff=0) or list(EXERCISES)
        raise ValueError(f"no exercise {name!r}; is it one of {', '.join(near)}?")
    exercise = EXERCISES[name]
    if exercise.inputs != [()] and not callable(answer):
        return Verdict(False, f"Wrong: pass your function itself, not {type(answer).__name__}.")
    answers = []
    for given in exercise.inputs:
        try:
            answers.append(outcome(answer, given))
        except Exception as problem:
            said = f"raised {type(problem).__name__}: {problem}"
            return Verdict(False, f"Wrong{where(exercise, given)}: your function {said}")
    for given, got in zip(exercise.inputs, answers, strict=True):
        expected = outcome(exercise.expected, given)
        if not same(got, expected):
            said = f"Wrong{where(exercise, given)}: expected {show(expected)}, got {show(got)}."
            return Verdict(False, f"{wrapped(said)}\n{wrapped('Hint: ' + hint(exercise, answers))}")
    n = len(answers)
    return Verdict(True, f"Right: {n} inputs, {n} answers as expected." if n > 1 else "Right.")


@quiet
def outcome(answer, given):
    """The answer for one input, as an array; the reader's code gets copies."""
    if not callable(answer):
        return np.asarray(answer)
    return np.asarray(answer(*(np.array(value)[()] for value in given)), float)


def same(got, expected):
    return got.shape == expected.shape and np.allclose(
        got, expected, rtol=1e-6, atol=1e-9, equal_nan=True
    )


def hint(exercise, answers):
    for text, mistake in exercise.mistakes.items():
        wrong = [outcome(mistake, given) for given in exercise.inputs]
        if all(map(same, answers, wrong)):
            return text
    if np.isnan(np.concatenate([np.ravel(got) for got in answers])).all():
        return "no number comes back: does your function end with return?"
    for got, given in zip(answers, exercise.inputs, strict=True):
        expected = outcome(exercise.expected, given)
        if got.shape != expected.shape:
            return f"the shape should be {expected.shape}, it is {got.shape}."
    return exercise.hint


def where(exercise, given):
    names = inspect.signature(exercise.expected).parameters
    text = ", ".join(f"{k} = {show(v)}" for k, v in zip(names, given, strict=True))
    return f" at {text}" if text else ""


def wrapped(text):
    """For the width of an exercise's box; a number stays in one piece."""
    return textwrap.fill(text, 64, subsequent_indent="  ", break_on_hyphens=False)


def show(value):
    def number(x):
        return f"{x + 0.0:.6g}"  # -0.0 as 0

    text = np.array2string(np.asarray(value), separator=", ", formatter={"all": number})
    return " ".join(text.split())


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


def lopsided(error, above, below):
    """Price and gradient of an error that costs `above` for each unit up and `below` down."""
    slope = above * (error > 0) - below * (error < 0)
    return np.array([slope * error, slope])


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


def weighted_median(target, weights, side="left"):  # the smallest that reaches half
    order = np.argsort(target)
    reached = np.cumsum(weights[order])
    return target[order][np.searchsorted(reached, reached[-1] / 2, side)]


SIZES = [(0.0,), (2.0,), (-2.0,), (0.5,), (-0.25,), (30.0,)]
SIZES_AND_DELTA = [
    (0.5, 1.0),
    (-0.5, 1.0),
    (3.0, 1.0),
    (-3.0, 1.0),
    (3.0, 2.0),
    (0.0, 2.0),
    (2.0, 2.0),
]
SIZES_AND_LEVEL = [(2.0, 0.5), (2.0, 0.9), (-2.0, 0.9), (-0.5, 0.1), (0.0, 0.3)]
SIZES_AND_SCALE = [(0.0, 1.0), (1.0, 1.0), (-3.0, 1.0), (3.0, 2.0), (-0.4, 0.1)]
LOG_SCALES = [(0.0, 0.0), (1.0, 0.0), (-3.0, 1.0), (3.0, -0.5), (0.2, 2.0)]
SAMPLES = [([9.0, 1.0, 2.0],), ([-4.0, 0.5, 1.0, 1.5, 30.0],), ([7.0],)]
LINE = [(1.0, 2.0, [0.0, 1.0, 2.0], [0.0, 4.0, 9.0]), (0.0, -1.0, [1.0, 3.0], [2.0, 2.0])]
LOGITS = [([0.0, 0.0], 0), ([2.0, -1.0, 0.5], 2), ([0.0, 8.0, 1.0], 0)]
ROWS = [
    ([[0.0, 0.0], [3.0, -3.0], [-3.0, 3.0]], [0, 0, 0]),
    ([[1.0, 2.0, 0.0], [0.0, 9.0, 0.0]], [1, 0]),
]
MACHINES = [
    ([1.0, -0.5], 0.5, [[1.0, 2.0], [0.2, -1.0], [-1.0, 0.0]], [1, -1, -1], 2.0),
    ([0.0, 3.0], -1.0, [[0.5, 0.5], [2.0, -2.0]], [1, 1], 0.1),
]
FAR_LOGITS = [
    ([0.0, 1.0, 3.0],),
    ([[1000.0, 998.0, 0.0], [0.0, 1.0, 2.0], [-1000.0, -1001.0, -2000.0]],),
]
WEIGHTS = [
    (
        [[0.5, -1.0, 0.0], [2.0, 0.0, 1.0]],
        [[1.0, 2.0], [0.5, -1.0], [3.0, 0.0], [0.0, 1.0]],
        [0, 2, 2, 1],
    ),
    ([[0.0, 0.0]], [[1.0], [-2.0]], [1, 1]),
]
PAIRS = [
    ([0.5, 0.5], [0.25, 0.75]),
    ([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]], [[0.25, 0.75, 0.0], [0.3, 0.3, 0.4]]),
    ([0.5, 0.5, 0.0], [0.5, 0.0, 0.5]),
]
TEACHINGS = [
    ([[1.0, 0.0, -1.0]], [[0.0, 2.0, 0.0]], 1.0),
    ([[1.0, 0.0, -1.0], [4.0, 0.0, 0.0]], [[0.0, 2.0, 0.0], [4.0, 1.0, 0.0]], 5.0),
]
LOG_2PI = np.log(2 * np.pi)
OPPOSITE = "right size, opposite sign. The error is prediction minus target."
SUM = "you sum over the examples; the risk is their mean."
HALF = "our squared error is half the square, so that its gradient is the error itself."

RIGHT = "at error 0 that is the slope of the right side; take the one of least size, which is 0."
LEFT = "at error 0 that is the slope of the left side; take the one of least size, which is 0."

EXERCISES = {
    # 1  A loss is a price list
    "price-list": Exercise(
        lambda error: np.abs(error),
        SIZES,
        "the price is the distance, whichever side the error is on.",
        {
            "a price is never negative: which side the error is on must not matter.": lambda e: e,
            "that is the gradient, not the price.": np.sign,
            "that is the squared error.": lambda e: e**2,
            "that is half the squared error.": lambda e: e**2 / 2,
        },
    ),
    "price-list-gradient": Exercise(
        lambda error: np.sign(error),
        SIZES,
        "ask which way the price rises, and how fast; does that depend on the size of the error?",
        {
            OPPOSITE: lambda e: -np.sign(e),
            "that is the price, not its slope.": np.abs,
            RIGHT: lambda e: 1 - 2 * (e < 0),
            LEFT: lambda e: 1 - 2 * (e <= 0),
            "dividing by the size fails at the kink; there the slope of least size is 0.": (
                lambda e: e / np.abs(e)
            ),
        },
    ),
    "lopsided": Exercise(
        lambda error: lopsided(error, 2.0, 1.0),
        SIZES,
        "two for each unit above, one for each unit below; the slope is 2 above and -1 below.",
        {
            "above is where the prediction is too high, and the error positive.": (
                lambda e: lopsided(e, 1.0, 2.0)
            ),
            "return both, the price and the gradient.": lambda e: lopsided(e, 2.0, 1.0)[0],
            "the first is the price, the second the gradient.": (
                lambda e: lopsided(e, 2.0, 1.0)[::-1]
            ),
            RIGHT: lambda e: lopsided(e, 2.0, 1.0) + np.array([0, 2.0 * (e == 0)]),
            LEFT: lambda e: lopsided(e, 2.0, 1.0) - np.array([0, 1.0 * (e == 0)]),
        },
    ),
    "one-step": Exercise(
        lambda start, rate, target: start - rate * np.mean(start - target),
        [(0.0, 0.5, [1.0, 2.0, 6.0]), (4.0, 0.1, [4.0, 4.0]), (10.0, 1.0, [1.0, 0.0])],
        "one step goes from the start against the gradient of the mean of half the squared errors.",
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
        SIZES_AND_SCALE,
        "minus the log of the density: a square over 2 scale², and two terms without the error.",
        {
            "that is the log of the density; the price is minus that.": (
                lambda e, s: -(e**2) / (2 * s**2) - np.log(s) - LOG_2PI / 2
            ),
            "the normaliser is missing: here it belongs to the price.": lambda e, s: (
                e**2 / (2 * s**2)
            ),
            "the scale enters squared below the error.": (
                lambda e, s: e**2 / (2 * s) + np.log(s) + LOG_2PI / 2
            ),
            "the ½ of the exponent is missing.": lambda e, s: e**2 / s**2 + np.log(s) + LOG_2PI / 2,
            "the root of 2π becomes half a log of 2π.": (
                lambda e, s: e**2 / (2 * s**2) + np.log(s) + LOG_2PI
            ),
            "that is the density; take minus its log.": (
                lambda e, s: np.exp(-(e**2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
            ),
        },
    ),
    "laplace-price": Exercise(
        lambda error, scale: np.abs(error) / scale + np.log(2 * scale),
        SIZES_AND_SCALE,
        "minus the log of the density exp(-|error| / scale) / (2 scale).",
        {
            "that is the log of the density; the price is minus that.": (
                lambda e, s: -np.abs(e) / s - np.log(2 * s)
            ),
            "the normaliser is missing: here it belongs to the price.": lambda e, s: np.abs(e) / s,
            "the 2 of the normaliser, one for each side, is missing.": (
                lambda e, s: np.abs(e) / s + np.log(s)
            ),
        },
    ),
    "log-likelihood": Exercise(
        lambda target, prediction: -np.sum((prediction - target) ** 2 / 2 + LOG_2PI / 2),
        [([1.0, 2.0, 6.0], 2.0), ([0.5], 0.0), ([-1.0, 1.0], 0.25), ([3.0, 100.0], 0.0)],
        "the sum over the examples of the log of the Gaussian density of unit scale.",
        {
            "that is minus the log-likelihood: the price, not the likelihood's log.": (
                lambda y, m: np.sum((m - y) ** 2 / 2 + LOG_2PI / 2)
            ),
            "the mean is a fine risk, but the log of a product is a sum.": (
                lambda y, m: -np.mean((m - y) ** 2 / 2 + LOG_2PI / 2)
            ),
            "the normaliser is missing, once for each example.": (
                lambda y, m: -np.sum((m - y) ** 2 / 2)
            ),
            "the normaliser counts once for each example, not once in all.": (
                lambda y, m: -np.sum((m - y) ** 2 / 2) - LOG_2PI / 2
            ),
            "far out the density is too small for a number: take its log on paper first.": (
                lambda y, m: np.sum(np.log(np.exp(-((m - y) ** 2) / 2) / np.sqrt(2 * np.pi)))
            ),
        },
    ),
    "cubic-density": Exercise(
        lambda error: error * np.abs(error),
        SIZES,
        "the signal is the slope of minus the log of the density: integrate it, then undo the log.",
        {
            "three times what it should be: the slope of |error|³ is 3 error |error|.": (
                lambda e: 3 * e * np.abs(e)
            ),
            "that is the signal of squared error.": lambda e: e,
            "that is twice the signal of squared error.": lambda e: 2 * e,
            "the price rises on both sides: use the size of the error.": lambda e: e**2,
        },
    ),
    # 3  Gaussian noise, squared error, the mean
    "combine-measurements": Exercise(
        lambda observations, scales: np.sum(observations / scales**2) / np.sum(1 / scales**2),
        [([1.0, 2.0, 9.0], [1.0, 1.0, 2.0]), ([5.0, 7.0], [10.0, 0.1]), ([1.0, 4.0], [0.5, 0.5])],
        "set the sum of the forces, error / scale², to 0, and solve for the prediction.",
        {
            "the scales are not used.": lambda y, s: np.mean(y),
            "the stiffness of a spring is 1 / scale², not 1 / scale.": (
                lambda y, s: np.sum(y / s) / np.sum(1 / s)
            ),
            "a wide instrument should count for less, not for more.": (
                lambda y, s: np.sum(y * s**2) / np.sum(s**2)
            ),
            "the sum of stiffness times observation has yet to be divided.": (
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
            "the slope's part lacks the chain rule's factor x.": (
                lambda a, b, x, y: [np.mean(a + b * x - y)] * 2
            ),
        },
    ),
    # 4  Laplace noise, absolute error, the median
    "best-constant": Exercise(
        lambda target: np.median(target),
        SAMPLES,
        "each example pulls with the same force: where do as many pull up as down?",
        {
            "that is the mean, which is best for the squared error.": np.mean,
            "the middle of the list counts only when the list is sorted.": lambda y: y[len(y) // 2],
            "that is the middle between the extremes.": lambda y: (np.min(y) + np.max(y)) / 2,
        },
    ),
    "weighted-median": Exercise(
        lambda target, weights: weighted_median(target, weights),
        [
            ([3.0, 1.0, 2.0], [1.0, 1.0, 1.0]),
            ([1.0, 2.0, 9.0], [1.0, 1.0, 3.0]),
            ([5.0, 1.0, 4.0], [0.0, 2.0, 3.0]),
            ([4.0, 1.0], [1.0, 1.0]),
        ],
        "sort the examples with their weights, add the weights up, stop at half of all.",
        {
            "the weights are not used.": lambda y, w: np.median(y),
            "that is the weighted mean, which is best for the squared error.": (
                lambda y, w: np.sum(w * y) / np.sum(w)
            ),
            "the weights add up in the order of the examples: sort first.": (
                lambda y, w: y[np.argmax(np.cumsum(w) >= np.sum(w) / 2)]
            ),
            "when the examples are sorted, each must keep its own weight.": (
                lambda y, w: np.sort(y)[np.argmax(np.cumsum(w) >= np.sum(w) / 2)]
            ),
            "to reach half is enough; you ask for more than half.": (
                lambda y, w: weighted_median(y, w, side="right")
            ),
        },
    ),
    "quantile-loss": Exercise(
        lambda error, level: losses.Quantile(level).rho(error),
        SIZES_AND_LEVEL,
        "each unit too low costs level, each unit too high 1 - level.",
        {
            "the two prices are exchanged: a positive error means a prediction too high.": (
                lambda e, q: losses.Quantile(1 - q).rho(e)
            ),
            "a price is never negative.": lambda e, q: -losses.Quantile(q).rho(e),
            "twice what it should be: at level ½ it is half the absolute error.": (
                lambda e, q: 2 * losses.Quantile(q).rho(e)
            ),
            "that is right only at level ½.": lambda e, q: np.abs(e) / 2,
        },
    ),
    "quantile-gradient": Exercise(
        lambda error, level: losses.Quantile(level).psi(error),
        SIZES_AND_LEVEL,
        "two slopes, one on each side, and the one of least size at the kink.",
        {
            OPPOSITE: lambda e, q: -losses.Quantile(q).psi(e),
            "the two slopes are exchanged.": lambda e, q: losses.Quantile(1 - q).psi(e),
            RIGHT: (lambda e, q: (e >= 0) - q),
            LEFT: lambda e, q: (e > 0) - q,
        },
    ),
    # 5  Huber and heavy tails
    "huber-loss": Exercise(
        lambda error, delta: losses.Huber(delta).rho(error),
        SIZES_AND_DELTA,
        "half the square up to delta, then straight on with the slope that it has there.",
        {
            "the ½ inside is missing: then the slopes do not meet at delta.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2, d * (np.abs(e) - d / 2))
            ),
            "the two parts must meet at delta: something is to be taken off the straight one.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e))
            ),
            "the straight part has slope delta.": (
                lambda e, d: np.where(np.abs(e) <= d, e**2 / 2, np.abs(e) - d / 2)
            ),
            "delta bounds the size of the error; a negative error has a size too.": (
                lambda e, d: np.where(e <= d, e**2 / 2, d * (np.abs(e) - d / 2))
            ),
        },
    ),
    "huber-gradient": Exercise(
        lambda error, delta: losses.Huber(delta).psi(error),
        SIZES_AND_DELTA,
        "the error itself up to delta; beyond, a constant with the error's sign.",
        {
            OPPOSITE: lambda e, d: -np.clip(e, -d, d),
            "beyond delta the gradient keeps the error's sign.": (
                lambda e, d: np.where(np.abs(e) <= d, e, d)
            ),
            "a negative error is bounded too.": np.minimum,
            "beyond delta its size is delta, not 1.": (
                lambda e, d: np.where(np.abs(e) <= d, e, np.sign(e))
            ),
            "the gradient of half the square is the error, not twice the error.": (
                lambda e, d: np.where(np.abs(e) <= d, 2 * e, d * np.sign(e))
            ),
        },
    ),
    "student-gradient": Exercise(
        lambda error, dof: (dof + 1) * error / (dof + error**2),
        [(0.0, 3.0), (1.0, 3.0), (-2.0, 3.0), (100.0, 1.0), (1.0, 8.0)],
        "derive (dof + 1) / 2 * log(1 + error² / dof); the chain rule brings 2 error / dof.",
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
        LOG_SCALES,
        "half the square of error / scale, and the log of the scale.",
        {
            "without the log of the scale the cheat is open: a larger scale is always cheaper.": (
                lambda e, t: e**2 / 2 * np.exp(-2 * t)
            ),
            "the log is of the scale, not of its square.": (
                lambda e, t: e**2 / 2 * np.exp(-2 * t) + 2 * t
            ),
            "the ½ before the square is missing.": lambda e, t: e**2 * np.exp(-2 * t) + t,
            "the scale enters squared below the error.": lambda e, t: e**2 / 2 * np.exp(-t) + t,
        },
    ),
    "scale-gradient": Exercise(
        lambda error, log_scale: 1 - error**2 * np.exp(-2 * log_scale),
        LOG_SCALES,
        "derive with respect to the log of the scale: the scale's own derivative is the scale.",
        {
            "right size, opposite sign.": lambda e, t: e**2 * np.exp(-2 * t) - 1,
            "that is the derivative with respect to the scale, not to its log.": (
                lambda e, t: np.exp(-t) - e**2 * np.exp(-3 * t)
            ),
            "the ½ cancels against the 2 of the exponent.": (
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
        SAMPLES,
        "first the constant that absolute error is least at, then the scale of what is left.",
        {
            "that is the fit of Gaussian noise.": lambda y: (np.mean(y), np.std(y)),
            "the errors are those of the median, not of the mean.": (
                lambda y: (np.median(y), np.mean(np.abs(y - np.mean(y))))
            ),
            "the scale is the mean size of the errors, not their median.": (
                lambda y: (np.median(y), np.median(np.abs(y - np.median(y))))
            ),
            "the scale of Laplace noise is no root of a mean square.": (
                lambda y: (np.median(y), np.sqrt(np.mean((y - np.median(y)) ** 2)))
            ),
        },
    ),
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
    "gradient-norms": Exercise(
        lambda logits, classes: np.linalg.norm(cross_entropy_slopes(logits, classes), axis=1),
        ROWS,
        "the length of p - y, one number for each row.",
        {
            "one number for each row, not one for all: mind the axis.": (
                lambda z, c: np.linalg.norm(cross_entropy_slopes(z, c))
            ),
            "that is one number for each class: mind the axis.": (
                lambda z, c: np.linalg.norm(cross_entropy_slopes(z, c), axis=0)
            ),
            "the root is missing.": lambda z, c: (cross_entropy_slopes(z, c) ** 2).sum(axis=1),
            "that is the sum of the sizes; the length is the root of the sum of squares.": (
                lambda z, c: np.abs(cross_entropy_slopes(z, c)).sum(axis=1)
            ),
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
        lambda scores, labels: labels * scores >= 1,
        [
            ([0.5, 1.0, 2.0, -3.0], [1, 1, 1, 1]),
            ([-0.5, -1.0, -3.0, 2.0, 0.0], [-1, -1, -1, -1, 1]),
        ],
        "silent is who has a margin of 1 or more; the margin is label times score.",
        {
            "the right side is not enough: the hinge asks for a margin of 1.": lambda f, y: (
                y * f > 0
            ),
            "a score of -3 is far on the right side if the label is -1.": lambda f, y: f >= 1,
            "the sign of the score must count: -3 may be far on the wrong side.": (
                lambda f, y: np.abs(f) >= 1
            ),
            "those are the examples that do emit a gradient.": lambda f, y: y * f < 1,
            "at the margin 1 exactly, the gradient is 0 as well.": lambda f, y: y * f > 1,
        },
    ),
    # 11  Which side, or how likely
    "reliability": Exercise(
        reliability,
        [
            ([0.1, 0.2, 0.3, 0.9, 0.7], [0, 1, 0, 1, 1], [0.0, 0.5, 1.0]),
            ([0.25, 0.5, 0.05, 0.8, 0.6], [1, 0, 0, 1, 1], [0.0, 0.25, 0.5, 1.0]),
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
            (0.0, [1.0, 3.0], [1, -1]),
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
        [(0.3, 0.4, 0.5), (0.0, 0.6, 0.25), (0.9, 0.05, 0.1)],
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
        [(0.0, 3.0, 1.0), (1.0, 0.0, 0.5), (3.0, 30.0, 2.0), (0.5, 2.0, 0.0)],
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
        [(0.5, 4.0), (0.2, 10.0), (0.9, 3.0), (0.3, 1.0)],
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
        [(0.0, [-1.0, 0.5]), (1.5, [-2.0, 0.0, 3.0]), (-0.7, [0.0])],
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
"""Every exercise by name."""
