"""Second derivatives and weights of losses of the error: against mpmath, as in `test_accuracy.py`,
against differences of the gradient, and for what they promise."""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from cases import dtypes
from mpmath import mp, mpf
from oracle import bent_twin, both_signs, errors, exact, of, twin
from test_accuracy import assert_close, losses

import lossbook
from lossbook import (
    AbsoluteError,
    EpsilonInsensitive,
    Expectile,
    GeneralRobust,
    Huber,
    LogCosh,
    Quantile,
    ResidualLoss,
    SquaredError,
    StudentT,
    Tukey,
    derive,
    minimiser,
)
from lossbook.symbolic import ERROR, custom

FALLING = (Huber, LogCosh, StudentT, Tukey)


def limits(loss, error):
    """Of curvature and weight by mpmath; None where the error is at a place without either."""
    e = mpf(float(error))
    bend = mpf(bent_twin(loss)(e)[0])
    return bend, (twin(loss)(e)[1] / e if e else None)


def compare(loss, error):
    dtype = error.dtype.type
    bends, weights = loss.curvature(error, np.zeros_like(error)), loss.weight(error)
    assert bends.dtype == weights.dtype == error.dtype
    for e, bend, weight in zip(error, bends, weights, strict=True):
        right, share = limits(loss, e)
        twelve = 1e-12 if isinstance(loss, GeneralRobust) else 0
        where = f"of {loss} at {e!r}"
        assert_close(bend, right, dtype, f"curvature {where}", lambda r=right: twelve * abs(r))
        if share is not None and abs(e) not in np.abs(loss.kinks):
            assert_close(weight, share, dtype, f"weight {where}", lambda s=share: twelve * abs(s))


def digits(loss):
    """What is taken from 1 is small: 1e-200, and of a hyperbolic tangent 1e-600."""
    return 700 if isinstance(loss, LogCosh) else 300


@dtypes
@losses(ResidualLoss)
def test_errors_of_every_size(loss, dtype):
    mp.dps = digits(loss)
    error = errors(dtype, np.random.default_rng(1))
    compare(loss, error[error != 0])


@dtypes
@losses(ResidualLoss)
def test_the_largest_errors(loss, dtype):
    mp.dps = digits(loss)
    top = np.finfo(dtype).max
    compare(loss, both_signs(top * np.array([0.99, 0.8, 1 / 3, 1e-3, 1e-7]), dtype=dtype))


def bends_at(loss):
    """The square of the error at which the curvature goes through 0, or where it ends."""
    match loss:
        case StudentT(dof):
            return [Fraction(dof)]
        case Tukey(c):
            return [Fraction(c) ** 2 / 5, Fraction(c) ** 2]
        case GeneralRobust(alpha, scale) if alpha < 1:
            ratio = 1 if np.isinf(alpha) else (2 - Fraction(alpha)) / (1 - Fraction(alpha))
            return [Fraction(scale) ** 2 * ratio]
    return []


TURNING = [
    *of(StudentT, Tukey, GeneralRobust),
    *(
        kind(size)
        for kind in (StudentT, Tukey)
        for size in (1e-300, 1e-30, 1 / 3, 2.0, 1e30, 1e300)
    ),
    *(
        GeneralRobust(alpha, scale)
        for alpha in (-np.inf, -1e22, -1e20, -7.7, 0.0, 0.3, 0.99, np.nextafter(1, 0))
        for scale in (1e-300, 0.37, 1e300)
    ),
]


@dtypes
@pytest.mark.parametrize("loss", [loss for loss in TURNING if bends_at(loss)], ids=repr)
def test_the_digits_next_to_a_zero_of_the_curvature(loss, dtype):
    mp.dps = 300
    for square in bends_at(loss):
        root = mp.sqrt(mpf(square.numerator) / square.denominator)
        if not np.finfo(dtype).tiny < root < np.finfo(dtype).max / 2:
            continue
        at = dtype(float(root))
        near = [at, np.nextafter(at, dtype(0)), np.nextafter(at, dtype(np.inf))]
        away = at * (1 + np.array([-0.3, -1e-3, -1e-6, 1e-6, 1e-3, 0.3]))
        compare(loss, both_signs(near, away, dtype=dtype))


AT_ENDS = [
    *(kind(size) for kind in (StudentT, Huber, Tukey) for size in (1e-300, 1e-20, 1e20, 1.7e308)),
    *(kind(level) for kind in (Quantile, Expectile) for level in (1e-300, 1 - 2**-53)),
    EpsilonInsensitive(1e-300),
    EpsilonInsensitive(1.7e308),
    *(
        GeneralRobust(alpha, scale)
        for alpha in (-np.inf, -2, 0, 1, np.nextafter(2, 0), 2, 3.5, 1e20, np.inf)
        for scale in (1e-300, 1e-160, 1e-20, 1e20, 1e160, 1.7e308)
    ),
]


@dtypes
@pytest.mark.parametrize("loss", AT_ENDS, ids=repr)
def test_parameters_at_the_ends_of_what_is_allowed(loss, dtype):
    mp.dps = 700
    sizes = [1e-30, 1e-8, 0.3, 3, 1e8, 1e19, *([1e-200, 1e150, 1e200, 1e300] * (dtype is float))]
    compare(loss, both_signs(sizes, dtype=dtype))
