"""Ordered classes: accuracy, ends, what it is a likelihood of, and witnesses."""

import pickle
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import sympy as sp
from cases import dtypes
from closeness import UNITS
from mpmath import mp, mpf
from oracle import bent_twin, of, twin
from scipy import special

import lossbook
from lossbook import Logistic, OrderedLogit, minimiser, noise, risk
from lossbook.symbolic import notation

LOSSES = pytest.mark.parametrize("loss", of(OrderedLogit), ids=repr)
SIZES = [0, 1e-300, 1e-9, 1e-3, 0.3, 3.7, 36.5, 100, 340, 700]


def near_cuts(loss, dtype):
    sizes = np.array([x for x in SIZES if dtype is np.float64 or x == 0 or x > 1e-30])
    ends = [*loss.cuts, *np.convolve(loss.cuts, [0.5, 0.5], "valid")]
    places = np.add.outer(ends, np.append(sizes, -sizes)).ravel()
    return np.unique(np.concatenate([places, sizes, -sizes]).astype(dtype))


@dtypes
@LOSSES
def test_accuracy_is_that_of_the_distances_from_the_cuts(loss, dtype):
    """Each within 16 units in the last place, and what half a unit of float64 in a distance between
    score and cut moves."""
    mp.dps, limits = 700, np.finfo(dtype)
    exact, bent = twin(loss), bent_twin(loss)
    score = near_cuts(loss, dtype)
    for k in range(len(loss.cuts) + 1):
        target = np.full(len(score), k)
        found = (*loss.value_and_grad(score, target), loss.curvature(score, target))
        ends = loss.cuts[max(k - 1, 0) : k + 1]
        for x, *got in zip(score.tolist(), *found, strict=True):
            value, slope = exact(mpf(x), k)
            expected = value, slope, *bent(mpf(x), k)
            half = sum(float(np.spacing(abs(cut - x))) / 2 for cut in ends)
            moved = abs(slope), expected[2], expected[2]
            for name, one, right, move in zip("vgc", got, expected, moved, strict=True):
                unit = max(float(np.spacing(dtype(float(abs(right))))), float(limits.tiny))
                assert abs(mpf(float(one)) - right) <= UNITS * unit + half * move, (name, x, k)


def test_digits_that_the_plain_formulas_lose():
    close, wide = OrderedLogit((0.0, 1e-12)), OrderedLogit((-40.0, 40.0))
    assert close(0.25, 1) == pytest.approx(
        -np.log(special.expit(0.25) * special.expit(-0.25) * 1e-12)
    )
    for cut in (1e-3, 0.1, 0.5, 1.0, 5.0, 15.0, 17.5, 40.0):  # minus the log of tanh(cut / 2)
        expected = 2 * np.arctanh(np.exp(-cut))
        assert OrderedLogit((-cut, cut))(0.0, 1) == pytest.approx(expected, rel=1e-13, abs=0)
    assert wide.grad(0.0, 1) == 0
    assert wide.grad(2**-30, 1) == pytest.approx(2**-29 * np.exp(-40), rel=1e-9, abs=0)
    assert close.grad(0.5e-12 + 1e-20, 1) == pytest.approx(0.5e-20, rel=1e-3, abs=0)
    assert OrderedLogit((-1.7e308, 1.7e308))(0.0, 1) == 0


@LOSSES
def test_infinite_scores_and_nan(loss):
    for k in range(last := len(loss.cuts)):
        low, high = loss([-np.inf, np.inf], [k, k])
        assert (low == 0) == (k == 0)
        assert high == np.inf
        np.testing.assert_array_equal(loss.grad([-np.inf, np.inf], [k, k]), [-(k > 0), 1])
    np.testing.assert_array_equal(loss([-np.inf, np.inf], [last, last]), [np.inf, 0])
    np.testing.assert_array_equal(loss.grad([-np.inf, np.inf], [last, last]), [-1, 0])
    np.testing.assert_array_equal(loss.curvature([-np.inf, np.inf], [1, 1]), 0)
    for k in range(last + 1):
        found = *loss.value_and_grad([np.nan, 0.5], [k, k]), loss.curvature([np.nan, 0.5], [k, k])
        np.testing.assert_array_equal(np.isnan(found), [[True, False]] * 3)


@LOSSES
@dtypes
def test_no_warning_and_no_nan_on_any_finite_score(loss, dtype):
    top = np.finfo(dtype).max
    score = np.array([0, 5e-324, 1e-38, 88, 710, 746, 1e4, 1e19, top / 2, top], dtype)
    score = np.append(score, -score)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for k in range(len(loss.cuts) + 1):
            for call in (loss, loss.grad, loss.curvature):
                found = call(score, np.full(len(score), k))
                assert found.dtype == dtype
                assert np.isfinite(found).all()


@LOSSES
def test_curvature_is_the_difference_of_gradients_and_never_negative(loss):
    score, h = np.linspace(-50, 50, 2001), 1e-3
    for k in range(len(loss.cuts) + 1):
        target = np.full(len(score), k)
        curvature = loss.curvature(score, target)

        def slope(size, target=target):
            ahead, behind = (loss.grad(score + sign * size, target) for sign in (1, -1))
            return (ahead - behind) / (2 * size)

        estimate = (4 * slope(h / 2) - slope(h)) / 3
        np.testing.assert_allclose(curvature, estimate, rtol=1e-7, atol=1e-11)
        assert (curvature > 0).all()


# What it is a likelihood of


@LOSSES
def test_probabilities_add_up_to_1_and_are_sampled(loss):
    model, classes = noise.of(loss), range(len(loss.cuts) + 1)
    assert model == noise.OrderedLogistic(loss.cuts)
    assert model.loss == loss
    score = np.linspace(-45, 45, 181)
    chances = np.array([model.density(score, np.full(181, k)) for k in classes])
    np.testing.assert_allclose(chances.sum(axis=0), 1, rtol=1e-14)
    cumulative = special.expit(np.subtract.outer(loss.cuts, score))
    np.testing.assert_allclose(chances.cumsum(axis=0)[:-1], cumulative, rtol=1e-12, atol=1e-300)
    sample = model.sample(0.4, 100_000, 3)
    expected = [model.density(0.4, k) * 1e5 for k in classes]
    seen = np.bincount(sample, minlength=len(expected))
    spread = np.sqrt(expected) + 1e-3
    assert (np.abs(seen - expected) < 4 * spread).all()
    written = [float(model.expression(sp.Float(0.4, 40), k)) for k in classes]
    np.testing.assert_allclose(written, np.array(expected) / 1e5, rtol=1e-12)


def test_the_derivation_leads_to_the_loss_and_its_gradient():
    cuts = (-1, sp.Rational(1, 2), 3)
    model = noise.OrderedLogistic(cuts)
    written, steps = notation(model), lossbook.derive.steps(model)
    assert steps.loss == OrderedLogit(cuts)
    assert list(written.support) == [0, 1, 2, 3]
    score, label = written.arguments
    for k in written.support:
        at = {score: sp.Rational(1, 3), label: k}
        value, slope = OrderedLogit(cuts).value_and_grad(1 / 3, int(k))
        assert float(steps["loss"].expression.subs(at)) == pytest.approx(value, rel=1e-14)
        assert float(steps["gradient"].expression.subs(at)) == pytest.approx(slope, rel=1e-13)
        assert float(steps["probability"].expression.subs(at)) == pytest.approx(np.exp(-value))


def test_two_classes_are_logistic():
    score, labels = np.linspace(-30, 30, 61), np.array([0, 1] * 30 + [0])
    loss, signs = OrderedLogit((0.75,)), 2 * labels - 1
    for call in ("__call__", "grad", "curvature"):
        found, expected = getattr(loss, call), getattr(Logistic(), call)
        np.testing.assert_allclose(found(score, labels), expected(score - 0.75, signs), rtol=1e-14)
        np.testing.assert_array_equal(found(score, labels == 1), found(score, labels))
    for weights in ([1, 3], [1e-200, 1e100], [5.0, 1e-12]):
        best = minimiser(loss, [0, 1], weights)
        assert best == pytest.approx(np.log(weights[1]) - np.log(weights[0]) + 0.75, rel=1e-12)


def test_statsmodels_has_the_same_likelihood_and_the_same_fit():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(5)
    x = rng.normal(size=(60, 2))
    grade = noise.OrderedLogistic((-0.5, 0.8, 2.0)).sample(x @ [1.0, -0.7], None, rng)
    model = OrderedModel(grade, x, distr="logit")
    fit = model.fit(method="bfgs", disp=False, gtol=1e-8)
    for given in (fit.params, [0.3, 0.2, -1.0, 0.1, -0.4]):
        cuts = model.transform_threshold_params(given)[1:-1]
        mean = risk(OrderedLogit(cuts), x @ given[:2], grade)
        assert -60 * mean == pytest.approx(model.loglike(given), rel=1e-12)
    cuts = model.transform_threshold_params(fit.params)[1:-1]
    slopes = OrderedLogit(cuts).grad(x @ fit.params[:2], grade)
    np.testing.assert_allclose(slopes @ x, 0, atol=1e-3)
    assert slopes.sum() == pytest.approx(0, abs=1e-3)


# The best constant


@LOSSES
@pytest.mark.parametrize("seed", range(4))
def test_at_the_best_constant_the_pulls_balance(loss, seed):
    rng, K = np.random.default_rng(seed), len(loss.cuts) + 1
    target = np.append(np.arange(K), rng.integers(0, K, 30))
    weights = rng.choice([1.0, 0.01, 30.0], len(target))
    best = minimiser(loss, target, weights)
    pulls = weights * loss.grad(np.full(len(target), best), target)
    assert abs(pulls.sum()) <= 1e-13 * abs(pulls).sum()
    shares = np.bincount(target, weights) / weights.sum()
    assert minimiser(loss, np.arange(K), shares) == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_constants_at_the_ends():
    loss, far = OrderedLogit(), OrderedLogit((-1e6, 1e6))
    assert minimiser(loss, [0, 0]) == -np.inf
    assert minimiser(loss, [2, 2, 2]) == np.inf
    assert minimiser(loss, [1, 1]) == 0
    assert minimiser(OrderedLogit((1.0, 4.0)), [1]) == pytest.approx(2.5, rel=1e-14)
    assert minimiser(loss, [0, 2, 2, 0], [1, 2, 0, 1]) == 0
    assert minimiser(far, [1, 1]) == 0  # the middle of what costs nothing
    assert minimiser(far, [0, 0, 2]) == pytest.approx(-1e6)
    nearly = minimiser(far, [0, 0, 2], [0.1, 0.2, 0.3])  # whose sums differ by a rounding
    assert nearly == pytest.approx(0, abs=2)
    assert minimiser(OrderedLogit((1e300,)), [0, 1]) == pytest.approx(1e300, rel=1e-15)


# What is declared


def test_two_classes_are_proper_and_more_are_not_even_calibrated():
    """One score has few of all probabilities of three classes: with shares of .4, .2 and .4 the
    middle class is in the lead at the minimum."""
    shares = np.array([0.4, 0.2, 0.4])
    best = minimiser(OrderedLogit(), [0, 1, 2], shares)
    assert noise.OrderedLogistic().density(np.full(3, best), [0, 1, 2]).argmax() == 1
    assert not OrderedLogit().classification_calibrated
    assert not OrderedLogit().proper
    for cut in (0, -3.0):
        two = OrderedLogit((cut,))
        assert two.strictly_proper
        assert two.classification_calibrated
        for share in (0.01, 0.3, 0.5, 0.9):
            told = special.logit(share) + cut
            scores = told + np.linspace(-9, 9, 181)
            price = (1 - share) * two(scores, np.zeros(181, int)) + share * two(
                scores, np.ones(181, int)
            )
            assert price.argmin() == 90
    assert OrderedLogit((0,)).functional == "log-odds"
    assert OrderedLogit((0.5,)).functional is None


# Cuts


def test_cuts_of_any_sort_are_one_tuple():
    plain = OrderedLogit((-0.5, 2.0))
    for cuts in (
        [-0.5, 2],
        np.array([-0.5, 2.0]),
        np.array([-0.5, 2], np.float32),
        pd.Series([-0.5, 2.0], index=[7, 8]),
        (Fraction(-1, 2), np.int8(2)),
        sp.Tuple(sp.Float(-0.5), sp.Integer(2)),
    ):
        for loss in (OrderedLogit(cuts), OrderedLogit(cuts=cuts)):
            assert loss == plain
            assert hash(loss) == hash(plain)
            assert type(loss.cuts) is tuple
            assert pickle.loads(pickle.dumps(loss)) == plain
    assert repr(plain) == "OrderedLogit(cuts=(-0.5, 2.0))"
    assert str(plain) == "ordered logit, cuts = (−0.5, 2)"
    third = OrderedLogit((sp.Rational(1, 3),))
    assert third.expression(sp.Integer(0), 0) == -sp.log(1 / (1 + sp.exp(sp.Rational(-1, 3))))


@pytest.mark.parametrize(
    ("cuts", "kind", "reason"),
    [
        (1.0, TypeError, r"cuts must be real numbers in \(−∞, ∞\), strictly increasing, got 1.0"),
        (None, TypeError, "cuts must be real numbers"),
        ("12", TypeError, "cuts must be real numbers"),
        ({1, 2}, TypeError, "cuts must be real numbers"),
        (sp.Symbol("c"), TypeError, "cuts must be real numbers"),
        (np.ma.array([1.0, 2.0]), TypeError, "holds more than its numbers"),
        ((0, "1"), TypeError, r"cuts\[1\] must be a real number in \(−∞, ∞\), got '1'"),
        ((0, np.inf), ValueError, r"cuts\[1\] must be in \(−∞, ∞\), got inf"),
        ((), ValueError, r"cuts must be in \(−∞, ∞\), strictly increasing, got \(\)"),
        ((1, 0), ValueError, r"strictly increasing, got \(1, 0\)"),
        ((0, sp.Symbol("c"), 1, 1), ValueError, "strictly increasing"),
    ],
    ids=str,
)
def test_what_are_no_cuts(cuts, kind, reason):
    for make in (lambda: OrderedLogit(cuts), lambda: OrderedLogit(cuts=cuts)):
        with pytest.raises(kind, match=reason):
            make()
    with pytest.raises(kind, match=reason):
        noise.OrderedLogistic(cuts=cuts)


def test_arrays_that_are_given_to_the_class():
    """A mistake that only a loss of a sequence could take for cuts."""
    for given in ([[1.0, 2.0]], np.ones((2, 2))):
        with pytest.raises(TypeError, match="takes cuts and makes a loss"):
            OrderedLogit(given)
    with pytest.raises(TypeError, match="takes cuts and makes a loss"):
        OrderedLogit([0.5, 1.0], [0, 1])
    with pytest.raises(TypeError, match="takes delta and makes a loss"):
        lossbook.Huber([0.5, 1.0])


def test_what_is_no_class():
    loss = OrderedLogit()
    for call in (loss, loss.grad, loss.curvature, loss.value_and_grad):
        with pytest.raises(ValueError, match=r"target\[1\] is 3; allowed: classes 0 to 2"):
            call([0.0, 1.0], [0, 3])
        with pytest.raises(ValueError, match=r"target\[0\] is -1"):
            call([0.0, 1.0], [-1, 2])
        with pytest.raises(TypeError, match="target must hold integer classes, got dtype float64"):
            call([0.0, 1.0], [0.0, 1.0])
        with pytest.raises(ValueError, match="target has shape"):
            call([0.0, 1.0], [1])
    assert loss([], []).shape == (0,)


def test_symbols_as_cuts():
    a, b, f = sp.symbols("a b f", real=True)
    loss = OrderedLogit((a, b))
    at = {a: -1, b: 1, f: sp.Rational(1, 3)}
    for k in range(3):
        value = loss.expression(f, k)
        assert float(value.subs(at)) == pytest.approx(OrderedLogit()(1 / 3, k), rel=1e-14)
        slope = float(value.diff(f).subs(at))
        assert slope == pytest.approx(OrderedLogit().grad(1 / 3, k), rel=1e-13)
    assert str(loss) == "ordered logit"
    assert noise.of(loss).loss == loss
