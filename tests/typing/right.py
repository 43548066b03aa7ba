"""What a user writes, and the types that come out: `make style` checks both."""

from typing import assert_type

import numpy as np

import lossbook
from lossbook import *  # noqa: F403
from lossbook.noise import Gaussian, Laplace, Mixture, OrderedLogistic

loss = lossbook.Huber(1.5)
assert_type(loss, lossbook.Huber)
assert_type(loss(0.5, 0.0), np.float64)
assert_type(loss([0.5, 1], [0, 0]), np.ndarray)
assert_type(loss.grad(np.ones(3, np.float32), np.zeros(3)), np.ndarray)
assert_type(loss.value_and_grad(1.0, 0.0), tuple[np.float64, np.float64])
slope: float = loss.curvature(0.5, 0)
assert_type(loss.convex, bool)
assert_type(loss.lipschitz, float)
assert_type(loss.kinks, tuple[float, ...])
assert_type(loss.delta, float)
assert_type(loss.card(), lossbook.show.Card)
assert_type(loss.plot(), np.ndarray)
assert_type(lossbook.LOSSES["Hinge"](), lossbook.Loss)
assert_type(Hinge(), lossbook.Hinge)  # noqa: F405

assert_type(lossbook.risk(loss, [0.5], [1.0], weights=[2.0]), float)
assert_type(lossbook.risk_and_grad(loss, np.ones(3), np.zeros(3)), tuple[float, np.ndarray])
assert_type(lossbook.minimiser(loss, [1, 2, 3]), float)
assert_type(lossbook.minimiser(lossbook.CrossEntropy(), [0, 1]), np.ndarray)
assert_type(lossbook.softmax([0.0, 1.0]), np.ndarray)

assert_type(lossbook.noise.of(loss), lossbook.noise.Noise)
assert_type(Laplace(2.0).density([0.0], [1.0]), np.ndarray)
assert_type(Mixture([Gaussian(1), Gaussian(10)], [9, 1]).density([0.0], [1.0]), np.ndarray)
assert_type(OrderedLogistic([-1.0, 1.0]).loss, lossbook.OrderedLogit)
assert_type(lossbook.OrderedLogit(np.array([-1.0, 1.0]).tolist())(0.0, 1), np.float64)
assert_type(Laplace().sample(0.0, 3, 7), np.ndarray)
assert_type(Laplace().loss, lossbook.AbsoluteError)
assert_type(lossbook.noise.fit(Laplace, [0.0, 1.0]), lossbook.noise.Fit)
assert_type(lossbook.noise.compare([Laplace], [0.0, 1.0]).best, lossbook.noise.Noise)
for row in lossbook.noise.compare([Laplace], [0.0, 1.0]):
    assert_type(row, lossbook.noise.Row)
assert_type(lossbook.noise.NOISES["Laplace"](), lossbook.noise.Noise)
assert_type(lossbook.objectives.lightgbm(loss, floor=1.0), lossbook.objectives.Objective)
assert_type(lossbook.derive.steps(Laplace())["loss"], lossbook.derive.Step)
assert_type(lossbook.symbolic.custom("exp(-abs(error))"), lossbook.noise.Implied)
assert_type(lossbook.exercises.check("name", abs), lossbook.exercises.Verdict)
assert_type(lossbook.live.Figure(alt="A line.").html(), str)
