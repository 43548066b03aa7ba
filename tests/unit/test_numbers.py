"""Every sort of number as a prediction, a target or a weight, and as what a formula is given by
itself; of parameters, see `test_parameters.py`."""

import numpy as np
import pandas as pd
import pytest
from cases import dtypes, every
from oracle import INSTANCES, example, of

import lossbook
from lossbook import (
    AmountLoss,
    CategoricalLoss,
    Gamma,
    Huber,
    MarginLoss,
    MulticlassHinge,
    OrderedLogit,
    ResidualLoss,
)
from lossbook.symbolic import custom

TYPED = [custom(text).loss for text in ("exp(-error**2/2)", "1/cosh(error)", "exp(-abs(error))")]
OF_ONE = [*of(ResidualLoss, MarginLoss), *TYPED]
PAIRS = [*of(ResidualLoss, MarginLoss, AmountLoss, OrderedLogit), *TYPED]


def formulas(loss):
    return [getattr(loss, name) for name in type(loss).formulas]


# Predictions, targets and weights

HELD = [  # 0, 1 and 3, as they can be held
    *(np.int8, np.uint8, np.int32, np.int64, np.uint64, np.float16, np.float32, np.float64),
    np.longdouble,
]
FORMS = {
    **{kind.__name__: lambda a, kind=kind: a.astype(kind) for kind in HELD},
    "list": lambda a: a.tolist(),
    "whole list": lambda a: a.astype(int).tolist(),
    "tuple": lambda a: tuple(a.tolist()),
    "fortran": np.asfortranarray,
    "strided": lambda a: np.repeat(a, 2, axis=0)[::2],
    "series": lambda a: pd.Series(a) if a.ndim == 1 else pd.DataFrame(a),
}
forms = pytest.mark.parametrize("form", FORMS)


def whole_example(loss):
    if isinstance(loss, CategoricalLoss):
        return np.array([[0.0, 3, 1], [3, 1, 0], [1, 1, 3]]), np.array([1, 0, 2])
    prediction = np.array([3.0, 0, 1])
    if isinstance(loss, OrderedLogit):
        return prediction, np.array([0, len(loss.cuts), 1])
    if isinstance(loss, MarginLoss):
        return prediction, np.ones(3, int)
    return prediction, np.array([1 if isinstance(loss, Gamma) else 0, 3, 1])


@pytest.mark.parametrize("loss", [*INSTANCES, *TYPED], ids=repr)
@forms
def test_a_prediction_of_any_sort(loss, form):
    prediction, target = whole_example(loss)
    held = FORMS[form](prediction)
    wanted = np.float32 if form == "float32" else np.float64
    single = np.asarray(prediction, wanted)
    for found, expected in (
        (loss(held, target), loss(single, target)),
        (loss.grad(held, target), loss.grad(single, target)),
        (lossbook.risk_and_grad(loss, held, target)[1], loss.grad(single, target) / wanted(3)),
    ):
        assert type(found) is np.ndarray
        assert found.dtype == wanted
        np.testing.assert_allclose(found, expected, rtol=4 * np.finfo(wanted).eps)


@pytest.mark.parametrize("loss", [*INSTANCES, *TYPED], ids=repr)
@forms
def test_targets_and_weights_of_any_sort(loss, form):
    prediction, target = whole_example(loss)
    weights = np.array([1.0, 3, 0])
    classes = isinstance(loss, (CategoricalLoss, OrderedLogit))
    if not classes or np.asarray(FORMS[form](target)).dtype.kind in "iu":
        held = FORMS[form](target)
        np.testing.assert_array_equal(loss(prediction, held), loss(prediction, target))
        np.testing.assert_array_equal(
            lossbook.minimiser(loss, held), lossbook.minimiser(loss, target)
        )
    found = lossbook.risk(loss, prediction, target, FORMS[form](weights))
    assert found == lossbook.risk(loss, prediction, target, weights)


@pytest.mark.parametrize("loss", OF_ONE, ids=repr)
@forms
def test_formulas_of_one_array_take_any_numbers(loss, form):
    numbers = np.array([1.0, 3, 0, 2])
    for formula in formulas(loss):
        found = formula(FORMS[form](numbers))
        assert found.dtype == (np.float32 if form == "float32" else np.float64)
        np.testing.assert_allclose(found, formula(numbers), rtol=1e-6)


@pytest.mark.parametrize("loss", PAIRS, ids=repr)
def test_of_one_number_one_number_comes_out(loss):
    for one in (2, 2.0, np.float64(2), np.int64(2), np.array(2.0), np.array(2)):
        results = [loss(one, 1), loss.grad(one, 1), *loss.value_and_grad(one, 1)]
        results += [formula(one) for formula in formulas(loss)]
        assert {type(result) for result in results} == {np.float64}
        np.testing.assert_array_equal(loss(one, 1), loss(np.array([2.0]), np.array([1]))[0])
    for one in (np.float32(2), np.array(2, np.float32)):
        results = [loss(one, 1), loss.grad(one, 1), *(formula(one) for formula in formulas(loss))]
        assert {type(result) for result in results} == {np.float32}


def test_softmax_and_its_logs_of_one_row():
    for row in ([1, 2, 3], (1.0, 2, 3), np.array([1, 2, 3], np.int8), [True, False, True]):
        assert type(lossbook.logsumexp(row)) is np.float64
        np.testing.assert_allclose(np.exp(lossbook.log_softmax(row)), lossbook.softmax(row))


def test_booleans_are_0_and_1():
    no_yes = np.array([False, True])
    for loss in [*of(ResidualLoss, AmountLoss, OrderedLogit), *TYPED]:
        some = slice(isinstance(loss, Gamma), None)  # to which 0 is no amount
        np.testing.assert_array_equal(
            loss([0.5, 3.0][some], no_yes[some]), loss([0.5, 3.0][some], [0, 1][some])
        )
        np.testing.assert_array_equal(loss(no_yes, [1, 1]), loss([0.0, 1.0], [1, 1]))
    for loss in OF_ONE:
        for formula in formulas(loss):
            np.testing.assert_array_equal(formula(no_yes), formula([0.0, 1.0]))
            assert formula(True) == formula(1.0)


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
def test_a_label_that_is_a_boolean_is_plus_or_minus_1(loss):
    labels, score = np.array([True, False, True]), np.array([0.5, 3.0, -2.0])
    for held in (labels, labels.tolist()):
        np.testing.assert_array_equal(loss(score, held), loss(score, [1, -1, 1]))
        np.testing.assert_array_equal(loss.grad(score, held), loss.grad(score, [1, -1, 1]))
        assert lossbook.minimiser(loss, held) == lossbook.minimiser(loss, [1, -1, 1])
    assert lossbook.risk(loss, score, labels) == lossbook.risk(loss, score, [1, -1, 1])


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
def test_a_class_that_is_a_boolean_is_0_or_1(loss):
    classes, logits = np.array([True, False, True]), np.array([[1.0, 2], [3, -1], [0, 0.5]])
    np.testing.assert_array_equal(loss(logits, classes), loss(logits, [1, 0, 1]))
    np.testing.assert_array_equal(loss.grad(logits, classes), loss.grad(logits, [1, 0, 1]))
    np.testing.assert_array_equal(
        lossbook.minimiser(loss, classes), lossbook.minimiser(loss, [1, 0, 1])
    )
    if loss.soft_targets:
        rows = np.eye(2, dtype=bool)[[1, 0, 1]]
        np.testing.assert_allclose(loss(logits, rows), loss(logits, [1, 0, 1]), rtol=1e-14)


def test_a_weight_that_is_a_boolean_says_who_counts():
    loss, counts = Huber(), np.array([True, False, True])
    p, t = np.array([1.0, 5, -3]), np.zeros(3)
    assert lossbook.risk(loss, p, t, counts) == lossbook.risk(loss, p[counts], t[counts])


# Arrays that say more than their numbers


class Metres(np.ndarray):
    """As the quantities of packages for units are."""


MORE = [np.ma.masked_array([1.0, 1, 1], [0, 1, 0]), np.ma.masked, np.ones(3).view(Metres)]


@every
@pytest.mark.parametrize("more", MORE, ids=lambda a: type(a).__name__)
def test_what_would_be_lost_is_refused(loss, more):
    prediction, target = whole_example(loss)
    calls = (loss, loss.grad, loss.value_and_grad)
    calls += tuple(lambda p, t, f=f: f(loss, p, t) for f in (lossbook.risk, lossbook.risk_and_grad))
    for call in calls:
        with pytest.raises(TypeError, match=f"prediction is a {type(more).__name__}"):
            call(more, target)
        with pytest.raises(TypeError, match=f"target is a {type(more).__name__}.* plain array"):
            call(prediction, more)
    with pytest.raises(TypeError, match="target is a"):
        lossbook.minimiser(loss, more)
    with pytest.raises(TypeError, match="weights is a"):
        lossbook.risk(loss, prediction, target, more)
    for formula in formulas(loss):
        with pytest.raises(TypeError, match=r"is a .* which holds more than its numbers"):
            formula(more)


def test_what_says_no_more_than_its_numbers_is_taken(tmp_path):
    disk = np.memmap(tmp_path / "numbers", float, "w+", shape=(3,))
    disk[:] = [1, 2, 3]
    np.testing.assert_array_equal(Huber()(disk, np.zeros(3)), Huber()([1.0, 2, 3], np.zeros(3)))


@every
def test_tables_with_other_labels_are_refused(loss):
    """An example is known by its place; pandas would know it by its label."""
    prediction, target = whole_example(loss)
    table = pd.DataFrame if prediction.ndim == 2 else pd.Series
    turned, straight = table(prediction, index=[2, 1, 0]), pd.Series(target)
    for call in (
        loss,
        loss.grad,
        lambda p, t: lossbook.risk(loss, p, t),
        lambda p, t: lossbook.risk_and_grad(loss, p, t),
        lambda p, t: lossbook.risk(loss, prediction, t, pd.Series(np.ones(3), index=[2, 1, 0])),
    ):
        with pytest.raises(ValueError, match="the arguments differ in their index"):
            call(turned, straight)
    np.testing.assert_array_equal(loss(turned, target), loss(prediction, target))
    same = straight.set_axis(turned.index)
    np.testing.assert_array_equal(loss(turned, same), loss(prediction, target))


# Memory


@every
@dtypes
def test_no_result_shares_memory_with_what_was_given(loss, dtype):
    prediction, target = example(loss, dtype=dtype)
    given = [prediction, target, target.astype(dtype)]
    results = [*loss.value_and_grad(prediction, target), loss.grad(prediction, target)]
    results += [lossbook.risk_and_grad(loss, prediction, target)[1], loss(prediction, target)]
    results += [formula(prediction) for formula in formulas(loss)]
    results.append(np.asarray(lossbook.minimiser(loss, target)))
    assert not any(np.shares_memory(a, b) for a in results for b in given)
    value, grad = loss.value_and_grad(prediction, target)
    assert not np.shares_memory(value, grad)


@pytest.mark.parametrize("loss", TYPED, ids=repr)
def test_no_typed_formula_shares_memory_with_what_was_given(loss):
    error = np.array([0.5, 2])
    assert not any(np.shares_memory(formula(error), error) for formula in formulas(loss))


@pytest.mark.parametrize("K", [1, 3])
def test_no_function_of_logits_shares_memory_with_them(K):
    logits = np.ones((2, K))
    for function in (lossbook.softmax, lossbook.logsumexp, lossbook.log_softmax):
        assert not np.shares_memory(function(logits), logits)


# Infinite, huge and tiny numbers


@pytest.mark.parametrize(
    ("logits", "expected"),
    [
        ([-np.inf, -np.inf], -np.inf),
        ([-np.inf], -np.inf),
        ([np.inf, np.inf], np.inf),
        ([np.inf, -np.inf], np.inf),
        ([np.inf, 0], np.inf),
        ([-np.inf, 0], 0),
        ([1.7e308, 1.7e308], 1.7e308),
        ([np.inf, np.nan], np.nan),
        ([-np.inf, np.nan], np.nan),
    ],
)
def test_the_log_of_a_sum_has_its_limits(logits, expected):
    for dtype in (np.float64, np.float32):
        with np.errstate(over="ignore"):
            row, right = np.array(logits, dtype), dtype(expected)
        np.testing.assert_array_equal(lossbook.logsumexp(row), right)
        np.testing.assert_array_equal(lossbook.logsumexp([row, np.ones(len(row))])[0], right)
    many = np.full((3, 200), logits[0])
    np.testing.assert_array_equal(np.isinf(lossbook.logsumexp(many)), np.isinf(many[:, 0]))


def test_a_hinge_sees_the_1_between_large_logits():
    for top in (2.0**53, 1e16, 1e300):
        value, grad = MulticlassHinge().value_and_grad([[top, top, 0], [0, -top, -top]], [0, 1])
        np.testing.assert_array_equal(value, [1, 1 + top])
        np.testing.assert_array_equal(grad, [[-1, 1, 0], [1, -1, 0]])
    value, grad = MulticlassHinge().value_and_grad(np.full((1, 2), 2**25, np.float32), [0])
    np.testing.assert_array_equal([value[0], *grad[0]], [1, -1, 1])


NUMBERS = [0, 5e-324, 1e-310, 1e-45, 1e-8, 0.3, 1, 5, 40, 88, 90, 104, 700, 712, 720, 745, 746, 1e4]
NUMBERS += [1e16, 1e30, 3e38, 1e154, 1e200, 1.7e308, np.inf]


@pytest.mark.parametrize("loss", [*INSTANCES, *TYPED], ids=repr)
@dtypes
def test_every_way_to_a_number_leads_to_the_same(loss, dtype):
    """The call, the gradient and the risks of each example by itself."""
    with np.errstate(over="ignore"):
        x = np.unique(np.array([*NUMBERS, *(-n for n in NUMBERS)], dtype))
    if isinstance(loss, CategoricalLoss):
        a, b = (grid.ravel() for grid in np.meshgrid(x[::3], x[1::3]))
        predictions, targets = np.stack([a, b, 0 * b], 1)[:, None], [[0], [1], [2]]
    else:
        predictions = x[:, None]
        targets = [[-1], [1]] if isinstance(loss, MarginLoss) else [[0], [2.5]]
        targets = targets[isinstance(loss, Gamma) :]
        if isinstance(loss, OrderedLogit):
            targets = [[k] for k in range(len(loss.cuts) + 1)]
    for prediction in predictions:
        for target in targets:
            value, grad = loss.value_and_grad(prediction, target)
            np.testing.assert_array_equal(loss(prediction, target), value)
            np.testing.assert_array_equal(loss.grad(prediction, target), grad)
            risk, signal = lossbook.risk_and_grad(loss, prediction, target)
            close = {
                "rtol": 8 * np.finfo(dtype).eps,
                "atol": 4 * np.finfo(dtype).smallest_subnormal,
            }
            np.testing.assert_allclose(risk, value[0], **close)
            np.testing.assert_allclose(lossbook.risk(loss, prediction, target), value[0], **close)
            np.testing.assert_allclose(signal, grad, **close)


def test_a_slope_may_be_smaller_than_a_normal_number():
    for score, right in ((720.0, -2.0322308024e-313), (745.0, -5e-324), (746.0, 0.0)):
        assert lossbook.Logistic().grad(score, 1) == right
        assert lossbook.Logistic().grad(-score, -1) == -right
        assert lossbook.Logistic().slope(score) == right
    assert lossbook.Logistic().grad(np.float32(100), 1) == -np.exp(np.float32(-100))


def test_no_formula_warns():
    with np.errstate(all="raise"):
        for loss in OF_ONE:
            for formula in formulas(loss):
                formula([1.7e308, -1.7e308, 5e-324, 800, -800, 0])


# Typed losses far out

FAR = {  # the loss and the slope at ±800 and at ±1e200
    "1/cosh(error)": ((799.3068528194400547, 1), (1e200, 1)),
    "1/cosh(error)**0.5": ((399.6534264097200274, 0.5), (5e199, 0.5)),
    "1/(1 + cosh(error))": ((799.3068528194400547, 1), (1e200, 1)),
    "1/(exp(error) + exp(-error))": ((800, 1), (1e200, 1)),
    "1/(1 + error**2)": ((13.36922501736239, 0.002499996093756104), (921.0340371976183, 2e-200)),
    "(1 + error**2/4)**(-2.5)": ((29.95733843, 0.00624996094), (2299.119357, 5e-200)),
    "exp(-sqrt(1 + error**2))": ((800.00062499975585957, 0.99999921875091553), (1e200, 1)),
    "exp(-abs(error) - tanh(error**2))": ((801, 1), (1e200, 1)),
    "exp(-error**2/(1 + abs(error)))": ((799.0012484394506866, 0.99999844139107), (1e200, 1)),
    "exp(-max(abs(error), log(cosh(error))))": ((800, 1), (1e200, 1)),
    "exp(-abs(error)) if abs(error) < 2 else exp(-2)/cosh(abs(error) - 2)": (
        (799.3068528194400547, 1),
        (1e200, 1),
    ),
    "exp(-error**4)": ((4.096e11, 2.048e9), (np.inf, np.inf)),
}


@pytest.mark.parametrize("text", FAR)
def test_typed_losses_far_out(text):
    loss, ((near, slope), (far, steep)) = custom(text).loss, FAR[text]
    errors = np.array([-1e200, -800, 800, 1e200])
    np.testing.assert_allclose(loss.rho(errors), [far, near, near, far], rtol=1e-8)
    np.testing.assert_allclose(loss.psi(errors), [-steep, -slope, slope, steep], rtol=1e-8)
    np.testing.assert_allclose(loss(errors, np.zeros(4)), loss.rho(errors))
    assert loss.rho(np.float32(800)) == pytest.approx(near, rel=1e-6)
    assert loss.psi(800) == pytest.approx(slope, rel=1e-8)
