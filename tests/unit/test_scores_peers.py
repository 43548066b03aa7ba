"""Scores beside those of scoringrules, another implementation."""

import numpy as np
import pytest
import scoringrules

from lossbook import scores


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-11)


def test_crps_of_densities(rng):
    location, target = 3 * rng.normal(size=(2, 500))
    scale = np.exp(rng.normal(size=500))
    given, theirs = (location, target, scale), (target, location, scale)
    close(scores.crps_gaussian(*given), scoringrules.crps_normal(*theirs))
    close(scores.crps_laplace(*given), scoringrules.crps_laplace(*theirs))
    close(scores.crps_logistic(*given), scoringrules.crps_logistic(*theirs))


@pytest.mark.parametrize("dof", [1.2, 2, 7.5, 50])
def test_crps_of_student_t(dof, rng):
    location, target = 3 * rng.normal(size=(2, 500))
    ours = scores.crps_student_t(location, target, dof, 0.7)
    close(ours, scoringrules.crps_t(target, dof, location, 0.7))


@pytest.mark.parametrize(("fair", "estimator"), [(False, "nrg"), (True, "fair")])
def test_crps_of_samples(fair, estimator, rng):
    samples, target = rng.normal(size=(500, 21)), rng.normal(size=500)
    theirs = scoringrules.crps_ensemble(target, samples, estimator=estimator)
    close(scores.crps_samples(samples, target, fair=fair), theirs)


def test_intervals(rng):
    low, high = np.sort(rng.normal(size=(2, 500)), axis=0)
    target = 2 * rng.normal(size=500)
    ours = scores.interval_score(low, high, target, 0.8)
    close(ours, scoringrules.interval_score(target, low, high, 1 - 0.8))


def test_probabilities(rng):
    p, rows, classes = rng.random(500), rng.dirichlet(np.ones(5), 500), rng.integers(0, 5, 500)
    came = (rng.random(500) < p).astype(float)
    close(scores.brier_score(p, came), scoringrules.brier_score(came, p))
    close(scores.log_score(p, came), scoringrules.log_score(came, p))
    ours = scores.ranked_probability_score(rows, classes)
    close(ours, scoringrules.rps_score(classes + 1, rows))  # there classes begin at 1
