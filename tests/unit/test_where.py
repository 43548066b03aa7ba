"""`where`: what is left out of a risk counts for nothing, whatever it holds."""

import numpy as np
import pytest
from cases import dtypes, every
from oracle import example

from lossbook import CrossEntropy, Hinge, SquaredError, risk, risk_and_grad

BLOCKS = 200_000  # examples, of more than one block


def spoilt(prediction, target, where):
    """The same with numbers that no loss takes in what is left out."""
    prediction, target = prediction.copy(), target.copy()
    prediction[~where] = np.nan
    target[~where] = -100 if target.dtype.kind in "iu" else np.nan
    return prediction, target


@every
@dtypes
@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_left_out_is_not_there(loss, dtype, weighted):
    prediction, target = example(loss, n=60, dtype=dtype)
    rng = np.random.default_rng(1)
    where = rng.random(60) < 0.6
    weights = rng.random(60) if weighted else None
    kept = weights[where] if weighted else None
    expected, signal = risk_and_grad(loss, prediction[where], target[where], kept)
    if weighted:
        weights[~where] = [np.nan, -1, np.inf] + [0] * ((~where).sum() - 3)
    given = (*spoilt(prediction, target, where), weights)
    value, grad = risk_and_grad(loss, *given, where=where)
    rtol = 2e-5 if dtype is np.float32 else 1e-12
    assert value == pytest.approx(expected, rel=rtol)
    assert risk(loss, *given, where=where) == pytest.approx(expected, rel=rtol)
    np.testing.assert_allclose(grad[where], signal, rtol=rtol)
    assert grad.dtype == dtype
    np.testing.assert_array_equal(grad[~where], 0)


@every
def test_all_true_is_no_where(loss):
    prediction, target = example(loss)
    value, grad = risk_and_grad(loss, prediction, target, where=np.ones(len(target), bool))
    expected, signal = risk_and_grad(loss, prediction, target)
    assert value == pytest.approx(expected, rel=1e-15)
    np.testing.assert_allclose(grad, signal, rtol=1e-14)


@pytest.mark.parametrize("threads", [1, 2])
def test_over_many_blocks(threads):
    """Also where all of a block is left out."""
    rng = np.random.default_rng(2)
    logits, classes = rng.normal(size=(BLOCKS, 3)), rng.integers(0, 3, BLOCKS)
    where = (rng.random(BLOCKS) < 0.5) & (np.arange(BLOCKS) > BLOCKS / 2)
    expected, signal = risk_and_grad(CrossEntropy(), logits[where], classes[where])
    value, grad = risk_and_grad(
        CrossEntropy(), *spoilt(logits, classes, where), where=where, threads=threads
    )
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(grad[where], signal, rtol=1e-12)
    assert not grad[~where].any()


def test_examples_of_any_shape_and_soft_targets():
    where = np.array([[True, False], [False, True]])
    prediction, target = np.array([[1.0, np.nan], [np.inf, 4.0]]), np.zeros((2, 2))
    value, grad = risk_and_grad(SquaredError(), prediction, target, where=where)
    assert value == (1 / 2 + 16 / 2) / 2
    np.testing.assert_array_equal(grad, [[0.5, 0], [0, 2]])
    fortran = risk(SquaredError(), np.asfortranarray(prediction), target, where=where.tolist())
    assert fortran == value
    logits = np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]])
    soft = np.array([[0.5, 0.25, 0.25], [7.0, np.nan, -1.0]])
    first = risk(CrossEntropy(), logits[:1], soft[:1])
    assert risk(CrossEntropy(), logits, soft, where=[True, False]) == pytest.approx(first)


@pytest.mark.parametrize("kind", [int, np.uint8, bool, np.float32])
def test_rows_of_whole_numbers(kind):
    """What stands in for a row that is left out is a target in whole numbers too."""
    logits, target = np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[1, 0], [1, 1]], kind)
    expected, signal = risk_and_grad(CrossEntropy(), logits[:1], [0])
    value, grad = risk_and_grad(CrossEntropy(), logits, target, where=[True, False])
    assert value == risk(CrossEntropy(), logits, target, where=[True, False])
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(grad, [signal[0], [0, 0]])


def test_out_is_apart_from_where():
    out = np.zeros(2)
    where = out.view(bool)[:2]
    where[0] = True
    with pytest.raises(ValueError, match="out shares memory with an argument"):
        risk_and_grad(SquaredError(), [1.0, 2.0], [0.0, 0.0], out=out, where=where)


def test_class_weights_in_one_line():
    logits, classes = example(CrossEntropy(), K=3)
    w = np.array([1.0, 5.0, 0.5])
    each = CrossEntropy()(logits, classes)
    expected = sum(w[y] * price for y, price in zip(classes, each, strict=True)) / w[classes].sum()
    assert risk(CrossEntropy(), logits, classes, weights=w[classes]) == pytest.approx(expected)


@every
def test_a_bad_target_that_counts_is_named_by_its_place_in_the_whole(loss):
    prediction, target = example(loss)
    where = np.ones(len(target), bool)
    where[:3] = False
    prediction, target = spoilt(prediction, target, where)
    if target.dtype.kind in "iu":
        target[5] = 9
        with pytest.raises(ValueError, match=r"target\[5\] is 9(\.0)?; allowed"):
            risk(loss, prediction, target, where=where)
    with pytest.raises(TypeError, match=r"target must hold (real numbers|integer classes)"):
        risk(loss, prediction, target.astype(complex), where=where)


@pytest.mark.parametrize(
    ("where", "error", "says"),
    [
        ([1, 0, 1], TypeError, "where must hold booleans, one for each example"),
        ([True, False], ValueError, r"where has shape \(2,\); allowed: \(3,\)"),
        ([[True, False, True]], ValueError, r"where has shape \(1, 3\); allowed: \(3,\)"),
        (True, ValueError, r"where has shape \(\); allowed: \(3,\)"),
        ([False] * 3, ValueError, "leaves out every example; allowed: at least one true"),
    ],
)
def test_a_where_that_cannot_be_one(where, error, says):
    for function in (risk, risk_and_grad):
        with pytest.raises(error, match=says):
            function(Hinge(), [1.0, 2.0, 3.0], [1, -1, 1], where=where)


def test_weights_that_count_must_sum_to_more_than_zero():
    with pytest.raises(ValueError, match=r"weights sum to 0\.0; allowed: a positive finite sum"):
        risk(SquaredError(), [1.0, 2.0], [0.0, 0.0], [0.0, 1.0], where=[True, False])
    with pytest.raises(ValueError, match=r"weights\[1\] is -1\.0; allowed"):
        risk(SquaredError(), [1.0, 2.0], [0.0, 0.0], [1.0, -1.0], where=[True, True])
