"""What every loss owes its caller: shapes, dtypes, and that the gradient is the derivative of the
call.  Every test walks `LOSSES`."""

import copy
import inspect
import pickle
import re
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
import sympy as sp
from cases import default, dtypes, every
from mpmath import mp, mpf
from oracle import INSTANCES, example, of, twin

import lossbook
from lossbook import (
    FAMILIES,
    LOSSES,
    AmountLoss,
    CategoricalLoss,
    CrossEntropy,
    GeneralRobust,
    MarginLoss,
    OrderedLogit,
    ResidualLoss,
    SoftmaxSquaredError,
)


def columns(array):
    """Of a gradient: one column for each number that an example's prediction has."""
    return np.reshape(array, (len(array), -1)).T


def test_the_registry_holds_every_loss_once():
    assert len(LOSSES) == 23
    for name, loss in LOSSES.items():
        assert loss is getattr(lossbook, name)
        assert name in lossbook.losses.__all__
    assert all(issubclass(loss, (*FAMILIES, OrderedLogit)) for loss in LOSSES.values())


@every
def test_the_gradient_is_the_derivative_of_the_call(loss):
    """Richardson's extrapolation of central differences of the call, on the scale of the errors."""
    spread = min(1.0, *(getattr(loss, name, 1.0) for name in ("scale", "c")))
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
            for corner in (getattr(loss, name, 0) for name in ("delta", "epsilon", "c")):
                smooth &= np.abs(np.abs(kinks) - corner) > 2 * h
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


@pytest.mark.parametrize("loss", of(ResidualLoss, MarginLoss, AmountLoss, OrderedLogit), ids=repr)
def test_any_shape_and_plain_numbers(loss):
    prediction, target = example(loss)
    value, grad = loss.value_and_grad(prediction.reshape(3, 1, 4), target.reshape(3, 1, 4))
    np.testing.assert_array_equal(value.ravel(), loss(prediction, target))
    np.testing.assert_array_equal(grad.ravel(), loss.grad(prediction, target))
    assert loss(prediction[0].item(), target[0].item()) == value[0, 0, 0]
    assert loss.grad(prediction[0].item(), target[0].item()) == grad[0, 0, 0]
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


def test_each_parameter_is_tried_away_from_its_default():
    """There the two sides of a loss may be one, and a wrong one not seen."""
    for kind in LOSSES.values():
        tried = [loss for loss in INSTANCES if type(loss) is kind]
        for field in fields(kind):
            assert len({getattr(loss, field.name) for loss in tried}) > 1, (kind, field.name)


def test_labels_of_losses():
    assert str(lossbook.Huber(delta=1.5)) == "Huber, δ = 1.5"
    assert str(CrossEntropy(label_smoothing=0.1)) == "cross-entropy, label smoothing = 0.1"
    assert len({str(loss) for loss in INSTANCES if loss == type(loss)()}) == len(LOSSES)


@default
def test_parameters_may_be_symbols(loss):
    symbols = {f.name: sp.Symbol(f.name, positive=True) for f in fields(loss)}
    several = {name: (symbol,) if name == "cuts" else symbol for name, symbol in symbols.items()}
    symbolic = type(loss)(**several)
    x = sp.symbols("x:2", real=True)
    if isinstance(loss, CategoricalLoss):
        formula = symbolic.expression(x, (1, 0))
    else:
        pairs = isinstance(loss, (AmountLoss, OrderedLogit))
        formula = symbolic.expression(*(x if pairs else x[:1]))
    assert {s.name for s in formula.free_symbols} >= set(symbols)
    assert str(symbolic) == loss.name


LABELS = ["Domain", "Shapes", "Gradient", "Minimiser"]
LABELS += ["Noise", "Smoothness", "Convexity", "Use", "Source"]


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
    assert said["Use"].startswith("when ")
    assert said["Smoothness"].startswith(("smooth", "no kink") if loss.smooth else "kink")
