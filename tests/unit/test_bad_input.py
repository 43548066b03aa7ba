"""What no loss takes: each error names the argument, the bad value and what is allowed."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from cases import default
from oracle import example, of

import lossbook
from lossbook import (
    LOSSES,
    AmountLoss,
    CategoricalLoss,
    Gamma,
    MarginLoss,
    NegativeBinomial,
    Poisson,
    ResidualLoss,
)
from lossbook.losses.checks import Interval


def raises(kind, match, loss, prediction, target):
    for call in (loss, loss.grad, loss.value_and_grad):
        with pytest.raises(kind, match=match):
            call(prediction, target)
    for call in (lossbook.risk, lossbook.risk_and_grad):
        with pytest.raises(kind, match=match):
            call(loss, prediction, target)


@default
def test_shapes_that_differ(loss):
    prediction, target = example(loss)
    raises(ValueError, "target has shape", loss, prediction, target[:-1])
    raises(ValueError, "target has shape", loss, prediction, target[:, None])
    if not isinstance(loss, CategoricalLoss):
        raises(ValueError, "target has shape", loss, prediction[:, None], target)


@default
@pytest.mark.parametrize("bad", [np.array(["1"]), np.array([1j]), np.array([None])], ids=str)
def test_what_is_no_real_number(loss, bad):
    prediction, target = example(loss, n=1, K=2)
    raises(
        TypeError,
        "prediction must hold real numbers",
        loss,
        np.broadcast_to(bad, prediction.shape),
        target,
    )
    raises(TypeError, "target must hold", loss, prediction, np.broadcast_to(bad, target.shape))


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
@pytest.mark.parametrize("bad", [0, 2, -1.5, np.nan, np.inf, 1 + 2**-52])
def test_labels(loss, bad):
    raises(
        ValueError,
        r"target\[1, 2\] is .* allowed: the labels -1 and \+1",
        loss,
        np.zeros((2, 3)),
        [[1, -1, 1], [1, 1, bad]],
    )


ZERO_ONE = "for labels 0 and 1 write np.equal(target, 1)"
LABELS_AS_WRITTEN = [
    ([0, 1], ValueError, ZERO_ONE),
    ([1.0, 0.0], ValueError, ZERO_ONE),
    (np.array([1, 0], np.uint8), ValueError, ZERO_ONE),
    ([0, 0], ValueError, ZERO_ONE),
    (["no", "yes"], TypeError, "np.equal(target, 'no')"),
    (np.array(["no", "yes"], object), TypeError, "np.equal(target, 'no')"),
]


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
@pytest.mark.parametrize(("target", "kind", "way"), LABELS_AS_WRITTEN)
def test_other_labels_are_told_the_way(loss, target, kind, way):
    raises(kind, re.escape(way) + "$", loss, np.zeros(2), target)
    written = re.search(r"np\.equal\(.*\)", way)[0]
    labels = eval(written, {"np": np, "target": target})
    expected = [1 if label in (1, "no") else -1 for label in target]
    np.testing.assert_array_equal(loss([0.5, 2.0], labels), loss([0.5, 2.0], expected))


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
@pytest.mark.parametrize("target", [[-1, 0], [0, 2], [0, np.nan], [2, 2]])
def test_labels_that_may_mean_anything_are_told_no_way(loss, target):
    raises(ValueError, "allowed: the labels -1 and .1, or booleans$", loss, np.zeros(2), target)


CLASSES_AS_WRITTEN = [
    ([-1, 1], ValueError, "np.equal(target, 1)", [0, 1]),
    ([0.0, 1.0], TypeError, "np.asarray(target, int)", [0, 1]),
    (["b", "a"], TypeError, "np.unique(target, return_inverse=True)[1]", [1, 0]),
    (np.array(["b", "a"], object), TypeError, "np.unique(target, return_inverse=True)[1]", [1, 0]),
]


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
@pytest.mark.parametrize(("target", "kind", "way", "meant"), CLASSES_AS_WRITTEN)
def test_other_classes_are_told_the_way(loss, target, kind, way, meant):
    logits = np.array([[0.5, 2.0], [1.0, 0.0]])
    raises(kind, re.escape(f"write {way}") + "$", loss, logits, target)
    classes = eval(way, {"np": np, "target": target})
    np.testing.assert_array_equal(loss(logits, classes), loss(logits, meant))


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
@pytest.mark.parametrize("target", [[0.5, 1.0], [np.nan, 1.0], [-1, 0], [1, 2]])
def test_classes_that_may_mean_anything_are_told_no_way(loss, target):
    with pytest.raises((TypeError, ValueError), match=r"(got dtype float64|classes 0 to 1)$"):
        loss(np.zeros((2, 2)), target)


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
def test_classes(loss):
    logits = np.zeros((3, 4))
    raises(ValueError, r"target\[2\] is 4; allowed: classes 0 to 3", loss, logits, [0, 1, 4])
    raises(ValueError, r"target\[0\] is -1; allowed: classes 0 to 3", loss, logits, [-1, 1, 2])
    raises(
        TypeError, "target must hold integer classes, got dtype float64", loss, logits, [0.0, 1, 2]
    )
    raises(ValueError, r"prediction has shape \(3,\)", loss, logits[:, 0], [0, 1, 2])
    raises(ValueError, r"prediction has shape \(3, 0\)", loss, logits[:, :0], [0, 1, 2])
    raises(ValueError, r"prediction has shape \(1, 3, 4\)", loss, logits[None], [0, 1, 2])


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
def test_soft_targets(loss):
    logits, q = np.zeros((2, 2)), np.full((2, 2), 0.5)
    if not loss.soft_targets:
        raises(ValueError, r"target has shape \(2, 2\); allowed: \(2,\) classes$", loss, logits, q)
        return
    raises(
        ValueError,
        r"target\[1, 0\] is -0.5; allowed: probabilities",
        loss,
        logits,
        [[0.5, 0.5], [-0.5, 1.5]],
    )
    raises(ValueError, r"target\[0, 1\] is nan", loss, logits, [[0.5, np.nan], [0.5, 0.5]])
    raises(
        ValueError,
        r"sum of target\[1\] is 0.9; allowed: rows that sum to 1",
        loss,
        logits,
        [[0.5, 0.5], [0.5, 0.4]],
    )
    raises(ValueError, r"sum of target\[0\] is 1.1", loss, logits, [[0.5, 0.6], [0.5, 0.5]])
    raises(ValueError, "or .* probabilities", loss, logits, np.full((2, 3), 1 / 3))
    raises(TypeError, "target must hold real numbers", loss, logits, q.astype(str))


def test_nan_targets_pass_to_their_own_row():
    for loss in of(ResidualLoss, AmountLoss):
        for result in loss.value_and_grad([0.0, 0.5], [np.nan, 1.5]):
            np.testing.assert_array_equal(np.isnan(result), [True, False])


@pytest.mark.parametrize("loss", of(AmountLoss), ids=repr)
def test_amounts(loss):
    what = "counts" if isinstance(loss, Poisson | NegativeBinomial) else "amounts"
    allowed = r"amounts in \(0, ∞\)" if isinstance(loss, Gamma) else rf"{what} in \[0, ∞\)"
    zeros = [0.0, 0.0]
    raises(ValueError, rf"target\[0\] is inf; allowed: {allowed}", loss, zeros, [np.inf, np.nan])
    raises(ValueError, rf"target\[1\] is -0.5; allowed: {allowed}", loss, zeros, [1, -0.5])
    if isinstance(loss, Gamma):
        raises(ValueError, rf"target\[1\] is 0.0; allowed: {allowed}", loss, zeros, [1, 0.0])
    else:
        assert np.isfinite(loss.value_and_grad([0.0], [0])).all()


PARAMETER_ERRORS = [
    ("Huber", "delta", [0, -1, np.inf, np.nan]),
    ("Quantile", "level", [0, 1, -0.5, 1.5, np.nan]),
    ("Expectile", "level", [0, 1, -0.5, 1.5, np.nan]),
    ("EpsilonInsensitive", "epsilon", [-0.1, np.inf, np.nan]),
    ("Tukey", "c", [0, -4.685, np.inf, np.nan]),
    ("StudentT", "dof", [0, -3, np.inf, np.nan]),
    ("GeneralRobust", "alpha", [np.nan]),
    ("GeneralRobust", "scale", [0, -1, np.inf, np.nan]),
    ("NegativeBinomial", "dispersion", [0, -1, np.inf, np.nan]),
    ("Tweedie", "power", [0, 1, 2, 3.5, np.nan]),
    ("CrossEntropy", "label_smoothing", [-0.1, 1, np.nan]),
    ("Focal", "gamma", [-1, np.inf, np.nan]),
    ("OrderedLogit", "cuts", [(), [], (1, 1), (0.5, -0.5, 2), [3, 2]]),
]


def test_every_parameter_has_its_errors_tested():
    found = {(name, f.name) for name, loss in LOSSES.items() for f in fields(loss)}
    assert found == {row[:2] for row in PARAMETER_ERRORS}


@pytest.mark.parametrize(("name", "parameter", "bad"), PARAMETER_ERRORS)
def test_parameters_outside_their_domain(name, parameter, bad):
    field = LOSSES[name].__dataclass_fields__[parameter]
    allowed = re.escape(str(field.metadata["interval"]))
    for value in bad:
        given = re.escape(repr(value))
        with pytest.raises(ValueError, match=f"{parameter} must be in {allowed}, got {given}"):
            LOSSES[name](**{parameter: value})
    for value in (
        ()
        if name == "OrderedLogit"
        else ("1", None, True, np.True_, [1.0], np.ones(1), np.ones(()), 1j)
    ):
        with pytest.raises(TypeError, match=f"{parameter} must be a real number in {allowed}"):
            LOSSES[name](**{parameter: value})


@pytest.mark.parametrize(
    ("interval", "text", "inside", "outside"),
    [
        (Interval(0, np.inf), "(0, ∞)", [5e-324, 1.7e308], [-1, 0, np.inf]),
        (Interval(-np.inf, np.inf, "[]"), "[−∞, ∞]", [-np.inf, 0, np.inf], []),
        (Interval(0, 1, "[)"), "[0, 1)", [0, np.nextafter(1, 0)], [-5e-324, 1]),
        (Interval(-0.5, 2, "(]"), "(−0.5, 2]", [0, 2], [-0.5, 2.1]),
    ],
)
def test_intervals(interval, text, inside, outside):
    """Text, ends and all: as they are read in mathematics.  NaN is in none."""
    assert str(interval) == text
    np.testing.assert_array_equal(interval.holds(inside), True)
    np.testing.assert_array_equal(interval.holds([*outside, np.nan]), False)


def test_numpy_is_all_that_losses_load():
    program = Path(__file__).parents[1] / "helpers" / "losses_alone.py"
    run = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "lossbook" in loaded
    assert not {"decimal", "matplotlib", "mpmath", "scipy", "sympy", "traitlets"} & loaded
