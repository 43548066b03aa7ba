"""What is stated of each loss is true over the whole space: a search finds no counterexample."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import optimize, special

import lossbook
from lossbook import (
    CategoricalLoss,
    CrossEntropy,
    Focal,
    GeneralRobust,
    Huber,
    MarginLoss,
    MulticlassHinge,
    NegativeBinomial,
    Quantile,
    ResidualLoss,
    StudentT,
    Tweedie,
    minimiser,
    risk,
    softmax,
    traits,
)
from lossbook.traits import CATALOGUE, GROWTHS, SIGNALS

TRIED = [
    *CATALOGUE,
    Huber(delta=0.25),
    Huber(delta=40.5),
    Quantile(level=0.2),
    StudentT(dof=0.3),
    StudentT(dof=40.0),
    *(GeneralRobust(alpha, 0.3) for alpha in (-5.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.inf)),
    GeneralRobust(-np.inf, 400.0),
    NegativeBinomial(dispersion=0.1),
    NegativeBinomial(dispersion=7.0),
    Tweedie(power=1.2),
    Tweedie(power=1.8),
    CrossEntropy(label_smoothing=0.1),
    Focal(gamma=0.0),
    Focal(gamma=0.5),
    Focal(gamma=5.0),
]
CASES = [
    (loss, K) for loss in TRIED for K in ((2, 3, 7) if isinstance(loss, CategoricalLoss) else (2,))
]
CLASSES = [(loss, K) for loss, K in CASES if isinstance(loss, CategoricalLoss)]
MARGINS = [(loss, 2) for loss in TRIED if isinstance(loss, MarginLoss)]


def cases(chosen=CASES):
    return pytest.mark.parametrize(("loss", "K"), chosen, ids=lambda case: str(case))


def everywhere(loss, K, rng):
    """Predictions near and far in all directions, and their targets."""
    if isinstance(loss, CategoricalLoss):
        logits = np.concatenate([s * rng.normal(size=(1500, K)) for s in (0.3, 1, 3, 10, 100)])
        silent = rng.random(logits.shape) < rng.choice([0, 0.5, 0.9], (len(logits), 1))
        return logits - 50 * silent, rng.integers(0, K, len(logits))
    size = np.geomspace(1e-9, 1e12, 40_001)
    off = np.concatenate([-size, [0], size])
    if isinstance(loss, MarginLoss):
        return off, rng.choice([-1, 1], off.shape)
    if isinstance(loss, ResidualLoss):
        return off, np.zeros(off.shape)
    return off, 10 ** rng.uniform(-3, 6, off.shape)


def lengths(gradient):
    return np.hypot.reduce(gradient.reshape(len(gradient), -1), axis=1)


def climbed(loss, logits, target, height):
    """How high a climb from the highest few leads."""
    best = np.argsort(height(logits, target))[-4:]
    return max(
        -optimize.minimize(
            lambda z, y=target[k]: -height(z[None], np.array([y]))[0],
            logits[k],
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 4000},
        ).fun
        for k in best
    )


@cases()
@pytest.mark.parametrize("what", ["strongest", "dearest"])
def test_bounds_hold_everywhere_and_are_reached(loss, K, what):
    rng = np.random.default_rng(0)

    def height(prediction, target):
        return (
            lengths(loss.grad(prediction, target))
            if what == "strongest"
            else loss(prediction, target)
        )

    prediction, target = everywhere(loss, K, rng)
    bound, most = getattr(traits.of(loss, K), what), height(prediction, target).max()
    if np.isinf(bound):
        assert most > (1e3 if what == "strongest" else 30)
        return
    if isinstance(loss, CategoricalLoss):
        most = max(most, climbed(loss, prediction, target, height))
    assert most == pytest.approx(bound, rel=1e-6)
    assert most <= bound * (1 + 1e-12)


@cases()
def test_smooth_is_where_no_jump_is_found(loss, K):
    """Halve chords, and keep the half over which the gradient changes more."""
    rng = np.random.default_rng(1)
    n = 4000
    if isinstance(loss, CategoricalLoss):
        low, high = rng.normal(0, 2, (2, n, K))
        target = rng.integers(0, K, n)
    else:
        low, high = rng.normal(0, 2, (2, n))
        target = rng.choice([-1.0, 1.0], n) if isinstance(loss, MarginLoss) else np.ones(n)
    for _ in range(60):
        middle = (low + high) / 2
        a, b, c = (loss.grad(place, target).reshape(n, -1) for place in (low, middle, high))
        first = lengths(b - a) >= lengths(c - b)
        first = first.reshape(n, *[1] * (low.ndim - 1))
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    above, below = (loss.grad(place, target).reshape(n, -1) for place in (high, low))
    jump = (lengths(above - below) / (1 + lengths(above))).max()
    assert (jump < 1e-6) == traits.of(loss, K).smooth


def growth(a, b, c):
    """How a price grows, from three places, each twice as far as the one before."""
    if c == 0:
        return "nothing"
    if c < a:
        return "ever less"
    if not np.isfinite(c):
        return "exponential"
    power = np.log2((c - b) / (b - a)) if c - b > 1e-9 * c else -1
    bounds = dict(zip(GROWTHS[2:9], (-0.2, 0.2, 0.8, 1.2, 1.8, 2.2, 4), strict=True))
    return next((name for name, bound in bounds.items() if power < bound), "exponential")


def signal(a, b, c):
    """What becomes of the length of a gradient, from three places as above."""
    if c == 0:
        return "nothing"
    return "fading" if c < 0.9 * b else "bounded" if c < 1.1 * b else "unbounded"


@pytest.mark.parametrize(
    ("price", "name"),
    [
        (lambda t: 0 * t, "nothing"),
        (lambda t: np.exp(-t), "ever less"),
        (lambda t: 2 - 1 / t, "bounded"),
        (lambda t: np.ones_like(t), "bounded"),
        (lambda t: np.log1p(t), "logarithmic"),
        (lambda t: t**0.5, "slower than a line"),
        (lambda t: t - 1, "linear"),
        (lambda t: t**1.5, "between a line and a square"),
        (lambda t: t**2 + t, "quadratic"),
        (lambda t: t**3, "faster than a square"),
        (lambda t: np.exp(t), "exponential"),
    ],
)
def test_growth_knows_each_kind(price, name):
    assert growth(*price(np.array([32.0, 64.0, 128.0]))) == name


def test_signal_knows_each_kind():
    assert signal(1, 1, 0) == "nothing"
    assert signal(0.4, 0.2, 0.1) == "fading"
    assert signal(0.98, 0.99, 1) == "bounded"
    assert signal(1, 2, 4) == "unbounded"


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
    return {"above": (start, np.ones(n), target), "below": (start, -np.ones(n), target)}


@cases()
@pytest.mark.filterwarnings("ignore:overflow|invalid")
def test_far_out_in_every_direction(loss, K):
    stated, near = traits.of(loss, K), not isinstance(loss, ResidualLoss)
    for side, (start, way, target) in ways_out(loss, K, np.random.default_rng(2)).items():
        steps = np.array([16.0, 32.0, 64.0]) * (1 if near else 64)
        prices, gradients = zip(
            *(loss.value_and_grad(start + step * way, target) for step in steps), strict=True
        )
        grown = {growth(*row) for row in np.transpose(prices)}
        heard = {signal(*row) for row in np.transpose([lengths(g) for g in gradients])}
        assert max(grown, key=GROWTHS.index) == stated.charges[side], side
        assert max(heard, key=SIGNALS.index) == stated.signals[side], side


# Where the minimum is


def shares_of(K, rng):
    return rng.dirichlet(np.full(K, rng.choice([0.5, 1.0, 5.0]))) * 0.99 + 0.01 / K


def data_for(loss, K, rng):
    """A target and weights in which every class occurs, so that each minimum is finite."""
    if isinstance(loss, CategoricalLoss):
        return np.arange(K), shares_of(K, rng)
    if isinstance(loss, MarginLoss):
        return np.array([1.0, -1.0]), shares_of(2, rng)
    return size_of(loss) * np.exp(rng.normal(size=9)), shares_of(9, rng)


def size_of(loss):
    """How large errors must be for the loss to show its shape."""
    sizes = getattr(loss, "delta", 0), getattr(loss, "scale", 0), getattr(loss, "dof", 0) ** 0.5
    return max(1, *sizes)


def level(target, weights, level):
    return np.sort(target)[np.searchsorted(np.cumsum(weights[np.argsort(target)]), level)]


def lead(odds):
    """Of the label +1, from the weights of +1 and −1."""
    return lambda target, weights: odds(weights[0] / weights[1])


BY_NAME = {
    "the mean": lambda target, weights: weights @ target,
    "the median": lambda target, weights: level(target, weights, 0.5),
    "the quantile of level 0.9": lambda target, weights: level(target, weights, 0.9),
    "the quantile of level 0.2": lambda target, weights: level(target, weights, 0.2),
    "the log of the mean": lambda target, weights: np.log(weights @ target),
    "the log of the odds": lead(np.log),
    "half the log of the odds": lead(lambda odds: np.log(odds) / 2),
    "the mean label": lead(lambda odds: (odds - 1) / (odds + 1)),
    "the majority's label": lead(lambda odds: np.sign(odds - 1)),
    "the log of the class frequencies": lambda target, weights: np.log(weights),
    "the log of the class frequencies, smoothed": lambda target, weights: np.log(
        0.9 * weights + 0.1 / len(weights)
    ),
    "the majority": lambda target, weights: np.eye(len(weights))[weights.argmax()],
    "the class with more than half, else none": lambda target, weights: 1.0 * (weights > 0.5),
}
NAMELESS = {
    "a place without a name": lambda best, weights: np.ndim(best) == 0,
    "logits without a name": lambda best, weights: np.size(best) > 2,
    "odds nearer to even": lambda best, weights: (
        np.size(best) == 2 and 0 < np.diff(best)[0] / np.diff(np.log(weights))[0] < 1
    ),
}
"""Where no name is stated, what is; and no name above fits."""


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
            value, grad = lossbook.risk_and_grad(loss, np.tile(z, (K, 1)), target, weights)
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


@cases()
@pytest.mark.parametrize("seed", range(3))
def test_the_minimum_has_the_stated_name(loss, K, seed):
    target, weights, best = best_for(loss, K, seed)
    named = traits.of(loss, K).minimum
    price = price_of(loss, target, weights)
    if isinstance(loss, MulticlassHinge):
        least = least_price_of_the_multiclass_hinge(weights)
    else:
        least, _ = searched(loss, K, seed)
    assert price(best) <= least + 1e-9 * (1 + abs(least))
    if named in BY_NAME:
        assert price(BY_NAME[named](target, weights)) == pytest.approx(price(best), abs=1e-9)
        return
    assert NAMELESS[named](best, weights)
    for name, constant in BY_NAME.items():
        other = constant(target, weights)
        assert np.shape(other) != np.shape(best) or price(other) > price(best) + 1e-9, name


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0, 5.0, 20.0])
def test_focal_loss_moves_odds_towards_even_for_two_classes_only(gamma):
    for share in np.linspace(0.505, 0.995, 6):
        first, second = minimiser(Focal(gamma), [0, 1], [share, 1 - share])
        assert 0 < first - second < special.logit(share)
    rare = np.array([0.98, 0.015, 0.005])
    logits = minimiser(Focal(gamma), np.arange(3), rare)
    assert logits[1] - logits[2] > np.log(3) or gamma > 2
    many = np.array([0.04, *np.full(49, 0.96 / 49)])
    assert softmax(minimiser(Focal(gamma), np.arange(50), many))[0] > 0.04 or gamma > 5


def balanced(loss, K):
    """Two sides of equal weight, and a step towards one of them."""
    if isinstance(loss, CategoricalLoss):
        rest = np.full(K - 1, 0.5 / (K - 1))
        return (np.arange(K), np.array([0.5, *rest])), 0.3 * np.eye(K)[0]
    if isinstance(loss, ResidualLoss):
        side = 3 * size_of(loss)
        heavy = getattr(loss, "level", 0.5)
        return (np.array([-side, side]), np.array([heavy, 1 - heavy])), 0.3
    return (np.array([1.0, -1.0 if isinstance(loss, MarginLoss) else 1.0]), np.full(2, 0.5)), 0.3


@cases()
def test_unique_is_what_has_one_minimum(loss, K):
    """Data in balance are the hardest case; then any data."""
    (target, weights), step = balanced(loss, K)
    best, price = minimiser(loss, target, weights), price_of(loss, target, weights)
    others = [best + step]
    if isinstance(loss, ResidualLoss) and abs(best) > 0.01:
        others.append(-best)
    least = price(best)
    assert all(price(other) > least + 1e-9 for other in others) == traits.of(loss, K).unique
    if not traits.of(loss, K).unique:
        return
    for seed in range(2):
        _, _, best = best_for(loss, K, seed)
        _, place = searched(loss, K, seed)
        np.testing.assert_allclose(place - np.max(place), best - np.max(best), atol=2e-3)


@cases(CLASSES + MARGINS)
def test_probabilities_and_the_likeliest_class(loss, K):
    told, first = True, True
    for seed in range(8):
        _, weights, best = best_for(loss, K, seed)
        logits = best if isinstance(loss, CategoricalLoss) else np.array([best, 0.0])
        told &= np.allclose(softmax(logits), weights, atol=1e-9)
        ahead = np.flatnonzero(logits == logits.max())
        first &= list(ahead) == [weights.argmax()]
    stated = traits.of(loss, K)
    assert (told, first) == (stated.probabilities, stated.consistent)


def test_the_multiclass_hinge_may_ask_for_nothing():
    """With shares of .48, .42 and .10 the likeliest class is not ahead; so is no other best row."""
    shares = np.array([0.48, 0.42, 0.10])
    assert not minimiser(MulticlassHinge(), np.arange(3), shares).any()
    ahead = price_of(MulticlassHinge(), np.arange(3), shares)(np.array([1e-3, 0, 0]))
    assert ahead > 1 + 1e-6
    assert least_price_of_the_multiclass_hinge(shares) == pytest.approx(1)


def test_odds_can_be_read_back():
    """Where a loss that is no likelihood is said to tell the odds: here is how."""
    rng = np.random.default_rng(6)
    for loss in TRIED:
        stated = traits.of(loss)
        if stated.principle != "none: the odds can be read back":
            continue
        target, q = data_for(loss, 4, rng)
        best = minimiser(loss, target, q)
        if isinstance(loss, Focal):
            p = softmax(best)
            slope = (1 - p) ** loss.gamma / p - loss.gamma * (1 - p) ** (loss.gamma - 1) * np.log(p)
            back = (1 / slope) / (1 / slope).sum()
        elif isinstance(loss, CrossEntropy):
            back = (softmax(best) - loss.label_smoothing / 4) / (1 - loss.label_smoothing)
        else:
            assert loss == lossbook.Exponential()
            back = special.expit([2 * best, -2 * best])
        np.testing.assert_allclose(back, q, atol=1e-9)


@cases(CLASSES)
def test_turning_away_is_seen_wherever_a_class_has_more_than_half(loss, K):
    logits, target = everywhere(CrossEntropy(), K, np.random.default_rng(7))
    logits = logits / 4
    own = softmax(logits)[np.arange(len(logits)), target]
    sure = (own > 0.5) & (own < 1 - 1e-9)
    pulls, usual = (lengths(f.grad(logits[sure], target[sure])) for f in (loss, CrossEntropy()))
    assert bool((pulls < usual * (1 - 1e-12)).all()) == traits.of(loss, K).turns_away


@pytest.mark.parametrize("loss", TRIED, ids=str)
def test_what_is_said_of_three_classes_is_true_of_more(loss):
    """All cases above try 5 and 10; only the two of the strongest pull depend on K by a number."""
    three, more = (traits.of(loss, K) for K in (3, 20))
    assert replace(three, strongest=0) == replace(more, strongest=0)
