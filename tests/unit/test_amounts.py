"""Losses of counts and amounts: accuracy for every size of prediction, target and parameter; what
they tend to; and the same losses elsewhere."""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
import statsmodels.api as sm
import sympy as sp
from cases import dtypes
from mpmath import mp, mpf
from oracle import of
from scipy import optimize
from sklearn import metrics
from sklearn.linear_model import GammaRegressor, PoissonRegressor, TweedieRegressor

import lossbook
from lossbook import AmountLoss, Gamma, NegativeBinomial, Poisson, Tweedie

EVERY = [
    *(Poisson(), Gamma()),
    *(NegativeBinomial(d) for d in (5e-324, 1e-300, 1e-20, 1e-3, 1, 40.5, 1e20, 1e300)),
    *(Tweedie(p) for p in (1 + 2**-52, 1.001, 1.2, 1.5, 1.9, 2 - 2**-52)),
]
every = pytest.mark.parametrize("loss", EVERY, ids=repr)
UNITS = 16


@cache
def twin(kind):
    """Value, gradient and curvature of the symbolic twin, as functions of mpmath numbers."""
    f, y, *own = sp.symbols(["f", "y", *(x.name for x in fields(kind))], positive=True)
    value = kind(*own).expression(f, y)
    return sp.lambdify((f, y, *own), [value, value.diff(f), value.diff(f, 2)], "mpmath", cse=True)


def derivatives(loss, f, y):
    return twin(type(loss))(f, y, *(mpf(getattr(loss, x.name)) for x in fields(loss)))


def digits(loss):
    """Of 1 + d mu: as many as tell it from 1."""
    return 800 if isinstance(loss, NegativeBinomial) else 60


def larger_term(loss, f, y):
    """The value may be a difference: the largest of its terms.  That of Tweedie's is a sum."""
    mu = mp.exp(f)
    match loss:
        case Poisson():
            return max(mu, abs(y * f))
        case Gamma():
            return max(abs(f), y / mu)
        case NegativeBinomial(d):
            ratio = d * mu
            far = y * abs(f if ratio < 1 else mp.log(d))
            return max(mp.log1p(ratio) / d, far, y * mp.log1p(min(ratio, 1 / ratio)))
    return mpf(0)


def wrong_by(got, right, dtype, term=0):
    """In units in the last place of the exact number, or of a larger term."""
    limits, size = np.finfo(dtype), max(abs(right), term)
    if abs(right) > limits.max:
        return 0 if abs(got) > limits.max / 2 and (got > 0) == (right > 0) else np.inf
    if size < limits.tiny:
        return 0 if abs(got) <= 2 * limits.tiny else np.inf
    assert np.isfinite(got)
    unit = np.spacing(dtype(float(min(size, mpf(float(limits.max) / 2)))))
    return float(abs(mpf(float(got)) - right) / float(unit))


def pairs(dtype, n=12):
    """Log means and targets: of every size, and all but equal."""
    rng, top = np.random.default_rng(11), 37 if dtype is np.float32 else 300
    target = 10 ** np.append(rng.uniform(-3, 3, n), rng.uniform(-top, top, n))
    log_mean = [rng.normal(0, 3, n), rng.uniform(-3 * top, 3 * top, n)]
    log_mean = np.append(log_mean, np.log(target) * (1 + 10 ** rng.uniform(-17, -0.5, 2 * n)))
    hard = [(1430, 1e-5), (-1010, 1e288), (-1428, 1e218), (-720, 1e300), (710, 1e-300), (-1, 1)]
    hard = np.array([pair for pair in hard if abs(np.log10(pair[1])) < top])
    return (
        np.append(log_mean, hard[:, 0]).astype(dtype),
        np.concatenate([target, target, hard[:, 1]]).astype(dtype),
    )


@every
@dtypes
def test_digits_for_numbers_of_every_size(loss, dtype):
    """But near the minimum: see below."""
    mp.dps = digits(loss)
    log_mean, target = pairs(dtype)
    found = *loss.value_and_grad(log_mean, target), loss.curvature(log_mean, target)
    for i, (f, y) in enumerate(zip(log_mean, target, strict=True)):
        numbers = mpf(float(f)), mpf(float(y))
        value, grad, bend = derivatives(loss, *numbers)
        assert wrong_by(found[0][i], value, dtype, larger_term(loss, *numbers)) < UNITS, (f, y)
        assert wrong_by(found[2][i], bend, dtype) < UNITS, (f, y)
        if abs(mp.exp(numbers[0]) / numbers[1] - 1) > 0.5:
            assert wrong_by(found[1][i], grad, dtype) < UNITS, (f, y)


@every
@dtypes
def test_the_gradient_keeps_its_digits_at_the_minimum(loss, dtype):
    mp.dps = digits(loss)
    rel, top = (1e-7, 37) if dtype is np.float32 else (3e-12, 300)
    target = np.append(10 ** np.linspace(-top, top, 20), [3, 195, 1e6]).astype(dtype)
    for away in (0, 1e-15, -1e-7, 1e-3, -0.3):
        log_mean = np.log(target) + dtype(away)
        grad = loss.grad(log_mean, target)
        for f, y, got in zip(log_mean, target, grad, strict=True):
            f, y = mpf(float(f)), mpf(float(y))
            _, right, bend = derivatives(loss, f, y)
            if np.finfo(dtype).tiny * 1e30 < bend < np.finfo(dtype).max:  # half of the gradient
                assert abs(mpf(float(got)) - right) <= rel * abs(right) + 3e-25 * bend, (f, y)


@every
@dtypes
def test_the_gradient_keeps_its_digits_where_the_difference_takes_over(loss, dtype):
    """Farther from the minimum it is a difference of its halves, and what rounding costs there is
    most at the nearest such place."""
    mp.dps = digits(loss)
    rng, eps = np.random.default_rng(0), float(np.finfo(dtype).eps)
    rel, top = (1e-7, 10) if dtype is np.float32 else (3e-12, 100)
    target = (10 ** rng.uniform(-top, top, 300)).astype(dtype)
    away = rng.choice([-1, 1], 300) * eps ** rng.choice([0.25, 0.2], 300) * rng.uniform(1, 1.1, 300)
    log_mean = (np.log(target.astype(float)) + away).astype(dtype)
    grad = loss.grad(log_mean, target)
    for f, y, got in zip(log_mean, target, grad, strict=True):
        _, right, _ = derivatives(loss, mpf(float(f)), mpf(float(y)))
        if abs(right) > np.finfo(dtype).tiny * 1e10:
            assert abs(mpf(float(got)) - right) <= rel * abs(right), (f, y)


@pytest.mark.parametrize("loss", of(AmountLoss), ids=repr)
@dtypes
def test_nan_stays_in_its_own_row(loss, dtype):
    f, y = np.array([0.5, np.nan, 0.5], dtype), np.array([2, 2, np.nan], dtype)
    for result in (*loss.value_and_grad(f, y), loss.curvature(f, y)):
        assert result.dtype == dtype
        np.testing.assert_array_equal(np.isnan(result), [False, True, True])


def test_by_hand():
    f, y = np.log(3.0), 5.0
    assert Gamma()(f, y) == pytest.approx(np.log(3) + 5 / 3)
    assert Gamma().grad(f, y) == pytest.approx(-2 / 3)
    assert Gamma().curvature(f, y) == pytest.approx(5 / 3)
    wide = NegativeBinomial(0.5)
    assert wide(f, y) == pytest.approx(7 * np.log(2.5) - 5 * np.log(3))
    assert wide.grad(f, y) == pytest.approx(-0.8)
    assert wide.curvature(f, y) == pytest.approx(3 * 3.5 / 2.5**2)
    mixed = Tweedie(1.5)
    assert mixed(f, y) == pytest.approx(2 * np.sqrt(3) + 10 / np.sqrt(3))
    assert mixed.grad(f, y) == pytest.approx(-2 / np.sqrt(3))
    assert mixed.curvature(f, y) == pytest.approx(np.sqrt(3) / 2 + 2.5 / np.sqrt(3))
    assert mixed(f, 0.0) == pytest.approx(2 * np.sqrt(3))
    assert wide(f, 0.0) == pytest.approx(2 * np.log(2.5))
    assert Poisson().curvature(f, y) == pytest.approx(3)


VARIANCE = {
    Poisson: lambda mu, loss: mu,
    Gamma: lambda mu, loss: mu**2,
    NegativeBinomial: lambda mu, loss: mu + loss.dispersion * mu**2,
    Tweedie: lambda mu, loss: mu**loss.power,
}


@pytest.mark.parametrize("loss", of(AmountLoss), ids=repr)
def test_the_gradient_is_that_of_the_variance(loss):
    log_mean, target = np.linspace(-3, 3, 41), np.linspace(5, 0.1, 41)
    mu = np.exp(log_mean)
    expected = mu * (mu - target) / VARIANCE[type(loss)](mu, loss)
    np.testing.assert_allclose(loss.grad(log_mean, target), expected, rtol=1e-11)
    traits = loss.strongly_convex, loss.strictly_convex, loss.convex, loss.smooth
    assert traits == (False, True, True, True)
    assert loss.functional == "log-mean"
    assert loss.lipschitz == loss.bound == np.inf
    assert (loss.curvature(log_mean, target) > 0).all()


def test_what_they_tend_to():
    """Value and all at a small dispersion; at an end of the powers, but for what does not depend on
    the prediction, or only gradient and curvature."""
    f, y = np.linspace(-3, 5, 33), np.linspace(30, 0.1, 33)

    def all_of(loss):
        return np.array([loss(f, y), loss.grad(f, y), loss.curvature(f, y)])

    for d in (1e-300, 1e-18, 1e-14):
        np.testing.assert_allclose(all_of(NegativeBinomial(d)), all_of(Poisson()), rtol=1e-11)
    wide = 1e9 * NegativeBinomial(1e9).grad(f, y)
    np.testing.assert_allclose(wide, Gamma().grad(f, y), rtol=1e-6)
    for end, other in ((Tweedie(1 + 2**-45), Poisson()), (Tweedie(2 - 2**-45), Gamma())):
        np.testing.assert_allclose(all_of(end)[1:], all_of(other)[1:], rtol=1e-9)
    near = Tweedie(1 + 2**-20)
    moved = near(f, y) - near(0 * f, y) - (Poisson()(f, y) - Poisson()(0 * f, y))
    np.testing.assert_allclose(moved, 0, atol=1e-2)


@pytest.mark.parametrize(
    ("loss", "deviance"),
    [
        (Poisson(), metrics.mean_poisson_deviance),
        (Gamma(), metrics.mean_gamma_deviance),
        *(
            (Tweedie(p), lambda y, mu, p=p: metrics.mean_tweedie_deviance(y, mu, power=p))
            for p in (1.1, 1.5, 1.9)
        ),
    ],
    ids=lambda value: "" if callable(value) and not isinstance(value, AmountLoss) else str(value),
)
def test_twice_what_it_costs_beyond_a_perfect_prediction_is_the_deviance(loss, deviance):
    rng = np.random.default_rng(0)
    f, y = rng.normal(size=50), rng.exponential(size=50)
    excess = lossbook.risk(loss, f, y) - lossbook.risk(loss, np.log(y), y)
    assert 2 * excess == pytest.approx(deviance(y, np.exp(f)), rel=1e-12)


def fitted(loss, x, y):
    def down(w):
        value, grad = lossbook.risk_and_grad(loss, w[0] + x @ w[1:], y)
        return value, np.append(grad.sum(), x.T @ grad)

    return optimize.minimize(down, np.zeros(1 + x.shape[1]), jac=True, options={"gtol": 1e-9}).x


@pytest.mark.parametrize(
    ("loss", "model"),
    [
        (Poisson(), PoissonRegressor(alpha=0, tol=1e-9, max_iter=1000)),
        (Gamma(), GammaRegressor(alpha=0, tol=1e-9, max_iter=1000)),
        (Tweedie(1.3), TweedieRegressor(power=1.3, alpha=0, link="log", tol=1e-9, max_iter=1000)),
        (NegativeBinomial(0.7), None),
    ],
    ids=str,
)
def test_a_fit_is_that_of_a_generalised_linear_model(loss, model):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 2))
    y = rng.gamma(2, np.exp(0.5 + x @ [0.3, -0.2]) / 2)
    if model is None:
        y = rng.poisson(y)
        family = sm.families.NegativeBinomial(alpha=loss.dispersion)
        expected = sm.GLM(y, sm.add_constant(x), family).fit(tol=1e-12).params
    else:
        y = y if isinstance(loss, Gamma) else np.where(rng.random(300) < 0.2, 0, y)
        model.fit(x, y)
        expected = np.append(model.intercept_, model.coef_)
    np.testing.assert_allclose(fitted(loss, x, y), expected, rtol=1e-5)


@pytest.mark.parametrize("loss", of(AmountLoss), ids=repr)
def test_the_best_constant_is_the_log_of_the_mean(loss):
    target, weights = np.array([0.5, 3.0, 40.0, 2.0]), np.array([1.0, 2.0, 0.5, 0.0])
    best = lossbook.minimiser(loss, target, weights)
    assert best == pytest.approx(np.log((0.5 + 6 + 20) / 3.5), rel=1e-15)
    signals = loss.grad(np.full(4, best), target)
    assert weights @ signals == pytest.approx(0, abs=1e-13)
    assert lossbook.minimiser(loss, [1e308, 1e308]) == pytest.approx(np.log(1e308))
