"""What is particular to single losses of the error."""

import numpy as np
import pytest

from lossbook import (
    AbsoluteError,
    EpsilonInsensitive,
    Expectile,
    SquaredError,
    Tukey,
    minimiser,
    noise,
)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [1e-9, 0.02, 0.3, 0.5, 0.9, 1 - 1e-9])
def test_the_expectile_balances_the_two_sides(level, seed):
    """What the targets above it pull, and those below, by their shares (Newey and Powell, 1987)."""
    rng = np.random.default_rng(seed)
    target, weights = rng.standard_cauchy(41), rng.random(41)
    best = minimiser(Expectile(level), target, weights)
    above, below = (weights @ np.maximum(side * (target - best), 0) for side in (1, -1))
    assert level * above == pytest.approx((1 - level) * below, rel=1e-9)


def test_expectiles_of_special_data():
    assert minimiser(Expectile(0.9), [3.0]) == 3
    assert minimiser(Expectile(0.9), [3.0, 3.0, 3.0]) == 3
    assert minimiser(Expectile(0.75), [0.0, 4.0]) == 3
    assert minimiser(Expectile(0.75), [0.0, 1.7e308]) == pytest.approx(0.75 * 1.7e308)
    assert minimiser(Expectile(0.2), [1.0, np.inf]) == np.inf
    assert np.isnan(minimiser(Expectile(0.2), [-np.inf, 1.0, np.inf]))
    target = np.random.default_rng(0).normal(size=30)
    assert minimiser(Expectile(0.5), target) == pytest.approx(target.mean(), abs=1e-15)


def test_half_of_the_expectile_is_the_square():
    error = np.array([-1e150, -3.0, 0.0, 0.3, 7.0])
    for formula in ("rho", "psi", "psi_prime", "weight"):
        found, expected = (getattr(loss, formula)(error) for loss in (Expectile(), SquaredError()))
        np.testing.assert_array_equal(found, expected)
    assert noise.of(Expectile()) == noise.Gaussian()


def test_no_tolerance_is_the_absolute_error():
    error = np.array([-np.inf, -3.0, -0.0, 0.3, 1e300])
    for formula in ("rho", "psi", "psi_prime", "weight"):
        found, expected = (
            getattr(loss, formula)(error) for loss in (EpsilonInsensitive(0), AbsoluteError())
        )
        np.testing.assert_array_equal(found, expected)
    assert noise.of(EpsilonInsensitive(0)) == noise.Laplace()
    assert EpsilonInsensitive(0).functional == AbsoluteError().functional


def test_the_middle_of_what_a_tolerance_leaves_free():
    assert minimiser(EpsilonInsensitive(2), [0.0, 1.0]) == 0.5
    assert minimiser(EpsilonInsensitive(0.5), [0.0, 10.0]) == 5
    assert minimiser(EpsilonInsensitive(0.5), [0.0, 10.0], [1, 3]) == 9.5
    assert minimiser(EpsilonInsensitive(1), [0.0, 10.0, 10.5]) == 9.25


def test_a_tolerance_beyond_the_largest_number_from_a_target():
    for epsilon, target in [(1e308, [1e308]), (1.7e308, [1.2e308, 1.7e308]), (1.0, [1.7e308])]:
        best = minimiser(EpsilonInsensitive(epsilon), target)
        assert best == pytest.approx(np.mean(np.array(target) / 2) * 2, rel=1e-15)
    assert minimiser(EpsilonInsensitive(1.0), [np.inf, np.inf, 0.0]) == np.inf


def test_the_bisquare_has_no_noise():
    with pytest.raises(ValueError, match="does not integrate for the loss Tukey's bisquare"):
        noise.of(Tukey())
    assert Tukey(2).rho([-2, 3, np.inf]).tolist() == [Tukey(2).bound] * 3
    np.testing.assert_array_equal(Tukey(2).psi([-2, 2, 2.5]), 0)


def test_two_crowds_of_the_bisquare():
    """The larger one wins, however far the other is; the mean of both is far from each."""
    target = np.append(np.linspace(-1, 1, 11), np.linspace(99, 101, 10))
    assert minimiser(Tukey(), target) == pytest.approx(0, abs=1e-9)
    assert minimiser(Tukey(), np.append(target, [100, 100])) == pytest.approx(100, abs=1e-9)
