"""Second derivatives and weights of losses of the error: against mpmath, as in `test_accuracy.py`,
against differences of the gradient, and for what they promise."""

from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import sympy as sp
from cases import dtypes
from mpmath import mp, mpf
from oracle import bent_twin, both_signs, errors, of, twin
from test_accuracy import assert_close, losses

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
from lossbook.symbolic import ERROR

FALLING = (Huber, LogCosh, StudentT, Tukey)


def compare(loss, error):
    dtype = error.dtype.type
    bends, weights = loss.curvature(error, np.zeros_like(error)), loss.weight(error)
    assert bends.dtype == weights.dtype == error.dtype
    for e, bend, weight in zip(error, bends, weights, strict=True):
        exact = mpf(float(e))
        right, share = mpf(bent_twin(loss)(exact)[0]), twin(loss)(exact)[1] / exact
        where = f"of {loss} at {e!r}"
        assert_close(bend, right, dtype, f"curvature {where}", partial(allowed, loss, right))
        if abs(e) not in np.abs(loss.kinks):
            assert_close(weight, share, dtype, f"weight {where}", partial(allowed, loss, share))


def allowed(loss, number):
    """Beyond the units in the last place."""
    return 1e-12 * abs(number) if isinstance(loss, GeneralRobust) else 0


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
    *(
        kind(size)
        for kind in (StudentT, Huber, Tukey)
        for size in (5e-324, 1e-300, 1e-20, 1e20, 1.7e308)
    ),
    *(kind(level) for kind in (Quantile, Expectile) for level in (1e-300, 1 - 2**-53)),
    EpsilonInsensitive(1e-300),
    EpsilonInsensitive(1.7e308),
    *(
        GeneralRobust(alpha, scale)
        for alpha in (
            -np.inf,
            -2,
            0,
            np.nextafter(1, 0),
            1,
            np.nextafter(2, 0),
            2,
            3.5,
            1e20,
            np.inf,
        )
        for scale in (1e-300, 1e-160, 1e-20, 1e20, 1e160, 1.7e308)
    ),
]


@dtypes
@pytest.mark.parametrize("loss", AT_ENDS, ids=repr)
def test_parameters_at_the_ends_of_what_is_allowed(loss, dtype):
    mp.dps = 700
    sizes = [
        1e-30,
        1e-8,
        0.3,
        3,
        1e8,
        1e19,
        *([1e-200, 1e150, 1e200, 1e300] * (dtype is np.float64)),
    ]
    compare(loss, both_signs(sizes, dtype=dtype))


# What is promised


@dtypes
@losses(ResidualLoss)
def test_the_curvature_is_the_derivative_of_the_gradient(loss, dtype):
    """Richardson's extrapolation of central differences of the float64 gradient."""
    size = min(1.0, *(getattr(loss, name, 1.0) for name in ("scale", "c")))
    error, h = (size * np.linspace(-3.05, 3.05, 60)).astype(dtype), 1e-3 * size
    wide, zero = error.astype(float), np.zeros(60)

    def slope(step):
        return (loss.grad(wide + step, zero) - loss.grad(wide - step, zero)) / (2 * step)

    estimate = (4 * slope(h / 2) - slope(h)) / 3
    corners = [0.0, *(getattr(loss, name, 0.0) for name in ("delta", "epsilon", "c"))]
    apart = np.abs(np.subtract.outer(np.abs(wide), corners)).min(axis=1) > 2 * h
    found = loss.curvature(error, zero.astype(dtype))
    assert found.dtype == dtype
    atol = (1e-8 if dtype is np.float64 else 1e-6) * np.abs(estimate).max()
    np.testing.assert_allclose(found[apart], estimate[apart], rtol=1e-6, atol=atol)


@losses(ResidualLoss)
def test_the_curvature_of_the_error_is_that_of_the_call(loss):
    error = np.array([[-2.5, 0.0, 0.75]])
    found = loss.curvature(error + 1, np.ones((1, 3)))
    np.testing.assert_array_equal(loss.psi_prime(error), found)
    np.testing.assert_array_equal(
        loss.hessian_product(error + 1, np.ones((1, 3)), [[2.0, 3.0, -1.0]]), found * [2, 3, -1]
    )
    assert loss.psi_prime(0.75) == found[0, 2]
    assert loss.weight(0.75) == loss.weight(error)[0, 2]
    assert loss.weight(3) == loss.weight(np.float64(3))


INFINITELY_FAR = {  # curvature and weight
    SquaredError(): (1, 1),
    AbsoluteError(): (0, 0),
    Quantile(0.9): (0, 0),
    Huber(): (0, 0),
    LogCosh(): (0, 0),
    StudentT(): (0, 0),
    EpsilonInsensitive(): (0, 0),
    Tukey(): (0, 0),
    GeneralRobust(-np.inf): (0, 0),
    GeneralRobust(1.9): (0, 0),
    GeneralRobust(2, scale=0.5): (4, 4),
    GeneralRobust(2.1): (np.inf, np.inf),
    GeneralRobust(np.inf): (np.inf, np.inf),
}


@dtypes
@pytest.mark.parametrize("loss", INFINITELY_FAR, ids=repr)
def test_infinite_errors_have_the_limit(loss, dtype):
    error = np.array([-np.inf, np.inf], dtype)
    bend, weight = INFINITELY_FAR[loss]
    np.testing.assert_array_equal(loss.psi_prime(error), [bend, bend])
    np.testing.assert_array_equal(loss.weight(error), [weight, weight])


def test_infinite_errors_of_an_expectile():
    loss = Expectile(0.75)
    for formula in (loss.psi_prime, loss.weight):
        np.testing.assert_array_equal(formula([-np.inf, np.inf]), [1.5, 0.5])


@losses(ResidualLoss)
def test_nan_stays_nan(loss):
    for formula in (loss.psi_prime, loss.weight):
        np.testing.assert_array_equal(np.isnan(formula([1.5, np.nan])), [False, True])


@losses(ResidualLoss)
@dtypes
def test_no_finite_error_gives_nan(loss, dtype):
    error = errors(dtype, np.random.default_rng(4))
    tiny, top = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
    with np.errstate(all="raise"):
        for formula in (loss.psi_prime, loss.weight):
            assert not np.isnan(formula(np.append(error, [tiny, -tiny, top, -top, -0.0]))).any()


def test_where_the_curvature_jumps():
    """At a kink it is 0; where Huber's bends, that of the square; at an expectile's 0, below."""
    assert AbsoluteError().curvature(2.0, 2.0) == Quantile(0.9).curvature(2.0, 2.0) == 0
    np.testing.assert_array_equal(EpsilonInsensitive(0.5).psi_prime([-0.5, 0, 0.5]), [0, 0, 0])
    beyond = np.nextafter(1.5, 2)
    np.testing.assert_array_equal(Huber(1.5).psi_prime([-beyond, -1.5, 1.5, beyond]), [0, 1, 1, 0])
    np.testing.assert_array_equal(Expectile(0.9).psi_prime([-1e-9, -0.0, 0.0]), [1.8, 1.8, 1.8])
    assert Expectile(0.9).psi_prime(1e-9) == pytest.approx(0.2)
    for loss, e in ((Huber(1.5), 1.5), (Expectile(0.75), 0.0), (EpsilonInsensitive(0.5), 0.5)):
        assert loss.psi_prime(e) == float(derive.curvature(loss).xreplace({ERROR: sp.Float(e)}))


def test_a_float32_error_is_compared_with_the_parameter_itself():
    """Rounded to float32, 0.1 is larger."""
    error = np.float32(0.1)
    assert float(error) > 0.1
    assert Huber(0.1).psi_prime(error) == 0
    assert EpsilonInsensitive(0.1).psi(error) == 1
    assert EpsilonInsensitive(0.1).rho(error) == pytest.approx(float(error) - 0.1, rel=1e-7)


@losses(ResidualLoss)
def test_the_weight_at_0_is_the_limit(loss):
    tiny = 1e-150 * min(1.0, getattr(loss, "scale", 1.0))
    near = loss.weight(-tiny)
    at = loss.weight(0.0)
    assert at == loss.weight(-0.0)
    assert np.isinf(at) if near > 1e100 else at == pytest.approx(near, rel=1e-12)


@losses(ResidualLoss)
def test_weight_times_error_is_the_slope(loss):
    error = np.concatenate([-np.geomspace(1e-9, 1e9, 400), np.geomspace(1e-9, 1e9, 400)])
    np.testing.assert_allclose(loss.weight(error) * error, loss.psi(error), rtol=3e-12, atol=1e-280)


@pytest.mark.parametrize(
    "loss",
    [x for x in of(*FALLING, GeneralRobust) if getattr(x, "alpha", 0) <= 2],
    ids=repr,
)
def test_the_weight_never_rises_with_the_error(loss):
    """An error counts at most as much as a smaller one."""
    weights = loss.weight(np.append(0, np.geomspace(1e-12, 1e12, 40_001)))
    assert (np.diff(weights) <= 1e-12 * weights[:-1]).all()
    assert weights[0] > 0


@losses(ResidualLoss)
def test_convex_is_where_no_curvature_is_negative(loss):
    size = max(1.0, *(getattr(loss, name, 1.0) for name in ("scale", "c")))
    reach = np.geomspace(1e-6, 1e6, 40_001) * size
    least = loss.psi_prime(np.concatenate([-reach, [0], reach])).min()
    assert loss.convex == (least >= 0)
    if loss.strongly_convex:
        assert least > 0


@pytest.mark.parametrize(
    "loss", [*(kind() for kind in FALLING), *(GeneralRobust(a) for a in (-2, 0, 1, 1.5))], ids=repr
)
def test_reweighted_least_squares_find_the_minimiser(loss):
    """The mean with the weights of its own errors, again and again (Beaton and Tukey, 1974)."""
    target = np.append(np.random.default_rng(5).normal(2, 1, 200), [30.0, 45.0, 400.0])
    best, constant = minimiser(loss, target), np.median(target)
    for _ in range(500):
        constant = np.average(target, weights=loss.weight(constant - target))
    assert constant == pytest.approx(best, abs=1e-9)


def test_efficiency_of_the_bisquare():
    """At unit-scale Gaussian errors, against the mean: (E psi')**2 / E psi**2."""
    error = np.linspace(-9, 9, 20_001)
    density = np.exp(-(error**2) / 2) / np.sqrt(2 * np.pi)
    step = error[1] - error[0]
    bend, power = (
        (f * density).sum() * step for f in (Tukey().psi_prime(error), Tukey().psi(error) ** 2)
    )
    assert bend**2 / power == pytest.approx(0.95, abs=1e-4)
