"""Every sort of number, wherever one is asked for: as a parameter, as a prediction, a target or a
weight, and as what a formula is given by itself."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import sympy as sp
from cases import dtypes, every
from mpmath import mp, mpf
from oracle import INSTANCES, PARAMETERS, example, of, twin

import lossbook
from lossbook import (
    LOSSES,
    CategoricalLoss,
    GeneralRobust,
    Huber,
    MarginLoss,
    MulticlassHinge,
    Poisson,
    Quantile,
    ResidualLoss,
    StudentT,
    noise,
)
from lossbook.symbolic import custom

TYPED = [custom(text).loss for text in ("exp(-error**2/2)", "1/cosh(error)", "exp(-abs(error))")]
OF_ONE = [*of(ResidualLoss, MarginLoss), *TYPED]
PAIRS = [*of(ResidualLoss, MarginLoss, Poisson), *TYPED]


def formulas(loss):
    return [getattr(loss, name) for name in type(loss).formulas]


# Parameters

WHOLE = [int, np.int8, np.int64, np.uint32, sp.Integer]
REAL = [
    *(float, np.float16, np.float32, np.float64, np.longdouble, Fraction, Decimal),
    *(sp.Float, sp.Rational),
]
EXACT = {  # values that every sort of number holds exactly; at some of them a loss is another
    "delta": (1.5, 2.0),
    "level": (0.25, 0.5),
    "dof": (2.5, 3.0),
    "alpha": (-2.0, 0.0, 0.5, 1.0, 2.0),
    "scale": (0.5, 2.0),
    "label_smoothing": (0.0, 0.25),
    "gamma": (0.0, 0.5, 2.0),
}
GIVEN = [
    (kind, f.name, value, number)
    for kind in LOSSES.values()
    for f in fields(kind)
    for value in EXACT[f.name]
    for number in [*REAL, *(WHOLE if value == int(value) else [])]
    if not (number is np.uint32 and value < 0)
]
given = pytest.mark.parametrize(
    ("kind", "name", "value", "number"),
    GIVEN,
    ids=[f"{k.__name__}-{n}-{v}-{t.__name__}" for k, n, v, t in GIVEN],
)


def of_sort(number, value):
    return number(int(value)) if number in WHOLE else number(value)


@given
def test_a_parameter_of_any_sort_is_the_same_parameter(kind, name, value, number):
    plain, loss = kind(**{name: value}), kind(**{name: of_sort(number, value)})
    assert str(loss) == str(plain)
    assert loss.convex is plain.convex
    if number is not sp.Rational or value == int(value):
        assert loss == plain
        assert hash(loss) == hash(plain)
    for dtype in (np.float32, np.float64):
        prediction, target = example(loss, dtype=dtype)
        for call in ("__call__", "grad"):
            expected = getattr(plain, call)(prediction, target)
            found = getattr(loss, call)(prediction, target)
            assert found.dtype == dtype
            np.testing.assert_array_equal(found, expected)
        assert lossbook.risk(loss, prediction, target) == lossbook.risk(plain, prediction, target)
        np.testing.assert_array_equal(
            lossbook.minimiser(loss, target), lossbook.minimiser(plain, target)
        )


@given
def test_the_twin_takes_a_parameter_of_any_sort(kind, name, value, number):
    """At 0.5 and at 3, where a loss and its limits differ."""
    loss = kind(**{name: of_sort(number, value)})
    for x in (0.5, -3.0):
        if isinstance(loss, CategoricalLoss):
            formula = loss.expression([sp.Float(x), sp.Integer(0)], [1, 0])
            value, _ = loss.value_and_grad([[x, 0]], [0])
        else:
            formula, value = loss.expression(sp.Float(x)), loss([x], [0.0])
        assert float(formula) == pytest.approx(value[0], rel=1e-12)


MODELS = [
    (kind, f.name, value, number)
    for kind in noise.NOISES.values()
    for f in fields(kind)
    for value in EXACT[f.name]
    for number in [*REAL, *(WHOLE if value == int(value) else [])]
]


@pytest.mark.parametrize(("kind", "name", "value", "number"), MODELS)
def test_noise_takes_a_parameter_of_any_sort(kind, name, value, number):
    plain, model = kind(**{name: value}), kind(**{name: of_sort(number, value)})
    errors, zeros = np.array([-3, 0.5, 1.75]), np.zeros(3)
    np.testing.assert_array_equal(model.density(errors, zeros), plain.density(errors, zeros))
    found, expected = (m.sample(zeros, (2, 3), 1) for m in (model, plain))
    assert found.dtype == float
    np.testing.assert_array_equal(found, expected)
    twin = [float(model.expression(sp.Float(e))) for e in errors]
    np.testing.assert_allclose(twin, plain.density(errors, zeros), rtol=1e-12)
    again = noise.of(model.loss)
    assert float(again.normaliser) == pytest.approx(float(replace(plain, **unit(plain)).normaliser))


def unit(model):
    return {"scale": 1} if "scale" in {f.name for f in fields(model)} else {}


NO_NUMBERS = [
    *(True, np.True_, sp.true, "1", None, 1j, np.complex128(1), sp.I, [1.0], np.ones(()), ...),
]
OUTSIDE = [np.nan, np.float32("nan"), Decimal("nan"), sp.nan]


@pytest.mark.parametrize("loss", [loss() for loss in LOSSES.values() if fields(loss)], ids=repr)
def test_what_is_no_parameter(loss):
    for f in fields(loss):
        for bad in NO_NUMBERS:
            with pytest.raises(TypeError, match=f"{f.name} must be a real number in"):
                replace(loss, **{f.name: bad})
        for bad in OUTSIDE:
            with pytest.raises(ValueError, match=f"{f.name} must be in"):
                replace(loss, **{f.name: bad})


def test_a_parameter_that_is_no_float_is_refused_where_its_float_would_be():
    for bad in (Fraction(1, 10**400), Decimal("1e-400"), 10**400, sp.Integer(10) ** 400, -sp.oo):
        with pytest.raises(ValueError, match="delta must be in"):
            Huber(bad)
    assert GeneralRobust(10**400) == GeneralRobust(sp.oo) == GeneralRobust(np.inf)


def test_symbolic_numbers_stay_exact_in_the_twin():
    x = sp.Symbol("x", real=True)
    third = sp.Rational(1, 3)
    assert Quantile(third).expression(x) == sp.Max(-third * x, 2 * x / 3)
    assert sp.expand(Huber(sp.sqrt(2)).expression(sp.Integer(3))) == 3 * sp.sqrt(2) - 1
    assert Huber(sp.sqrt(2))(3.0, 0.0) == pytest.approx(3 * 2**0.5 - 1)
    assert GeneralRobust(2.0).expression(x) == GeneralRobust(sp.Float(2)).expression(x) == x**2 / 2


SIZES = [1e-300, 1e-60, 1e-20, 1e20, 1e40, 1e300, 1.7e308]
AT_ENDS = [
    *(kind(size) for kind in (StudentT, Huber) for size in SIZES[1:]),
    *(Quantile(level) for level in (1e-300, 1 - 2**-53)),
    *(
        GeneralRobust(alpha, scale)
        for alpha in (-np.inf, -2, 0, 1, 2, 3.5, np.inf)
        for scale in SIZES
    ),
]


@dtypes
@pytest.mark.parametrize("loss", AT_ENDS, ids=repr)
def test_parameters_at_the_ends_of_what_is_allowed(loss, dtype):
    mp.dps = 400
    limits, exact = np.finfo(dtype), twin(loss)
    sizes = [1e-30, 1e-8, 0.3, 3, 1e8, 1e19, *([1e150, 1e200] if dtype is np.float64 else [])]
    for e in np.array(sizes, dtype):
        expected = exact(mpf(float(e)))
        for found, right in zip(loss.value_and_grad(e, dtype(0)), expected, strict=True):
            if right > limits.max:
                assert found > limits.max / 2
            elif right < limits.tiny:
                assert found <= 2 * limits.tiny
            else:
                assert float(found) == pytest.approx(float(right), rel=2e4 * float(limits.eps))


@pytest.mark.parametrize("threads", [1, np.int64(2), np.uint8(3)])
def test_any_integer_counts_threads(threads):
    loss, (p, t) = lossbook.Logistic(), example(lossbook.Logistic())
    assert lossbook.risk_and_grad(loss, p, t, threads=threads)[0] == lossbook.risk(loss, p, t)


@pytest.mark.parametrize("threads", [True, np.True_, 0, -1, 2.0, "2", None])
def test_what_counts_no_threads(threads):
    p, t = example(lossbook.Logistic())
    with pytest.raises(ValueError, match=r"threads is .* allowed: whole numbers from 1"):
        lossbook.risk_and_grad(lossbook.Logistic(), p, t, threads=threads)


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
    return prediction, np.array([1, 1, 1] if isinstance(loss, MarginLoss) else [0, 3, 1])


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
    if not isinstance(loss, CategoricalLoss) or np.asarray(FORMS[form](target)).dtype.kind in "iu":
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
    for loss in [*of(ResidualLoss, Poisson), *TYPED]:
        np.testing.assert_array_equal(loss([0.5, 3.0], no_yes), loss([0.5, 3.0], [0, 1]))
        np.testing.assert_array_equal(loss(no_yes, [2, 0]), loss([0.0, 1.0], [2, 0]))
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
        with pytest.raises(TypeError, match=r"is a .* which says more than its numbers"):
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
        with pytest.raises(ValueError, match="index of prediction, target and weights differ"):
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


def test_whole_floats_in_a_typed_density_are_integers():
    e = sp.Symbol("error", real=True)
    assert custom("exp(-abs(error)**p)", p=2.0) == custom("exp(-abs(error)**p)", p=2)
    assert custom(sp.exp(-(e**2.0))) == custom("exp(-error**2)")


@pytest.mark.parametrize("number", [float, np.float64, sp.Float, sp.Integer])
@pytest.mark.parametrize("model", [model for model in noise.NOISES.values() if fields(model)])
def test_a_derivation_of_whole_floats_is_that_of_integers(model, number):
    whole = {f.name: 2 for f in fields(model) if f.name != "level"}
    own = model(**{name: number(value) for name, value in whole.items()})
    for found, expected in zip(
        lossbook.derive.steps(own), lossbook.derive.steps(model(**whole)), strict=True
    ):
        assert found == expected


# Losses that are others


@pytest.mark.parametrize("zero", [0, 0.0, np.float32(0), sp.Integer(0), sp.Float(0), Fraction(0)])
def test_a_parameter_that_makes_another_loss_makes_its_noise(zero):
    for scale in (1, 0.3):
        cauchy = noise.of(GeneralRobust(zero, scale))
        assert cauchy.normaliser == pytest.approx(np.pi * np.sqrt(2) * scale)
        errors = np.array([-3.0, 0.2, 100])
        expected = np.exp(-GeneralRobust(0, scale).rho(errors)) / cauchy.normaliser
        np.testing.assert_allclose(cauchy.density(errors, 0 * errors), expected, rtol=1e-14)
        assert noise.of(GeneralRobust(zero + 2, scale)) == noise.Gaussian(scale)
    assert (
        lossbook.derive.steps(noise.of(GeneralRobust(zero)))["loss"]
        .expression.subs("error", 2)
        .free_symbols
    )
    assert noise.of(lossbook.Focal(zero)) == noise.of(lossbook.CrossEntropy(zero))
    assert noise.of(lossbook.Focal(zero)).loss == lossbook.CrossEntropy()


def test_losses_that_are_others_have_their_numbers():
    logits, classes = example(lossbook.Focal(), spread=300.0)
    pairs = [(lossbook.Focal(0.0), lossbook.CrossEntropy(), logits, classes)]
    errors, zeros = np.array([-1e150, -3, 0, 1e-200, 0.3, 800]), np.zeros(6)
    pairs.append((GeneralRobust(2.0), lossbook.SquaredError(), errors, zeros))
    for one, other, prediction, target in pairs:
        for a, b in zip(
            one.value_and_grad(prediction, target),
            other.value_and_grad(prediction, target),
            strict=True,
        ):
            np.testing.assert_allclose(a, b, rtol=1e-14)
    assert {type(loss) for loss in PARAMETERS} == {type(loss) for loss in INSTANCES if fields(loss)}
