"""Noise of counts and amounts: its density for every size of number, its samples, its loss and the
way there."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from mpmath import exp, log, loggamma, mpf, workdps
from scipy import integrate, stats

import lossbook
from lossbook import derive, noise
from lossbook.symbolic import notation

D, K = sp.symbols("d k", positive=True)


def of_count(f, y, d):
    r, mu = 1 / d, exp(f)
    ways = loggamma(y + r) - loggamma(r) - loggamma(y + 1)
    return exp(ways + y * log(d * mu) - (y + r) * log(1 + d * mu))


def of_amount(f, y, k):
    return exp(k * log(k) - k * f + (k - 1) * log(y) - k * y * exp(-f) - loggamma(k))


def compare(model, formula, parameter, log_mean, target):
    found = model.density(log_mean, target)
    for f, y, got in zip(log_mean, target, found, strict=True):
        with workdps(60 + int(2 * abs(np.log10(parameter)))):
            right = formula(mpf(float(f)), mpf(float(y)), mpf(float(parameter)))
        if right < 3e-308:
            assert got < 1e-307, (f, y)
        else:
            assert got == pytest.approx(float(right), rel=1e-12, abs=0), (f, y)


SIZES = [1e-300, 1e-20, 1e-12, 1e-6, 1e-3, 0.07, 0.5, 1, 7.3, 15.9, 16, 40.5, 1e3, 1e6, 1e20]


@pytest.mark.parametrize("dispersion", [*SIZES, 1e300])
def test_the_probability_of_a_count_of_any_size(dispersion):
    rng = np.random.default_rng(4)
    y = np.append(np.arange(20), np.floor(10 ** rng.uniform(1, 12, 12)))
    spread = np.sqrt(y) * np.sqrt(1 + min(dispersion, 1e6) * y)
    near = np.log(np.maximum(y + rng.normal(0, 2, y.size) * spread, 0.1 * y + 0.1))
    for log_mean in (near, rng.normal(0, 30, y.size)):
        compare(noise.NegativeBinomial(dispersion), of_count, dispersion, log_mean, y)


@pytest.mark.parametrize("shape", SIZES)
def test_the_density_of_an_amount_of_any_size(shape):
    rng = np.random.default_rng(5)
    y = 10 ** np.append(rng.uniform(-3, 3, 16), rng.uniform(-300, 300, 16))
    near = np.log(y) + rng.normal(0, 2, y.size) / np.sqrt(max(shape, 1e-2))
    for log_mean in (near, rng.normal(0, 300, y.size)):
        compare(noise.Gamma(shape), of_amount, shape, log_mean, y)


def test_densities_of_others():
    f, y, k = 0.5, np.linspace(0.1, 9, 12), np.arange(12)
    for shape in (0.3, 1, 2.5, 80):
        other = stats.gamma(shape, scale=np.exp(f) / shape)
        own = noise.Gamma(shape).density(np.full(12, f), y)
        np.testing.assert_allclose(own, other.pdf(y), rtol=1e-11)
    np.testing.assert_allclose(
        noise.Gamma().density(np.full(12, f), y), np.exp(-lossbook.Gamma()(np.full(12, f), y))
    )
    for d in (0.01, 0.4, 3):
        other = stats.nbinom(1 / d, 1 / (1 + d * np.exp(f)))
        own = noise.NegativeBinomial(d).density(np.full(12, f), k)
        np.testing.assert_allclose(own, other.pmf(k), rtol=1e-11)
    tiny = noise.NegativeBinomial(1e-16).density(np.full(12, f), k)
    np.testing.assert_allclose(tiny, noise.Poisson().density(np.full(12, f), k), rtol=1e-13)


@pytest.mark.parametrize("parameter", [0.2, 1, 3.5])
def test_the_whole_is_one(parameter):
    own, count = noise.NegativeBinomial(parameter), np.arange(4000)
    assert own.density(np.full(4000, 1.5), count).sum() == pytest.approx(1, abs=1e-12)
    own, u = noise.Gamma(parameter), np.linspace(-160, 6, 200_001)  # the log of the amount
    density = own.density(np.full(u.shape, 1.5), np.exp(u)) * np.exp(u)
    assert integrate.trapezoid(density, u) == pytest.approx(1, abs=1e-9)


def test_minus_the_log_less_the_loss_does_not_depend_on_the_prediction():
    for own, factor in (
        (noise.NegativeBinomial(D), 1),
        (noise.Gamma(K), K),
        (noise.Gamma(), 1),
    ):
        f, y = notation(own).arguments
        rest = -own.log_expression(f, y) - factor * own.loss.expression(f, y)
        assert sp.simplify(rest.diff(f)) == 0
        assert (sp.simplify(rest) == 0) == (own == noise.Gamma())


def test_the_density_is_its_symbolic_twin():
    f, k = np.linspace(-2, 3, 8), np.arange(8)
    for own in (noise.NegativeBinomial(0.4), noise.NegativeBinomial(), noise.Gamma(2.5)):
        y = k if isinstance(own, noise.NegativeBinomial) else k + 0.25
        twin = [
            float(own.expression(sp.Float(a), sp.sympify(b)))
            for a, b in zip(f.tolist(), y.tolist(), strict=True)
        ]
        np.testing.assert_allclose(own.density(f, y), twin, rtol=1e-12)


@pytest.mark.parametrize("model", [noise.Poisson(), noise.NegativeBinomial(0.3), noise.Gamma(2.0)])
def test_at_the_ends(model):
    ends = model.density([np.inf, -np.inf, 1e300, -1e300, np.nan], np.full(5, 2))
    np.testing.assert_array_equal(ends, [0, 0, 0, 0, np.nan])
    if isinstance(model, noise.Gamma):
        assert model.density([0.0], [1e308]) == 0
    else:
        np.testing.assert_array_equal(model.density([np.inf, -np.inf, -800], [0] * 3), [0, 1, 1])
    single = model.density(np.zeros(2, np.float32), [1, 3])
    assert single.dtype == np.float32
    assert model.density([], []).shape == (0,)
    np.testing.assert_allclose(single, model.density(np.zeros(2), [1, 3]), rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "variance"),
    [
        (noise.Poisson(), lambda mu: mu),
        (noise.NegativeBinomial(0.4), lambda mu: mu + 0.4 * mu**2),
        (noise.NegativeBinomial(1e-300), lambda mu: mu),
        (noise.Gamma(2.5), lambda mu: mu**2 / 2.5),
        (noise.Gamma(), lambda mu: mu**2),
    ],
)
@pytest.mark.parametrize("log_mean", [-0.5, 1.0, 4.0])
def test_samples_have_the_mean_and_the_variance(model, variance, log_mean):
    draws, mu = model.sample(log_mean, 100_000, 6), np.exp(log_mean)
    assert (draws.dtype.kind == "i") == (not isinstance(model, noise.Gamma))
    assert draws.mean() == pytest.approx(mu, abs=4 * np.sqrt(variance(mu) / 100_000))
    assert draws.var() == pytest.approx(variance(mu), rel=0.05)


def test_samples_follow_the_density():
    amounts = noise.Gamma(0.7).sample(1.0, 5000, 7)
    assert stats.kstest(amounts, stats.gamma(0.7, scale=np.e / 0.7).cdf).pvalue > 0.01
    own, counts = noise.NegativeBinomial(0.6), np.arange(9)
    drawn = own.sample(1.0, 5000, 8)
    expected = 5000 * own.density(np.ones(9), counts)
    seen = [(drawn == count).sum() for count in counts]
    rest = [5000 - sum(seen)], [5000 - expected.sum()]
    assert stats.chisquare([*seen, *rest[0]], [*expected, *rest[1]]).pvalue > 0.01


def test_the_least_dispersion_is_poisson_s():
    sample = noise.NegativeBinomial(1e-310).sample(np.log(3.0), 2000, 1)
    assert sample.mean() == pytest.approx(3, abs=0.15)
    assert sample.var() == pytest.approx(3, abs=0.4)


@pytest.mark.parametrize("own", [noise.Poisson(), noise.NegativeBinomial(0.5)])
@pytest.mark.parametrize("location", [60.0, np.inf, np.nan])
def test_a_count_that_no_integer_holds(own, location):
    with pytest.raises(ValueError, match=r"rate\[0\] is (\d.*|inf|nan); allowed: rates up to 9e"):
        own.sample(location, 3, 1)


def test_an_amount_is_never_0():
    drawn = noise.Gamma(1e-3).sample(0.0, 1000, 9)
    assert drawn.min() == 5e-324
    assert np.isfinite(lossbook.Gamma()(np.zeros(1000), drawn)).all()
    assert noise.NegativeBinomial(1e3).sample(0.0, 1000, 9).max() > 0


def test_from_the_loss_and_back():
    assert noise.of(lossbook.Gamma()) == noise.Gamma()
    assert noise.Gamma(3.5).loss == lossbook.Gamma()
    assert noise.of(lossbook.NegativeBinomial(0.3)) == noise.NegativeBinomial(0.3)
    assert noise.NegativeBinomial(0.3).loss == lossbook.NegativeBinomial(0.3)
    assert noise.of(lossbook.Poisson()) == noise.Poisson()


def test_bad_input():
    for model in (noise.Poisson(), noise.NegativeBinomial()):
        with pytest.raises(ValueError, match=r"target\[1\] is 0.5; allowed: counts 0, 1, 2"):
            model.density([0.0, 0.0], [1, 0.5])
        with pytest.raises(ValueError, match=r"target\[0\] is -1.0; allowed: counts"):
            model.density([0.0], [-1])
        with pytest.raises(ValueError, match="target has shape"):
            model.density([0.0], [1, 2])
    with pytest.raises(ValueError, match=r"target\[1\] is 0.0; allowed: amounts in \(0, ∞\)"):
        noise.Gamma().density([0.0, 0.0], [1, 0])


@pytest.mark.parametrize("number", [float, np.float32, Fraction, sp.Rational, sp.Float])
def test_a_parameter_of_any_sort(number):
    for model, target in ((noise.Gamma, [0.3, 2.5]), (noise.NegativeBinomial, [0, 4])):
        own, plain = model(number(0.5)), model(0.5)
        np.testing.assert_array_equal(
            own.density([0.2, 1.0], target), plain.density([0.2, 1], target)
        )
        np.testing.assert_array_equal(own.sample(0.3, 5, 1), plain.sample(0.3, 5, 1))
        twin = own.expression(sp.Float(0.2), sp.Integer(4))
        assert float(twin) == pytest.approx(plain.density([0.2], [4])[0], rel=1e-12)
    with pytest.raises(TypeError, match="shape must be a real number"):
        noise.Gamma("1")


# The way to the loss


def test_what_is_dropped_is_shown_whole():
    """What does not depend on the prediction may depend on the amount."""
    k = sp.Symbol("shape", positive=True)
    shown = derive.steps(noise.Gamma(k))["negative"].latex
    assert shown.endswith(
        r"&- shape \log{\left(shape \right)} - \left(shape - 1\right) \log{\left(y \right)} + "
        r"\log{\left(\Gamma\left(shape\right) \right)} \end{aligned}"
    )
    assert derive.steps(noise.Gamma())["negative"].latex.endswith("= f + y e^{- f}")
    assert r"\log{\left(y! \right)}" in derive.steps(noise.Poisson())["negative"].latex


@pytest.mark.parametrize("dispersion", [1, 0.3, sp.Symbol("d", positive=True)])
def test_the_signal_of_the_negative_binomial_is_one_fraction(dispersion):
    f, y = notation(noise.NegativeBinomial()).arguments
    gradient = derive.steps(noise.NegativeBinomial(dispersion))["gradient"].expression
    assert gradient == (sp.exp(f) - y) / (1 + dispersion * sp.exp(f))
