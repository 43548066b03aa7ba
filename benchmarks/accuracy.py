"""The largest relative error of value, gradient and curvature, ours and others', judged by mpmath.

The exact values are those of the tests, the inputs are like theirs.
"""

import sys
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
from mpmath import mp, mpf

from . import peers, report

sys.path.append(str(Path(__file__).parents[1] / "tests/helpers"))
from oracle import bent_twin, errors, rows, twin

import lossbook

DTYPES = (np.float32, np.float64)
NAMES = [name for name in lossbook.LOSSES if name in peers.TORCH]
QUANTITIES = ("value", "gradient", "curvature")
LIBRARIES = ("lossbook", "PyTorch", "JAX", "scikit-learn", "SciPy")


def relative(got, exact, dtype):
    """None where the exact result is no normal number."""
    if not float(np.finfo(dtype).tiny) <= abs(exact) <= float(np.finfo(dtype).max):
        return None
    return float(abs(mpf(float(got)) - exact) / abs(exact)) if np.isfinite(got) else np.inf


def numbers(name, dtype):
    """Predictions, targets, and the arguments of the exact function."""
    rng, loss = np.random.default_rng(0), lossbook.LOSSES[name]()
    if isinstance(loss, lossbook.AmountLoss):
        target = rng.poisson(5, 200)
        log_mean = np.append(rng.normal(size=100), np.log(np.maximum(target[100:], 1)) + 1e-3)
        far = np.append(20 * rng.normal(size=40), [30, -30, 85, -85, 100, -100, 700, -700, 800])
        log_mean = np.append(log_mean, far).astype(dtype)
        target = np.append(target, rng.poisson(5, far.size)).astype(dtype)
        target = np.maximum(target, 1) if name == "Gamma" else target
        return log_mean, target, (log_mean, target)
    if isinstance(loss, lossbook.ResidualLoss):
        error = errors(dtype, rng)
        error = error[~np.isin(error, (*loss.kinks, -1, 1))]  # at ±1 Huber's curvature jumps
        return error, np.zeros_like(error), (error,)
    score = np.append(20 * rng.normal(size=200), [0, 30, -30, 85, -85, 700, -700, 1e4, -1e4])
    score = score.astype(dtype)
    if isinstance(loss, lossbook.MarginLoss):
        return score, np.ones_like(score), (score,)
    target = rng.integers(0, 3, score.size)
    return score, target, (score, target)


class Worst(defaultdict):
    """The largest relative error by library and by what it is an error of."""

    def __init__(self, dtype):
        super().__init__(float)
        self.dtype = dtype

    def note(self, library, what, got, exact):
        error = relative(got, exact, self.dtype)
        if error is not None:
            self[library, what] = max(self[library, what], error)


def measure(name, dtype):
    if issubclass(lossbook.LOSSES[name], lossbook.CategoricalLoss):
        return of_logits(name, dtype)
    worst, loss = Worst(dtype), lossbook.LOSSES[name]()
    prediction, target, arguments = numbers(name, dtype)
    # a probability of exp(-1e4), as what is left to 1, begins 4343 digits after the point
    mp.dps = 5000 if name == "OrderedLogit" else 700
    results = list(peers.each(name, prediction, target))
    for i, xs in enumerate(zip(*arguments, strict=True)):
        exact = [mpf(float(x)) for x in xs]
        exact = [*twin(loss)(*exact), *bent_twin(loss)(*exact)]
        for library, found in results:
            for what, got, e in zip(QUANTITIES, found, exact, strict=False):
                worst.note(library, what, got[i], e)
    return worst


def of_logits(name, dtype):
    """Of the class and of its strongest rival."""
    worst, loss, sizes = Worst(dtype), lossbook.LOSSES[name](), (1,) * 9
    logits = np.concatenate([rows(10, dtype), np.random.default_rng(1).normal(size=(40, 10)) * 20])
    logits = logits.astype(dtype)
    results = list(peers.each(name, logits, np.zeros(len(logits), np.int64)))
    for i, z in enumerate(logits):
        mp.dps = 100 + int(np.ptp(z))
        numbers, rival = [mpf(x) for x in z.tolist()], 1 + z[1:].argmax()
        value, *grad = twin(loss, sizes)(*numbers)
        exact = {"gradient": grad, "curvature": bent_twin(loss, sizes)(*numbers)}
        for library, (values, *found) in results:
            worst.note(library, "value", values[i], value)
            for (what, right), got in zip(exact.items(), found, strict=False):
                worst.note(library, f"{what}, class", got[i, 0], right[0])
                worst.note(library, f"{what}, strongest rival", got[i, rival], right[rival])
    return worst


def cell(error):
    if error is None:
        return ""
    return "wrong" if error == np.inf else f"{error:.1e}"


def lines(dtype):
    for name in NAMES:
        worst = measure(name, dtype)
        whats = sorted({what for _, what in worst})
        for what in sorted(whats, key=lambda what: QUANTITIES.index(what.split(",")[0])):
            yield [f"{name}, {what}", *(cell(worst.get((lib, what))) for lib in LIBRARIES)]


TEXT = (
    "The largest relative error over inputs like those of the tests: errors to 1e300 (in float32 "
    "to 1e38), margins, scores and logits to 1e4, logs of means to 800; K = 10; every loss with "
    "the parameters that it has by default. Kinks are left out, and the places where Huber's "
    "curvature jumps. 1.0 is no digit right; “wrong” is infinite or NaN where the exact result is "
    "a normal number. Half a unit in the last place is 6e-8 in float32, 1.1e-16 in float64. Empty: "
    "the library does not have it. Rows whose exact result is 0 everywhere, such as the curvature "
    "of the absolute error, are not shown.",
    "For the curvature PyTorch and JAX differentiate twice, and scikit-learn has "
    "`gradient_hessian`; of logits it is the diagonal of the Hessian. Where PyTorch or JAX does "
    "not have a loss, its row is the plain formula, as a user would write it: it shows what that "
    "formula costs, not a defect of the library.",
    "Where the others' digits go: a probability near 1 is taken from 1 (logistic loss, logits, "
    "the curvature of `NegativeBinomial`); two probabilities that round to the same number are "
    "subtracted (`OrderedLogit`); the square of a far error or the exponential of a large score "
    "overflows (`StudentT`, `NegativeBinomial`); the price of a small error is a difference of "
    "two numbers near 1 (`Tukey`); two slopes of 1 cancel (JAX's `Huber`, written as in Optax); "
    "the tolerance 0.1 is rounded to float32 (`EpsilonInsensitive`). The 1.0 and 2.0 of JAX in "
    "the gradients of `AbsoluteError`, `Quantile` and `Tukey` are at errors so small that they, "
    "or their product with a parameter, are no normal number: JAX takes those for 0.",
    "And ours: rounding a logit's distance from the largest costs digits where it is large. The "
    "values of `Poisson`, `Gamma` and `NegativeBinomial` are differences, and have the digits of "
    "the larger term; so have the gradients of all losses of amounts where mean and target are "
    "near each other, up to where so few would be left that the difference is taken from that of "
    "their logs.",
)


def main():
    warnings.simplefilter("ignore")  # others' overflows
    parts = [*TEXT]
    for dtype in DTYPES:
        head = ["largest relative error", *LIBRARIES]
        parts += [f"## {np.dtype(dtype)}", report.table(head, lines(dtype))]
    libraries = ("numpy", "torch", "jax", "scikit-learn", "scipy", "mpmath")
    report.write("accuracy", "Accuracy", *parts, libraries=libraries)


if __name__ == "__main__":
    main()
