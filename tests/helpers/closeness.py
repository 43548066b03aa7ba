"""How close to mpmath a result has to be."""

import numpy as np
from mpmath import mp, mpf

UNITS = 16


def assert_close(got, exact, dtype, where, extra=lambda: 0, units=UNITS):
    """`exact` is an mpmath number; `extra` is allowed beyond the units in the last place."""
    limits = np.finfo(dtype)
    got, size = float(got), abs(exact)
    if size > float(limits.max):
        assert got == float(mp.sign(exact) * mp.inf) or abs(got) > limits.max / 2, where
    elif size < float(limits.tiny):
        assert abs(got) <= 2 * limits.tiny, where
    else:
        error = abs(mpf(got) - exact)
        unit = float(np.spacing(dtype(float(size))))
        assert error <= units * unit or error <= units * unit + extra(), (
            f"{where}: {got} for {mp.nstr(exact, 20)}"
        )


def slack(exact, z, i):
    """What rounding each logit's distance from the largest may move component `i`.

    And if its own terms cancel, so that it moves more than 8 times as much as the logits, 16 units
    of an eighth of that movement: there the exact result is itself a cancellation.
    """
    x, step = [mpf(a) for a in z.tolist()], mpf(2) ** -100
    here = exact(*x)[i]
    moved = [exact(*x[:k], x[k] + step, *x[k + 1 :])[i] for k in range(len(x))]
    slopes = [abs(there - here) / step for there in moved]
    distances = [max(x) - a for a in x]
    rounded = [z.dtype.type(float(d)) for d in distances]
    costs = [
        s * float(np.spacing(r)) / 2
        for s, r, d in zip(slopes, rounded, distances, strict=True)
        if mpf(float(r)) != d
    ]
    cancels = sum(slopes) > 8 * abs(here)
    return sum(costs) + cancels * UNITS * float(np.finfo(z.dtype).eps) * sum(slopes) / 8
