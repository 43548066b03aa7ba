"""What a loss asks for: the name of its minimum, probabilities, the likeliest class."""

import numpy as np
import pytest
from scipy import special, stats
from space import (
    CASES,
    CLASSES,
    MARGINS,
    ORDERED,
    TRIED,
    best_for,
    cases,
    data_for,
    least_price_of_the_multiclass_hinge,
    price_of,
    searched,
    size_of,
)

import lossbook
from lossbook import (
    CategoricalLoss,
    CrossEntropy,
    Focal,
    MarginLoss,
    MulticlassHinge,
    OrderedLogit,
    ResidualLoss,
    minimiser,
    softmax,
    traits,
)

# The functional


def share(labels):
    return np.mean(labels > 0)


def of_classes(classes):
    return np.bincount(classes) / len(classes)


def majority(targets):
    if targets.dtype == int:
        return 1.0 * (of_classes(targets) > 0.5)
    return np.sign(2 * share(targets) - 1)


STATISTICS = {
    "mean": np.mean,
    "median": np.median,
    "quantile": lambda level: (
        lambda numbers: np.quantile(numbers, level, method="averaged_inverted_cdf")
    ),
    "expectile": lambda level: lambda numbers: stats.expectile(numbers, level),
    "log-mean": lambda amounts: np.log(np.mean(amounts)),
    "log-odds": lambda labels: special.logit(share(labels)),  # of labels or of classes 0 and 1
    "half log-odds": lambda labels: np.arctanh(2 * share(labels) - 1),
    "log-probabilities": lambda classes: np.log(of_classes(classes)),
    "majority": majority,
}
"""By NumPy and SciPy alone, of targets that count alike."""


def statistic(functional):
    if isinstance(functional, tuple):
        name, level = functional
        return STATISTICS[name](level)
    return STATISTICS[functional]


def some_data(loss, K, seed):
    """Targets, in which every class occurs, and how often each counts."""
    rng = np.random.default_rng([K, seed])
    if isinstance(loss, CategoricalLoss):
        target = rng.permutation(np.append(np.arange(K), rng.integers(0, K, 20)))
    elif isinstance(loss, MarginLoss):
        target = rng.permutation(np.append([-1.0, 1.0], rng.choice([-1.0, 1.0], 20)))
    elif isinstance(loss, OrderedLogit):
        classes = len(loss.cuts) + 1
        target = rng.permutation(np.append(np.arange(classes), rng.integers(0, classes, 20)))
    else:
        target = size_of(loss) * np.exp(rng.normal(size=22))
    counts = rng.integers(1, 9, len(target))
    counts[target == target[0]] += rng.integers(0, 30)
    return target, counts


@cases([(loss, K) for loss, K in CASES if loss.functional])
@pytest.mark.parametrize("seed", range(4))
def test_the_minimiser_is_the_functional(loss, K, seed):
    target, counts = some_data(loss, K, seed)
    expected = statistic(loss.functional)(np.repeat(target, counts))
    np.testing.assert_allclose(minimiser(loss, target, counts), expected, rtol=1e-9, atol=1e-12)


def named(loss):
    """What the functional of a loss of its kind may be."""
    if isinstance(loss, CategoricalLoss):
        return ["log-probabilities", "majority"]
    if isinstance(loss, MarginLoss):
        return ["mean", "log-odds", "half log-odds", "majority"]
    level = getattr(loss, "level", 0.5)
    return ["mean", "median", "log-mean", ("quantile", level), ("expectile", level)]


@cases([(loss, K) for loss, K in CASES if not loss.functional])
def test_no_functional_fits_where_none_is_named(loss, K):
    fits = set(named(loss))
    for seed in range(3):
        target, counts = some_data(loss, K, seed)
        price = price_of(loss, target, counts)
        least = price(minimiser(loss, target, counts))
        alike = np.repeat(target, counts)
        fits -= {name for name in fits if price(statistic(name)(alike)) > least + 1e-9}
    assert not fits


@cases()
@pytest.mark.parametrize("seed", range(3))
def test_no_search_finds_less_than_the_minimum(loss, K, seed):
    target, weights, best = best_for(loss, K, seed)
    if isinstance(loss, MulticlassHinge):
        least = least_price_of_the_multiclass_hinge(weights)
    else:
        least, _ = searched(loss, K, seed)
    assert price_of(loss, target, weights)(best) <= least + 1e-9 * (1 + abs(least))


def test_the_words_of_a_functional():
    assert traits.name_of("half log-odds") == "half the log of the odds"
    assert traits.name_of(("quantile", 0.9)) == "the quantile of level 0.9"
    assert traits.name_of(None) == "a value without a name of its own"
    assert set(traits.NAMES) == {None, *STATISTICS}


OTHERWISE = {
    "the log of the class frequencies, smoothed": lambda best, weights: np.allclose(
        softmax(best), 0.9 * weights + 0.1 / len(weights), atol=1e-12
    ),
    "the class with more than half, else none": lambda best, weights: (
        len(weights) > 2 and list(best) == list(weights > 0.5)
    ),
    "odds nearer to even": lambda best, weights: (
        len(weights) == 2 and 0 < np.diff(best)[0] / np.diff(np.log(weights))[0] < 1
    ),
    "logits without a name of their own": lambda best, weights: len(weights) > 2,
}
"""What is said of the minimum where the functional is not enough."""


@cases()
@pytest.mark.parametrize("seed", range(3))
def test_other_words_for_the_minimum_are_true(loss, K, seed):
    _, weights, best = best_for(loss, K, seed)
    said = traits.of(loss, K).minimum
    assert said == traits.name_of(loss.functional) or OTHERWISE[said](best, weights)


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


# How many minima


def balanced(loss, K):
    """Two sides of equal weight, and a step towards one of them."""
    if isinstance(loss, CategoricalLoss):
        rest = np.full(K - 1, 0.5 / (K - 1))
        return (np.arange(K), np.array([0.5, *rest])), 0.3 * np.eye(K)[0]
    if isinstance(loss, ResidualLoss):
        side = 3 * size_of(loss)
        heavy = getattr(loss, "level", 0.5)
        return (np.array([-side, side]), np.array([heavy, 1 - heavy])), 0.3
    if isinstance(loss, OrderedLogit):
        return (np.array([0, len(loss.cuts)]), np.full(2, 0.5)), 0.3
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


# Probabilities, and the likeliest class


def probabilities(loss, prediction):
    """Of the classes, or of the labels +1 and -1, by one prediction or by each of several."""
    if isinstance(loss, CategoricalLoss):
        return special.softmax(prediction, axis=-1)
    if isinstance(loss, MarginLoss):
        return np.stack([special.expit(prediction), special.expit(-prediction)], axis=-1)
    below = special.expit(np.subtract.outer(loss.cuts, prediction).T)
    return np.diff(below, axis=-1, prepend=0, append=1)


def prediction_of(loss, wanted):
    """The prediction that gives these probabilities, or one that is near."""
    if isinstance(loss, CategoricalLoss):
        return np.log(wanted)
    if isinstance(loss, MarginLoss):
        return special.logit(wanted[0])
    return loss.cuts[0] - special.logit(wanted[0])


@cases(CLASSES + MARGINS + ORDERED)
def test_proper_is_what_is_least_at_the_probabilities(loss, K):
    """And strictly, where it is least nowhere else."""
    proper = strictly = True
    rng = np.random.default_rng(8)
    for seed in range(8):
        target, weights, _ = best_for(loss, K, seed)
        price, told = price_of(loss, target, weights), prediction_of(loss, weights)
        least, place = searched(loss, K, seed)
        given = np.allclose(probabilities(loss, told), weights, atol=1e-9)
        proper &= given and price(told) <= least + 1e-9
        strictly &= np.allclose(probabilities(loss, place), weights, atol=1e-3)
        for size in np.geomspace(0.01, 30, 20):
            other = told + size * rng.normal(size=np.shape(told))
            away = abs(probabilities(loss, other) - weights).max()
            strictly &= away < 1e-4 or price(other) > price(told) + 1e-12
    assert (bool(proper), bool(proper and strictly)) == (loss.proper, loss.strictly_proper)


def grid_for(loss, K):
    """Predictions of few classes, and for each class where it leads, alone or not."""
    if isinstance(loss, CategoricalLoss):
        free = np.sinh(np.linspace(-3.6, 3.6, 2401 if K == 2 else 121)) / 2  # finest near 0
        grid = np.meshgrid(*[free] * (K - 1))
        logits = np.stack([np.zeros(grid[0].size), *map(np.ravel, grid)])
        return logits.T, logits == logits.max(axis=0)
    score = np.linspace(-12, 12, 4801)
    shares = probabilities(loss, score).T
    return score, shares >= shares.max(axis=0) - 1e-12


def some_probabilities(K):
    """Of classes of which one leads by a tenth at least; some never occur."""
    rng = np.random.default_rng(9)
    rows = [rng.dirichlet(np.full(K, concentration)) for concentration in (0.3, 1, 5) * 10]
    rows = [*rows, np.eye(K)[0], np.append([0.6, 0.4], np.zeros(K - 2))]
    if K == 3:
        rows += [np.array([0.48, 0.36, 0.16]), np.array([0.3, 0.42, 0.28])]
    return [row for row in rows if np.diff(np.sort(row))[-1] > 0.1]


@cases([case for case in CLASSES + MARGINS + ORDERED if case[1] < 7])
def test_calibrated_is_what_costs_more_where_another_class_leads(loss, K):
    predictions, leads = grid_for(loss, K)
    labels = [1.0, -1.0] if isinstance(loss, MarginLoss) else range(len(leads))
    prices = np.array([loss(predictions, np.full(len(predictions), label)) for label in labels])
    calibrated = True
    for row in some_probabilities(len(leads)):
        expected = row @ prices
        wrong = np.delete(leads, row.argmax(), axis=0).any(axis=0)
        right = expected[~wrong].min(initial=np.inf)
        calibrated &= right < expected[wrong].min() - 1e-9
    assert calibrated == traits.of(loss, K).consistent


@cases(CLASSES + MARGINS + ORDERED)
def test_the_likeliest_class_leads_at_the_minimum(loss, K):
    first = True
    for seed in range(8):
        _, weights, best = best_for(loss, K, seed)
        shares = probabilities(loss, best)
        leads = np.flatnonzero(shares >= shares.max() - 1e-12)
        first &= list(leads) == [weights.argmax()]
    assert first == traits.of(loss, K).consistent


@pytest.mark.parametrize("loss", TRIED, ids=str)
def test_calibrated_and_proper_are_said_of_losses_of_classes(loss):
    """For every number of classes."""
    about = [K for tried, K in CLASSES + MARGINS + ORDERED if tried == loss]
    every = bool(about) and all(traits.of(loss, K).consistent for K in about)
    assert loss.classification_calibrated == every
    assert about or not loss.proper


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
        if stated.principle != "none, but the odds follow from the score":
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
