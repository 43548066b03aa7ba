"""Parameters by maximum likelihood: against SciPy's, against the slope of the likelihood, and where
there is no maximum."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import lossbook
from lossbook import noise

WITH_SCALE = [noise.Gaussian, noise.Laplace, noise.Logistic, noise.StudentT]
SOUGHT = [*WITH_SCALE, noise.AsymmetricLaplace, noise.HuberNoise]
OTHERS = {
    noise.Gaussian: stats.norm,
    noise.Laplace: stats.laplace,
    noise.Logistic: stats.logistic,
    noise.StudentT: stats.t,
}


TAILS = np.random.default_rng(0).standard_t(2, 80)


def sample(model, count=300, seed=4):
    own = replace(model(), scale=0.5)
    return own.sample(3.0, count, seed)


def drawn(seed, count=300):
    """Some Gaussian errors and some Laplace ones: Huber's model has its best delta in between."""
    rng = np.random.default_rng(seed)
    return np.append(rng.normal(size=count), 2 * rng.laplace(size=count // 3))


def mean_price(model, target, prediction):
    return -np.mean(model.log_density(np.broadcast_to(prediction, target.shape), target))


@pytest.mark.parametrize("model", WITH_SCALE)
def test_against_scipy(model):
    target = sample(model)
    found = noise.fit(model, target)
    *shape, location, scale = OTHERS[model].fit(target)
    assert found.location == pytest.approx(location, rel=1e-4)
    assert found.model.scale == pytest.approx(scale, rel=1e-4)
    if shape:
        assert found.model.dof == pytest.approx(shape[0], rel=1e-3)
    price = -OTHERS[model](*shape, location, scale).logpdf(target).mean()
    assert price - 1e-8 < found.price + 1e-12
    assert found.price == pytest.approx(price, abs=1e-8)
    shape = [found.model.dof] if shape else []
    logs = found.model.log_density(np.full(target.shape, found.location), target)
    other = OTHERS[model](*shape, found.location, found.model.scale)
    np.testing.assert_allclose(logs, other.logpdf(target), rtol=1e-12)


@pytest.mark.parametrize("given", [None, 2.8, "array"])
@pytest.mark.parametrize("model", SOUGHT)
def test_the_price_rises_in_every_direction(model, given):
    """Up and down in each parameter and in the location; its slope is 0 where it has one."""
    target = drawn(1) + 3
    prediction = target[::-1] / 9 + 2.7 if given == "array" else given
    found = noise.fit(model, target, prediction)
    best = mean_price(found.model, target, found.location)
    assert found.price == best
    for f in fields(model):
        value, prices = getattr(found.model, f.name), {}
        for h in (-1e-4, 1e-4, -0.3, 0.3):
            other = replace(found.model, **{f.name: value * (1 + h)})
            prices[h] = mean_price(other, target, found.location)
        assert min(prices.values()) > best
        if given or f.name != "level":
            assert prices[1e-4] - prices[-1e-4] == pytest.approx(0, abs=1e-10)
    if given is None:
        moved = [mean_price(found.model, target, found.location + h) for h in (-0.2, 1e-4)]
        moved += [mean_price(found.model, target, found.location + h) for h in (-1e-4, 0.2)]
        assert min(moved) >= best
        if found.model.loss.smooth:
            assert moved[1] == pytest.approx(moved[2], abs=1e-10)


@pytest.mark.parametrize("given", [None, 0.0])
@pytest.mark.parametrize("model", [noise.StudentT, noise.HuberNoise, noise.AsymmetricLaplace])
def test_no_other_start_finds_a_better_maximum(model, given):
    """A search that knows nothing of the model, from many starts."""
    target = drawn(7, 60)
    found = noise.fit(model, target, given)

    def price(x):
        names = [f.name for f in fields(model)]
        values = dict(zip(names, np.exp(x[1:]), strict=True))
        if "level" in values:
            values["level"] = 1 / (1 + np.exp(-x[1]))
        return mean_price(model(**values), target, x[0] if given is None else given)

    for seed in range(8):
        start = np.random.default_rng(seed).normal(size=3)
        options = {"maxiter": 4000, "xatol": 1e-10, "fatol": 1e-13}
        other = optimize.minimize(price, start, method="Nelder-Mead", options=options)
        assert other.fun > found.price - 1e-9
        if seed == 0 and found.model.loss.smooth:
            assert other.fun == pytest.approx(found.price, abs=1e-6)


@pytest.mark.parametrize(
    "own",
    [
        noise.Gaussian(0.3),
        noise.Laplace(2),
        noise.Logistic(0.7),
        noise.StudentT(4, 0.5),
        noise.StudentT(1.2, 3),
        noise.AsymmetricLaplace(0.8, 0.5),
        noise.HuberNoise(1, 0.5),
    ],
    ids=repr,
)
def test_the_parameters_of_a_large_sample_are_found_again(own):
    target = own.sample(-2.0, 40_000, 6)
    found = noise.fit(type(own), target)
    assert found.location == pytest.approx(-2, abs=0.06)
    for f in fields(own):
        assert getattr(found.model, f.name) == pytest.approx(getattr(own, f.name), rel=0.08)


@pytest.mark.parametrize("model", SOUGHT)
def test_units_and_shifts_are_no_matter(model):
    target = drawn(1)
    one = noise.fit(model, target)
    for factor, shift in ((1e-300, 0), (1e-7, 0), (3.7, 20), (1e8, -1e9), (1e300, 0)):
        other = noise.fit(model, target * factor + shift)
        for f in fields(model):
            unit = factor if f.name == "scale" else 1
            expected = getattr(one.model, f.name) * unit
            assert getattr(other.model, f.name) == pytest.approx(expected, rel=1e-5, abs=0)
        assert other.location == pytest.approx(one.location * factor + shift, rel=1e-5, abs=0)
        assert other.price == pytest.approx(one.price + np.log(factor), abs=1e-9)


@pytest.mark.parametrize("model", [noise.Gaussian, noise.Laplace, noise.Logistic])
@pytest.mark.parametrize("target", [[1e308, -1e308, 0], [1e308, 1.2e308, 1.7e308, 1.3e308]])
def test_the_largest_floats(model, target):
    found, small = noise.fit(model, target), noise.fit(model, np.array(target) * 2.0**-900)
    assert found.model.scale == pytest.approx(small.model.scale * 2.0**900, rel=1e-9)
    assert found.location == pytest.approx(small.location * 2.0**900, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("model", "fixed"),
    [(noise.Gaussian, {}), (noise.Laplace, {}), (noise.Logistic, {}), (noise.StudentT, {"dof": 5})],
)
@pytest.mark.parametrize("small", [1e-30, 1e-320])
@pytest.mark.parametrize("prediction", [0, None])
def test_one_error_may_be_far_larger_than_all_others(model, fixed, small, prediction):
    """At the best scale the mean of ``psi(u) * u`` is 1."""
    target = np.array([small, -2 * small, small / 2, 1.0, 3 * small])
    found = noise.fit(model, target, prediction, **fixed)
    u = (found.location - target) / found.model.scale
    assert np.mean(found.model.loss.grad(u, 0 * u) * u) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("count", "last"), [(4, 9.0), (4, 22.0), (5, 9.0), (5, 50.0), (6, 9.0), (6, 50.0), (6, 1e4)]
)
def test_students_t_on_few_targets_has_the_maximum_that_a_scan_finds(count, last):
    """Though the least degrees of freedom leave them no scale."""
    target = [*np.array([2.0, 2.5, 1.6, 3.1, 1.9])[: count - 1], last]
    scan = np.geomspace(1.05 / (count - 1), 20, 60)
    best = min(noise.fit(noise.StudentT, target, dof=dof).price for dof in scan)
    found = noise.fit(noise.StudentT, target)
    assert best - 0.01 < found.price < best + 1e-9
    assert found.model.dof > 1.1 / (count - 1)


def test_students_t_on_few_targets_may_have_no_maximum():
    target = [2.0, 2.5, 1.6, 1e4]
    scan = [noise.fit(noise.StudentT, target, dof=dof).price for dof in np.geomspace(0.34, 2)]
    assert (np.diff(scan) > 0).all()
    with pytest.raises(ValueError, match="enough that 1 of 4"):
        noise.fit(noise.StudentT, target)


def test_where_the_scale_is_given_equal_targets_have_a_likeliest_shape():
    for prediction in (None, 3):
        found = noise.fit(noise.AsymmetricLaplace, [3, 3, 3], prediction, scale=2)
        assert found.model == noise.AsymmetricLaplace(0.5, 2)
        for model in (noise.StudentT, noise.HuberNoise):
            with pytest.raises(ValueError, match="fit Gaussian"):
                noise.fit(model, [3, 3, 3], prediction, scale=2)


@pytest.mark.parametrize("model", SOUGHT)
def test_the_order_is_no_matter_and_residuals_have_the_location_0(model):
    target = drawn(2)
    one, turned = noise.fit(model, target), noise.fit(model, target[::-1])
    assert str(turned) == str(one)
    prediction = np.linspace(-5, 5, target.size)
    given = noise.fit(model, target + prediction, prediction)
    residuals = noise.fit(model, target, 0)
    assert str(given.model) == str(residuals.model)
    assert given.price == pytest.approx(residuals.price)


def test_mirrored_targets_have_the_mirrored_level():
    target = drawn(3)
    for prediction in (None, 0):
        one, other = (noise.fit(noise.AsymmetricLaplace, y, prediction) for y in (target, -target))
        assert one.model.level == pytest.approx(1 - other.model.level)
        assert one.model.scale == pytest.approx(other.model.scale)


def test_closed_forms():
    target = np.array([1.0, 2, 4, 9, 10])
    assert noise.fit(noise.Gaussian, target).model.scale == pytest.approx(target.std())
    assert noise.fit(noise.Gaussian, target).location == pytest.approx(5.2)
    assert noise.fit(noise.Gaussian, target, 3).model.scale == pytest.approx(np.sqrt(18.2))
    assert noise.fit(noise.Laplace, target).model.scale == pytest.approx(3.2)
    assert noise.fit(noise.Laplace, target).location == 4
    at_4 = noise.fit(noise.AsymmetricLaplace, target, 4).model  # A = 5/5, B = 11/5
    assert at_4.level == pytest.approx(1 / (1 + 2.2**0.5))
    assert at_4.scale == pytest.approx(2.2**0.5)


def test_what_is_given_stays():
    target = drawn(5)
    for fixed in ({"dof": 5}, {"scale": 0.7}, {"dof": 5, "scale": 0.7}):
        found = noise.fit(noise.StudentT, target, **fixed)
        assert {k: getattr(found.model, k) for k in fixed} == fixed
        free = noise.fit(noise.StudentT, target)
        assert found.price > free.price
        for f in fields(noise.StudentT):
            if f.name not in fixed:
                for h in (-1e-3, 1e-3):
                    value = getattr(found.model, f.name) * (1 + h)
                    other = replace(found.model, **{f.name: value})
                    assert mean_price(other, target, found.location) > found.price
    tilted = noise.fit(noise.AsymmetricLaplace, target, scale=0.7)
    for h in (-1e-3, 1e-3):
        other = replace(tilted.model, level=tilted.model.level + h)
        assert mean_price(other, target, tilted.location) > tilted.price
    own = noise.StudentT(4, 2)
    assert noise.fit(own, target).model is own
    best = optimize.minimize_scalar(lambda c: mean_price(own, target, c), (0, 1)).x
    assert noise.fit(own, target).location == pytest.approx(best, abs=1e-6)
    mixed = noise.Mixture([noise.Gaussian(), noise.Gaussian(4)], [0.8, 0.2])
    best = optimize.minimize_scalar(lambda c: mean_price(mixed, target, c), (0, 1)).x
    assert noise.fit(mixed, target).location == pytest.approx(best, abs=1e-6)


def test_counts_labels_and_classes():
    counts = noise.fit(noise.Poisson, [1, 2, 3, 0])
    assert counts.location == pytest.approx(np.log(1.5))
    assert counts.price == pytest.approx(-stats.poisson(1.5).logpmf([1, 2, 3, 0]).mean())
    labels = noise.fit(noise.Bernoulli, [1, -1, 1])
    assert labels.location == pytest.approx(np.log(2))
    assert labels.price == pytest.approx(-np.log([2 / 3, 1 / 3, 2 / 3]).mean())
    classes = noise.fit(noise.Categorical, [1, 2, 2, 0])
    np.testing.assert_allclose(np.exp(classes.location), [1 / 4, 1 / 4, 1 / 2])
    assert classes.price == pytest.approx(1.5 * np.log(2))
    row = noise.fit(noise.Categorical, [1, 2, 2, 0], [0.0, 0, 0])
    assert row.price == pytest.approx(np.log(3))
    each = noise.fit(noise.Poisson, [[1, 2], [3, 0]], np.log([[1.0, 2], [3, 1]]))
    assert (each.count, each.location.shape) == (4, (4,))
    assert each.price == pytest.approx(-stats.poisson([1, 2, 3, 1]).logpmf([1, 2, 3, 0]).mean())


def test_amounts_and_counts_against_scipy():
    rng = np.random.default_rng(2)
    amounts = rng.gamma(2.5, 4, 300)
    found = noise.fit(noise.Gamma, amounts)
    shape, _, scale = stats.gamma.fit(amounts, floc=0)
    assert found.model.shape == pytest.approx(shape, rel=1e-5)
    assert np.exp(found.location) == pytest.approx(shape * scale, rel=1e-9)
    assert found.price == pytest.approx(-stats.gamma(shape, 0, scale).logpdf(amounts).mean())
    counts = rng.negative_binomial(2, 0.3, 300)

    def price(x):
        return -stats.nbinom(np.exp(x[0]), 1 / (1 + np.exp(x[1]))).logpmf(counts).mean()

    best = optimize.minimize(price, [0, 0], tol=1e-10)
    found = noise.fit(noise.NegativeBinomial, counts)
    assert 1 / found.model.dispersion == pytest.approx(np.exp(best.x[0]), rel=1e-3)
    assert np.exp(found.location) == pytest.approx(counts.mean())
    assert found.price == pytest.approx(best.fun, abs=1e-9)


@pytest.mark.parametrize("own", [noise.Gamma(0.7), noise.Gamma(40), noise.NegativeBinomial(0.5)])
def test_a_shape_around_predictions(own):
    [name], means = [f.name for f in fields(own)], np.random.default_rng(3).normal(1, 1, 4000)
    target = own.sample(means, None, 4)
    found = noise.fit(type(own), target, means)
    assert getattr(found.model, name) == pytest.approx(getattr(own, name), rel=0.1)
    for h in (-1e-3, 1e-3):
        other = replace(found.model, **{name: getattr(found.model, name) * (1 + h)})
        assert mean_price(other, target, means) > found.price
    given = noise.fit(type(own), target, means, **{name: 2})
    assert given.price == mean_price(replace(own, **{name: 2}), target, means) > found.price


@pytest.mark.parametrize(
    ("model", "target", "prediction", "fixed", "reason"),
    [
        (noise.StudentT, np.linspace(0, 1, 50), None, {}, "to 1000, .*: fit Gaussian"),
        (noise.StudentT, np.linspace(0, 1, 50), 0.3, {}, "to 1000, .*: fit Gaussian"),
        (noise.HuberNoise, np.linspace(0, 1, 50), None, {}, "to 8, .*: fit Gaussian"),
        (noise.HuberNoise, np.linspace(-1, 1, 99) ** 9, None, {}, "to 0.05, .*: fit Laplace"),
        (noise.StudentT, np.sinh(np.linspace(-25, 25, 99)), 0, {}, "to 0.2, .* heavier still"),
        (noise.NegativeBinomial, [2, 3, 2, 3], None, {}, "to 1e-06, .*: fit Poisson"),
        (noise.Gamma, [2, 2, 2.0], None, {}, r"to 1e\+06, .*equals its prediction"),
        *(
            (model, [2, 2, 2], prediction, {}, "scale goes to 0: it is enough that 3 of 3")
            for model in SOUGHT
            for prediction in (None, 2)
        ),
        (noise.StudentT, [0] * 6 + [1, 2, 3, 5], 0, {}, "enough that 6 of 10 targets"),
        (noise.StudentT, [0] * 6 + [1, 2, 3, 5], 0, {"dof": 1}, "enough that 6 of 10 targets"),
        (noise.StudentT, [*np.zeros(30), *TAILS], 0, {}, "enough that 30 of 110 targets"),
        (noise.StudentT, [*np.zeros(30), *TAILS], None, {}, "enough that 30 of 110 targets"),
        (noise.StudentT, [0, 1, 3, 7], None, {"dof": 0.33}, "enough that 1 of 4 targets"),
        (noise.StudentT, [0, 1, 1, 3, 3, 3, 7, 8], None, {"dof": 0.6}, "enough that 3 of 8"),
        (noise.AsymmetricLaplace, np.geomspace(1, 99, 9), None, {}, "level goes to 0"),
        (noise.AsymmetricLaplace, -np.geomspace(1, 99, 9), None, {}, "level goes to 1"),
        (noise.AsymmetricLaplace, [1, 2, 3], 0, {}, "level goes to 0, where all errors are on one"),
        (noise.Gamma, [1e-300, 1e-300], 400, {}, "to 0.001, .*near 0: give a shape"),
        (noise.NegativeBinomial, [0] * 99_999 + [9], None, {}, r"to 10000, .*all counts are 0"),
        (noise.Poisson, [0, 0], None, {}, "the prediction goes to -inf"),
        (noise.Bernoulli, [1, 1], None, {}, "the prediction goes to inf"),
        (noise.Categorical, [0, 2], None, {}, "the prediction goes to .*-inf"),
    ],
)
def test_borders_say_what_to_do(model, target, prediction, fixed, reason):
    with pytest.raises(ValueError, match=reason):
        noise.fit(model, target, prediction, **fixed)


def test_half_the_targets_at_one_value_have_a_scale():
    target = [0] * 5 + [1, 2, 3, 5, 9]
    for model in (noise.Gaussian, noise.Laplace, noise.Logistic):
        assert noise.fit(model, target).model.scale > 0.5
    assert noise.fit(noise.StudentT, target, dof=1.2).model.scale > 0.1
    assert noise.fit(noise.StudentT, [0, 1, 3, 7], dof=0.4).model.scale > 1e-3
    assert noise.fit(noise.StudentT, [0, 1, 3, 7], 2, dof=0.2).model.scale > 1e-3
    target = np.append(np.zeros(20), TAILS)
    for prediction in (None, 0):  # one in five is 0: of 0.2 degrees of freedom there is no scale
        found = noise.fit(noise.StudentT, target, prediction)
        assert 0.4 < found.model.dof < 2


@pytest.mark.parametrize(
    ("given", "error", "reason"),
    [
        (("t", [1.0]), TypeError, "model must be a noise model, such as noise.StudentT, not 't'"),
        ((lossbook.Huber, [1.0]), TypeError, "model must be a noise model"),
        ((noise.Noise, [1.0]), TypeError, "the class Noise cannot be fitted"),
        ((noise.LocationNoise, [1.0]), TypeError, "the class .* cannot be fitted"),
        ((noise.Mixture, [1.0]), TypeError, "the class Mixture cannot be fitted; allowed: an inst"),
        ((noise.Implied, [1.0]), TypeError, "the class .* cannot be fitted"),
        ((noise.Gaussian, []), ValueError, "there are no targets"),
        ((noise.Gaussian, [1, np.nan]), ValueError, r"target\[1\] is nan; allowed: finite"),
        ((noise.Gaussian, [[1, np.inf]]), ValueError, r"target\[0, 1\] is inf; allowed: finite"),
        ((noise.Gaussian, [1, 2], [1, np.nan]), ValueError, r"prediction\[1\] is nan"),
        ((noise.Gaussian, [1, 2], [1, 2, 3]), ValueError, r"target has shape \(2,\), prediction"),
        ((noise.Gaussian, [1, 2], [[1], [2]]), ValueError, "target has shape"),
        ((noise.Gaussian, ["a"]), TypeError, "target must hold real numbers"),
        ((noise.Gaussian, [1, 2], "a"), TypeError, "prediction must hold real numbers"),
        ((noise.Gaussian, np.ma.masked_array([1.0])), TypeError, "target is a Masked"),
        ((noise.Gaussian, [-1.7e308, 1.7e308], 1e308), ValueError, r"prediction - target\[0\]"),
        ((noise.Poisson, [1, 0.5]), ValueError, r"target\[1\] is 0.5; allowed: counts"),
        ((noise.Bernoulli, [1, 3]), ValueError, "target"),
        (
            (noise.Gaussian, pd.Series([1, 2]), pd.Series([1, 2], [1, 2])),
            ValueError,
            "differ in their index",
        ),
    ],
)
def test_bad_input(given, error, reason):
    with pytest.raises(error, match=reason):
        noise.fit(*given)


def test_bad_parameters():
    with pytest.raises(TypeError, match="has no parameter shape; it has: dof, scale"):
        noise.fit(noise.StudentT, [1.0, 2], shape=3)
    with pytest.raises(TypeError, match="Poisson has no parameter scale; it has: none"):
        noise.fit(noise.Poisson, [1, 2], scale=3)
    with pytest.raises(TypeError, match=r"dof cannot be given for .* all stay"):
        noise.fit(noise.StudentT(), [1.0, 2], dof=3)
    with pytest.raises(ValueError, match="dof must be in"):
        noise.fit(noise.StudentT, [1.0, 2], dof=-1)


def test_any_numbers_and_any_shape():
    target = drawn(8, 30)
    one = noise.fit(noise.StudentT, target)
    for same in (list(target), pd.Series(target, name="y"), target.reshape(4, -1)):
        assert str(noise.fit(noise.StudentT, same)) == str(one)
    single = noise.fit(noise.StudentT, target.astype(np.float32), np.float32(0))
    assert single.model.scale == pytest.approx(noise.fit(noise.StudentT, target, 0).model.scale)
    assert noise.fit(noise.Gaussian, [True, False, True]).location == pytest.approx(2 / 3)
    whole = noise.fit(noise.Gaussian, np.array([1, 2, 4], np.uint8))
    assert whole.location == pytest.approx(7 / 3)
    assert type(whole.price) is type(whole.location) is type(whole.model.scale) is float


def test_it_prints():
    assert str(noise.fit(noise.Laplace, [1, 2, 6])) == (
        "Laplace, scale = 1.66667\n  location  2\n  price     2.204 nats, the mean over 3 targets"
    )
    assert "location  -0.69315 -0.69315\n" in str(noise.fit(noise.Categorical, [0, 1]))
    assert "location" not in str(noise.fit(noise.Laplace, np.arange(20), np.ones(20)))
