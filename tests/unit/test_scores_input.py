"""What a score takes, and what it refuses: named, with what is allowed."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import sympy as sp

from lossbook import scores

ROW = [0.2, 0.5, 0.3]
LOCATED = {
    "gaussian": scores.crps_gaussian,
    "laplace": scores.crps_laplace,
    "logistic": scores.crps_logistic,
    "student t": lambda p, y, scale=1.0: scores.crps_student_t(p, y, 3, scale),
}
located = pytest.mark.parametrize("crps", LOCATED.values(), ids=LOCATED)
EVENTS = [scores.log_score, scores.brier_score, scores.spherical_score]
CLASSES = [*EVENTS, scores.ranked_probability_score]
events = pytest.mark.parametrize("score", EVENTS, ids=lambda f: f.__name__)
classes = pytest.mark.parametrize("score", CLASSES, ids=lambda f: f.__name__)
MEANS = [scores.brier_decomposition, scores.reliability_curve, scores.calibration_error]
means = pytest.mark.parametrize("mean", MEANS, ids=lambda f: f.__name__)


@located
def test_numbers_of_every_sort(crps):
    one = crps(1.0, 3.0, 0.5)
    assert isinstance(one, np.float64)
    for scale in (Fraction(1, 2), sp.Rational(1, 2), np.float32(0.5), np.array(0.5)):
        assert crps(1, 3, scale) == one
    assert crps(True, 3, 1) == crps(1.0, 3.0)
    listed = crps([1, 1], [3, 3], [0.5, 0.5])
    np.testing.assert_array_equal(listed, [one, one])
    frame = pd.Series([1.0, 1.0], index=[5, 6])
    assert type(crps(frame, frame + 2)) is np.ndarray
    with pytest.raises(ValueError, match="index"):
        crps(frame, pd.Series([3.0, 3.0]))


@located
def test_nan_and_infinity_stay_in_their_place(crps):
    prediction, target = np.array([np.nan, 0, np.inf, 0]), np.array([0, np.nan, 0, -np.inf])
    values = crps(prediction, target)
    assert np.isnan(values).tolist() == [True, True, False, False]
    assert np.all(values[2:] == np.inf)
    assert np.isnan(crps([0, 0], [0, 0], [np.nan, 1])).tolist() == [True, False]
    assert crps(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)


@located
@pytest.mark.parametrize("scale", [0, -1, np.inf, np.nan, [1, 0], [1, -2], [1, np.inf]])
def test_scale_outside(crps, scale):
    with pytest.raises(ValueError, match=r"scale.*\(0, ∞\)"):
        crps([0, 0], [0, 0], scale)


@located
def test_shapes_that_differ(crps):
    for target in ([1.0], 1.0, [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="target has shape"):
            crps([0.0, 0.0], target)
    with pytest.raises(ValueError, match="scale has shape"):
        crps([0.0, 0.0], [0.0, 0.0], [1.0])


@located
def test_what_is_no_real_number(crps):
    for bad in (["1"], [1j], [None]):
        with pytest.raises(TypeError, match="prediction must hold real numbers"):
            crps(bad, [0.0])
        with pytest.raises(TypeError, match="target must hold real numbers"):
            crps([0.0], bad)
    with pytest.raises(TypeError, match="prediction is a MaskedArray"):
        crps(np.ma.masked_array([0.0], [True]), [0.0])
    for bad in (sp.Symbol("s"), "1", True, 1j):
        with pytest.raises(TypeError, match="scale must be a real number"):
            crps(0.0, 0.0, bad)


@pytest.mark.parametrize("dof", [1, 0.5, -1, np.nan, np.inf])
def test_dof_outside(dof):
    with pytest.raises(ValueError, match=r"dof must be in \(1, ∞\)"):
        scores.crps_student_t(0, 0, dof)


def test_samples_outside():
    with pytest.raises(ValueError, match=r"samples have shape \(2, 0\)"):
        scores.crps_samples(np.zeros((2, 0)), [0, 0])
    with pytest.raises(ValueError, match="m >= 2"):
        scores.crps_samples([[1.0]], [0.0], fair=True)
    with pytest.raises(ValueError, match=r"target has shape \(1,\); allowed: \(2,\)"):
        scores.crps_samples([[1.0], [2.0]], [0.0])
    with pytest.raises(ValueError, match=r"samples have shape \(\)"):
        scores.crps_samples(1.0, 0.0)


def test_labels_of_pandas_must_agree():
    target = pd.Series([0.0, 1.0], index=[5, 6])
    with pytest.raises(ValueError, match="index"):
        scores.crps_samples(pd.DataFrame([[1.0, 2.0], [3.0, 4.0]]), target)
    with pytest.raises(ValueError, match="index"):
        scores.interval_score(pd.Series([0.0, 1.0]), pd.Series([1.0, 2.0]), target)
    with pytest.raises(ValueError, match="index"):
        scores.brier_score(pd.Series([0.0, 1.0]), target)


def test_samples_keep_their_dtype_and_pass_nan():
    samples = np.array([[1, np.nan], [1, 2], [0, 4]], np.float32)
    values = scores.crps_samples(samples, [0.0, np.nan, 2.0])
    assert values.dtype == np.float32
    assert np.isnan(values).tolist() == [True, True, False]
    assert scores.crps_samples([-np.inf, 0, 1], 0) == np.inf


def test_intervals_outside():
    with pytest.raises(ValueError, match=r"lower\[1\] is 3.0; allowed: numbers up to upper"):
        scores.interval_score([0, 3], [1, 2], [0, 0])
    for bad in (0, 1, 90, np.nan):
        with pytest.raises(ValueError, match=r"coverage must be in \(0, 1\)"):
            scores.interval_score(0, 1, 0, bad)
    with pytest.raises(ValueError, match="upper has shape"):
        scores.interval_score([0, 3], 4, [0, 0])
    with pytest.raises(ValueError, match="target has shape"):
        scores.interval_score([0, 3], [4, 4], 0)


def test_intervals_keep_their_dtype_and_pass_nan():
    low, high = np.float32([0, np.nan, 0, 0]), np.float32([1, 1, np.nan, np.inf])
    values = scores.interval_score(low, high, [2, 2, 2, 2])
    assert values.dtype == np.float32
    assert np.isnan(values).tolist() == [False, True, True, False]
    assert values[3] == np.inf
    assert scores.interval_score(low, high.astype(float), [2, 2, 2, 2]).dtype == np.float64


@events
def test_events_outside(score):
    for bad in (-0.1, 1.1, np.inf):
        with pytest.raises(ValueError, match=r"prediction\[1\] is .*; allowed: .* in \[0, 1\]"):
            score([0.5, bad], [0, 1])
    for bad in (-1, 2, 0.5, np.nan):
        with pytest.raises(ValueError, match=r"target\[1\] is .*; allowed: 0 or 1"):
            score([0.5, 0.5], [0, bad])
    assert np.isnan(score([np.nan, 0.5], [0, True])).tolist() == [True, False]
    assert score([], []).shape == (0,)


@classes
def test_classes_outside(score):
    with pytest.raises(ValueError, match=r"target\[1\] is 3; allowed: classes 0 to 2"):
        score([ROW, ROW], [0, 3])
    with pytest.raises(TypeError, match="integer classes"):
        score([ROW, ROW], [0.0, 1.0])
    for last in (0.2, 0.4):
        with pytest.raises(ValueError, match=r"sum of prediction\[1\]"):
            score([ROW, [0.2, 0.5, last]], [0, 1])
    with pytest.raises(ValueError, match="target has shape"):
        score([ROW, ROW], [0, 1, 2])
    with pytest.raises(ValueError, match="prediction has shape"):
        score(np.zeros((2, 0)), [0, 0])
    for k in range(3):
        assert np.isnan(score([[0.5, np.nan, 0.5], ROW], [k, k])).tolist() == [True, False]
    assert score(np.zeros((0, 3)), np.zeros(0, int)).shape == (0,)
    assert score(np.broadcast_to(ROW, (2, 4, 3)), np.ones((2, 4), int)).shape == (2, 4)
    assert score(np.float32([ROW]), [2]).dtype == np.float32


def test_an_event_has_no_ranks():
    with pytest.raises(ValueError, match="target has shape"):
        scores.ranked_probability_score([0.3, 0.7], [0, 1])


def test_nothing_given_is_changed():
    row, target = np.array([ROW]), np.array([1])
    for score in CLASSES:
        score(row, target)
    np.testing.assert_array_equal(row, [ROW])


@means
def test_means_outside(mean):
    with pytest.raises(ValueError, match=r"prediction\[1\] is nan"):
        mean([0.5, np.nan], [0, 1])
    with pytest.raises(ValueError, match=r"target has shape \(0,\)"):
        mean([], [])
    with pytest.raises(ValueError, match="target has shape"):
        mean([[0.5]], [[1]])
    with pytest.raises(ValueError, match="by is 'size'"):
        mean([0.5], [1], 3, "size")
    for bins in (0, -1, 2.5, True):
        with pytest.raises(ValueError, match="bins is"):
            mean([0.5], [1], bins)


@pytest.mark.parametrize("mean", MEANS[1:], ids=lambda f: f.__name__)
def test_means_of_an_event_alone(mean):
    with pytest.raises(ValueError, match=r"allowed: \(n,\), of an event"):
        mean([ROW], [0])
