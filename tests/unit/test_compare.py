"""Held-out prices of noise models and the standard errors of their differences."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lossbook
from lossbook import noise

SIX = [1.0, 2, 3, 4, 6, 9]


def test_by_hand():
    """Two folds, the targets at even and at odd places; Gaussian and Laplace by SciPy."""
    found = noise.compare([noise.Laplace, noise.Gaussian(2), noise.Gaussian], SIX, folds=2)
    even, odd = np.array(SIX[::2]), np.array(SIX[1::2])
    prices = {name: np.empty(6) for name in ("Laplace", "given", "Gaussian")}
    for held, rest, rows in ((even, odd, slice(0, None, 2)), (odd, even, slice(1, None, 2))):
        spread = np.abs(rest - np.median(rest)).mean()
        prices["Laplace"][rows] = -stats.laplace(np.median(rest), spread).logpdf(held)
        prices["given"][rows] = -stats.norm(rest.mean(), 2).logpdf(held)
        prices["Gaussian"][rows] = -stats.norm(rest.mean(), rest.std()).logpdf(held)
    order = sorted(prices, key=lambda name: prices[name].mean())
    np.testing.assert_allclose(found.prices, [prices[name] for name in order])
    for row, name in zip(found, order, strict=True):
        gap = prices[name] - prices[order[0]]
        assert row.price == pytest.approx(prices[name].mean())
        assert row.difference == pytest.approx(gap.mean())
        assert row.standard_error == pytest.approx(gap.std(ddof=1) / 6**0.5)
    models = {"Laplace": noise.Laplace, "given": noise.Gaussian, "Gaussian": noise.Gaussian}
    assert [type(row.model) for row in found] == [models[name] for name in order]
    whole = [noise.fit(noise.Laplace, SIX).model, noise.fit(noise.Gaussian, SIX).model]
    assert {row.model for row in found} == {*whole, noise.Gaussian(2)}
    assert (found[0].difference, found[0].standard_error) == (0, 0)
    assert found.best is found.rows[0].model
    assert len(found) == 3


def test_nothing_to_fit_needs_no_folds():
    target = np.random.default_rng(0).normal(size=40)
    models = [noise.Gaussian(), noise.Laplace()]
    found = noise.compare(models, target, 0)
    for row, prices in zip(found, found.prices, strict=True):
        np.testing.assert_allclose(prices, -row.model.log_density(np.zeros(40), target))
    np.testing.assert_array_equal(noise.compare(models, target, 0, folds=40).prices, found.prices)


@pytest.mark.parametrize(
    ("models", "rel"),
    [
        ([noise.Gaussian(1.5), noise.Laplace(1.2)], 0.1),
        # the spread is larger by some 15 %: other data would change the parameters too
        ([noise.Gaussian, noise.Laplace], 0.25),
    ],
)
def test_the_standard_error_is_the_spread_over_repeated_data(models, rel):
    rng = np.random.default_rng(1)
    differences, errors = [], []
    for _ in range(400):
        row = noise.compare(models, rng.standard_t(4, size=120), 0)[1]
        sign = 1 if isinstance(row.model, noise.Laplace) else -1
        differences += [sign * row.difference]
        errors += [row.standard_error]
    spread = np.std(differences)
    assert spread == pytest.approx(np.sqrt(np.mean(np.square(errors))), rel=rel)


def test_the_model_that_made_the_data_wins():
    for own in (noise.Gaussian(2), noise.Laplace(2), noise.StudentT(3, 2)):
        models = [noise.Gaussian, noise.Laplace, noise.StudentT]
        found = noise.compare(models, own.sample(5.0, 3000, 3))
        row = next(row for row in found if isinstance(row.model, type(own)))
        assert row.difference <= 2 * row.standard_error
        rest = [r for r in found if not isinstance(r.model, (type(own), noise.StudentT))]
        assert all(r.difference > 3 * r.standard_error for r in rest)


def test_order_and_labels_of_folds():
    rng = np.random.default_rng(2)
    target, labels = rng.standard_t(4, size=60), rng.integers(0, 3, 60)
    models = [noise.Laplace, noise.Logistic, noise.StudentT]
    found = noise.compare(models, target, folds=labels)
    order = rng.permutation(60)
    turned = noise.compare(models[::-1], target[order], folds=labels[order])
    assert str(turned) == str(found)
    np.testing.assert_allclose(turned.prices, found.prices[:, order], rtol=1e-6)
    named = noise.compare(models, target, folds=np.array(list("abc"))[labels])
    np.testing.assert_array_equal(named.prices, found.prices)
    by_place = noise.compare(models, target, folds=np.arange(60) % 5)
    np.testing.assert_array_equal(noise.compare(models, target).prices, by_place.prices)
    assert not np.array_equal(by_place.prices, found.prices)


def test_predictions_go_with_their_targets():
    rng = np.random.default_rng(3)
    prediction, error = 5 * rng.normal(size=80), rng.laplace(size=80)
    models = [noise.Gaussian, noise.Laplace]
    given = noise.compare(models, prediction + error, prediction)
    residuals = noise.compare(models, error, 0)
    np.testing.assert_allclose(given.prices, residuals.prices)
    free = noise.compare(models, error + 7)
    assert not np.allclose(free.prices, residuals.prices)
    table = pd.DataFrame({"y": prediction + error, "f": prediction})
    again = noise.compare(models, table["y"], table["f"], folds=table.index.to_numpy() % 5)
    np.testing.assert_array_equal(again.prices, given.prices)


def test_counts_and_classes():
    rng = np.random.default_rng(4)
    counts = rng.poisson(3, 60)
    found = noise.compare([noise.Poisson, noise.Gaussian], counts)
    assert found.best == noise.Poisson()
    rate = np.array([counts[np.arange(60) % 5 != k].mean() for k in np.arange(60) % 5])
    np.testing.assert_allclose(found.prices[0], -stats.poisson(rate).logpmf(counts))
    classes = rng.integers(0, 3, 60)
    row = noise.compare([noise.Categorical], classes)[0]
    assert row.price == pytest.approx(np.log(3), abs=0.1)


def test_an_end_of_a_parameter_is_taken():
    """Fitting Student's t to a uniform sample has no maximum; comparing it goes on."""
    target = np.random.default_rng(5).permutation(np.linspace(-1, 1, 60))
    found = noise.compare([noise.StudentT, noise.Gaussian], target)
    assert {type(row.model) for row in found} == {noise.Gaussian, noise.StudentT}
    assert [row.model.dof for row in found if isinstance(row.model, noise.StudentT)] == [1000]
    assert found[1].difference < 0.002


def test_it_prints_as_a_table():
    found = noise.compare([noise.Gaussian(2), noise.Laplace(2)], SIX, 4, folds=2)
    assert str(found) == (
        "model                 price  difference  standard error\n"
        "Laplace, scale = 2   2.4696\n"
        "Gaussian, scale = 2  2.5079      0.0383          0.1790\n"
        "price in nats, held out: 6 targets in 2 folds"
    )
    assert found._repr_markdown_() == (
        "| model | price | difference | standard error |\n"
        "|:---|---:|---:|---:|\n"
        "| Laplace, scale = 2 | 2.4696 |  |  |\n"
        "| Gaussian, scale = 2 | 2.5079 | 0.0383 | 0.1790 |\n"
        "\n"
        "price in nats, held out: 6 targets in 2 folds"
    )


@pytest.mark.parametrize(
    ("given", "error", "reason"),
    [
        (
            (noise.Gaussian, SIX),
            TypeError,
            "models must be several, as .noise.Gaussian, noise.StudentT.",
        ),
        ((noise.Gaussian(), SIX), TypeError, "models must be several"),
        (([], SIX), ValueError, "no models"),
        ((["t"], SIX), TypeError, "model must be a noise model"),
        (([lossbook.Huber()], SIX), TypeError, "model must be a noise model"),
        (([noise.Mixture], SIX), TypeError, "the class Mixture cannot be fitted"),
        (([noise.Gaussian, noise.Poisson], [1, 2, 3], 0), ValueError, "all add noise, or none"),
        (([noise.Gaussian], SIX, None, 1), ValueError, "folds is 1; allowed: .* from 2 to 6"),
        (([noise.Gaussian], SIX, None, 7), ValueError, "folds is 7; allowed: .* from 2 to 6"),
        (([noise.Gaussian], SIX, None, 2.5), ValueError, "folds is 2.5; allowed: .* from 2 to 6"),
        (([noise.Gaussian], SIX, None, None), ValueError, "folds is None; allowed: .* from 2 to 6"),
        (
            ([noise.Gaussian], pd.Series(SIX), None, pd.Series([0, 1] * 3, index=range(1, 7))),
            ValueError,
            "differ in their index",
        ),
        (([noise.Gaussian], SIX, None, [0, 1]), ValueError, r"folds has shape \(2,\)"),
        (([noise.Gaussian], SIX, None, np.zeros((6, 1))), ValueError, r"folds has shape \(6, 1\)"),
        (([noise.Gaussian], SIX, None, np.zeros(6)), ValueError, "in one fold; allowed: two"),
        (([noise.Gaussian], [1.0]), ValueError, "target has one number"),
        (([noise.Gaussian], [1, 1, 1, 2], None, 4), ValueError, "Gaussian without fold 3: .* 3 of"),
        (([noise.Gaussian], [1, np.nan, 3]), ValueError, r"target\[1\] is nan"),
    ],
)
def test_bad_input(given, error, reason):
    with pytest.raises(error, match=reason):
        noise.compare(*given)
