"""The whole space of predictions and targets, in which the tests of the traits search."""

from functools import cache

import numpy as np
import pytest
from scipy import optimize

from lossbook import (
    AmountLoss,
    CategoricalLoss,
    CrossEntropy,
    EpsilonInsensitive,
    Expectile,
    Focal,
    GeneralRobust,
    Huber,
    MarginLoss,
    NegativeBinomial,
    OrderedLogit,
    Quantile,
    ResidualLoss,
    StudentT,
    Tukey,
    Tweedie,
    minimiser,
    risk,
    risk_and_grad,
)
from lossbook.losses.checks import POSITIVE
from lossbook.traits import CATALOGUE

TRIED = [
    *CATALOGUE,
    Huber(delta=0.25),
    Huber(delta=40.5),
    Quantile(level=0.2),
    Expectile(level=0.2),
    EpsilonInsensitive(epsilon=0.0),
    EpsilonInsensitive(epsilon=0.1),
    EpsilonInsensitive(epsilon=30.0),
    Tukey(c=0.3),
    Tukey(c=50.0),
    StudentT(dof=0.3),
    StudentT(dof=40.0),
    *(GeneralRobust(alpha, 0.3) for alpha in (-5.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.inf)),
    GeneralRobust(-np.inf, 400.0),
    *(NegativeBinomial(dispersion) for dispersion in (0.01, 20.0)),
    *(Tweedie(power) for power in (1.1, 1.9)),
    CrossEntropy(label_smoothing=0.1),
    Focal(gamma=0.0),
    Focal(gamma=0.5),
    Focal(gamma=5.0),
    OrderedLogit((0.0,)),
    OrderedLogit((1.5,)),
    OrderedLogit((-5.0, 0.0, 0.25, 9.0)),
]
CASES = [
    (loss, K) for loss in TRIED for K in ((2, 3, 7) if isinstance(loss, CategoricalLoss) else (2,))
]
CLASSES = [(loss, K) for loss, K in CASES if isinstance(loss, CategoricalLoss)]
MARGINS = [(loss, 2) for loss in TRIED if isinstance(loss, MarginLoss)]
ORDERED = [(loss, K) for loss, K in CASES if isinstance(loss, OrderedLogit)]


def cases(chosen=CASES):
    return pytest.mark.parametrize(("loss", "K"), chosen, ids=lambda case: str(case))


def lengths(gradient):
    return np.hypot.reduce(gradient.reshape(len(gradient), -1), axis=1)


def size_of(loss):
    """How large errors must be for the loss to show its shape."""
    sizes = [getattr(loss, name, 0) for name in ("delta", "scale", "epsilon", "c")]
    return max(1, getattr(loss, "dof", 0) ** 0.5, *sizes)


def some_targets(loss):
    """Of a loss of numbers; the price of an error does not ask where it is."""
    if isinstance(loss, AmountLoss):
        return [0.0, 0.5, 3.0, 4e4][loss.amounts[0] is POSITIVE :]
    if isinstance(loss, OrderedLogit):
        return range(len(loss.cuts) + 1)
    return [-1.0, 1.0] if isinstance(loss, MarginLoss) else [0.0]


def everywhere(loss, K, rng):
    """Predictions near and far in all directions, and their targets."""
    if isinstance(loss, CategoricalLoss):
        logits = np.concatenate([s * rng.normal(size=(1500, K)) for s in (0.3, 1, 3, 10, 100)])
        silent = rng.random(logits.shape) < rng.choice([0, 0.5, 0.9], (len(logits), 1))
        return logits - 50 * silent, rng.integers(0, K, len(logits))
    size = np.geomspace(1e-9, 1e12, 40_001)
    off = np.concatenate([-size, [0], size])
    return off, rng.choice(some_targets(loss), off.shape)


def chords(loss, K, reach, rng):
    """The ends of chords within a reach, with targets.  Of numbers they are neighbours on a grid:
    what is true of these is true of any two."""
    if isinstance(loss, CategoricalLoss):
        n = 6000
        scale = np.exp(rng.uniform(np.log(0.01), np.log(reach / 3), (2, n, 1)))
        a, step = scale * rng.normal(size=(2, n, K))
        step[rng.random(step.shape) < rng.choice([0, 0.6], (n, 1))] = 0
        some = (step != step[:, :1]).any(axis=1)  # more than a number added to all
        return a[some], (a + step)[some], rng.integers(0, K, some.sum())
    size = np.unique(np.append(np.geomspace(1e-6, reach, 4001), np.linspace(0, reach, 401)[1:]))
    grid = np.concatenate([-size[::-1], [0.0], size])
    targets = some_targets(loss)
    a, b = np.tile(grid[:-1], len(targets)), np.tile(grid[1:], len(targets))
    return a, b, np.repeat(targets, len(grid) - 1)


def ways_out(loss, K, rng, n=300):
    """For each side: where to start, in which direction to go, and the targets."""
    if isinstance(loss, CategoricalLoss):
        each, target, behind = np.arange(n), rng.integers(0, K, n), rng.uniform(0.5, 1, (n, K))
        ahead = np.where(rng.random((n, K)) < 0.5, 1, -behind)  # of the rivals some tie
        behind[each, target], ahead[each, target] = 0, -1
        ahead[each, (target + rng.integers(1, K, n)) % K] = 1
        start = rng.normal(size=(n, K))
        return {"wrong side": (start, ahead, target), "right side": (start, -behind, target)}
    start = rng.normal(size=n)
    if isinstance(loss, MarginLoss):
        label = rng.choice([-1.0, 1.0], n)
        return {"wrong side": (start, -label, label), "right side": (start, label, label)}
    target = rng.uniform(0.5, 9, n)
    if isinstance(loss, OrderedLogit):
        target = rng.choice(some_targets(loss), n)
    return {"above": (start, np.ones(n), target), "below": (start, -np.ones(n), target)}


# Data, and where the risk is least


def shares_of(K, rng):
    return rng.dirichlet(np.full(K, rng.choice([0.5, 1.0, 5.0]))) * 0.99 + 0.01 / K


def data_for(loss, K, rng):
    """A target and weights in which every class occurs, so that each minimum is finite."""
    if isinstance(loss, CategoricalLoss):
        return np.arange(K), shares_of(K, rng)
    if isinstance(loss, MarginLoss):
        return np.array([1.0, -1.0]), shares_of(2, rng)
    if isinstance(loss, OrderedLogit):
        return np.arange(len(loss.cuts) + 1), shares_of(len(loss.cuts) + 1, rng)
    return size_of(loss) * np.exp(rng.normal(size=9)), shares_of(9, rng)


def price_of(loss, target, weights):
    def price(constant):
        shape = (*np.shape(target), *np.shape(constant))
        return risk(loss, np.broadcast_to(constant, shape), target, weights)

    return price


@cache
def best_for(loss, K, seed):
    """Data and their best constant, found once for all tests that look at it."""
    target, weights = data_for(loss, K, np.random.default_rng([K, seed]))
    return target, weights, minimiser(loss, target, weights)


@cache
def searched(loss, K, seed):
    """The least risk that a search from many starts finds, and where."""
    target, weights, _ = best_for(loss, K, seed)
    price, rng = price_of(loss, target, weights), np.random.default_rng(seed)
    if isinstance(loss, CategoricalLoss):

        def down(z):
            value, grad = risk_and_grad(loss, np.tile(z, (K, 1)), target, weights)
            return value, grad.sum(axis=0)

        starts = [s * rng.normal(size=K) for s in (0.1, 1, 1, 3, 3)]
        found = [optimize.minimize(down, z, jac=True, options={"gtol": 1e-9}).x for z in starts]
    else:
        low, high = (-9, 9) if not isinstance(loss, ResidualLoss) else (0, target.max() + 1)
        grid = np.linspace(low, high, 2001)
        pairs = np.broadcast_arrays(grid[:, None], target)
        k = np.clip((loss(*pairs) @ weights).argmin(), 1, 1999)
        found = [
            optimize.minimize_scalar(
                price, bounds=(grid[k - 1], grid[k + 1]), method="bounded", options={"xatol": 1e-10}
            ).x
        ]
    risks = [price(place) for place in found]
    return min(risks), found[int(np.argmin(risks))]


def least_price_of_the_multiclass_hinge(weights):
    """A linear programme in the logits, and in what each class misses."""
    K = len(weights)
    rows = [
        np.concatenate([np.eye(K)[j] - np.eye(K)[y], -np.eye(K)[y]])
        for y in range(K)
        for j in range(K)
        if j != y
    ]
    cost, bounds = np.concatenate([np.zeros(K), weights]), [(-9, 9)] * K + [(0, None)] * K
    return optimize.linprog(cost, A_ub=rows, b_ub=-np.ones(len(rows)), bounds=bounds).fun
