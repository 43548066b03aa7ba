"""Scores of forecasts: by hand, by their definition, by their propriety, beside scikit-learn."""

import math
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
from cases import dtypes
from scipy.integrate import quad
from sklearn import metrics
from sklearn.calibration import calibration_curve

from lossbook import Quantile, SoftmaxSquaredError, noise, scores

LEVELS, WEIGHTS = np.polynomial.legendre.leggauss(400)


@pytest.fixture
def rng():
    return np.random.default_rng(20)


CRPS = {
    "gaussian": (scores.crps_gaussian, scipy.stats.norm, ()),
    "laplace": (scores.crps_laplace, scipy.stats.laplace, ()),
    "logistic": (scores.crps_logistic, scipy.stats.logistic, ()),
    "t of 1.6": (scores.crps_student_t, scipy.stats.t, (1.6,)),
    "t of 3.5": (scores.crps_student_t, scipy.stats.t, (3.5,)),
    "t of 40": (scores.crps_student_t, scipy.stats.t, (40,)),
}
closed_forms = pytest.mark.parametrize(("crps", "family", "shape"), CRPS.values(), ids=CRPS)


def by_definition(cdf, y):
    """The integral of (F(x) - [y <= x])² over all x."""
    below = quad(lambda x: cdf(x) ** 2, -np.inf, y, epsabs=1e-12)[0]
    return below + quad(lambda x: (1 - cdf(x)) ** 2, y, np.inf, epsabs=1e-12)[0]


# CRPS


def test_by_hand():
    assert scores.crps_gaussian(0, 0) == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi))
    assert scores.crps_gaussian(0, 0) == pytest.approx(0.2337, abs=5e-5)
    assert scores.crps_laplace(5, 5, 2) == 0.5
    assert scores.crps_logistic(1, 1, 3) == pytest.approx(3 * (2 * math.log(2) - 1))
    assert scores.crps_samples([0, 2], 1) == 0.5
    assert scores.crps_samples([0, 2], 1, fair=True) == 0
    assert scores.crps_samples([0, 2, 4], 7) == pytest.approx(5 - 8 / 9)
    assert scores.crps_samples([0, 2, 4], 7, fair=True) == pytest.approx(5 - 4 / 3)


@closed_forms
@pytest.mark.parametrize("target", [-3.0, 0.7, 1.1, 9.0])
def test_crps_is_the_integral_that_defines_it(crps, family, shape, target):
    frozen = family(*shape, loc=0.7, scale=1.9)
    expected = by_definition(frozen.cdf, target)
    assert crps(0.7, target, *shape, 1.9) == pytest.approx(expected, rel=1e-7)


@closed_forms
def test_crps_is_twice_the_integral_of_the_quantile_losses(crps, family, shape):
    target = np.array([-4.0, -0.3, 0.7, 2.5])
    # Levels closer to 0 and 1 the farther out: their quantiles grow.
    level = (1 + np.tanh(8 * LEVELS)) / 2
    density = 4 * WEIGHTS / np.cosh(8 * LEVELS) ** 2
    quantiles = 0.7 + 1.9 * np.where(
        level < 0.5, family.ppf(level, *shape), family.isf(1 / (1 + np.exp(16 * LEVELS)), *shape)
    )
    pinball = [Quantile(a)(np.full(4, q), target) for a, q in zip(level, quantiles, strict=True)]
    crps_of = crps(np.full(4, 0.7), target, *shape, 1.9)
    np.testing.assert_allclose(2 * density @ pinball, crps_of, rtol=2e-3)


@closed_forms
def test_no_other_location_and_scale_has_less_expected_crps(crps, family, shape):
    target = 0.7 + 1.9 * family.ppf((np.arange(4000) + 0.5) / 4000, *shape)

    def mean(location, scale):
        return crps(np.full(target.shape, location), target, *shape, scale).mean()

    best = mean(0.7, 1.9)
    for location, scale in [(0.6, 1.9), (0.8, 1.9), (0.7, 1.8), (0.7, 2.0), (0.75, 1.95)]:
        assert mean(location, scale) > best


GRID = np.concatenate([[0, 1e-300, 1e-8], np.linspace(0.01, 12, 41), [50, 1e5, 1e150, 1e300]])


def exact_t(z, dof):
    half, P = mp.mpf(1) / 2, mp.betainc
    inside = P(half, dof / 2, 0, z * z / (dof + z * z), regularized=True)
    density = (1 + z * z / dof) ** (-(dof + 1) / 2) / mp.sqrt(dof) / mp.beta(half, dof / 2)
    last = mp.sqrt(dof) * mp.beta(half, dof - half) / mp.beta(half, dof / 2) ** 2
    return z * inside + 2 * (density * (dof + z * z) - last) / (dof - 1)


EXACT = {
    scores.crps_gaussian: lambda z: (
        z * mp.erf(z / mp.sqrt(2)) + 2 * mp.npdf(z) - 1 / mp.sqrt(mp.pi)
    ),
    scores.crps_laplace: lambda z: z + mp.exp(-z) - mp.mpf(3) / 4,
    scores.crps_logistic: lambda z: z + 2 * mp.log1p(mp.exp(-z)) - 1,
}


def compare(values, exact, size):
    """Within 16 units in the last place of each value."""
    with mp.workdps(60):
        off = [
            abs(mp.mpf(float(v)) - exact(mp.mpf(float(x))))
            for v, x in zip(values, size, strict=True)
        ]
    assert np.max(np.array(off, float) / np.spacing(values)) <= 16


@dtypes
@pytest.mark.parametrize("scale", [1e-300, 1e-40, 0.02, 1.0, 7.3, 1e30, 1e200])
@pytest.mark.parametrize("crps", EXACT, ids=lambda f: f.__name__)
def test_every_size_to_the_last_digits(crps, scale, dtype):
    most, least = float(np.finfo(dtype).max), float(np.finfo(dtype).tiny)
    size = GRID[most > GRID].astype(dtype)
    values = crps(-size, np.zeros_like(size), scale)
    assert values.dtype == dtype
    if scale > most:
        assert np.all(values == np.inf)
        return
    keep = (size > 1e4 * least) | (
        scale > 1e4 * least
    )  # else the score is below all normal numbers
    compare(values[keep], lambda z: mp.mpf(scale) * EXACT[crps](z / mp.mpf(scale)), size[keep])


@pytest.mark.parametrize("dof", [1 + 1e-12, 1.0001, 1.3, 2, 2.9, 3.1, 10, 100, 1e8])
def test_student_t_with_few_and_many_degrees_of_freedom(dof):
    size = GRID[(GRID < 1e100) & ((GRID < 60) | (dof < 1000))]
    values = scores.crps_student_t(size, np.zeros_like(size), dof)
    compare(values, lambda z: exact_t(z, mp.mpf(dof)), size)


@pytest.mark.parametrize("dof", [1e17, 1e300])
def test_student_t_ends_in_the_gaussian(dof):
    zeros = np.zeros_like(GRID)
    student = scores.crps_student_t(GRID, zeros, dof)
    np.testing.assert_allclose(student, scores.crps_gaussian(GRID, zeros), rtol=1e-15)


@pytest.mark.parametrize("m", [1, 2, 3, 10])
def test_samples_by_their_two_means(m, rng):
    samples = rng.normal(size=(4, 50, m)).round(1)  # some are equal, some hit the target
    target = rng.normal(size=(4, 50)).round(1)
    near = np.abs(samples - target[..., None]).mean(axis=-1)
    apart = np.abs(samples[..., None] - samples[..., None, :]).sum(axis=(-1, -2))
    usual = scores.crps_samples(samples, target)
    np.testing.assert_allclose(usual, near - apart / (2 * m**2), atol=1e-14)
    if m > 1:
        fair = scores.crps_samples(samples, target, fair=True)
        np.testing.assert_allclose(fair, near - apart / (2 * m * (m - 1)), atol=1e-14)


def test_fair_is_right_on_average_and_usual_too_high():
    samples = np.random.default_rng(3).normal(size=(200_000, 3))
    target = np.full(len(samples), 0.4)
    whole = scores.crps_gaussian(0, 0.4)
    for fair, above in ((True, 0), (False, 1 / math.sqrt(math.pi) / 3)):
        values = scores.crps_samples(samples, target, fair=fair)
        error = values.std() / math.sqrt(len(values))
        assert values.mean() == pytest.approx(whole + above, abs=4 * error)


def test_a_certain_forecast_is_charged_the_absolute_error():
    assert scores.crps_gaussian(3, 5, 1e-300) == 2
    assert scores.crps_samples([3], 5) == 2


# Intervals


def test_interval_score_by_hand():
    low, high = np.zeros(5), np.full(5, 2.0)
    target = np.array([1, 0, 2, -0.5, 3])
    expected = [2, 2, 2, 2 + 20 * 0.5, 2 + 20 * 1]
    np.testing.assert_allclose(scores.interval_score(low, high, target), expected)
    assert scores.interval_score(0, 2, 3, Fraction(1, 2)) == 2 + 4
    assert scores.interval_score(1, 1, 1) == 0


@pytest.mark.parametrize("coverage", [0.1, 0.5, 0.9])
def test_interval_score_is_two_quantile_losses(coverage, rng):
    low, high = np.sort(rng.normal(size=(2, 100)), axis=0)
    target, outside = rng.normal(size=100), 1 - coverage
    ends = Quantile(outside / 2)(low, target) + Quantile(1 - outside / 2)(high, target)
    score = scores.interval_score(low, high, target, coverage)
    np.testing.assert_allclose(score, 2 * ends / outside, rtol=1e-13)


# Probabilities

PROPER = [scores.log_score, scores.brier_score, scores.spherical_score]
proper = pytest.mark.parametrize("score", PROPER, ids=lambda f: f.__name__)


def test_probabilities_by_hand():
    assert scores.log_score(0.25, 1) == pytest.approx(math.log(4))
    assert scores.log_score(0.25, False) == pytest.approx(math.log(4 / 3))
    assert scores.log_score([0.2, 0.5, 0.3], 2) == pytest.approx(-math.log(0.3))
    assert scores.brier_score(0.25, 0) == 0.0625
    assert scores.brier_score([0.2, 0.5, 0.3], 1) == pytest.approx(0.04 + 0.25 + 0.09)
    assert scores.spherical_score([0, 1, 0], 1) == 0
    assert scores.spherical_score([0.6, 0.0, 0.4], 2) == pytest.approx(1 - 0.4 / math.sqrt(0.52))
    assert scores.spherical_score(0.6, 0) == pytest.approx(1 - 0.4 / math.sqrt(0.52))
    assert scores.ranked_probability_score([0.2, 0.5, 0.3], 0) == pytest.approx(0.64 + 0.09)
    assert scores.ranked_probability_score([0.2, 0.5, 0.3], 2) == pytest.approx(0.04 + 0.49)


@proper
@dtypes
def test_an_event_is_the_second_of_two_classes(score, dtype, rng):
    p, came = rng.random(50).astype(dtype), rng.integers(0, 2, 50)
    two = score(np.stack([1 - p, p], axis=-1), came)
    half = 2 if score is scores.brier_score else 1
    np.testing.assert_allclose(
        half * score(p, came), two, rtol=3e-4 if dtype == np.float32 else 1e-12
    )
    assert score(p, came).dtype == two.dtype == dtype


def test_digits_of_the_sure():
    tiny = 1e-30
    np.testing.assert_allclose(scores.log_score([tiny, tiny], [0, 1]), [tiny, -math.log(tiny)])
    np.testing.assert_allclose(scores.spherical_score(1e-9, 0), 5e-19)
    row = np.array([1e-9, 1 - 2e-9, 1e-9])
    np.testing.assert_allclose(scores.spherical_score(row, 1), 1e-18)
    np.testing.assert_allclose(scores.ranked_probability_score(row, 1), 2e-18)
    assert scores.log_score(0, 1) == np.inf
    assert str(scores.log_score(1, 1)) == "0.0"


@pytest.mark.parametrize(
    "score", [*PROPER, scores.ranked_probability_score], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("K", [2, 3, 5])
def test_no_row_has_less_expected_score_than_the_truth(score, K, rng):
    for truth in rng.dirichlet(np.ones(K), 20):
        others = np.concatenate(
            [
                rng.dirichlet(np.ones(K), 300),
                0.97 * truth + 0.03 * rng.dirichlet(np.ones(K), 300),
            ]
        )

        def expected(rows, truth=truth):
            classes = np.broadcast_to(np.arange(K), (len(rows), K))
            each = np.repeat(rows[:, None], K, axis=1)
            return score(each, classes) @ truth

        far = np.abs(others - truth).max(axis=1) > 1e-4
        assert np.all(expected(others[far]) > expected(truth[None]))


@proper
def test_no_probability_of_an_event_has_less_expected_score_than_the_truth(score):
    said = np.arange(1, 100) / 100
    ones = np.ones_like(said)
    for k, truth in enumerate(said):
        expected = truth * score(said, ones) + (1 - truth) * score(said, 0 * ones)
        assert np.argmin(expected) == k


def test_ranked_probability_score_is_a_sum_of_brier_scores(rng):
    rows, classes = rng.dirichlet(np.ones(5), 40), rng.integers(0, 5, 40)
    parts = [
        scores.brier_score(np.minimum(rows[:, : k + 1].sum(axis=1), 1), classes <= k)
        for k in range(4)
    ]
    np.testing.assert_allclose(scores.ranked_probability_score(rows, classes), sum(parts))


def test_a_farther_miss_costs_more_in_order_and_the_same_without():
    row = np.array([0.7, 0.1, 0.1, 0.1])
    ordered = [scores.ranked_probability_score(row, k) for k in range(4)]
    assert ordered == sorted(ordered)
    assert scores.brier_score(row, 1) == scores.brier_score(row, 3)


def test_scikit_learn_agrees(rng):
    p, rows = rng.random(300), rng.dirichlet(np.ones(4), 300)
    came, classes = rng.random(300) < p, rng.integers(0, 4, 300)
    assert scores.brier_score(p, came).mean() == pytest.approx(metrics.brier_score_loss(came, p))
    assert scores.log_score(p, came).mean() == pytest.approx(metrics.log_loss(came, p))
    assert scores.log_score(rows, classes).mean() == pytest.approx(metrics.log_loss(classes, rows))
    ours = scores.brier_score(rows, classes)
    np.testing.assert_allclose(ours, SoftmaxSquaredError()(np.log(rows), classes), rtol=1e-10)


def test_gaussian_noise_has_the_crps_of_its_samples(rng):
    samples = noise.Gaussian(2).sample(1.0, 40_000, rng)
    whole = scores.crps_gaussian(1, 2.5, 2)
    assert scores.crps_samples(samples, 2.5) == pytest.approx(whole, rel=0.02)


# Calibration


def test_decomposition_by_hand():
    parts = scores.brier_decomposition([0.25] * 4 + [0.75] * 4, [1, 0, 0, 0, 1, 1, 0, 0])
    assert parts == pytest.approx((0.03125, 0.015625, 0.234375, 0))
    assert parts.score == pytest.approx(0.25)


@dtypes
@pytest.mark.parametrize("bins", [None, 1, 7, 1000])
@pytest.mark.parametrize("by", ["width", "count"])
@pytest.mark.parametrize("K", [0, 1, 2, 4])
def test_decomposition_adds_up(K, by, bins, dtype, rng):
    p = rng.dirichlet(np.ones(K), 200) if K else rng.random(200)
    p = (p if bins else np.round(16 * p) / 16).astype(dtype)
    if K and not bins:  # rows of a few values that sum to 1
        p = np.eye(K)[rng.integers(0, K, 200)].astype(dtype) * 0.75 + 0.25 / K
        p = p.astype(dtype)
    y = rng.integers(0, K or 2, 200)
    parts = scores.brier_decomposition(p, y, bins, by)
    assert parts.score == pytest.approx(scores.brier_score(p.astype(float), y).mean(), abs=1e-14)
    assert min(parts[:3]) >= 0
    assert bins or abs(parts.within) < 1e-15
    assert all(type(part) is float for part in parts)


def test_classes_are_taken_each_against_the_rest(rng):
    p, y = rng.dirichlet(np.ones(3), 90), rng.integers(0, 3, 90)
    each = [scores.brier_decomposition(p[:, k], y == k, 5) for k in range(3)]
    np.testing.assert_allclose(scores.brier_decomposition(p, y, 5), np.sum(each, axis=0))


def test_uncertainty_and_what_it_takes_to_beat_it(rng):
    y = rng.integers(0, 2, 100)
    base, sure = np.full(100, y.mean()), y.astype(float)
    assert scores.brier_decomposition(base, y)[:2] == pytest.approx((0, 0))
    parts = scores.brier_decomposition(sure, y)
    assert (parts.reliability, parts.score) == pytest.approx((0, 0))
    assert parts.resolution == pytest.approx(parts.uncertainty)


@pytest.mark.parametrize(("by", "strategy"), [("width", "uniform"), ("count", "quantile")])
def test_reliability_curve_as_in_scikit_learn(by, strategy, rng):
    p = rng.random(700) ** 2
    y = rng.random(700) < p
    count, said, came = scores.reliability_curve(p, y, 8, by)
    their_came, their_said = calibration_curve(y, p, n_bins=8, strategy=strategy)
    assert count.sum() == 700
    assert by == "width" or np.ptp(count) <= 1
    # At the edge of a bin of equal counts, scikit-learn may put one forecast into the next.
    atol = 1e-12 if by == "width" else 2 / 80
    np.testing.assert_allclose(said, their_said, atol=atol)
    np.testing.assert_allclose(came, their_came, atol=atol)


@dtypes
def test_an_edge_is_in_the_bin_below(dtype):
    p = np.array([0, 0.1, 0.11, 0.7, 1], dtype)
    assert scores.reliability_curve(p, np.ones(5), 10)[0].tolist() == [2, 1, 1, 1]


def test_equal_forecasts_share_a_bin(rng):
    p, y = np.array([0.2] * 7 + [0.4, 0.5, 0.6]), np.arange(10) % 2
    order = rng.permutation(10)
    for given in (p, y), (p[order], y[order]):
        count, said, came = scores.reliability_curve(*given, 5, "count")
        assert count.tolist() == [7, 1, 2]
        np.testing.assert_allclose(said, [0.2, 0.4, 0.55])
        np.testing.assert_allclose(came, [3 / 7, 1, 0.5])


def test_calibration_error_by_hand():
    p, y = [0.1, 0.1, 0.9, 0.9], [0, 1, 1, 1]
    assert scores.calibration_error(p, y) == pytest.approx((0.4 + 0.1) / 2)
    assert scores.calibration_error(p, y, 1) == pytest.approx(0.25)
    assert scores.calibration_error(p, y, 2, by="count") == pytest.approx(0.25)
    assert scores.calibration_error(np.full(4, 0.75), y) == 0


def test_ten_bins_unless_said(rng):
    p = rng.random(1000)
    y = rng.random(1000) < p
    assert scores.calibration_error(p, y) == scores.calibration_error(p, y, 10)
    assert len(scores.reliability_curve(p, y)[0]) == 10
