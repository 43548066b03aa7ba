"""Right answers to the exercises of chapter 13, written in other ways."""

import numpy as np
from tasks import collection

import lossbook as lb

RIGHT, to = collection()


@to("sandwich-error")
def of_sums(signal, curvature):
    return np.linalg.norm(signal) / np.sum(curvature)


@to("sandwich-error")
def as_a_sandwich(signal, curvature):
    bread = 1 / np.sum(curvature)
    return (bread * (signal @ signal) * bread) ** 0.5


@to("reweighted-step")
def with_the_package(constant, target, delta):
    return np.average(target, weights=lb.Huber(delta).weight(constant - target))


@to("reweighted-step")
def one_by_one(constant, target, delta):
    above = below = 0.0
    for y in target:
        size = abs(y - constant)
        weight = 1.0 if size <= delta else delta / size
        above += weight * y
        below += weight
    return above / below


@to("leaf-value")
def with_methods(gradient, hessian, penalty):
    return -gradient.sum() / (penalty + hessian.sum())


@to("leaf-value")
def solved(gradient, hessian, penalty):
    bend = hessian @ np.ones(len(hessian)) + penalty
    return (0 - gradient @ np.ones(len(gradient))) / bend
