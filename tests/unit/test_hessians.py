"""Curvature of margins and logits, and the Hessian times a vector, against mpmath and theory.

The curvature is held to what the gradient is held to in ``test_accuracy.py``; a product is held to
units of what its terms add up to, ``|H| |v|``.
"""

import warnings
from functools import partial
from itertools import accumulate

import numpy as np
import pandas as pd
import pytest
import sympy as sp
from cases import dtypes
from closeness import UNITS, assert_close, slack
from mpmath import mp, mpf
from oracle import bent_twin, both_signs, exactly, example, of, product_twin, rows

import lossbook
from lossbook import CategoricalLoss, CrossEntropy, MarginLoss, SoftmaxSquaredError

MARGINS = pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
LOGITS = pytest.mark.parametrize("loss", of(CategoricalLoss), ids=repr)


@dtypes
@MARGINS
def test_curvature_of_margins_of_every_size(loss, dtype):
    mp.dps, exact = 400, bent_twin(loss)
    rng = np.random.default_rng(2)
    large = [36, 37, 85, 87, 100, 340, 700, 708, 800, 1e4, 1e30]
    near_one = 1 + np.array([-1e-6, 1e-6, -1e-3, 1e-3])
    margin = both_signs([0, 1e-30], near_one, large, 20 * rng.normal(size=40), dtype=dtype)
    for label in (1, -1):
        found = loss.curvature(label * margin, np.full_like(margin, label))
        assert found.dtype == dtype
        for x, got in zip(margin, found, strict=True):
            assert_close(got, exact(mpf(float(x)))[0], dtype, f"{loss} at {x}")


@MARGINS
def test_the_derivative_of_the_slope_takes_any_numbers(loss):
    margin = [-2, 0, 3]
    expected = loss.curvature([-2.0, 0.0, 3.0], [1, 1, 1])
    np.testing.assert_array_equal(loss.slope_prime(margin), expected)
    assert loss.slope_prime(-2) == expected[0]


@MARGINS
def test_limits_of_margins(loss):
    far = {"SquaredHinge": 2, "Exponential": np.inf}.get(type(loss).__name__, 0)
    found = loss.curvature([np.inf, -np.inf, np.nan], [1, 1, 1])
    np.testing.assert_array_equal(found, [0, far, np.nan])
    np.testing.assert_array_equal(loss.curvature([-np.inf, np.inf], [-1, -1]), [0, far])


def test_the_curvature_of_a_hinge_at_its_corner():
    assert lossbook.Hinge().curvature(1.0, 1) == 0
    assert lossbook.Hinge().curvature(0.5, 1) == 0
    squared = lossbook.SquaredHinge()
    np.testing.assert_array_equal(squared.curvature([1.0, np.nextafter(1, 0)], [1, 1]), [0, 2])


@dtypes
@pytest.mark.parametrize("sizes", [(1,), (1,) * 4, (1, 1, 5, 92, 900)], ids=["2", "5", "1000"])
@LOGITS
def test_curvature_of_logits_of_every_size(loss, sizes, dtype):
    starts = np.array(list(accumulate((0, 1, *sizes)))[:-1])
    exact, step = bent_twin(loss, sizes), 1 + len(sizes) // 5
    for z in rows(len(sizes) + 1, dtype)[::step]:
        found = loss.curvature(np.repeat(z, (1, *sizes))[None], [0])
        assert found.dtype == dtype
        mp.dps = 100 + int(np.ptp(z) / 2)
        expected = exact(*map(mpf, z.tolist()))
        for i, got in enumerate(found[0, starts]):
            where = f"component {i} of {loss} at {z}"
            assert_close(got, expected[i], dtype, where, partial(slack, exact, z, i))


@dtypes
@pytest.mark.parametrize("count", [2, 8, 63, 128, 1000])
@LOGITS
def test_curvature_with_many_equal_rivals(loss, count, dtype):
    mp.dps, exact = 100, bent_twin(loss, (count,))
    for rival in (-8.3125, -9.0625, 0.3):
        z = np.array([0, rival], dtype)
        found = loss.curvature(np.tile(z[[0] + [1] * count], (3, 1)), [0] * 3)
        expected = exact(*map(mpf, z.tolist()))
        for row in found[:, :2]:
            for i, got in enumerate(row):
                where = f"component {i} of {loss} with {count} rivals at {rival}"
                assert_close(got, expected[i], dtype, where, partial(slack, exact, z, i))


def hessian(loss, z):
    """All entries, in mpmath; the class is the first."""
    exact, K = product_twin(loss, (1,) * (len(z) - 1)), len(z)
    return [exact(*z, *(mpf(k == j) for k in range(K))) for j in range(K)]


@dtypes
@pytest.mark.parametrize("K", [2, 4])
@LOGITS
def test_products_of_every_size(loss, K, dtype):
    """An entry of the Hessian that is no normal number may count as 0."""
    rng, limits = np.random.default_rng(K), np.finfo(dtype)
    vectors = [rng.normal(size=(1, K)), np.full((1, K), 0.7), np.eye(K)[1:], 1e30 * np.eye(K)[:1]]
    vectors = np.concatenate(vectors).astype(dtype)
    for z in rows(K, dtype):
        z -= z.max()  # so that no distance from the largest is rounded
        mp.dps = 100 + int(np.ptp(z) / 2)
        H = hessian(loss, list(map(mpf, z.tolist())))
        copies = np.tile(z, (len(vectors), 1))
        found = loss.hessian_product(copies, [0] * len(vectors), vectors)
        assert found.dtype == dtype
        for v, product in zip(vectors.tolist(), found.tolist(), strict=True):
            for k, got in enumerate(product):
                terms = [column[k] * mpf(x) for column, x in zip(H, v, strict=True)]
                allowed = UNITS * float(limits.eps) * sum(map(abs, terms))
                allowed += 2 * float(limits.tiny) * max(map(abs, v))
                error = abs(got - sum(terms))
                assert error <= allowed or error <= allowed + moved(loss, z, v, k), (z, v, k)


def moved(loss, z, v, k):
    """What `slack` allows where terms of an entry cancel."""
    exact = product_twin(loss, (1,) * (len(z) - 1))
    return slack(lambda *logits: exact(*logits, *map(mpf, v)), z, k)


def test_a_product_among_many_equal_classes_keeps_its_digits():
    """None has more than half: the differences from one of them would dwarf the mean."""
    K = 1000
    found = CrossEntropy().hessian_product(np.zeros((1, K)), [0], np.eye(K)[:1])[0]
    expected = np.append(1 / K - 1 / K**2, np.full(K - 1, -1 / K**2))
    np.testing.assert_allclose(found, expected, rtol=UNITS * np.finfo(float).eps)


SOFT = [CrossEntropy(), CrossEntropy(0.3), SoftmaxSquaredError()]


@pytest.mark.parametrize("loss", SOFT, ids=repr)
def test_soft_targets_are_the_symbolic_twin(loss):
    mp.dps = 100
    logits = np.array([[0.5, -1.0, 2.0], [30.0, 1.0, -4.0], [-40.0, 2.0, 2.5], [0.0, -70.0, -75.0]])
    target = np.array([[0.25, 0.5, 0.25], [0, 1, 0], [0.125, 0, 0.875], [0.5, 0.5, 2**-18]])
    v = np.array([[1.0, -2.0, 0.5], [3.0, 3.0, -1.0], [0.1, 0.2, 0.3], [1.0, 0.0, 0.0]])
    found = loss.curvature(logits, target), loss.hessian_product(logits, target, v)
    z, q = sp.symbols("z:3", real=True), sp.symbols("q:3", positive=True)
    value = exactly(loss).expression(z, q)
    formula = sp.lambdify((*z, *q), list(sp.hessian(value, z)), "mpmath", cse=True)
    for row, p, x, bend, product in zip(logits, target, v, *found, strict=True):
        H = np.array(formula(*map(mpf, row), *map(mpf, p))).reshape(3, 3)
        np.testing.assert_allclose(bend, H.diagonal().astype(float), rtol=1e-14)
        units = float(np.finfo(float).eps) * UNITS * (abs(H) @ abs(x))
        assert (abs(product - H @ x) <= units).all()


def hessians(loss, logits, target):
    """All entries of each Hessian, by products with the columns of the unit matrix."""
    n, K = logits.shape
    columns = [loss.hessian_product(logits, target, np.tile(e, (n, 1))) for e in np.eye(K)]
    return np.stack(columns, axis=1)


def targets(loss):
    rng, (logits, classes) = np.random.default_rng(0), example(loss, n=200, K=4)
    soft = rng.dirichlet(np.full(4, 0.5), 200)
    return [(logits, target) for target in [classes, *([soft] if loss.soft_targets else [])]]


@LOGITS
def test_a_hessian_is_symmetric_and_has_the_curvature_on_its_diagonal(loss):
    for logits, target in targets(loss):
        H = hessians(loss, logits, target)
        np.testing.assert_allclose(H, H.transpose(0, 2, 1), rtol=1e-13, atol=1e-15)
        curvature = loss.curvature(logits, target)
        np.testing.assert_allclose(H.diagonal(0, 1, 2), curvature, rtol=1e-12, atol=1e-15)
        if not isinstance(loss, lossbook.MulticlassHinge):
            assert np.linalg.matrix_rank(H[0]) == 3


@LOGITS
def test_products_are_differences_of_gradients(loss):
    rng, h = np.random.default_rng(1), 1e-3
    for logits, target in targets(loss):
        v = rng.normal(size=logits.shape)

        def slope(size, logits=logits, target=target, v=v):
            ahead, behind = (loss.grad(logits + s * size * v, target) for s in (1, -1))
            return (ahead - behind) / (2 * size)

        found, estimate = loss.hessian_product(logits, target, v), (4 * slope(h / 2) - slope(h)) / 3
        if isinstance(loss, lossbook.MulticlassHinge):
            assert not found.any()
            assert np.count_nonzero(estimate) < 10  # where a step meets a kink
        else:
            np.testing.assert_allclose(found, estimate, rtol=1e-7, atol=1e-9)


@LOGITS
def test_products_are_linear_and_a_constant_has_none(loss):
    rng = np.random.default_rng(2)
    for logits, target in targets(loss):
        u, v = rng.normal(size=(2, *logits.shape))
        apart = 3 * loss.hessian_product(logits, target, u) - loss.hessian_product(
            logits, target, v
        )
        together = loss.hessian_product(logits, target, 3 * u - v)
        np.testing.assert_allclose(together, apart, rtol=0, atol=1e-13)
        for size in (1.0, 1e300, 1e-300):
            flat = loss.hessian_product(logits, target, np.full_like(logits, size))
            assert np.abs(flat).max() <= 1e-15 * size
        large = loss.hessian_product(logits, target, 1.7e308 * np.sign(v))
        expected = loss.hessian_product(logits, target, np.sign(v))
        numbers = np.abs(expected) < 1
        found = large[numbers] / 1.7e308
        np.testing.assert_allclose(found, expected[numbers], rtol=1e-12, atol=1e-15)


@LOGITS
def test_hessians_that_bend_down_somewhere_are_those_of_losses_that_are_not_convex(loss):
    least = min(np.linalg.eigvalsh(hessians(loss, *given)).min() for given in targets(loss))
    assert (least > -1e-14) == loss.convex


@pytest.mark.parametrize("loss", of(MarginLoss), ids=repr)
def test_the_product_of_one_number_is_the_curvature_times_it(loss):
    prediction, target = example(loss)
    v = np.linspace(-2, 2, prediction.size)
    found = loss.hessian_product(prediction, target, v)
    np.testing.assert_array_equal(found, loss.curvature(prediction, target) * v)


def test_classes_and_their_rows_are_one_target():
    for loss in SOFT:
        logits, classes = example(loss, spread=20.0)
        v = np.random.default_rng(3).normal(size=logits.shape)
        for call in (loss.curvature, partial(loss.hessian_product, vector=v)):
            hard, soft = call(logits, classes), call(logits, np.eye(4)[classes])
            np.testing.assert_allclose(soft, hard, rtol=1e-12, atol=1e-30)


# Ends


@LOGITS
def test_infinite_logits_and_nan(loss):
    logits = [[np.inf, 1, 2], [1, -np.inf, -np.inf], [1, -np.inf, 0], [1, 2, 3]]
    spoilt = [[np.inf, np.inf, 0], [np.nan, 1, 2], *logits]
    for target in ([0, 1, 1, 1, 0, 0], np.eye(3)[[0, 1, 1, 1, 0, 0]])[: 1 + loss.soft_targets]:
        bend = loss.curvature(spoilt, target)
        product = loss.hessian_product(spoilt, target, np.tile([1.0, 2.0, -1.0], (6, 1)))
        for found in (bend, product):
            np.testing.assert_array_equal(found[2:4], 0)
            assert np.isfinite(found[4:]).all()
            assert np.isnan(found[:2]).all() or isinstance(loss, lossbook.MulticlassHinge)
            assert np.isnan(found[1]).any()


@LOGITS
@dtypes
def test_no_warning_and_no_nan_on_any_finite_logits(loss, dtype):
    sizes = [0, 1e-45, 1e-38, 1, 20, 88.8, 104, 1e4, 1e19, 3e38]
    sizes += [710, 746, 5e-324, 1e-308, 1e200, 1.7e308] * (dtype is np.float64)
    x = both_signs(sizes, dtype=dtype)
    z = np.stack([grid.ravel() for grid in np.meshgrid(x, x, x[::3])], axis=1)
    target, v = np.arange(len(z)) % 3, np.roll(z, 5, axis=0)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert np.isfinite(loss.curvature(z, target)).all()
        assert not np.isnan(loss.hessian_product(z, target, v)).any()


@LOGITS
def test_what_is_no_vector(loss):
    logits, classes = example(loss)
    for bad in (logits[:-1], logits[:, :2], logits[0], 1.0, logits[..., None]):
        with pytest.raises(ValueError, match=r"vector has shape \(.*\); allowed: \(12, 4\)"):
            loss.hessian_product(logits, classes, bad)
    with pytest.raises(TypeError, match="vector must hold real numbers"):
        loss.hessian_product(logits, classes, logits.astype(str))
    with pytest.raises(ValueError, match=r"target\[0\] is 4; allowed: classes 0 to 3"):
        loss.hessian_product(logits, classes + 4 - classes[0], logits)
    with pytest.raises(ValueError, match=r"target\[0\] is 4; allowed: classes 0 to 3"):
        loss.curvature(logits, classes + 4 - classes[0])


def test_labels_of_a_vector_that_differ():
    """An example is known by its place; pandas would know it by its label."""
    one = pd.Series([1.0, 2.0])
    turned = one.set_axis([1, 0])
    with pytest.raises(ValueError, match="the arguments differ in their index"):
        lossbook.SquaredError().hessian_product(one, [0.0, 0.0], turned)
    table = pd.DataFrame([[1.0, 2.0]])
    with pytest.raises(ValueError, match="the arguments differ in their columns"):
        CrossEntropy().hessian_product(table, [0], table.set_axis(["a", "b"], axis=1))
    for vector in (one, one.to_numpy()):
        found = lossbook.SquaredError().hessian_product(one, [0.0, 0.0], vector)
        np.testing.assert_array_equal(found, [1, 2])


@LOGITS
def test_what_is_given_is_left_alone(loss):
    for logits, target in targets(loss):
        v = np.ones_like(logits)
        for array in (logits, target, v):
            array.flags.writeable = False
        assert loss.curvature(logits, target).shape == logits.shape
        assert loss.hessian_product(logits, target, v).shape == logits.shape


def test_no_logits_and_one_class():
    for loss in of(CategoricalLoss):
        none, one = np.zeros((0, 3)), np.array([[3.0]])
        assert loss.curvature(none, np.zeros(0, int)).shape == (0, 3)
        assert loss.hessian_product(none, np.zeros(0, int), none).shape == (0, 3)
        np.testing.assert_array_equal(loss.curvature(one, [0]), [[0]])
        np.testing.assert_array_equal(loss.hessian_product(one, [0], one), [[0]])


@dtypes
@pytest.mark.parametrize("gamma", [10, 1e3, 1e5, 1e10, 1e30, 1e300])
def test_a_large_gamma(gamma, dtype):
    """Doubt, (1 - p)**gamma, fades where 1 - p is 1 to the last digit."""
    mp.dps, loss, limits = 400, lossbook.Focal(gamma), np.finfo(dtype)
    behind = np.log(gamma) + np.linspace(-4, 4, 9)
    z = np.array([-behind, np.zeros(9)], dtype).T
    z = z[(z[:, 0] > -80) | (dtype is np.float64)]
    v = np.ones_like(z) * np.array([1, 0.5], dtype)
    zeros = np.zeros(len(z), int)
    values, grads = loss.value_and_grad(z, zeros)
    bends, products = loss.curvature(z, zeros), loss.hessian_product(z, zeros, v)
    for x, value, grad, bend, product in zip(z[:, 0], values, grads, bends, products, strict=True):
        p, power = 1 / (1 + mp.exp(-mpf(float(x)))), mpf(gamma)
        doubt, price = mp.exp(power * mp.log1p(-p)), -mp.log(p)
        steep = doubt * (1 + power * p / (1 - p) * price)
        bent = power * doubt * p * (2 - price + (power - 1) * p * price / (1 - p))
        bent = (1 - p) * (steep * p + bent)
        right = [doubt * price, -steep * (1 - p), bent, bent / 2]
        for found, exact in zip([value, grad[0], bend[0], product[0]], right, strict=True):
            # a digit of the surprise is one of the power's
            slack = 64 * limits.eps * float(1 + power * p) ** 2
            assert abs(found - exact) <= slack * max(abs(exact), doubt) + limits.tiny, x


@dtypes
@pytest.mark.parametrize("gamma", [1e39, 1e300, 1.7e308])
def test_no_gamma_gives_no_number(gamma, dtype):
    z = np.array([[0.0, 0.0], [90.0, 0.0], [-90.0, 0.0], [800.0, 0.0], [-800.0, 0.0]], dtype)
    loss, zeros = lossbook.Focal(gamma), np.zeros(5, int)
    for found in (loss(z, zeros), loss.grad(z, zeros), loss.curvature(z, zeros)):
        assert np.isfinite(found).all()
    assert loss.grad(z[:, :1], zeros).tolist() == [[0.0]] * 5
