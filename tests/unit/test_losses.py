"""What every loss owes its caller: shapes, dtypes, limits, clear errors, and that the gradient is
the derivative of the call.  Every test walks `LOSSES`."""

import copy
import inspect
import pickle
import re
import subprocess
import sys
import warnings
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from mpmath import mp, mpf
from oracle import INSTANCES, example, of, twin

import lossbook
from lossbook import (
    FAMILIES,
    LOSSES,
    CategoricalLoss,
    CrossEntropy,
    GeneralRobust,
    Hinge,
    MarginLoss,
    MulticlassHinge,
    Poisson,
    ResidualLoss,
    SoftmaxSquaredError,
)
from lossbook.losses.checks import Interval

every = pytest.mark.parametrize("loss", INSTANCES, ids=repr)
default = pytest.mark.parametrize("loss", [loss() for loss in LOSSES.values()], ids=repr)
dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def columns(array):
    """Of a gradient: one column for each number that an example's prediction has."""
    return np.reshape(array, (len(array), -1)).T


def test_the_registry_holds_every_loss_once():
    assert len(LOSSES) == 16
    for name, loss in LOSSES.items():
        assert loss is getattr(lossbook, name)
        assert name in lossbook.losses.__all__
    assert all(issubclass(loss, (*FAMILIES, Poisson)) for loss in LOSSES.values())


@every
def test_the_gradient_is_the_derivative_of_the_call(loss):
    """Richardson's extrapolation of central differences of the call, on the scale of the errors."""
    spread = min([1.0, *(getattr(loss, f.name) for f in fields(loss) if f.name == "scale")])
    prediction, target = example(loss, n=40, spread=spread)
    value, grad = loss.value_and_grad(prediction, target)
    h = 1e-3 * spread
    kinks = (prediction * target - 1) if isinstance(loss, MarginLoss) else prediction.T - target.T
    for k, column in enumerate(columns(grad)):
        step = np.zeros(prediction.shape)
        step.reshape(len(step), -1)[:, k] = h

        def slope(size, step=step):
            ahead, behind = (loss(prediction + s * size * step, target) for s in (1, -1))
            return (ahead - behind) / (2 * size * h)

        estimate = (4 * slope(0.5) - slope(1)) / 3
        if not isinstance(loss, CategoricalLoss):
            smooth = np.abs(kinks) > 2 * h
            for corner in (getattr(loss, "delta", 0), -getattr(loss, "delta", 0)):
                smooth &= np.abs(kinks - corner) > 2 * h
            estimate, column = estimate[smooth], column[smooth]
        scale = np.abs(value).max() / spread + np.abs(column).max()
        np.testing.assert_allclose(estimate, column, rtol=1e-7, atol=1e-8 * scale)


@every
def test_the_call_is_the_symbolic_twin(loss):
    mp.dps = 60
    prediction, target = example(loss, n=8, K=3)
    value, grad = loss.value_and_grad(prediction, target)
    for i in range(8):
        if isinstance(loss, CategoricalLoss):
            order = np.roll(np.arange(3), -target[i])
            numbers, signal = prediction[i, order], grad[i, order]
            expected = twin(loss, (1, 1))(*map(mpf, numbers.tolist()))
        elif isinstance(loss, MarginLoss):
            expected = twin(loss)(mpf(float(target[i] * prediction[i])))
            signal = target[i] * grad[i]
        elif isinstance(loss, ResidualLoss):
            expected, signal = twin(loss)(mpf(float(prediction[i] - target[i]))), grad[i]
        else:
            expected, signal = twin(loss)(mpf(float(prediction[i])), mpf(float(target[i]))), grad[i]
        expected = np.array(expected, float)
        rtol = 1e-12 if isinstance(loss, GeneralRobust) else 4e-15
        np.testing.assert_allclose([value[i], *np.atleast_1d(signal)], expected, rtol=rtol)


@pytest.mark.parametrize(
    "loss",
    [loss for loss in INSTANCES if loss.__class__ in (CrossEntropy, SoftmaxSquaredError)],
    ids=repr,
)
def test_soft_targets_are_the_symbolic_twin(loss):
    logits = np.array([[0.5, -1.0, 2.0], [30.0, 1.0, -4.0], [-40.0, 2.0, 2.5]])
    q = np.array([[0.25, 0.5, 0.25], [0.0, 1.0, 0.0], [0.125, 0.0, 0.875]])
    value, grad = loss.value_and_grad(logits, q)
    z = sp.symbols("z:3")
    for row, target, v, g in zip(logits, q, value, grad, strict=True):
        formula = loss.expression(z, [sp.Rational(p) for p in target])
        at = {symbol: sp.Rational(x) for symbol, x in zip(z, row, strict=True)}
        expected = [formula, *(sp.diff(formula, symbol) for symbol in z)]
        expected = [float(e.subs(at).evalf(30, maxn=200)) for e in expected]
        np.testing.assert_allclose([v, *g], expected, rtol=1e-13)


@every
@dtypes
def test_the_three_calls_agree_and_keep_the_dtype(loss, dtype):
    prediction, target = example(loss, dtype=dtype)
    value, grad = loss.value_and_grad(prediction, target)
    assert value.dtype == grad.dtype == dtype
    assert value.shape == target.shape
    assert grad.shape == prediction.shape
    np.testing.assert_array_equal(loss(prediction, target), value)
    np.testing.assert_array_equal(loss.grad(prediction, target), grad)


@every
def test_float32_is_float64_rounded(loss):
    prediction, target = example(loss, dtype=np.float32)
    single = loss.value_and_grad(prediction, target)
    double = loss.value_and_grad(prediction.astype(float), target)
    for a, b in zip(single, double, strict=True):
        np.testing.assert_allclose(a, b, rtol=3e-5, atol=1e-7 * np.abs(b).max())


@default
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float16, np.int8])
def test_other_real_numbers_become_float64(loss, dtype):
    prediction, target = example(loss)
    prediction = np.abs(prediction).astype(dtype)
    value, grad = loss.value_and_grad(prediction, target)
    expected = loss.value_and_grad(prediction.astype(float), target)
    np.testing.assert_array_equal(value, expected[0])
    np.testing.assert_array_equal(grad, expected[1])
    assert value.dtype == grad.dtype == np.float64


@every
@dtypes
def test_views_and_read_only_arrays_are_taken_and_left_alone(loss, dtype):
    prediction, target = example(loss, n=24, dtype=dtype)
    wide = np.asfortranarray(prediction)[::-2], np.repeat(target, 2)[::-4]
    plain = [np.array(a) for a in wide]
    for array in (*wide, *plain):
        array.flags.writeable = False
    before = [a.copy() for a in wide]
    for seen, expected in zip(loss.value_and_grad(*wide), loss.value_and_grad(*plain), strict=True):
        np.testing.assert_array_equal(seen, expected)
    for a, b in zip(wide, before, strict=True):
        np.testing.assert_array_equal(a, b)


@default
@dtypes
@pytest.mark.parametrize("n", [0, 1])
def test_no_example_and_one_example(loss, dtype, n):
    prediction, target = example(loss, dtype=dtype)
    value, grad = loss.value_and_grad(prediction[:n], target[:n])
    assert value.shape == (n,)
    assert grad.shape == prediction[:n].shape
    assert value.dtype == grad.dtype == dtype
    np.testing.assert_allclose(value, loss(prediction, target)[:n], rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
@pytest.mark.parametrize("logit", [-1000.0, 0.0, 3.0, 1e300, -np.inf, np.inf])
def test_one_class_is_free(loss, logit):
    value, grad = loss.value_and_grad([[logit]], [0])
    np.testing.assert_array_equal(value, [0])
    np.testing.assert_array_equal(grad, [[0]])


@pytest.mark.parametrize("loss", of(ResidualLoss, MarginLoss, Poisson), ids=repr)
def test_any_shape_and_plain_numbers(loss):
    prediction, target = example(loss)
    value, grad = loss.value_and_grad(prediction.reshape(3, 1, 4), target.reshape(3, 1, 4))
    np.testing.assert_array_equal(value.ravel(), loss(prediction, target))
    np.testing.assert_array_equal(grad.ravel(), loss.grad(prediction, target))
    assert loss(float(prediction[0]), float(target[0])) == value[0, 0, 0]
    assert loss.grad(float(prediction[0]), float(target[0])) == grad[0, 0, 0]
    assert loss(list(prediction), list(target))[1] == value[0, 0, 1]


@pytest.mark.parametrize("loss", of(ResidualLoss), ids=repr)
def test_rho_and_psi(loss):
    error = np.array([-2.5, 0.0, 0.75])
    np.testing.assert_array_equal(loss.rho(error), loss(error + 1, np.ones(3)))
    np.testing.assert_array_equal(loss.psi(error), loss.grad(error + 1, np.ones(3)))


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
def test_phi_and_slope(loss):
    margin, label = np.array([-2.5, 0.0, 0.75, 1.5]), np.array([1, -1, -1, 1])
    np.testing.assert_array_equal(loss.phi(margin), loss(label * margin, label))
    np.testing.assert_array_equal(label * loss.slope(margin), loss.grad(label * margin, label))


# Extremes


EXTREMES = [
    0.0,
    1e-45,
    5e-324,
    1e-308,
    1e-38,
    1.0,
    20.0,
    88.8,
    104.0,
    710.0,
    746.0,
    1e4,
    1e19,
    3e38,
    1e154,
    1e200,
    1.7e308,
]


def finite(dtype):
    kept = [x for x in EXTREMES if x <= float(np.finfo(dtype).max)]
    return np.array([*kept, *(-x for x in kept)], dtype)


@every
@dtypes
def test_no_warning_and_no_nan_on_any_finite_input(loss, dtype):
    x = finite(dtype)
    if isinstance(loss, CategoricalLoss):
        a, b, c = (g.ravel() for g in np.meshgrid(x, x, x[::3]))
        pairs = [(np.stack([a, b, c], 1), np.arange(a.size) % 3)]
    else:
        a, b = (g.ravel() for g in np.meshgrid(x, x))
        if isinstance(loss, MarginLoss):
            pairs = [(x, np.ones_like(x)), (x, -np.ones_like(x))]
        else:
            pairs = [(a, b if isinstance(loss, ResidualLoss) else abs(b))]
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for prediction, target in pairs:
            value, grad = loss.value_and_grad(prediction, target)
            assert not np.isnan(value).any()
            assert not np.isnan(grad).any()
            np.testing.assert_array_equal(loss(prediction, target), value)
            np.testing.assert_array_equal(loss.grad(prediction, target), grad)


@every
@dtypes
def test_nan_stays_in_its_own_row(loss, dtype):
    prediction, target = example(loss, dtype=dtype)
    spoilt = prediction.copy()
    spoilt[3].flat[0] = np.nan if spoilt.ndim > 1 else 0
    if spoilt.ndim == 1:
        spoilt[3] = np.nan
    clean = np.arange(len(target)) != 3
    for seen, expected in zip(
        loss.value_and_grad(spoilt, target), loss.value_and_grad(prediction, target), strict=True
    ):
        np.testing.assert_allclose(seen[clean], expected[clean], rtol=1e-5)
        assert np.isnan(seen[3]).all() or isinstance(loss, MulticlassHinge)
        assert np.isnan(seen[3]).any()


RESIDUAL_LIMITS = {  # of value and gradient, as the error grows
    "SquaredError": (np.inf, np.inf),
    "AbsoluteError": (np.inf, 1),
    "Huber": (np.inf, 1),
    "Quantile": (np.inf, 0.5),
    "LogCosh": (np.inf, 1),
    "StudentT": (np.inf, 0),
    "GeneralRobust": (np.inf, 1),
}


@pytest.mark.parametrize("name", [n for n, c in LOSSES.items() if issubclass(c, ResidualLoss)])
def test_limits_of_errors(name):
    loss, (value, slope) = LOSSES[name](), RESIDUAL_LIMITS[name]
    np.testing.assert_array_equal(loss([np.inf, -np.inf], [0.0, 0.0]), [value, value])
    np.testing.assert_array_equal(loss.grad([np.inf, -np.inf], [0.0, 0.0]), [slope, -slope])


@pytest.mark.parametrize(
    ("alpha", "value", "slope"),
    [
        (-np.inf, 1, 0),
        (-2.0, 2, 0),
        (0.0, np.inf, 0),
        (0.5, np.inf, 0),
        (1.0, np.inf, 0.25),
        (1.5, np.inf, np.inf),
        (2.0, np.inf, np.inf),
        (3.0, np.inf, np.inf),
        (np.inf, np.inf, np.inf),
    ],
)
def test_limits_of_the_general_loss(alpha, value, slope):
    loss = lossbook.GeneralRobust(alpha=alpha, scale=4.0)
    assert loss(np.inf, 0.0) == value
    assert loss.grad(np.inf, 0.0) == slope
    assert loss.grad(-np.inf, 0.0) == -slope


@pytest.mark.parametrize(
    ("name", "wrong", "slope"),
    [
        ("Logistic", np.inf, -1),
        ("Hinge", np.inf, -1),
        ("SquaredHinge", np.inf, -np.inf),
        ("Exponential", np.inf, -np.inf),
    ],
)
def test_limits_of_margins(name, wrong, slope):
    loss = LOSSES[name]()
    np.testing.assert_array_equal(loss([np.inf, -np.inf], [1, 1]), [0, wrong])
    np.testing.assert_array_equal(loss.grad([np.inf, -np.inf], [1, 1]), [0, slope])
    np.testing.assert_array_equal(loss.grad([np.inf, -np.inf], [-1, -1]), [-slope, 0])


def test_limits_of_log_rates():
    loss = Poisson()
    np.testing.assert_array_equal(
        loss([-np.inf, -np.inf, np.inf, np.inf], [0, 2, 0, 2]), [0, np.inf, np.inf, np.inf]
    )
    np.testing.assert_array_equal(loss.grad([-np.inf, -np.inf, np.inf], [0, 2, 2]), [0, -2, np.inf])


@pytest.mark.parametrize(
    ("name", "wrong", "signal"),
    [
        ("CrossEntropy", np.inf, [1, -1, 0]),
        ("Focal", np.inf, [1, -1, 0]),
        ("SoftmaxSquaredError", 2, [0, 0, 0]),
        ("MulticlassHinge", np.inf, [1, -1, 0]),
    ],
)
def test_limits_of_logits(name, wrong, signal):
    loss = LOSSES[name]()
    logits = [
        [np.inf, 1, 2],
        [np.inf, 1, 2],
        [1, -np.inf, 0],
        [1, -np.inf, -np.inf],
        [3, -np.inf, -np.inf],
    ]
    value, grad = loss.value_and_grad(logits, [0, 1, 1, 1, 0])
    np.testing.assert_array_equal(value[[0, 1, 2, 3, 4]], [0, wrong, value[2], wrong, 0])
    np.testing.assert_array_equal(grad[[0, 1, 3, 4]], [[0, 0, 0], signal, signal, [0, 0, 0]])
    assert value[2] > 1
    assert np.isfinite(grad[2]).all()


def test_no_limit_is_nan():
    for loss in of(CategoricalLoss):
        if not isinstance(loss, MulticlassHinge):
            value, grad = loss.value_and_grad([[np.inf, np.inf, 0], [1, 2, 3]], [0, 0])
            assert np.isnan(value[0])
            assert np.isnan(grad[0]).all()
            assert np.isfinite(grad[1]).all()
    np.testing.assert_array_equal(
        np.isnan(lossbook.softmax([[np.inf, np.inf], [1, 2]])), [[True] * 2, [False] * 2]
    )


# Kinks: the subgradient of least norm


def test_gradients_at_kinks():
    assert lossbook.AbsoluteError().grad(2.0, 2.0) == 0
    assert lossbook.Quantile(level=0.9).grad(2.0, 2.0) == 0
    assert Hinge().grad(1.0, 1) == 0
    assert Hinge().grad(np.nextafter(1.0, 0), 1) == -1
    np.testing.assert_array_equal(MulticlassHinge().grad([[1.0, 0, 0]], [0]), [[0, 0, 0]])
    np.testing.assert_array_equal(MulticlassHinge().grad([[0.5, 0, 0]], [0]), [[-1, 0.5, 0.5]])
    np.testing.assert_array_equal(
        MulticlassHinge().grad([[3.0, 7, 7, 7, 7]], [0]), [[-1, *[0.25] * 4]]
    )


# Bad input


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
@pytest.mark.parametrize(
    "bad", [np.array([True]), np.array(["1"]), np.array([1j]), np.array([None])], ids=str
)
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
    for loss in of(ResidualLoss, Poisson):
        for result in loss.value_and_grad([0.0, 0.5], [np.nan, 1.5]):
            np.testing.assert_array_equal(np.isnan(result), [True, False])


def test_counts():
    raises(ValueError, r"target\[0\] is inf", Poisson(), [0.0, 0.0], [np.inf, np.nan])
    raises(
        ValueError,
        r"target\[1\] is -0.5; allowed: counts in \[0, ∞\)",
        Poisson(),
        [0.0, 0.0],
        [1, -0.5],
    )


PARAMETER_ERRORS = [
    ("Huber", "delta", [0, -1, np.inf, np.nan]),
    ("Quantile", "level", [0, 1, -0.5, 1.5, np.nan]),
    ("StudentT", "dof", [0, -3, np.inf, np.nan]),
    ("GeneralRobust", "alpha", [np.nan]),
    ("GeneralRobust", "scale", [0, -1, np.inf, np.nan]),
    ("CrossEntropy", "label_smoothing", [-0.1, 1, np.nan]),
    ("Focal", "gamma", [-1, np.inf, np.nan]),
]


def test_every_parameter_has_its_errors_tested():
    found = {(name, f.name) for name, loss in LOSSES.items() for f in fields(loss)}
    assert found == {row[:2] for row in PARAMETER_ERRORS}


@pytest.mark.parametrize(("name", "parameter", "bad"), PARAMETER_ERRORS)
def test_parameters_outside_their_domain(name, parameter, bad):
    field = LOSSES[name].__dataclass_fields__[parameter]
    allowed = re.escape(str(field.metadata["interval"]))
    for value in bad:
        with pytest.raises(ValueError, match=f"{parameter} must be in {allowed}, got {value!r}"):
            LOSSES[name](**{parameter: value})
    for value in ("1", None, True, np.True_, [1.0], np.ones(1), np.ones(()), 1j):
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


# A loss is a value


@every
def test_a_loss_is_a_frozen_value(loss):
    assert copy.deepcopy(loss) == pickle.loads(pickle.dumps(loss)) == loss
    assert hash(loss) == hash(copy.copy(loss))
    for field in fields(loss):
        with pytest.raises(FrozenInstanceError):
            setattr(loss, field.name, 1.0)
    label = str(loss)
    assert label.startswith(loss.name)
    assert ("=" in label) == (loss != type(loss)())


def test_labels_of_losses():
    assert str(lossbook.Huber(delta=1.5)) == "Huber, δ = 1.5"
    assert str(CrossEntropy(label_smoothing=0.1)) == "cross-entropy, label smoothing = 0.1"
    assert len({str(loss) for loss in INSTANCES if loss == type(loss)()}) == len(LOSSES)


@default
def test_parameters_may_be_symbols(loss):
    symbols = {f.name: sp.Symbol(f.name, positive=True) for f in fields(loss)}
    symbolic = type(loss)(**symbols)
    x = sp.symbols("x:2", real=True)
    if isinstance(loss, CategoricalLoss):
        formula = symbolic.expression(x, (1, 0))
    else:
        formula = symbolic.expression(*(x if isinstance(loss, Poisson) else x[:1]))
    assert {s.name for s in formula.free_symbols} >= set(symbols)
    assert str(symbolic) == loss.name


LABELS = ["Domain", "Shapes", "Gradient", "Minimiser"]
LABELS += ["Noise", "Smoothness", "Convexity", "Source"]


@default
def test_docstrings_have_one_skeleton(loss):
    """A first sentence with the formula, then one item after the other, all in the same order."""
    text = inspect.getdoc(type(loss))
    first, _, items = text.partition("\n\n")
    items = items[items.index(":Domain:") :]
    said = dict(re.findall(r"^:(\w+): ((?:.|\n    )+)$", items, re.MULTILINE))
    assert "``" in first
    assert items == "\n".join(f":{label}: {item}" for label, item in said.items())
    shapes = getattr(loss, "soft_targets", False)
    assert list(said) == [label for label in LABELS if label != "Shapes" or shapes]
    for f in fields(loss):
        assert f"`{f.name}` in {f.metadata['interval']}" in said["Domain"]
    assert said["Convexity"].startswith("convex" if loss.convex else "not convex")
    assert said["Smoothness"].startswith(("smooth", "kink", "no kink"))
