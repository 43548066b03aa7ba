"""Every sort of number as a parameter, and parameters that make of a loss another one."""

from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from cases import dtypes
from mpmath import mp, mpf
from oracle import INSTANCES, PARAMETERS, example, twin

import lossbook
from lossbook import (
    LOSSES,
    AmountLoss,
    CategoricalLoss,
    Expectile,
    GeneralRobust,
    Huber,
    OrderedLogit,
    Quantile,
    StudentT,
    noise,
)
from lossbook.symbolic import custom

WHOLE = [int, np.int8, np.int64, np.uint32, sp.Integer]
REAL = [
    *(float, np.float16, np.float32, np.float64, np.longdouble, Fraction, Decimal),
    *(sp.Float, sp.Rational),
]
EXACT = {  # values that every sort of number holds exactly; at some of them a loss is another
    "delta": (1.5, 2.0),
    "level": (0.25, 0.5),
    "epsilon": (0.0, 0.25, 2.0),
    "c": (1.5, 2.0),
    "dof": (2.5, 3.0),
    "alpha": (-2.0, 0.0, 0.5, 1.0, 2.0),
    "scale": (0.5, 2.0),
    "dispersion": (0.5, 2.0),
    "power": (1.25, 1.5),
    "shape": (0.5, 2.0),
    "label_smoothing": (0.0, 0.25),
    "gamma": (0.0, 0.5, 2.0),
    "cuts": ((-0.5, 1.0), (2.0,)),
}


def whole(value):
    return bool(np.equal(value, np.rint(value)).all())


GIVEN = [
    (kind, f.name, value, number)
    for kind in LOSSES.values()
    for f in fields(kind)
    for value in EXACT[f.name]
    for number in [*REAL, *(WHOLE if whole(value) else [])]
    if not (number is np.uint32 and np.min(value) < 0)
]
given = pytest.mark.parametrize(
    ("kind", "name", "value", "number"),
    GIVEN,
    ids=[f"{k.__name__}-{n}-{v}-{t.__name__}" for k, n, v, t in GIVEN],
)


def of_sort(number, value):
    if isinstance(value, tuple):
        return tuple(of_sort(number, one) for one in value)
    return number(int(value)) if number in WHOLE else number(value)


@given
def test_a_parameter_of_any_sort_is_the_same_parameter(kind, name, value, number):
    plain, loss = kind(**{name: value}), kind(**{name: of_sort(number, value)})
    assert str(loss) == str(plain)
    assert loss.convex is plain.convex
    if number is not sp.Rational or whole(value):
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
        elif isinstance(loss, OrderedLogit):
            formula, value = loss.expression(sp.Float(x), 0), loss([x], [0])
        elif isinstance(loss, AmountLoss):
            formula, value = loss.expression(sp.Float(x), sp.Float(2.5)), loss([x], [2.5])
        else:
            formula, value = loss.expression(sp.Float(x)), loss([x], [0.0])
        assert float(formula) == pytest.approx(value[0], rel=1e-12)


MODELS = [
    (kind, f.name, value, number)
    for kind in noise.NOISES.values()
    if issubclass(kind, noise.LocationNoise)
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
    """Nor one number of several."""
    for f in fields(loss):
        several = f.name == "cuts"
        name = r"cuts\[1\]" if several else f.name
        for bad in NO_NUMBERS:
            with pytest.raises(TypeError, match=f"{name} must be a real number in"):
                replace(loss, **{f.name: (-1, bad, 2) if several else bad})
        for bad in OUTSIDE:
            with pytest.raises(ValueError, match=f"{name} must be in"):
                replace(loss, **{f.name: (-1, bad, 2) if several else bad})


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
    *(kind(level) for kind in (Quantile, Expectile) for level in (1e-300, 1e-40, 1 - 2**-53)),
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
    sizes = [
        1e-30,
        1e-8,
        0.3,
        3,
        1e8,
        1e19,
        -1e30,
        *([1e150, 1e200] if dtype is np.float64 else []),
    ]
    for e in np.array(sizes, dtype):
        expected = exact(mpf(float(e)))
        for found, right in zip(loss.value_and_grad(e, dtype(0)), expected, strict=True):
            if abs(right) > limits.max:
                assert found * mp.sign(right) > limits.max / 2
            elif abs(right) < limits.tiny:
                assert abs(found) <= 2 * limits.tiny
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
