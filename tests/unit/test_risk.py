"""Sums over examples: the mean, in blocks, with weights, into memory of one's own, by threads."""

import tracemalloc
from dataclasses import dataclass, field
from threading import get_ident
from time import sleep

import numpy as np
import pytest
from cases import dtypes, every
from oracle import example, of

import lossbook
from lossbook import (
    AbsoluteError,
    CategoricalLoss,
    CrossEntropy,
    Focal,
    GeneralRobust,
    Hinge,
    Huber,
    Logistic,
    MarginLoss,
    MulticlassHinge,
    Poisson,
    ResidualLoss,
    SoftmaxSquaredError,
    SquaredError,
    StudentT,
    risk,
    risk_and_grad,
)
from lossbook.risk import AT_ONCE

KINDS = [
    SquaredError(),
    Huber(),
    Poisson(),
    Logistic(),
    Hinge(),
    CrossEntropy(),
    SoftmaxSquaredError(),
]


def blocks(loss, dtype, count=3, K=7):
    """An example that fills `count` blocks and a bit."""
    K = K if isinstance(loss, CategoricalLoss) else 1
    n = count * AT_ONCE // (np.dtype(dtype).itemsize * K) + 11
    return example(loss, n=n, K=K, dtype=dtype)


def by_definition(loss, prediction, target, weights=None):
    values, grad = loss.value_and_grad(prediction, target)
    share = np.full(values.shape, 1 / values.size) if weights is None else weights / np.sum(weights)
    per_row = share.reshape(share.shape + (1,) * (grad.ndim - share.ndim))
    return (share * values.astype(float)).sum(), per_row * grad


def compare(loss, prediction, target, weights=None, **options):
    value, grad = risk_and_grad(loss, prediction, target, weights, **options)
    expected, expected_grad = by_definition(loss, prediction, target, weights)
    single = prediction.dtype == np.float32
    assert isinstance(value, float)
    assert value == pytest.approx(expected, rel=3e-6 if single else 1e-12)
    np.testing.assert_allclose(grad, expected_grad, rtol=3e-6 if single else 1e-13, atol=1e-30)
    assert grad.dtype == prediction.dtype
    assert risk(loss, prediction, target, weights) == pytest.approx(
        value, rel=3e-6 if single else 1e-12
    )


@every
@dtypes
@pytest.mark.parametrize("weighted", [False, True])
def test_the_mean_and_its_gradient(loss, dtype, weighted):
    prediction, target = example(loss, n=37, dtype=dtype)
    weights = np.random.default_rng(5).random(37) if weighted else None
    compare(loss, prediction, target, weights)


@every
@dtypes
@pytest.mark.parametrize("weighted", [False, True])
def test_extreme_and_nan_rows_take_the_careful_way(loss, dtype, weighted):
    """The fast formulas of the risk hand over to the careful ones."""
    prediction, target = example(loss, n=9, dtype=dtype)
    weights = np.arange(1.0, 10.0) if weighted else None
    for size in (40, 1e4):
        prediction[2] *= size
        prediction[3] *= -size
        compare(loss, prediction, target, weights)
    prediction[4] = np.nan
    value, grad = risk_and_grad(loss, prediction, target, weights)
    assert np.isnan(value)
    assert np.isnan(grad[4]).all() or isinstance(loss, MulticlassHinge)
    clean = np.arange(9) != 4
    expected = by_definition(loss, prediction, target, weights)[1]
    np.testing.assert_allclose(grad[clean], expected[clean], rtol=3e-6, atol=1e-30)


@pytest.mark.parametrize("loss", KINDS, ids=repr)
@dtypes
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("weighted", [False, True])
def test_many_blocks(loss, dtype, threads, weighted):
    prediction, target = blocks(loss, dtype)
    weights = np.random.default_rng(5).random(len(target)) if weighted else None
    compare(loss, prediction, target, weights, threads=threads)


@pytest.mark.parametrize("loss", of(ResidualLoss, MarginLoss), ids=repr)
@dtypes
def test_no_risk_overflows_before_its_loss(loss, dtype):
    for size in np.geomspace(1, 0.9 * float(np.finfo(dtype).max), 50).astype(dtype):
        for sign in (-1, 1):
            prediction = np.array([sign * size], dtype)
            target = [1.0 if isinstance(loss, MarginLoss) else 0.0]
            risk, grad = risk_and_grad(loss, prediction, target)
            value, signal = loss.value_and_grad(prediction, target)
            np.testing.assert_allclose(risk, value[0], rtol=1e-6)
            np.testing.assert_allclose(grad, signal, rtol=1e-6)


@every
@dtypes
def test_no_sum_overflows_before_a_loss(loss, dtype):
    """The mean of the largest finite loss, any number of times, is that loss."""
    prediction, target = example(loss, n=1, dtype=dtype)
    sizes = np.geomspace(1, np.finfo(dtype).max / 4, 4000).astype(dtype)
    rows = np.concatenate([np.multiply.outer(sign * sizes, prediction[0]) for sign in (-1, 1)])
    value = loss(rows, np.repeat(target, len(rows), axis=0))
    k = np.argmax(np.where(np.isfinite(value), value, -1))
    for n in (2, 1024, 5000):
        many, same = np.repeat(rows[[k]], n, axis=0), np.repeat(target, n, axis=0)
        for weights in (None, np.ones(n), np.arange(n) % 3 + 0.5):
            assert risk(loss, many, same, weights) == pytest.approx(float(value[k]), rel=1e-5)
            got, grad = risk_and_grad(loss, many, same, weights)
            assert got == pytest.approx(float(value[k]), rel=1e-5)
            assert np.isfinite(grad).all() or not np.isfinite(loss.grad(rows[[k]], target)).all()


@every
@dtypes
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("blocks", [1, 3])
def test_an_example_of_weight_0_is_not_there(loss, dtype, bad, blocks):
    K = 4 if isinstance(loss, CategoricalLoss) else 1
    n = 23 if blocks == 1 else blocks * AT_ONCE // (np.dtype(dtype).itemsize * K)
    prediction, target = example(loss, n=n, K=K, dtype=dtype)
    weights = np.arange(n) % 4
    absent = weights == 0
    prediction[absent] = bad
    value, grad = risk_and_grad(loss, prediction, target, weights)
    without = prediction[~absent], target[~absent], weights[~absent]
    expected, expected_grad = risk_and_grad(loss, *without)
    assert value == pytest.approx(expected, rel=1e-6 if dtype == np.float32 else 1e-12)
    assert risk(loss, prediction, target, weights) == pytest.approx(value, rel=1e-6)
    assert (grad[absent] == 0).all()
    np.testing.assert_allclose(grad[~absent], expected_grad, rtol=1e-6, atol=1e-37)


def test_kinks_and_the_smallest_errors():
    error = np.array([0.0, 5e-324, -1e-310, 1e-300])
    grad = risk_and_grad(AbsoluteError(), error, np.zeros(4))[1]
    np.testing.assert_array_equal(grad, [0, 0.25, -0.25, 0.25])
    grad = risk_and_grad(Hinge(), [1.0, -1.0, np.nextafter(1, 0), 2.0], [1, -1, 1, -1])[1]
    np.testing.assert_array_equal(grad, [0, 0, -0.25, 0.25])


def test_integer_weights_repeat_examples():
    prediction, target = example(Huber(), n=6)
    weights = np.array([0, 1, 2, 0, 3, 1])
    again = np.repeat(np.arange(6), weights)
    value, grad = risk_and_grad(Huber(), prediction, target, weights)
    assert value == pytest.approx(risk(Huber(), prediction[again], target[again]), rel=1e-14)
    assert grad[0] == grad[3] == 0


@pytest.mark.parametrize("loss", KINDS, ids=repr)
def test_out(loss):
    prediction, target = blocks(loss, np.float32)
    out = np.full_like(prediction, np.nan)
    value, grad = risk_and_grad(loss, prediction, target, out=out)
    assert grad is out
    fresh = risk_and_grad(loss, prediction, target)
    assert value == fresh[0]
    np.testing.assert_array_equal(out, fresh[1])


def test_out_that_cannot_be_used():
    prediction, target = np.zeros((4, 3)), np.zeros((4, 3))
    frozen = np.zeros((4, 3))
    frozen.flags.writeable = False
    for out, match in [
        (np.zeros((3, 4)), r"out has shape \(3, 4\)"),
        (np.zeros((4, 3), np.float32), "dtype float32; allowed: .* float64"),
        (np.zeros((3, 4)).T, "C-contiguous"),
        (frozen, "writeable"),
        (prediction, "shares memory"),
        (target, "shares memory"),
    ]:
        with pytest.raises(ValueError, match=match):
            risk_and_grad(SquaredError(), prediction, target, out=out)
    weights = np.ones((4, 3))
    with pytest.raises(ValueError, match="shares memory"):
        risk_and_grad(SquaredError(), prediction, target, weights, out=weights)
    with pytest.raises(TypeError, match="out must be an array, got list"):
        risk_and_grad(SquaredError(), prediction, target, out=[0.0])


def close(grad, expected):
    """Poisson's signals may cancel: their digits are those of the terms."""
    np.testing.assert_allclose(grad, expected, rtol=1e-12, atol=1e-15 * abs(expected).max())


@pytest.mark.parametrize("loss", KINDS, ids=repr)
def test_every_layout_of_memory(loss):
    prediction, target = blocks(loss, np.float64, count=2)
    expected = risk_and_grad(loss, prediction, target)
    weights = np.ones(len(target))
    for p, t in [
        (prediction[::-1], target[::-1]),
        (np.repeat(prediction, 2, axis=0)[::2], np.repeat(target, 2)[::2]),
        (
            np.asfortranarray(prediction),
            target.astype(np.int64) if loss == CrossEntropy() else target,
        ),
    ]:
        step = -1 if p is not prediction and p.base is prediction else 1
        value, grad = risk_and_grad(loss, p, t, weights)
        assert value == pytest.approx(expected[0], rel=1e-12)
        close(grad[::step], expected[1])
    if not isinstance(loss, CategoricalLoss):
        n = len(prediction) // 2 * 2
        table, aim = prediction[:n].reshape(2, -1).T, target[:n].reshape(2, -1).T  # Fortran order
        value, grad = risk_and_grad(loss, table, aim, np.ones_like(table))
        assert grad.shape == table.shape
        close(grad.T.ravel(), risk_and_grad(loss, prediction[:n], target[:n])[1])
        assert risk_and_grad(loss, prediction[0], target[0])[1].shape == ()


@pytest.mark.parametrize("loss", [*KINDS, GeneralRobust(), StudentT(), Focal()], ids=repr)
@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("K", "count"), [(1, 1), (7, 20)])
def test_memory_beyond_the_gradient(loss, threads, weighted, dtype, K, count):
    prediction, target = blocks(loss, dtype, count, K)
    weights = np.ones(len(target)) if weighted else None
    out = np.empty_like(prediction)
    risk_and_grad(loss, prediction, target, weights, out=out, threads=threads)
    tracemalloc.start()
    risk_and_grad(loss, prediction, target, weights, out=out, threads=threads)
    inside = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    risk_and_grad(loss, prediction, target, weights, threads=threads)
    fresh = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inside <= 24 * 2**20
    assert fresh <= prediction.nbytes + 24 * 2**20


def test_memory_of_long_rows():
    prediction = np.zeros((3, 10**6), np.float32)
    out = np.empty_like(prediction)
    tracemalloc.start()
    risk_and_grad(CrossEntropy(0.1), prediction, [0, 1, 2], out=out, threads=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 24 * prediction[0].nbytes


def test_the_sum_loses_no_digits():
    n = 3_000_001
    error = np.full(n, 0.1, np.float32)
    assert risk(SquaredError(), error, np.zeros_like(error)) == pytest.approx(0.005, rel=1e-6)
    assert risk_and_grad(AbsoluteError(), error, np.zeros_like(error))[0] == pytest.approx(
        0.1, rel=1e-6
    )


def test_bad_weights():
    prediction, target = np.zeros(3), np.zeros(3)
    for weights, match in [
        ([1, 2], r"weights have shape \(2,\); allowed: \(3,\)"),
        ([[1], [1], [1]], "weights have shape"),
        ([1, -1, 2], r"weights\[1\] is -1"),
        ([1, np.nan, 2], r"weights\[1\] is nan"),
        ([1, 2, np.inf], r"weights\[2\] is inf"),
        ([0, 0, 0], "weights sum to 0"),
        ([1e308, 1e308, 1e308], "weights sum to inf"),
    ]:
        for call in (risk, risk_and_grad):
            with pytest.raises(ValueError, match=match):
                call(SquaredError(), prediction, target, weights)
    with pytest.raises(TypeError, match="weights must hold real numbers"):
        risk(SquaredError(), prediction, target, ["a", "b", "c"])
    with pytest.raises(ValueError, match=r"weights have shape \(2, 2\); allowed: \(2,\)"):
        risk(CrossEntropy(), np.zeros((2, 2)), [0, 1], np.ones((2, 2)))


@pytest.mark.parametrize("loss", [loss() for loss in lossbook.LOSSES.values()], ids=repr)
def test_no_examples(loss):
    prediction, target = example(loss)
    for call in (risk, risk_and_grad):
        with pytest.raises(ValueError, match="no examples"):
            call(loss, prediction[:0], target[:0])


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2"])
def test_threads_are_counted_from_one(threads):
    with pytest.raises(ValueError, match="threads"):
        risk_and_grad(SquaredError(), [1.0], [2.0], threads=threads)


def test_where_no_thread_can_be_started_one_does_all(monkeypatch):
    prediction, target = np.linspace(0, 9, 300_000), np.ones(300_000)
    expected = risk_and_grad(Logistic(), prediction, target)[0]
    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor", None)
    with pytest.raises(TypeError):  # here they would be started
        risk_and_grad(Logistic(), prediction, target, threads=2)
    monkeypatch.setattr("sys.platform", "emscripten")
    value, _ = risk_and_grad(Logistic(), prediction, target, threads=2)
    assert value == pytest.approx(expected)


def test_more_threads_than_bytes_are_no_harm():
    assert risk_and_grad(SquaredError(), [1.0], [2.0], threads=10**7)[0] == 0.5


@pytest.mark.parametrize("threads", [1, 3])
def test_a_bad_target_far_in_is_named_by_its_place(threads):
    label = np.ones(300_000)
    label[234_567] = 0.5
    with pytest.raises(ValueError, match=r"target\[234567\] is 0.5; allowed: the labels"):
        risk_and_grad(Hinge(), np.zeros_like(label), label, threads=threads)
    table = label.reshape(1000, 300)
    with pytest.raises(ValueError, match=r"target\[781, 267\] is 0.5"):
        risk(Hinge(), np.zeros_like(table), table)


@dataclass(frozen=True)
class Watched(SquaredError):
    """Notes the threads, and takes so long that all come that are due."""

    parallel: bool = True
    seen: set = field(default_factory=set)

    def weighted(self, *arguments):
        self.seen.add(get_ident())
        sleep(0.02)
        return super().weighted(*arguments)


@pytest.mark.parametrize(
    ("threads", "parallel", "due"), [(1, True, 1), (2, True, 2), (3, True, 3), (3, False, 1)]
)
def test_as_many_threads_as_asked_where_they_gain(threads, parallel, due):
    loss = Watched(parallel)
    error = np.ones(6 * AT_ONCE // 8)
    risk_and_grad(loss, error, np.zeros_like(error), threads=threads)
    assert len(loss.seen) == due


@pytest.mark.parametrize("margin", [8.0, 15.0])
def test_a_small_logistic_risk_keeps_its_digits(margin):
    """There 1 + exp(-margin) alone has lost half of them."""
    scores = np.full(4096, margin, np.float32)
    exact = np.log1p(np.exp(-margin))
    got = lossbook.risk_and_grad(lossbook.Logistic(), scores, np.ones_like(scores))[0]
    assert got == pytest.approx(exact, rel=1e-6)
