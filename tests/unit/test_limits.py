"""At the ends of what can be given: the largest and smallest numbers, infinities, NaN and kinks."""

import warnings

import numpy as np
import pytest
from cases import dtypes, every
from oracle import example, of

import lossbook
from lossbook import (
    LOSSES,
    AmountLoss,
    CategoricalLoss,
    Hinge,
    MarginLoss,
    MulticlassHinge,
    OrderedLogit,
    ResidualLoss,
)

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
        if isinstance(loss, OrderedLogit):
            pairs = [(x, np.full(len(x), k)) for k in range(len(loss.cuts) + 1)]
        elif isinstance(loss, MarginLoss):
            pairs = [(x, np.ones_like(x)), (x, -np.ones_like(x))]
        elif isinstance(loss, ResidualLoss):
            pairs = [(a, b)]
        else:
            allowed = type(loss).amounts[0].holds(b)
            pairs = [(a[allowed], b[allowed])]
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for prediction, target in pairs:
            value, grad = loss.value_and_grad(prediction, target)
            assert not np.isnan(value).any()
            assert not np.isnan(grad).any()
            if isinstance(loss, AmountLoss):
                assert not np.isnan(loss.curvature(prediction, target)).any()
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


@pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)
def test_nan_of_a_single_class(loss):
    for target in ([0], [[1.0]]) if loss.soft_targets else ([0],):
        value, grad = loss.value_and_grad([[np.nan]], target)
        assert np.isnan([*value, *grad[0]]).all()


RESIDUAL_LIMITS = {  # of value and gradient, as the error grows
    "SquaredError": (np.inf, np.inf),
    "AbsoluteError": (np.inf, 1),
    "Huber": (np.inf, 1),
    "Quantile": (np.inf, 0.5),
    "LogCosh": (np.inf, 1),
    "StudentT": (np.inf, 0),
    "GeneralRobust": (np.inf, 1),
    "Expectile": (np.inf, np.inf),
    "EpsilonInsensitive": (np.inf, 1),
    "Tukey": (4.685 * (4.685 / 6), 0),
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


AMOUNT_LIMITS = {  # of value, gradient, curvature: at mean 0 for a target of 0 and 2, at ∞
    "Poisson": ([0, np.inf, np.inf, np.inf], [0, -2, np.inf, np.inf], [0, 0, np.inf, np.inf]),
    "Gamma": ([None, np.inf, None, np.inf], [None, -np.inf, None, 1], [None, np.inf, None, 0]),
    "NegativeBinomial": ([0, np.inf, np.inf, np.inf], [0, -2, 1, 1], [0, 0, 0, 0]),
    "Tweedie": ([0, np.inf, np.inf, np.inf], [0, -np.inf, np.inf, np.inf], [0] + [np.inf] * 3),
}


@dtypes
@pytest.mark.parametrize("name", [n for n, c in LOSSES.items() if issubclass(c, AmountLoss)])
def test_limits_of_log_means(name, dtype):
    loss = LOSSES[name]()
    taken = np.array([loss.amounts[0].holds(y) for y in (0, 2, 0, 2)])
    prediction = np.array([-np.inf, -np.inf, np.inf, np.inf], dtype)[taken]
    target = np.array([0, 2, 0, 2], dtype)[taken]
    found = *loss.value_and_grad(prediction, target), loss.curvature(prediction, target)
    for result, expected in zip(found, AMOUNT_LIMITS[name], strict=True):
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, np.array(expected, dtype)[taken])
    np.testing.assert_array_equal(found[0], loss(prediction, target))
    np.testing.assert_array_equal(found[1], loss.grad(prediction, target))


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


@pytest.mark.parametrize(
    ("density", "power"),
    [(f"1/(1 + error**{k})", k) for k in (2, 4, 6, 10, 30)]
    + [(f"1/(1 + abs(error)**{k})", k) for k in (1.5, 3, 3.5, 7)],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_typed_power_far_out_on_both_sides(density, power, dtype):
    loss = lossbook.symbolic.custom(density).loss
    size = np.geomspace(1e4, np.finfo(dtype).max / 4, 300).astype(dtype)
    for error in (size, -size):
        np.testing.assert_allclose(loss.rho(error), power * np.log(size), rtol=1e-4)
        np.testing.assert_allclose(loss.psi(error) * error, np.full(300, power), rtol=1e-4)


@pytest.mark.parametrize(
    "density",
    [
        "exp(error)/(1 + exp(error))**2",
        "exp(-exp(error) + error)",
        "exp(-error**2)*(1 + error**2)",
        "1/cosh(error)",
        "exp(-abs(error))",
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_infinite_error_has_no_typed_density(density, dtype):
    error = np.array([-np.inf, np.inf, np.nan], dtype)
    value = lossbook.symbolic.custom(density).loss.rho(error)
    assert value.dtype == dtype
    np.testing.assert_array_equal(value, [np.inf, np.inf, np.nan])
