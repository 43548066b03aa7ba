"""The minimiser of the live figures, against exact answers."""

import numpy as np
import pytest
import sympy as sp
from scipy import stats
from scipy.optimize import linprog

from lossbook import Huber
from lossbook.live import solve
from lossbook.live.graph import Environment

e, t = sp.symbols("e t", real=True)
a, b, c = sp.symbols("a b c", real=True)
i, j = sp.symbols("i j", integer=True)


def minimum(expr, over, tables, start=None):
    env = Environment(tables)
    exprs = [expr, *(expr.diff(v) for v in over)]
    objective = env.function(exprs, over)
    start = solve.lowest(objective, np.atleast_2d(start or [0.0] * len(over)))
    return solve.minimise(objective, start)


def linear_program(X, y, level):
    """The quantile regression of y on X, exactly."""
    m, n = X.shape
    costs = np.r_[np.zeros(n), np.full(m, 1 - level), np.full(m, level)]
    bounds = [(None, None)] * n + [(0, None)] * (2 * m)
    return linprog(costs, A_eq=np.hstack([X, -np.eye(m), np.eye(m)]), b_eq=y, bounds=bounds)


@pytest.mark.parametrize("scales", [(), (1,), (3000,), (3000, 0.01)])
@pytest.mark.parametrize("level", [0.05, 0.5, 0.9])
def test_quantile_regression(scales, level):
    X1, X2, y = (sp.IndexedBase(name, real=True) for name in ("X1", "X2", "y"))
    over = (a, b, c)[: len(scales) + 1]
    for seed in range(5):
        rng = np.random.default_rng(seed)
        m = 30
        columns = [scale * (1 + rng.random(m)) for scale in scales]
        target = 50 + sum(columns) / 2 + 20 * rng.standard_t(1.5, m)
        error = a + sum(v * X[i] for v, X in zip(over[1:], (X1, X2), strict=False)) - y[i]
        loss = sp.Sum(sp.Max((1 - level) * error, -level * error), (i, 0, m - 1))
        tables = dict(zip((y, X1, X2), (target, *columns), strict=False))
        found = minimum(loss, over, tables)
        design = np.stack([np.ones(m), *columns], 1)
        exact = linear_program(design, target, level)
        value = np.maximum((1 - level) * (r := design @ found - target), -level * r).sum()
        assert value <= exact.fun * (1 + 1e-10)
        if len(scales) == 2:  # else the least may be a whole stretch
            span = np.ptp(target)
            np.testing.assert_allclose(design @ found, design @ exact.x[:3], atol=1e-6 * span)


def test_least_squares_and_huber():
    X, y = (sp.IndexedBase(name, real=True) for name in "Xy")
    rng = np.random.default_rng(1)
    columns = {X: 500 + 4000 * rng.random(40), y: rng.normal(100, 10, 40)}
    design = np.stack([np.ones(40), columns[X]], 1)
    error = a + b * X[i] - y[i]
    found = minimum(sp.Sum(error**2, (i, 0, 39)), (a, b), columns)
    exact = np.linalg.lstsq(design, columns[y])[0]
    np.testing.assert_allclose(design @ found, design @ exact, rtol=1e-9)
    found = minimum(sp.Sum(Huber(3).expression(error), (i, 0, 39)), (a, b), columns)
    slopes = Huber(3).psi(design @ found - columns[y])
    assert np.abs(slopes @ design / design.sum(0)).max() < 1e-6


def test_soft_margin_with_hinge():
    X, Y, label = (sp.IndexedBase(name, real=True) for name in ("X", "Y", "label"))
    rng = np.random.default_rng(2)
    sign = np.repeat([-1.0, 1], 15)
    points = rng.normal(size=(30, 2)) + sign[:, None]
    margin = label[i] * (a * X[i] + b * Y[i] + c)
    risk = sp.Sum(sp.Max(0, 1 - margin), (i, 0, 29)) + (a**2 + b**2) / 2
    found = minimum(risk, (a, b, c), {X: points[:, 0], Y: points[:, 1], label: sign})
    svm = pytest.importorskip("sklearn.svm").SVC(kernel="linear", C=1, tol=1e-9)
    svm.fit(points, sign)
    np.testing.assert_allclose(found, [*svm.coef_[0], *svm.intercept_], atol=1e-5)


def test_location_of_student_t():
    y = sp.IndexedBase("y", real=True)
    sample = stats.t.rvs(3, loc=2, size=25, random_state=3)
    loss = sp.Sum(2 * sp.log(1 + (a - y[i]) ** 2 / 3), (i, 0, 24))
    (found,) = minimum(loss, (a,), {y: sample})
    np.testing.assert_allclose(found, stats.t.fit(sample, f0=3, fscale=1)[1], atol=1e-4)


def test_steps_out_of_the_domain_are_taken_back_without_a_warning():
    found = minimum(sp.cosh(sp.exp(a) - 3) - sp.log(b) + b / 2, (a, b), {}, [-9.0, 0.01])
    np.testing.assert_allclose(found, [np.log(3), 2], atol=1e-6)
    (path,) = solve.descend(lambda x: [x**3], [1e9], 1.0, 9)
    assert not np.isfinite(path[-1])


def test_a_perfect_fit_and_a_start_at_the_minimum():
    assert minimum((a - 1) ** 2, (a,), {}, [1.0]) == [1]
    found = minimum(sp.Abs(a - 2) + sp.Abs(a + b - 3), (a, b), {})
    np.testing.assert_allclose(found, [2, 1], atol=1e-9)


def test_several_starts_and_a_jump():
    valleys = sp.Min((a + 3) ** 2, (a - 3) ** 2 - 1)
    assert minimum(valleys, (a,), {}, [[-4.0], [4.0], [9.0]])[0] == pytest.approx(3)
    wall = sp.Piecewise((-a, a < 1), (sp.oo, True))
    assert minimum(wall, (a,), {}) == pytest.approx([1])
    assert np.isnan(minimum(wall, (a,), {}, [2.0])).all()
