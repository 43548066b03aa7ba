"""Logistic noise and mixtures: their losses are no public ones, so they are tested here."""

import numpy as np
import pytest
import sympy as sp
from cases import dtypes
from mpmath import mp, mpf
from oracle import errors
from scipy import integrate, stats

import lossbook
from lossbook import noise
from lossbook.symbolic import ERROR, derive

LOGISTIC = noise.Logistic().loss
CONTAMINATED = noise.Mixture([noise.Gaussian(), noise.Gaussian(10)], [9, 1])
MIXTURES = [
    CONTAMINATED,
    noise.Mixture([noise.StudentT(2.5, 0.1), noise.Gaussian(3), noise.Logistic()], [1, 2, 0.5]),
    noise.Mixture([noise.Laplace(), noise.AsymmetricLaplace(0.2, 3)], [0.5, 0.5]),
    noise.Mixture([noise.Logistic(3), noise.Logistic(0.2)], [0.3, 0.7]),
    noise.Mixture([CONTAMINATED, noise.HuberNoise(1.5, 2)], [3, 1]),
]
IMPLIED = noise.of(lossbook.GeneralRobust(1.3, 2.0))
mixtures = pytest.mark.parametrize("own", MIXTURES, ids=range(len(MIXTURES)))


@dtypes
def test_the_loss_of_logistic_noise_is_right_to_16_units(dtype):
    mp.dps = 700
    top = float(np.finfo(dtype).max)
    error = np.append(errors(dtype, np.random.default_rng(1)), dtype([0.99 * top, -0.99 * top]))
    with np.errstate(all="raise"):
        value, grad = LOGISTIC.value_and_grad(error, np.zeros_like(error))
        curvature = LOGISTIC.curvature(error, np.zeros_like(error))
    assert value.dtype == grad.dtype == curvature.dtype == dtype
    for k, x in enumerate(map(mpf, error.astype(float))):
        far = mp.exp(-abs(x))
        exact = 2 * mp.log(mp.cosh(x / 2)), mp.tanh(x / 2), 2 * far / (1 + far) ** 2
        for got, wanted in zip((value[k], grad[k], curvature[k]), exact, strict=True):
            size = max(float(abs(wanted)), float(np.finfo(dtype).tiny))
            assert abs(mpf(float(got)) - wanted) <= 16 * mpf(float(np.spacing(dtype(size)))), x


def test_logistic_noise_of_others():
    y = np.linspace(-30, 30, 61)
    for scale in (1, 0.3):
        own = noise.Logistic(scale)
        np.testing.assert_allclose(own.density(0 * y, y), stats.logistic(0, scale).pdf(y), 1e-12)
        logs = stats.logistic(0, scale).logpdf(y)
        np.testing.assert_allclose(own.log_density(0 * y, y), logs, rtol=1e-12)
    assert noise.Logistic().sample(0.0, 40_000, 1).std() == pytest.approx(np.pi / 3**0.5, rel=0.02)
    assert noise.of(LOGISTIC) == noise.Logistic()
    assert noise.Logistic(2).loss == LOGISTIC != lossbook.LogCosh()
    assert "twice the log-cosh of half the error" in derive.steps(noise.Logistic())["loss"].reason


def test_logistic_loss_is_what_it_declares():
    error = np.linspace(-60, 60, 241)
    assert LOGISTIC.strictly_convex
    assert LOGISTIC.smooth
    assert LOGISTIC.lipschitz == np.abs(LOGISTIC.psi(error)).max() == 1
    assert LOGISTIC.psi([np.inf, -np.inf]).tolist() == [1, -1]
    assert LOGISTIC.rho([np.inf, -np.inf]).tolist() == [np.inf, np.inf]


@mixtures
def test_the_density_is_the_weighted_mean_of_densities(own):
    y, at = np.linspace(-40, 40, 33), np.full(33, 0.5)
    densities = [model.density(at, y) for model in own.models]
    expected = np.average(densities, axis=0, weights=own.weights)
    np.testing.assert_allclose(own.density(at, y), expected, rtol=1e-13)
    np.testing.assert_allclose(own.log_density(at, y), np.log(expected), rtol=1e-13)
    twin = [float(own.expression(sp.Float(e))) for e in at - y]
    np.testing.assert_allclose(own.density(at, y), twin, rtol=1e-10)
    logs = [float(own.log_expression(sp.Float(e))) for e in at - y]
    np.testing.assert_allclose(own.log_density(at, y), logs, rtol=1e-10)
    total = sum(
        integrate.quad(lambda e: own.density([e], [0.0])[0], *ends, limit=300)[0]
        for ends in ((-np.inf, -1), (-1, 0), (0, 1), (1, np.inf))
    )
    assert total == pytest.approx(1, abs=1e-7)
    assert own.normaliser == float(own.normaliser_expression()) == 1


@mixtures
def test_the_loss_is_minus_the_log_of_the_density(own):
    error = np.array([-9, -2.2, -0.3, 0.2, 1.1, 7, 30])
    np.testing.assert_allclose(own.loss.rho(error), -own.log_density(error, 0 * error))
    twin = [float(own.loss.expression(sp.Float(e))) for e in error]
    np.testing.assert_allclose(own.loss.rho(error), twin, rtol=1e-12)
    slope = (own.loss.rho(error + 1e-6) - own.loss.rho(error - 1e-6)) / 2e-6
    np.testing.assert_allclose(own.loss.psi(error), slope, rtol=1e-6, atol=1e-8)
    assert noise.of(own.loss) == own
    assert own.loss.psi(0.0) == 0
    assert hash(own) == hash(noise.of(own.loss))


@mixtures
def test_curvature_of_a_mixture(own):
    error = np.array([-9, -2.2, -0.3, 0.2, 1.1, 7, 30])
    bend = (own.loss.psi(error + 1e-5) - own.loss.psi(error - 1e-5)) / 2e-5
    np.testing.assert_allclose(own.loss.curvature(error, 0 * error), bend, rtol=1e-6, atol=1e-9)
    assert np.isfinite(own.loss.psi_prime([1e200, -1e300, np.inf])).all()
    weights = own.loss.psi(error) / error
    np.testing.assert_allclose(own.loss.weight(error), weights)


def test_a_mixture_bends_down_where_the_wider_one_takes_over():
    assert CONTAMINATED.loss.curvature(3.0, 0.0) < 0
    assert CONTAMINATED.loss.curvature([0.0, 9.0], [0, 0]) == pytest.approx([0.99, 0.01], rel=0.01)


@dtypes
def test_far_out_the_widest_rules(dtype):
    error = np.array([1e3, 1e10, 1e30, -1e30], dtype)
    loss = CONTAMINATED.loss
    assert loss.psi(error).dtype == loss.rho(error).dtype == dtype
    np.testing.assert_allclose(loss.psi(error), error / 100, rtol=1e-5)
    prices = error[:2].astype(float) ** 2 / 200 + np.log(100 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(loss.rho(error[:2]), prices, rtol=1e-5)
    with np.errstate(all="raise"):
        ends = loss([np.inf, -np.inf, 1e200], [0, 0, 0])
    assert ends.tolist() == [np.inf] * 3
    assert loss.psi([1e200, np.inf, -np.inf]).tolist() == [pytest.approx(1e198), np.inf, -np.inf]
    assert np.isnan(loss.value_and_grad([np.nan], [0])).all()
    assert CONTAMINATED.density([1e200, np.inf], [0, 0]).tolist() == [0, 0]


@mixtures
def test_samples_follow_the_density(own):
    sample = np.sort(own.sample(1.0, 3000, 5))
    knots = np.linspace(-400, 400, 160_001)
    below = integrate.cumulative_trapezoid(
        own.density(np.ones(knots.size), knots), knots, initial=0
    )
    below += (1 - below[-1]) / 2
    assert stats.kstest(np.interp(sample, knots, below), "uniform").pvalue > 0.01
    assert own.sample(np.zeros((2, 3)), None, 1).shape == (2, 3)


def test_weights_are_relative_and_may_be_symbols():
    one, other = (noise.Mixture([noise.Gaussian(), noise.Laplace(3)], w) for w in ((1, 3), (2, 6)))
    np.testing.assert_allclose(one.density([0.3], [0.0]), other.density([0.3], [0.0]))
    w = sp.Symbol("w", positive=True)
    own = noise.Mixture([noise.Gaussian(), noise.Laplace(3)], [1 - w, w])
    at = own.expression(ERROR).subs({w: sp.Rational(3, 4), ERROR: sp.Rational(3, 10)})
    assert float(at) == pytest.approx(one.density([0.3], [0.0])[0])
    assert str(derive.steps(one)["loss"].reason).startswith("This is the loss of a mixture")
    assert str(CONTAMINATED) == "mixture of 9 × (Gaussian) and 1 × (Gaussian, scale = 10)"


@pytest.mark.parametrize("weights", [(1e308, 1e308), (5e-324, 5e-324)])
def test_weights_of_any_size(weights):
    models = noise.Gaussian(), noise.Laplace(3)
    own, even = noise.Mixture(models, weights), noise.Mixture(models, (1, 1))
    y = np.array([0.0, 1.0, 50.0])
    np.testing.assert_allclose(own.log_density(0 * y, y), even.log_density(0 * y, y), rtol=1e-13)
    np.testing.assert_array_equal(own.sample(0.0, 50, 3), even.sample(0.0, 50, 3))
    rare = noise.Mixture(models, (1e308, 5e-324))
    assert rare.log_density(0.0, 0.0) == models[0].log_density(0.0, 0.0)


def test_the_kinks_and_wells_of_its_parts():
    assert MIXTURES[2].loss.kinks == (0.0,)
    assert not MIXTURES[2].loss.smooth
    assert CONTAMINATED.loss.smooth
    two = noise.Mixture([lossbook.symbolic.custom("exp(-(abs(error) - 5)**2)")], [1])
    assert lossbook.minimiser(two.loss, [0.0]) in (pytest.approx(5), pytest.approx(-5))


@pytest.mark.parametrize(
    ("models", "weights", "error", "reason"),
    [
        ([noise.Gaussian()], [1, 2], ValueError, "1 models and 2 weights; allowed: one weight"),
        ([], [], ValueError, "0 models"),
        (noise.Gaussian(), [1], TypeError, "models must be several, as a list"),
        ([noise.Gaussian()], 1, TypeError, "weights must be several, as a list"),
        ([noise.Gaussian], [1], TypeError, "models must hold noise that adds, .* not <class"),
        ([noise.Poisson()], [1], TypeError, r"not Poisson\(\)"),
        ([noise.Gaussian()] * 2, [1, 0], ValueError, r"a weight must be in \(0, ∞\), got 0"),
        ([noise.Gaussian()] * 2, [1, np.nan], ValueError, "a weight must be in"),
        ([noise.Gaussian()] * 2, [1, "a"], TypeError, "a weight must be a real number"),
    ],
)
def test_bad_parts(models, weights, error, reason):
    with pytest.raises(error, match=reason):
        noise.Mixture(models, weights)


@pytest.mark.parametrize("model", [*noise.NOISES.values(), *MIXTURES, IMPLIED])
def test_the_log_of_a_density_where_it_underflows(model):
    own = model() if isinstance(model, type) else model
    near, far = ([0.3], [2]), ([-300.0], [4000.0])
    if model is noise.Categorical:
        near, far = ([[0.3, 1]], [1]), ([[0.0, 3000]], [0])
    elif model is noise.Bernoulli:
        near, far = ([0.3], [1]), ([-3000.0], [1])
    np.testing.assert_allclose(np.exp(own.log_density(*near)), own.density(*near), rtol=1e-13)
    assert -np.inf < own.log_density(*far)[0] < -15
    scalar = own.log_density(*(a[0] for a in near)) if model is not noise.Categorical else None
    assert scalar is None or np.ndim(scalar) == 0
