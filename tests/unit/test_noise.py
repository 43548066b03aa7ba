"""Each density is one, its samples follow it, and minus its log is its loss and a constant."""

import math
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest
import sympy as sp
from mpmath import erf, exp, loggamma, mpf, pi, sqrt, workdps
from scipy import integrate, stats

import lossbook
from lossbook import noise
from lossbook.noise import NOISES, LocationNoise
from lossbook.symbolic import ERROR, derive, notation

x = sp.Symbol("x", positive=True)
t = sp.Symbol("t", positive=True)
PARAMETERS = {  # a level is t / (1 + t), so that SymPy knows both it and 1 - level to be positive
    "scale": sp.Symbol("sigma", positive=True),
    "delta": sp.Symbol("delta", positive=True),
    "dof": sp.Symbol("nu", positive=True),
    "level": t / (1 + t),
}
NUMBERS = {"scale": 2.0, "delta": 0.7, "dof": 2.5, "level": 0.8, "dispersion": 0.4}
LOCATION = [model for model in NOISES.values() if issubclass(model, LocationNoise)]


def with_symbols(model):
    return model(**{f.name: PARAMETERS[f.name] for f in fields(model)})


def with_numbers(model):
    return model(**{f.name: NUMBERS[f.name] for f in fields(model)})


def arms(expr):
    """An expression in the error where it has no kink: (in x > 0, from, to), on either side of 0.

    Of a Piecewise that branch is taken which holds in the middle.
    """
    delta, scale = PARAMETERS["delta"], PARAMETERS["scale"]
    edge = delta * scale if expr.has(scale) else delta
    split = [(0, edge, edge / 2), (edge, sp.oo, 2 * edge)]
    for low, high, middle in split if expr.has(delta) else [(0, sp.oo, 1)]:

        def branch(*cases, middle=middle):
            return next(e for e, case in cases if case.subs(x, middle) == sp.true)

        for error in (x, -x):
            arm = expr.subs(ERROR, error).replace(sp.Piecewise, branch)
            assert not arm.has(sp.Piecewise, sp.Abs, sp.Max)
            yield arm, low, high


@pytest.mark.parametrize("model", LOCATION)
def test_densities_integrate_to_one_symbolically(model):
    density = with_symbols(model).expression(ERROR)
    total = sum(sp.integrate(arm, (x, *ends), conds="none") for arm, *ends in arms(density))
    assert sp.simplify(sp.gammasimp(total)) == 1


@pytest.mark.parametrize("model", LOCATION)
def test_densities_integrate_to_one_in_numpy(model):
    own = with_numbers(model)
    total = sum(
        integrate.quad(lambda y: own.density([1.0], [y])[0], *ends, epsabs=1e-12, limit=200)[0]
        for ends in [(-np.inf, 0.3), (0.3, 1), (1, 1.7), (1.7, np.inf)]
    )
    assert total == pytest.approx(1, abs=1e-8)


def test_probabilities_sum_to_one():
    _, y = notation(noise.Poisson()).arguments
    rate = sp.Symbol("lambda", positive=True)
    probability = noise.Poisson().expression(sp.log(rate), y)
    assert sp.simplify(sp.summation(probability, (y, 0, sp.oo))).doit() == 1
    assert noise.Poisson().density(np.full(80, 2.0), np.arange(80)).sum() == pytest.approx(1)
    m = sp.Symbol("m", real=True)
    both = noise.Bernoulli().expression(m) + noise.Bernoulli().expression(-m)
    assert sp.simplify(both) == 1
    assert noise.Bernoulli().density([0.7, 0.7], [-1, 1]).sum() == pytest.approx(1)
    z = sp.symbols("z:4", real=True)
    rows = [[int(k == c) for k in range(4)] for c in range(4)]
    assert sp.simplify(sum(noise.Categorical().expression(z, row) for row in rows)) == 1
    assert noise.Categorical().density([[1.0, 5, -2]] * 3, [0, 1, 2]).sum() == pytest.approx(1)


@pytest.mark.parametrize("model", LOCATION)
def test_minus_log_density_minus_loss_is_free_of_the_error(model):
    own = with_symbols(model)
    difference = -own.log_expression(ERROR) - own.loss.expression(ERROR / own.scale)
    for arm, _, _ in arms(difference):
        assert sp.simplify(arm.diff(x)) == 0


def test_minus_log_probability_minus_loss_is_free_of_the_prediction():
    f, y = notation(noise.Poisson()).arguments
    difference = -noise.Poisson().log_expression(f, y) - lossbook.Poisson().expression(f, y)
    assert f not in sp.simplify(difference).free_symbols
    m = sp.Symbol("m", real=True)
    difference = -noise.Bernoulli().log_expression(m) - lossbook.Logistic().expression(m)
    assert sp.simplify(difference) == 0
    z, row = sp.symbols("z:3", real=True), (0, 1, 0)
    difference = -noise.Categorical().log_expression(z, row)
    assert sp.simplify(difference - lossbook.CrossEntropy().expression(z, row)) == 0


@pytest.mark.parametrize("model", LOCATION)
def test_density_and_normaliser_are_the_symbolic_ones(model):
    own, errors = with_numbers(model), np.linspace(-5, 5, 41)
    symbolic = [float(own.expression(sp.Float(e))) for e in errors]
    np.testing.assert_allclose(own.density(errors + 3, np.full(41, 3.0)), symbolic, rtol=1e-10)
    logs = [float(own.log_expression(sp.Float(e))) for e in errors]
    np.testing.assert_allclose(np.exp(logs), symbolic, rtol=1e-10)
    zero = own.expression(sp.S.Zero) * sp.exp(own.loss.expression(sp.S.Zero))
    assert float(zero * own.normaliser_expression()) == pytest.approx(1)


def test_densities_of_others():
    y, half = np.linspace(-3, 5, 9), np.full(9, 0.5)
    for own, other in [
        (noise.Gaussian(2), stats.norm(0.5, 2)),
        (noise.Laplace(2), stats.laplace(0.5, 2)),
        (noise.StudentT(2.5, 2), stats.t(2.5, 0.5, 2)),
    ]:
        np.testing.assert_allclose(own.density(half, y), other.pdf(y), rtol=1e-12)
    counts = np.arange(9)
    expected = stats.poisson(np.exp(0.5)).pmf(counts)
    np.testing.assert_allclose(noise.Poisson().density(half, counts), expected, rtol=1e-12)


COUNTS = [0, 1, 5, 15, 16, 17, 40, 1000, 10**6, 10**10, 10**15, 10**18, 2**200]


@pytest.mark.parametrize("count", COUNTS)
def test_the_probability_of_a_count_of_any_size(count):
    """Of many, terms of count log(count) cancel, and the log of the rate is a rounded one."""
    for away in (-3, -1, 0, 0.3, 2, 5):
        log_rate = np.log(max(count + away * math.sqrt(count), 0.1))
        with workdps(120):
            f = mpf(float(log_rate))
            expected = float(exp(count * f - exp(f) - loggamma(mpf(count) + 1)))
        own = noise.Poisson().density([log_rate], [float(count)])[0]
        assert own == pytest.approx(expected, rel=1e-13), away
    ends = noise.Poisson().density([np.inf, -np.inf, 700.0], [float(count)] * 3)
    assert ends.tolist() == [0, float(count == 0), 0]


def test_hubers_normaliser():
    assert noise.HuberNoise(1.345).normaliser == pytest.approx(2.66072381, abs=5e-9)
    assert noise.HuberNoise(40).normaliser == pytest.approx(np.sqrt(2 * np.pi))


DOFS = [*10 ** np.linspace(-12, 20, 65), 126.1, 199.0, 200.0, 10**5, 10**6, 1e16, 1e300]


@pytest.mark.parametrize("dof", DOFS)
def test_students_normaliser_is_right_to_the_last_digits(dof):
    with workdps(700 if dof > 1e20 else 60):
        nu = mpf(dof)
        exact = 2 * sqrt(pi / nu) * exp(loggamma(nu / 2 + 1) - loggamma((nu + 1) / 2))
        height = (1 + 1 / nu) ** (-(nu + 1) / 2) / exact
    own = noise.StudentT(dof)
    assert own.normaliser == pytest.approx(float(exact), rel=2e-15, abs=0)
    assert own.density([0.0], [1.0])[0] == pytest.approx(float(height), rel=1e-14, abs=0)


@pytest.mark.parametrize("dof", [10**5, 10**6, np.int64(10**6), sp.Integer(10**6), 1e16])
def test_many_degrees_of_freedom_take_no_time_and_print(dof):
    began = process_time()
    steps = derive.steps(noise.StudentT(dof))
    assert "0.3989" in str(steps)
    assert process_time() - began < 2


ENDS = [5e-324, 1e-310, 1e-308, 1e-300, 1e300, 1e308, 1.7e308]


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (noise.Gaussian, lambda u, s: exp(-(u**2) / 2) / sqrt(2 * pi) / s),
        (noise.Laplace, lambda u, s: exp(-abs(u)) / 2 / s),
        (lambda s: noise.AsymmetricLaplace(0.25, s), lambda u, s: exp(-0.75 * u) * 3 / 16 / s),
        (lambda s: noise.StudentT(1, s), lambda u, s: 1 / (1 + u**2) / pi / s),
        (noise.HuberNoise, None),
    ],
)
@pytest.mark.parametrize("scale", ENDS)
def test_densities_at_both_ends_of_the_range_of_floats(model, loss, scale):
    if loss is None:
        delta = scale
        own = noise.HuberNoise(delta)
        mass = sqrt(2 * pi) * erf(mpf(delta) / sqrt(2)) + 2 * exp(-(mpf(delta) ** 2) / 2) / mpf(
            delta
        )
        expected, error = 1 / mass, 0.0
    else:
        own, error = model(scale), (scale if scale < 1e308 else scale / 2)
        expected = loss(mpf(error) / mpf(scale), mpf(scale))
    got = own.density([error], [0.0])[0]
    assert got == pytest.approx(float(expected), rel=1e-13, abs=1e-323)
    with np.errstate(all="raise"):
        assert not np.isnan(own.sample(0.0, 9, np.random.default_rng(1))).any()


@pytest.mark.parametrize("model", LOCATION)
def test_a_density_subtracts_before_it_divides(model):
    """Where prediction and target are huge, their difference is still exact."""
    for far, step in ((1e12, 0.3), (1e300, 0.0), (-1e300, 1e285)):
        prediction, target = np.array([far + step]), np.array([far])
        scaled = {f.name: 0.1 if f.name == "scale" else NUMBERS[f.name] for f in fields(model)}
        own, error = model(**scaled), prediction - target
        np.testing.assert_array_equal(own.density(prediction, target), own.density(error, [0.0]))
        assert np.isfinite(own.density(prediction, target)).all()
        np.testing.assert_array_equal(own.density([1.7e308], [-1.7e308]), [0])


SIZES = [1e-300, 1e-100, 1e-9, 1e-3, 0.3, 0.7, 1, 1.345, 3, 40, 1e3, 1e9, 1e100, 1e300]


@pytest.mark.parametrize(
    "own",
    [
        *(noise.Gaussian(scale) for scale in SIZES),
        *(noise.Laplace(scale) for scale in SIZES),
        *(noise.AsymmetricLaplace(level, 0.3) for level in (1e-300, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9)),
        *(noise.HuberNoise(delta) for delta in SIZES),
        *(
            noise.StudentT(dof)
            for dof in (*SIZES[:-2], 30, 199, 199.9, 200, 201, 300, 343, 345, 1e15)
        ),
        noise.StudentT(2.5, 1e-9),
    ],
    ids=repr,
)
def test_the_normaliser_is_its_symbolic_twin(own):
    exact = type(own)(**{f.name: sp.Float(getattr(own, f.name), 50) for f in fields(own)})
    twin = exact.normaliser_expression().evalf(50)
    assert type(own.normaliser) is float
    assert own.normaliser == pytest.approx(float(twin), rel=2e-15, abs=0)


def test_a_normaliser_is_a_float_whatever_kind_of_number_a_parameter_is():
    for kind in (int, np.float32, np.float64, sp.Integer):
        for own in (
            noise.Gaussian(kind(2)),
            noise.Laplace(kind(2)),
            noise.AsymmetricLaplace(0.5, kind(2)),
            noise.HuberNoise(kind(2)),
            noise.StudentT(kind(2), kind(2)),
        ):
            assert type(own.normaliser) is float
    assert noise.AsymmetricLaplace(sp.Rational(1, 4)).normaliser == 16 / 3


def test_a_density_keeps_the_dtype_of_the_prediction():
    for model in LOCATION:
        single = with_numbers(model).density(np.ones(3, np.float32), np.zeros(3, np.float32))
        assert single.dtype == np.float32
        assert with_numbers(model).density([1, 2], [0, 0]).dtype == np.float64
    counts = noise.Poisson().density(np.zeros(2, np.float32), [0, 3])
    assert counts.dtype == np.float32


@pytest.mark.parametrize("model", LOCATION)
@pytest.mark.parametrize("scale", [1e-50, 1e-30, 0.3, 1e30, 1e50])
def test_float32_errors_take_a_scale_of_any_size(model, scale):
    own, error = replace(with_numbers(model), scale=scale), np.float32([0, 1e-9, -2.5, 7, 1e30])
    for name in "density", "log_density":
        with np.errstate(over="ignore"):
            expected = getattr(own, name)(error.astype(float), 0 * error).astype(np.float32)
        got = getattr(own, name)(error, 0 * error)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got, expected)


def test_noise_loads_numpy_alone_and_a_density_needs_no_sympy():
    program = Path(__file__).parents[1] / "helpers" / "noise_alone.py"
    run = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, text=True, check=True)
    imported, used, counted = (set(line.split()) for line in run.stdout.splitlines())
    heavy = {"matplotlib", "mpmath", "scipy", "sympy", "traitlets"}
    assert "lossbook" in imported
    assert not heavy & used
    assert heavy & counted == {"scipy"}  # for its log of the factorial


def uniform(own, location, sample):
    """The distribution function at each draw, by integrating the density between the draws."""
    sample = np.sort(sample)
    knots = np.unique(np.concatenate([[-np.inf], sample, [np.inf]]))
    inner = knots[1:-1]
    steps = np.diff(inner)[:, None] * (np.polynomial.legendre.leggauss(5)[0] + 1) / 2
    at = inner[:-1, None] + steps
    weight = np.polynomial.legendre.leggauss(5)[1] / 2 * np.diff(inner)[:, None]
    between = (own.density(np.full(at.shape, location), at) * weight).sum(axis=1)
    below = integrate.quad(lambda y: own.density([location], [y])[0], -np.inf, inner[0])[0]
    return below + np.concatenate([[0], np.cumsum(between)])


@pytest.mark.parametrize(
    "own",
    [*map(with_numbers, LOCATION), *[model() for model in LOCATION], noise.of(lossbook.LogCosh())],
    ids=repr,
)
def test_samples_follow_the_density(own):
    sample = own.sample(1.5, 4000, np.random.default_rng(5))
    assert sample.shape == (4000,)
    assert stats.kstest(uniform(own, 1.5, sample), "uniform").pvalue > 0.01


@pytest.mark.parametrize(
    ("own", "location", "support"),
    [
        (noise.Poisson(), np.log(2.5), range(9)),
        (noise.Bernoulli(), 0.8, (-1, 1)),
        (noise.Categorical(), [0.0, 1.0, -1.0], range(3)),
    ],
    ids=repr,
)
def test_discrete_samples_follow_the_probabilities(own, location, support):
    sample = own.sample(location, 5000, np.random.default_rng(5))
    support = np.array(support)
    location = np.broadcast_to(location, (len(support), *np.shape(location)))
    expected = 5000 * own.density(location, support)
    observed = [(sample == value).sum() for value in support]
    rest = 5000 - expected.sum(), 5000 - sum(observed)
    if rest[0] > 1:
        expected, observed = np.append(expected, rest[0]), [*observed, rest[1]]
    assert rest[0] > -1e-6
    assert stats.chisquare(observed, expected * (5000 / expected.sum())).pvalue > 0.01


@pytest.mark.parametrize("model", NOISES.values())
def test_shapes_of_samples(model):
    own, rng = model(), np.random.default_rng(0)
    if model is noise.Categorical:
        assert own.sample(np.zeros((4, 3)), None, rng).shape == (4,)
        assert own.sample(np.zeros(3), (2, 5), rng).shape == (2, 5)
        assert own.sample([[0, 99.0], [99.0, 0]], None, rng).tolist() == [1, 0]
    else:
        assert own.sample([0.0, 1, 2], None, rng).shape == (3,)
        assert own.sample([0.0, 1, 2], (5, 3), rng).shape == (5, 3)
        assert own.sample(0.0, (2, 5), rng).shape == (2, 5)
    again = [own.sample([0.0, 1.0], 2, np.random.default_rng(3)).tolist() for _ in range(2)]
    assert again[0] == again[1]


@pytest.mark.parametrize("model", NOISES.values())
def test_the_noise_of_the_loss_is_the_model(model):
    taken = [f.name for f in fields(model) if f.name not in ("scale", "shape")]
    own = model(**{name: NUMBERS[name] for name in taken})
    assert noise.of(own.loss) == own


@pytest.mark.parametrize("loss", [lossbook.LogCosh(), lossbook.GeneralRobust(0.5, 2.0)], ids=str)
def test_any_loss_that_integrates_has_a_noise(loss):
    own = noise.of(loss)
    assert own.loss is loss
    total = integrate.quad(lambda y: own.density([0.0], [y])[0], -np.inf, np.inf)[0]
    assert total == pytest.approx(1, abs=1e-7)


def test_normalisers_found_by_integration():
    assert float(noise.of(lossbook.LogCosh()).normaliser) == pytest.approx(np.pi, abs=1e-9)
    for loss in (lossbook.Huber(1.345), lossbook.StudentT(2.5), lossbook.Quantile(0.8)):
        searched, closed = noise.Implied(loss).normaliser, noise.of(loss).normaliser
        assert float(searched) == pytest.approx(float(closed), rel=1e-9)


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (lossbook.Hinge(), "no noise implies hinge: .* is 0.7358 where the score is 0 and 1.018"),
        (lossbook.SquaredHinge(), "same sum everywhere"),
        (lossbook.Exponential(), "same sum everywhere"),
        (lossbook.SoftmaxSquaredError(), "same sum everywhere"),
        (lossbook.MulticlassHinge(), "same sum everywhere"),
        (lossbook.Focal(), "same sum everywhere"),
        (lossbook.CrossEntropy(0.1), "same sum everywhere"),
        (
            lossbook.Tweedie(1.2),
            "no noise with a closed form implies Tweedie, power = 1.2: .* a",
        ),
        (lossbook.GeneralRobust(-2.0), "does not integrate .*: far out the density goes to 0.1353"),
    ],
    ids=str,
)
def test_losses_without_noise_say_why(loss, reason):
    with pytest.raises(ValueError, match=reason):
        noise.of(loss)


def test_every_loss_has_a_noise_or_a_reason():
    for loss in lossbook.losses.LOSSES.values():
        try:
            implied = noise.of(loss()).loss
            assert implied == (lossbook.SquaredError() if loss is lossbook.Expectile else loss())
        except ValueError as reason:
            assert re.match("no noise|.* does not integrate", str(reason))  # noqa: PT017


@pytest.mark.parametrize("model", [model for model in NOISES.values() if fields(model)])
def test_parameters_outside_their_domain(model):
    for f in fields(model):
        for bad in (0, -1, np.inf, np.nan, *([1] if f.name == "level" else [])):
            with pytest.raises(ValueError, match=f.name):
                model(**{f.name: bad})
        with pytest.raises(TypeError, match=f.name):
            model(**{f.name: "wide"})


def test_counts_are_whole():
    with pytest.raises(ValueError, match=r"target\[1\] is 0.5; allowed: counts"):
        noise.Poisson().density([0.0, 0.0], [1, 0.5])


def test_labels():
    assert str(noise.Gaussian()) == "Gaussian"
    assert str(noise.HuberNoise(1.345)) == "Huber, δ = 1.345"
    K = sp.Symbol("K", integer=True, positive=True)
    assert list(notation(noise.Categorical()).support.subs(K, 3)) == [1, 2, 3]
    assert -1 in notation(noise.Bernoulli()).support
    assert sp.S.Half not in notation(noise.Poisson()).support
    assert sp.pi in notation(noise.Laplace()).support
