"""What the table says of price and gradient far out is true in every direction."""

from dataclasses import replace

import numpy as np
import pytest
from space import CLASSES, TRIED, cases, everywhere, lengths, ways_out

from lossbook import CrossEntropy, ResidualLoss, softmax, traits
from lossbook.traits import GROWTHS, SIGNALS


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
    """Only the strongest pull under smoothing depends on K by a number."""
    three, more = (traits.of(loss, K) for K in (3, 20))
    assert replace(three, strongest=0) == replace(more, strongest=0)
