"""The largest relative error of value and gradient, ours and others', with mpmath as the judge.

The inputs and the exact values are those of the tests.
"""

import sys
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
from mpmath import mp, mpf

from . import peers, report

sys.path.append(str(Path(__file__).parents[1] / "tests/helpers"))
from oracle import errors, rows, twin

import lossbook

DTYPES = (np.float32, np.float64)
NAMES = list(peers.TORCH)
LIBRARIES = ("lossbook", "PyTorch", "JAX", "scikit-learn", "SciPy")


def relative(got, exact, dtype):
    """None where the exact result is no normal number."""
    if not float(np.finfo(dtype).tiny) <= abs(exact) <= float(np.finfo(dtype).max):
        return None
    return float(abs(mpf(float(got)) - exact) / abs(exact)) if np.isfinite(got) else np.inf


def numbers(name, dtype):
    """Predictions, targets, and the arguments of the exact function."""
    rng = np.random.default_rng(0)
    if name == "Poisson":
        count = rng.poisson(5, 200).astype(dtype)
        log_rate = np.append(rng.normal(size=100), np.log(np.maximum(count[100:], 1)) + 1e-3)
        return log_rate.astype(dtype), count, (log_rate.astype(dtype), count)
    error = errors(dtype, rng)
    if issubclass(lossbook.LOSSES[name], lossbook.ResidualLoss):
        return error, np.zeros_like(error), (error,)
    margin = np.append(20 * rng.normal(size=200), [0, 30, -30, 85, -85, 700, -700, 1e4, -1e4])
    margin = margin.astype(dtype)
    return margin, np.ones_like(margin), (margin,)


def measure(name, dtype):
    worst = defaultdict(float)

    def note(library, what, got, exact):
        error = relative(got, exact, dtype)
        if error is not None:
            worst[library, what] = max(worst[library, what], error)

    if not issubclass(lossbook.LOSSES[name], lossbook.CategoricalLoss):
        prediction, target, arguments = numbers(name, dtype)
        mp.dps = 700
        exact = [
            twin(lossbook.LOSSES[name]())(*(mpf(float(x)) for x in xs))
            for xs in zip(*arguments, strict=True)
        ]
        for library, (value, grad) in peers.each(name, prediction, target):
            for v, g, e in zip(value, grad, exact, strict=True):
                note(library, "value", v, e[0])
                note(library, "gradient", g, e[1])
        return worst
    function = twin(lossbook.LOSSES[name](), (1,) * 9)
    logits = np.concatenate([rows(10, dtype), np.random.default_rng(1).normal(size=(40, 10)) * 20])
    logits = logits.astype(dtype)
    target = np.zeros(len(logits), np.int64)
    results = list(peers.each(name, logits, target))
    for i, z in enumerate(logits):
        mp.dps = 100 + int(np.ptp(z))
        exact = function(*map(mpf, z.tolist()))
        for library, (value, grad) in results:
            note(library, "value", value[i], exact[0])
            note(library, "gradient, class", grad[i, 0], exact[1])
            note(
                library,
                "gradient, strongest rival",
                *(x[1:][z[1:].argmax()] for x in (grad[i], exact[1:])),
            )
    return worst


def cell(error):
    if error is None:
        return ""
    return "wrong" if error == np.inf else f"{error:.1e}"


def main():
    warnings.simplefilter("ignore")  # others' overflows
    parts = [
        "The largest relative error over the inputs of `tests/unit/test_accuracy.py` (errors to "
        "1e300, margins and logits to 1e4; K = 10). 1.0 is no digit right; “wrong” is infinite or "
        "NaN where the exact result is a normal number. Half a unit in the last place is 6e-8 in "
        "float32, 1.1e-16 in float64; rounding a logit's distance from the largest costs more, "
        "where it is large. Poisson's value and gradient are differences of two terms, and have "
        "the digits of the larger one. Empty: the library does not have the loss.",
    ]
    for dtype in DTYPES:
        lines = []
        for name in NAMES:
            worst = measure(name, dtype)
            for what in sorted({w for _, w in worst}, key=lambda w: (w != "value", w)):
                lines.append(
                    [f"{name}, {what}", *(cell(worst.get((lib, what))) for lib in LIBRARIES)]
                )
        parts += [
            f"## {np.dtype(dtype)}",
            report.table(["largest relative error", *LIBRARIES], lines),
        ]
    report.write("accuracy", "Accuracy", *parts)


if __name__ == "__main__":
    main()
