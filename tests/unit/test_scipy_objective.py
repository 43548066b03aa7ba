"""SciPy finds the least risk of a linear model."""

import numpy as np
import pandas as pd
import pytest
from cases import default
from oracle import example
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit

import lossbook
from lossbook import objectives

rng = np.random.default_rng(0)
N = 200
DESIGN = np.column_stack([np.ones(N), rng.normal(size=(N, 2))])
TARGET = DESIGN @ [1.0, 2.0, -1.0] + 0.3 * rng.standard_t(2, N)
WEIGHTS = rng.choice([0, 0.5, 2], N)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["alike", "weighted"])
def test_squared_error_gives_least_squares(weights):
    objective = objectives.scipy(lossbook.SquaredError(), DESIGN, TARGET, weights)
    found = minimize(objective, np.zeros(3), jac=True)
    root = np.sqrt(1 if weights is None else weights[:, None])
    exact = np.linalg.lstsq(root * DESIGN, np.ravel(root) * TARGET)[0]
    np.testing.assert_allclose(found.x, exact, atol=1e-5)
    least = lossbook.risk(lossbook.SquaredError(), DESIGN @ exact, TARGET, weights)
    assert found.fun == pytest.approx(least, rel=1e-9)


@default
def test_the_gradient_is_that_of_the_risk(loss):
    prediction, target = example(loss, n=30, K=4)
    design, weights = rng.normal(size=(30, 3)), rng.uniform(size=30)
    objective = objectives.scipy(loss, design, target, weights)
    K = loss.zeros_for(np.asarray(target)).shape[1:]
    start = rng.normal(size=3 * int(np.prod(K)))
    value, gradient = objective(start)
    prediction = design @ start.reshape(3, *K)
    assert value == pytest.approx(lossbook.risk(loss, prediction, target, weights), rel=1e-12)
    assert gradient.shape == start.shape
    slope = approx_fprime(start, lambda c: objective(c)[0], 1e-7)
    np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-5)


def test_logits_of_two_classes_are_logistic_regression():
    label = np.where(rng.random(N) < expit(TARGET), 1, -1)
    logistic = minimize(objectives.scipy(lossbook.Logistic(), DESIGN, label), np.zeros(3), jac=True)
    entropy = objectives.scipy(lossbook.CrossEntropy(), DESIGN, (label + 1) // 2)
    both = minimize(entropy, np.zeros(6), jac=True)
    assert both.fun == pytest.approx(logistic.fun, rel=1e-8)
    columns = both.x.reshape(3, 2)
    np.testing.assert_allclose(columns[:, 1] - columns[:, 0], logistic.x, rtol=1e-3)


def test_tables_of_pandas_whose_labels_agree():
    index = np.arange(N)[::-1]
    table, column = pd.DataFrame(DESIGN, index), pd.Series(TARGET, index)
    loss = lossbook.Huber()
    value, gradient = objectives.scipy(loss, table, column)(np.ones(3))
    plain = objectives.scipy(loss, DESIGN, TARGET)(np.ones(3))
    assert value == pytest.approx(plain[0], rel=1e-12)
    np.testing.assert_allclose(gradient, plain[1], rtol=1e-12)
    with pytest.raises(ValueError, match="differ in their index"):
        objectives.scipy(loss, table, column[::-1])


def test_what_does_not_fit_is_named():
    loss = lossbook.Huber()
    with pytest.raises(TypeError, match=r"make one, Huber\(\)"):
        objectives.scipy(lossbook.Huber, DESIGN, TARGET)
    for design in (DESIGN[:, 0], DESIGN[:9]):
        with pytest.raises(ValueError, match=r"design has shape .*allowed: \(n, p\) for n targets"):
            objectives.scipy(loss, design, TARGET)
    with pytest.raises(TypeError, match="design must hold real numbers"):
        objectives.scipy(loss, DESIGN.astype(str), TARGET)
    objective = objectives.scipy(loss, DESIGN, TARGET)
    for wrong in (np.zeros(2), np.zeros(6)):
        with pytest.raises(ValueError, match=r"coefficients have shape .*allowed: 3 numbers"):
            objective(wrong)
    for weights in (-WEIGHTS, WEIGHTS[:9], 0 * WEIGHTS):
        with pytest.raises(ValueError, match="weights"):
            objectives.scipy(loss, DESIGN, TARGET, weights)(np.zeros(3))
    with pytest.raises(ValueError, match=r"target\[0\] is"):
        objectives.scipy(lossbook.Logistic(), DESIGN, TARGET)(np.zeros(3))
