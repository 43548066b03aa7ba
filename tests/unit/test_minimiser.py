"""The best constant: by name where it has one, and nowhere is there a better one."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import INSTANCES, example, of

import lossbook
from lossbook import (
    AbsoluteError,
    AmountLoss,
    CategoricalLoss,
    CrossEntropy,
    Expectile,
    Exponential,
    Focal,
    GeneralRobust,
    Hinge,
    Huber,
    Logistic,
    MarginLoss,
    MulticlassHinge,
    Poisson,
    Quantile,
    ResidualLoss,
    SoftmaxSquaredError,
    SquaredError,
    SquaredHinge,
    StudentT,
    minimiser,
    risk,
)

TARGET = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
LABEL = np.array([1, 1, -1, 1, 1, -1, 1, 1])
CLASS = np.array([0, 2, 2, 2, 1, 2, 0, 2])


def test_by_name():
    assert minimiser(SquaredError(), TARGET) == TARGET.mean()
    assert minimiser(AbsoluteError(), TARGET) == np.median(TARGET) == 3.5
    assert minimiser(Quantile(level=0.2), TARGET) == 1
    assert minimiser(Quantile(level=0.25), TARGET) == 1.5
    assert minimiser(Quantile(level=0.9), TARGET) == 9
    assert minimiser(Poisson(), TARGET) == pytest.approx(np.log(TARGET.mean()), rel=1e-15)
    assert minimiser(Logistic(), LABEL) == pytest.approx(np.log(3), rel=1e-15)
    assert minimiser(Exponential(), LABEL) == pytest.approx(np.log(3) / 2, rel=1e-15)
    assert minimiser(SquaredHinge(), LABEL) == LABEL.mean()
    assert minimiser(Hinge(), LABEL) == 1
    assert minimiser(Hinge(), -LABEL) == -1
    assert minimiser(Hinge(), [1, -1]) == 0
    for loss in (CrossEntropy(), SoftmaxSquaredError(), Focal(gamma=0.0)):
        np.testing.assert_allclose(np.exp(minimiser(loss, CLASS)), [0.25, 0.125, 0.625], rtol=1e-12)
    np.testing.assert_array_equal(minimiser(MulticlassHinge(), CLASS), [0, 0, 1])
    np.testing.assert_array_equal(minimiser(MulticlassHinge(), [0, 1]), [0, 0])
    smooth = minimiser(CrossEntropy(label_smoothing=0.3), CLASS)
    np.testing.assert_allclose(np.exp(smooth), 0.7 * np.array([0.25, 0.125, 0.625]) + 0.1)


def test_with_weights():
    weights = np.array([2, 0, 1, 0, 0, 3, 0, 0])
    repeated = np.repeat(np.arange(8), weights)
    for loss in INSTANCES:
        target = example(loss, n=8, K=2)[1]
        if isinstance(loss, CategoricalLoss):
            target = np.arange(8) % 2
        got, expected = minimiser(loss, target, weights), minimiser(loss, target[repeated])
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9, err_msg=repr(loss))


@pytest.mark.parametrize("loss", INSTANCES, ids=repr)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), weighted=st.booleans())
def test_no_constant_is_better(loss, seed, weighted):
    rng = np.random.default_rng(seed)
    target = example(loss, n=9, K=3, seed=seed)[1]
    weights = rng.random(9) if weighted else None
    best = minimiser(loss, target, weights)

    def price(constant):
        return risk(loss, np.broadcast_to(constant, (9, *np.shape(best))), target, weights)

    least = price(best)
    finite = np.where(np.isfinite(best), best, -40.0)
    for size in (1e-3, 0.03, 1.0, 10.0):
        for _ in range(4):
            other = finite + size * rng.normal(size=np.shape(best))
            assert least <= price(other) + 1e-9 * (1 + abs(least))
    for other in target if isinstance(loss, ResidualLoss) else ():
        assert least <= price(other) + 1e-12 * (1 + abs(least))


@pytest.mark.parametrize(
    "loss",
    [
        StudentT(dof=0.1),
        GeneralRobust(alpha=-np.inf, scale=0.005),
        GeneralRobust(alpha=0.0, scale=1e-3),
    ],
    ids=repr,
)
@pytest.mark.parametrize("place", [-7.0, 23.0, 400.0])
@pytest.mark.parametrize("apart", [0.001, 0.0])
def test_the_deepest_of_many_minima(loss, place, apart):
    """Wherever the crowd is, and whichever way the others pull at it."""
    target = np.array([0.0, 10.0, place - apart, place, place + apart, 55.0, 300.0])
    assert minimiser(loss, target) == pytest.approx(place, abs=0.02)
    assert minimiser(loss, -target) == pytest.approx(-place, abs=0.02)


def test_outliers():
    target = np.append(np.linspace(-1, 1, 21), 1e6)
    assert minimiser(SquaredError(), target) > 1e4
    for loss in (Huber(), lossbook.LogCosh(), StudentT(), GeneralRobust(alpha=-2.0)):
        assert abs(minimiser(loss, target)) < 0.2


def test_huber_tends_to_the_median_and_to_the_mean():
    assert minimiser(Huber(delta=1e-6), TARGET) == pytest.approx(3.5, abs=0.51)
    assert minimiser(Huber(delta=100.0), TARGET) == pytest.approx(TARGET.mean(), rel=1e-14)


def test_labels_of_one_kind_and_classes_that_never_occur():
    assert minimiser(Logistic(), [1, 1]) == np.inf
    assert minimiser(Exponential(), [-1, -1]) == -np.inf
    assert minimiser(Poisson(), [0, 0]) == -np.inf
    for loss in (CrossEntropy(), SoftmaxSquaredError(), Focal()):
        np.testing.assert_array_equal(np.isneginf(minimiser(loss, [0, 2, 2])), [False, True, False])


def test_soft_targets():
    q = [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5]]
    np.testing.assert_allclose(np.exp(minimiser(CrossEntropy(), q)), [0.375, 0.375, 0.25])
    np.testing.assert_allclose(
        np.exp(minimiser(SoftmaxSquaredError(), q, [1, 3])), [5 / 16, 5 / 16, 3 / 8]
    )


def test_it_lies_anywhere_between_least_and_largest():
    """Where mean and median are one number, it may be another."""
    target = [1, 1, 1, 4, 4, 4, 13]
    assert np.mean(target) == np.median(target) == 4
    assert minimiser(Huber(), target) == pytest.approx(10 / 3, rel=1e-12)
    assert minimiser(lossbook.LogCosh(), target) == pytest.approx(3.235, abs=5e-4)


def test_labels_in_balance():
    """However many there are, in whatever order, and where shares are rounded."""
    for n in range(1, 2500, 7):
        assert minimiser(Hinge(), [1] * n + [-1] * n) == 0
        assert minimiser(SquaredHinge(), [-1] * n + [1] * n) == 0
        assert minimiser(Logistic(), [-1, 1] * n) == 0
        np.testing.assert_array_equal(minimiser(MulticlassHinge(), [0, 1] * n), [0, 0])
    assert minimiser(Hinge(), [1, 1, -1], [0.1, 0.2, 0.3]) == 0
    np.testing.assert_array_equal(minimiser(MulticlassHinge(), [1, 1, 0], [0.1, 0.2, 0.3]), [0, 0])
    label = np.ones(10**7)
    label[: 5 * 10**6 - 1] = -1
    assert minimiser(Hinge(), label) == 1


@pytest.mark.parametrize("loss", of(ResidualLoss), ids=repr)
@pytest.mark.parametrize("n", [1, 3, 9, 11])
def test_the_middle_of_many(loss, n):
    """The crowds of two places are as large and as far apart as each other, whatever is in the
    middle: a convex loss asks for it."""
    target = [-10.0] * n + [10.0] * n
    if loss.convex and not isinstance(loss, (Quantile, Expectile)):
        assert minimiser(loss, target) == pytest.approx(0, abs=1e-7)
    assert minimiser(Quantile(n / (2 * n + 1)), [*target, 30]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("loss", of(ResidualLoss), ids=repr)
@pytest.mark.parametrize("far", [1, 2, 3])
@pytest.mark.parametrize("sign", [-1, 1])
def test_an_infinite_target_pulls_as_one_very_far_away(loss, far, sign):
    near = np.array([0.0, 0.5, 1.0, 1.75])
    got = minimiser(loss, sign * np.append(near, [np.inf] * far))
    pull = abs(loss.grad(np.inf, 0.0))
    if pull == 0:
        expected = minimiser(loss, sign * near)
    elif np.isinf(pull):
        expected = sign * np.inf
    else:
        expected = minimiser(loss, sign * np.append(near, [1e13] * far))
        expected = expected if abs(expected) < 1e6 else sign * np.inf
    assert got == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("loss", of(ResidualLoss, AmountLoss), ids=repr)
def test_targets_that_are_no_numbers_or_all_infinite(loss):
    assert np.isnan(minimiser(loss, [1, 2, np.nan]))
    assert minimiser(loss, [1, 2, np.nan], [1, 1, 0]) == minimiser(loss, [1, 2])
    if isinstance(loss, ResidualLoss):
        assert minimiser(loss, [np.inf, np.inf]) == np.inf
        assert minimiser(loss, [-np.inf, -np.inf]) == -np.inf
        assert minimiser(loss, [1.7e308] * 3) == 1.7e308


@pytest.mark.parametrize(
    ("density", "targets", "best"),
    [
        ("exp(-(error + 1)**2/2)", [0, 0.5, 1], -0.5),
        ("exp(-(error - 1)**2/2)", [0, 0.5, 1], 1.5),
        ("exp(-(error - 1000)**2/2)", [7], 1007),
        ("exp(-abs(error + 300)/2)", [0, 4, 5], -296),
        ("exp(-error**2/2) + 2*exp(-(error - 500)**2/2)", [0, 0.5, 1], 500.5),
        ("2*exp(-error**2/2) + exp(-(error - 500)**2/2)", [0, 0.5, 1], 0.5),
        ("exp(-((error - 30)/0.01)**2/2)", [-2, 2, 3], 31),
        ("1/(1 + (error - 3)**2)", [0, 0.5, 1, np.inf], 3.5),
        ("exp(-error) if error >= 0 else 0", [0, 0.5, 1], 1),  # where the density ends
        ("exp(error) if error < 0 else 0", [0, 0.5, 1], 0),
        ("exp(-(error + 1)**2/2)", [0, 1, np.nan], np.nan),
        ("exp(-(error + 1)**2/2)", [0, 1, np.inf], np.inf),
    ],
)
def test_outside_the_targets(density, targets, best):
    loss = lossbook.symbolic.custom(density).loss
    assert minimiser(loss, targets) == pytest.approx(best, abs=1e-9, nan_ok=True)
    for other in np.random.default_rng(0).normal(0, 3, 50) + (best if np.isfinite(best) else 0):
        if np.isfinite(targets).all():
            constants = np.full((2, len(targets)), [[best], [other]])
            least, price = (risk(loss, constant, targets) for constant in constants)
            assert least <= price + 1e-12 * abs(price) or best == 0  # itself left out


def test_infinite_targets_on_both_sides():
    for loss in (AbsoluteError(), Huber(), lossbook.LogCosh(), StudentT()):
        assert minimiser(loss, [-np.inf, 1, np.inf]) == 1
        assert np.isnan(minimiser(loss, [-np.inf, np.inf]))
    assert np.isnan(minimiser(SquaredError(), [-np.inf, 1, np.inf]))


@pytest.mark.parametrize("below", range(4))
@pytest.mark.parametrize("above", range(1, 6))
def test_infinite_targets_are_weighed_by_the_slopes_of_their_sides(below, above):
    targets = [-np.inf] * below + [np.inf] * above
    typed = lossbook.symbolic.custom("exp(-max(0.8*error, -0.2*error))").loss
    np.testing.assert_equal(minimiser(typed, targets), minimiser(Quantile(0.2), targets))
    # at an end each target at the other costs infinitely much, whatever the loss
    window = lossbook.symbolic.custom("1 if abs(error) < 3 else 0").loss
    end = np.nan if above == below else np.copysign(np.inf, above - below)
    np.testing.assert_equal(minimiser(window, targets), end)


@pytest.mark.parametrize("alpha", [1.05, 1.2, 1.5, 1.6, 2.0, 3.0])
def test_pulls_without_bound_on_both_sides_have_no_balance(alpha):
    for finite in ([], [1.0], [1.0, 2.0]):
        assert np.isnan(minimiser(GeneralRobust(alpha), [-np.inf, *finite, np.inf]))


@pytest.mark.parametrize("size", [1e308, 1.7e308])
def test_errors_that_overflow_between_targets(size):
    welsch = GeneralRobust(alpha=-np.inf)
    assert abs(minimiser(welsch, [-size, size])) == size
    assert minimiser(welsch, [-size, -size, size, size, size]) == size
    assert minimiser(welsch, [-size, -size, -size, size, size]) == -size


@pytest.mark.parametrize("gamma", [0, 1e-300, 0.1, 1, 2, 30, 1e3, 1e6])
@pytest.mark.parametrize("rare", [0.3, 1e-8, 1e-30, 1e-200, 1e-300])
def test_focal_has_the_same_slope_at_both_classes(gamma, rare):
    """The risk's slope in a logit is a difference of two terms, here compared by their logs."""
    rarer, s = minimiser(Focal(gamma), [0, 1], [rare, 1])
    assert s == pytest.approx(np.log1p(-np.exp(rarer)), rel=1e-11, abs=3e-16)

    def steepness(log_p, log_rest):
        fading = np.log1p(-gamma * log_p * np.exp(log_p - log_rest))
        return gamma * log_rest + fading - log_p

    first, second = steepness(rarer, s), steepness(s, rarer)
    assert np.log(rare) + first == pytest.approx(second, rel=1e-9, abs=1e-9)


def test_a_class_as_rare_as_its_weight():
    np.testing.assert_allclose(
        minimiser(Focal(0), [0, 1, 2], [1e-300, 1, 1e-20]),
        minimiser(CrossEntropy(), [0, 1, 2], [1e-300, 1, 1e-20]),
        rtol=1e-12,
        atol=1e-15,
    )


def test_labels_of_weights_that_differ():
    target = pd.Series([1.0, 2.0], index=[3, 4])
    with pytest.raises(ValueError, match="the arguments differ in their index"):
        minimiser(Huber(), target, pd.Series([1.0, 2.0], index=[5, 6]))
    assert minimiser(SquaredError(), target, pd.Series([1.0, 3.0], index=[3, 4])) == 1.75


def test_a_million_examples_of_many_classes_need_no_matrix():
    label = np.arange(10**6) % 50_257
    tracemalloc.start()
    best = minimiser(CrossEntropy(), label)
    assert tracemalloc.get_traced_memory()[1] < 2**26
    tracemalloc.stop()
    np.testing.assert_array_equal(best, np.log(np.bincount(label) / 10**6))


def test_extremes():
    assert minimiser(AbsoluteError(), [1e308, -1e308, 5.0]) == 5
    for loss in (SquaredError(), AbsoluteError(), Huber(), lossbook.LogCosh(), GeneralRobust()):
        assert minimiser(loss, [-1.7e308, 1.7e308]) == 0
    assert minimiser(Huber(), [7.0]) == 7
    assert minimiser(Huber(), [7.0, 7.0]) == 7
    assert 0 < minimiser(GeneralRobust(alpha=np.inf), [0.0, 100.0]) < 100  # of two infinities


def test_bad_input():
    for loss in of(ResidualLoss, MarginLoss, AmountLoss, CategoricalLoss):
        with pytest.raises(ValueError, match="no examples"):
            minimiser(loss, np.zeros(0, int))
        with pytest.raises(TypeError, match="target must hold"):
            minimiser(loss, np.array(["a"]))
        with pytest.raises(ValueError, match="weights have shape"):
            minimiser(loss, np.ones(3, int), [1, 2])
    with pytest.raises(ValueError, match="labels"):
        minimiser(Hinge(), [0.0])
    with pytest.raises(ValueError, match=r"target\[0\] is -1"):
        minimiser(CrossEntropy(), [-1, 0])


def test_the_quantile_at_almost_1_is_the_largest():
    assert minimiser(Quantile(np.nextafter(1, 0)), np.array([1.0, 3.0, 2.0])) == 3


@pytest.mark.parametrize(
    ("density", "targets", "best"),
    [
        # exp(c - t) - 1 for each target; far above the prediction the slope is -1
        ("exp(error - exp(error))", [0, 1, np.inf], np.log(3 / (1 + np.exp(-1)))),
        ("exp(error - exp(error))", [0, 1, -np.inf], -np.inf),
        ("exp(-error - exp(-error))", [0, -1, -np.inf], -np.log(3 / (1 + np.exp(-1)))),
        ("exp(-max(-error, 9*error)/10)", [-np.inf, np.inf, np.inf], -np.inf),
        ("exp(-max(-error, 9*error)/10)", [-np.inf] + [np.inf] * 9, np.nan),
        ("exp(-max(-9*error, error)/10)", [-np.inf, -np.inf, np.inf], np.inf),
        ("exp(-error**2)", [-np.inf, 1, np.inf], np.nan),
    ],
)
def test_infinite_targets_of_a_loss_with_two_different_sides(density, targets, best):
    got = minimiser(lossbook.symbolic.custom(density).loss, targets)
    assert got == pytest.approx(best, nan_ok=True)
