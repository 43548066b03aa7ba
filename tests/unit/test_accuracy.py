"""Values and gradients against mpmath: each within 16 units in the last place of its own size.

Where the exact result is no normal number of the dtype, 0 or infinity will do.  The general robust
loss, with its powers, is allowed a relative error of 1e-12, and Poisson, which is a difference,
4 units of the larger of its terms; but its gradient keeps 11 of its own digits as well, down to
1e-25 of the count.  Logits are allowed what rounding their distances from the largest costs by
itself.
"""

from functools import partial
from itertools import accumulate

import numpy as np
import pytest
from cases import dtypes
from closeness import UNITS, assert_close, slack
from mpmath import mp, mpf
from oracle import both_signs, errors, of, rows, twin

from lossbook import (
    CategoricalLoss,
    CrossEntropy,
    GeneralRobust,
    MarginLoss,
    Poisson,
    ResidualLoss,
    SoftmaxSquaredError,
)


def losses(*families):
    return pytest.mark.parametrize("loss", of(*families), ids=repr)


@dtypes
@losses(ResidualLoss)
def test_errors_of_every_size(loss, dtype):
    mp.dps = 700  # log(cosh(1e-300)) begins 600 digits after the point
    error = errors(dtype, np.random.default_rng(1))
    compare(loss, error, np.zeros_like(error), [error], kinks=(0,))


@dtypes
@losses(ResidualLoss)
def test_the_largest_errors(loss, dtype):
    """Up to the end of the dtype: what overflows on the way must not show in the end."""
    mp.dps = 700
    top = np.finfo(dtype).max
    error = both_signs(top * np.array([0.99, 0.8, 1 / 3, 1e-3, 1e-5, 1e-7, 1e-9]), dtype=dtype)
    compare(loss, error, np.zeros_like(error), [error])


@dtypes
@losses(MarginLoss)
def test_margins_of_every_size(loss, dtype):
    mp.dps = 400
    rng = np.random.default_rng(2)
    near_one = 1 + np.array([-1e-6, 1e-6, -1e-3, 1e-3])
    large = [36, 37, 85, 87, 700, 708, 800, 1e4, 1e30]
    margin = both_signs(
        [0, 1e-30], near_one, large, rng.normal(size=30), 20 * rng.normal(size=30), dtype=dtype
    )
    compare(loss, margin, np.ones_like(margin), [margin], kinks=(1,))
    compare(loss, -margin, -np.ones_like(margin), [margin], kinks=(1,), sign=-1)


@dtypes
@losses(Poisson)
def test_counts_and_log_rates(loss, dtype):
    mp.dps = 400
    rng = np.random.default_rng(3)
    count = np.append(rng.poisson(5, 40), [0, 0, 1, 2.5, 1e4, 1e-5]).astype(dtype)
    best = np.log(np.maximum(count, 1))  # there value and gradient may all but cancel
    near = best * (1 + 10 ** rng.uniform(-17, -1, best.size))
    zero = np.where(count > np.e, 1 / np.maximum(count, 1), 0.5)
    for log_rate in (best, near, zero, rng.normal(size=best.size), 20 * rng.normal(size=best.size)):
        log_rate = log_rate.astype(dtype)
        with np.errstate(all="ignore"):
            rate = np.exp(log_rate, dtype=float)
        terms = np.maximum(rate, abs(count * log_rate)), np.maximum(rate, count)
        compare(loss, log_rate, count, [log_rate, count], terms=terms)


@dtypes
def test_the_gradient_of_a_count_keeps_its_digits_at_the_minimum(dtype):
    """Where the log of the rate is the log of the count, rounded, and nearby."""
    mp.dps = 400
    top = 37 if dtype is np.float32 else 300
    count = np.append(10 ** np.linspace(0.2, top, 80), [3, 40, 195, 1e15, 1e6]).astype(dtype)
    for away in (0, 1e-15, 1e-12, -1e-7, 1e-3, 0.02, -0.3):
        log_rate = np.log(count) + dtype(away)
        exact = [
            mp.exp(mpf(float(f))) - mpf(float(y)) for f, y in zip(log_rate, count, strict=True)
        ]
        grad = Poisson().grad(log_rate, count)
        assert grad.dtype == dtype
        rel = 1e-7 if dtype is np.float32 else 2e-12
        wrong_by = abs(grad.astype(float) - np.array(exact, float))
        assert np.all(wrong_by <= rel * abs(np.array(exact, float)) + 1e-25 * count)
    assert Poisson().grad(np.log(1e151), 1e151) == pytest.approx(-2.141764216102266e137, rel=1e-6)
    assert np.isnan(Poisson().grad([np.nan, 1.0], [2.0, np.nan])).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 7.7, 1e4])
@pytest.mark.parametrize(
    "alpha",
    [
        *[-np.inf, -1e30, -1e18, -1e6, -100.3, -2.0, np.nextafter(-2, 0), -1.0, -1e-9, -1e-300, 0],
        *[5e-324, 1e-300, 1e-12, 0.1, np.nextafter(1, 0), 1.0, 1.7, np.nextafter(2, 0), 2.0],
        *[np.nextafter(2, 3), 2 + 1e-9, 3.3, 64.5, 1e6, 1e18, 1e30, np.inf],
    ],
)
def test_the_general_robust_loss_keeps_twelve_digits(alpha, scale):
    """For errors from a millionth of a scale to a million scales."""
    mp.dps = 380  # the power of 1e-324 is 1, but for as many digits
    loss = GeneralRobust(alpha, scale)
    sizes = np.append(np.geomspace(1e-6, 1e6, 25), [1 / 3, 0.7, 3.0, 20.0, 37.3]) * scale
    error = both_signs(sizes, dtype=float)
    compare(loss, error, np.zeros_like(error), [error])


def compare(loss, prediction, target, arguments, kinks=(), sign=1, terms=None):
    value, grad = loss.value_and_grad(prediction, target)
    exact = twin(loss)
    for i, numbers in enumerate(zip(*arguments, strict=True)):
        if numbers[0] in kinks:
            continue
        expected = exact(*(mpf(float(x)) for x in numbers))
        allowed, units = [0, 0], UNITS
        if terms is not None:
            units = 0
            allowed = [4 * float(np.finfo(prediction.dtype).eps) * float(term[i]) for term in terms]
        elif isinstance(loss, GeneralRobust):
            allowed = [1e-12 * abs(e) for e in expected]
        where, dtype = f"of {loss} at {numbers}", prediction.dtype.type
        extra = [partial(mpf, a) for a in allowed]
        assert_close(value[i], expected[0], dtype, f"value {where}", extra[0], units)
        assert_close(grad[i], sign * expected[1], dtype, f"gradient {where}", extra[1], units)


@dtypes
@pytest.mark.parametrize("sizes", [(1,), (1,) * 9, (1, 1, 5, 92, 900)], ids=["2", "10", "1000"])
@losses(CategoricalLoss)
def test_logits_of_every_size(loss, sizes, dtype):
    starts = np.array(list(accumulate((0, 1, *sizes)))[:-1])
    exact = twin(loss, sizes)
    for z in rows(len(sizes) + 1, dtype):
        logits = np.repeat(z, (1, *sizes))[None]
        value, grad = loss.value_and_grad(logits, [0])
        mp.dps = 100 + int(np.ptp(z) / 2)  # 1 - p has to be told from 0: exp(-range) or more
        expected = exact(*map(mpf, z.tolist()))
        for i, got in enumerate([value[0], *grad[0, starts]]):
            where = f"component {i} of {loss} at {z}"
            assert_close(got, expected[i], dtype, where, partial(slack, exact, z, i))


@dtypes
@pytest.mark.parametrize("count", [2, 3, 8, 25, 40, 63, 64, 127, 128, 1000])
@losses(CategoricalLoss)
def test_many_equal_rivals(loss, count, dtype):
    """Where each partial sum is rounded alike; in several rows, which lie otherwise than one."""
    mp.dps, exact = 100, twin(loss, (count,))
    for rival in (-8.3125, -9.0625, 0.3):
        z = np.array([0, rival], dtype)
        value, grad = loss.value_and_grad(np.tile(z[[0] + [1] * count], (3, 1)), [0] * 3)
        expected = exact(*map(mpf, z.tolist()))
        for row in zip(value, *grad[:, :2].T, strict=True):
            for i, got in enumerate(row):
                where = f"component {i} of {loss} with {count} rivals at {rival}"
                assert_close(got, expected[i], dtype, where, partial(slack, exact, z, i))


@pytest.mark.parametrize("loss", [CrossEntropy(0.1), CrossEntropy(0.999), SoftmaxSquaredError()])
@pytest.mark.parametrize("order", ["C", "F"])
def test_targets_over_many_classes_keep_the_digits_of_float32(loss, order):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(8, 20_000)).astype(np.float32)
    soft = rng.dirichlet(np.ones(20_000), 8).astype(np.float32)
    for target in (np.arange(8), np.array(soft, order=order), np.eye(8, 20_000, dtype=np.float32)):
        value, grad = loss.value_and_grad(np.array(logits, order=order), target)
        exact, signal = loss.value_and_grad(logits.astype(float), target)
        np.testing.assert_allclose(value, exact, rtol=1e-6)
        np.testing.assert_allclose(grad, signal, rtol=2e-6, atol=1e-6 * np.abs(signal).max() / 16)
