"""Convexity, kinks and bounds that a loss declares: a search over the whole space finds them, and
finds nothing that is against them."""

import numpy as np
import pytest
from scipy import optimize
from space import CASES, CLASSES, TRIED, cases, chords, everywhere, lengths, size_of, ways_out

from lossbook import CategoricalLoss, CrossEntropy, Focal, GeneralRobust, ResidualLoss, traits

EPS = np.finfo(float).eps


def bends(loss, K, reach):
    """The mean curvature over each chord, and what of it may be rounding.  What overflows is left
    out."""
    a, b, target = chords(loss, K, reach, np.random.default_rng(0))
    low, high = (loss.grad(x, target).reshape(len(x), -1) for x in (a, b))
    step = (b - a).reshape(len(a), -1)
    with np.errstate(invalid="ignore", over="ignore"):
        length = lengths(step)
        curvature = np.vecdot(step / length[:, None], (high - low) / length[:, None])
        rounding = 8 * EPS * (lengths(low) + lengths(high)) / length
    counts = np.isfinite(curvature) & np.isfinite(rounding)
    return curvature[counts], rounding[counts]


def far(loss):
    return 1e100 if isinstance(loss, ResidualLoss) else 700.0


@cases()
def test_convex_is_what_never_bends_down(loss, K):
    verdicts = []
    for reach in (8 * size_of(loss), far(loss)):
        curvature, rounding = bends(loss, K, reach)
        verdicts.append((curvature >= -rounding).all())
    assert all(verdicts) == loss.convex


@cases()
def test_strictly_convex_is_what_bends_up_on_every_chord(loss, K):
    curvature, rounding = bends(loss, K, 8 * size_of(loss))
    assert (curvature > rounding).all() == loss.strictly_convex


@cases()
def test_strongly_convex_is_what_bends_no_less_far_out(loss, K):
    near, out = (bends(loss, K, reach)[0].min() for reach in (8 * size_of(loss), far(loss)))
    assert (out > near / 2 > 0) == loss.strongly_convex
    assert loss.strongly_convex or out < 1e-6 * max(near, 1)


@cases()
def test_smooth_is_where_no_jump_is_found(loss, K):
    """Halve chords, and keep the half over which the gradient changes more."""
    low, high, target = chords(loss, K, 8 * size_of(loss), np.random.default_rng(1))
    shift = np.random.default_rng(2).uniform(size=low.shape)  # no end is at a kink
    low, high = low - shift * (high - low), high + shift * (high - low)
    n = len(low)
    for _ in range(60):
        middle = (low + high) / 2
        a, b, c = (loss.grad(place, target).reshape(n, -1) for place in (low, middle, high))
        first = lengths(b - a) >= lengths(c - b)
        first = first.reshape(n, *[1] * (low.ndim - 1))
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    above, below = (loss.grad(place, target).reshape(n, -1) for place in (high, low))
    jump = (lengths(above - below) / (1 + lengths(above))).max()
    assert (jump < 1e-6) == loss.smooth


# Bounds


def climbed(logits, target, height):
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


def reaches(bound, loss, K, height, large):
    """Whether the bound is the least: without one, whether a search passes a large number."""
    prediction, target = everywhere(loss, K, np.random.default_rng(0))
    found = height(prediction, target).max()
    if np.isinf(bound):
        return found > large
    if isinstance(loss, CategoricalLoss):
        found = max(found, climbed(prediction, target, height))
    return is_least(bound, found)


def is_least(bound, found):
    return found == pytest.approx(bound, rel=1e-6) and found <= bound * (1 + 1e-12)


@cases()
def test_no_gradient_is_longer_than_the_lipschitz_constant(loss, K):
    """For K classes and for any number."""
    bound = traits.of(loss, K).strongest
    assert reaches(bound, loss, K, lambda *place: lengths(loss.grad(*place)), large=1e3)
    assert bound <= loss.lipschitz


@pytest.mark.parametrize("loss", TRIED, ids=str)
def test_the_lipschitz_constant_is_approached(loss):
    assert traits.of(loss, 10**9).strongest == pytest.approx(loss.lipschitz, rel=1e-9)


def test_smoothing_approaches_its_lipschitz_constant_with_many_classes():
    loss, logits = CrossEntropy(label_smoothing=0.9), np.zeros((1, 10**5))
    logits[0, 1] = 100
    found = lengths(loss.grad(logits, [0]))[0]
    assert found <= loss.lipschitz
    assert found == pytest.approx(loss.lipschitz, rel=1e-5)


@pytest.mark.parametrize("gamma", [0, 1e-300, 1e-3, 0.1, 0.5, 1, 5, 300, 1e4])
def test_the_pull_of_the_focal_loss_is_bounded_for_every_gamma(gamma):
    lead = np.linspace(-740, 40, 400_001)
    logits = np.stack([lead, np.zeros_like(lead)], axis=1)
    loss = Focal(gamma)
    found = lengths(loss.grad(logits, np.zeros(len(lead), int))).max()
    assert is_least(loss.lipschitz, found)


@pytest.mark.parametrize("alpha", [-1e300, -1e9, -1e-9, 0, 1e-9, 0.9, 1 - 1e-12, 1])
def test_the_pull_of_the_robust_losses_is_bounded_for_every_alpha(alpha):
    loss, error = GeneralRobust(alpha, 0.01), np.geomspace(1e-6, 1e18, 200_001)
    assert is_least(loss.lipschitz, loss.psi(error).max())


@cases()
def test_no_price_is_above_the_bound(loss, K):
    assert reaches(loss.bound, loss, K, loss, large=30)


@pytest.mark.parametrize("loss", TRIED, ids=str)
def test_redescending_is_what_lets_go_on_all_sides(loss):
    steps = np.array([1e2, 1e3] if far(loss) < 1e3 else [1e50, 1e100])
    fading = True
    for K in (2, 3, 7):
        for start, way, target in ways_out(loss, K, np.random.default_rng(2)).values():
            with np.errstate(over="ignore"):
                pulls = [lengths(loss.grad(start + step * way, target)).max() for step in steps]
            fading &= bool(pulls[0] < 1e-6 > pulls[1])
    assert fading == loss.redescending


def test_every_kind_of_loss_is_tried():
    """Each trait is declared by some and not by others, so neither answer alone would do."""
    for name in ("strongly_convex", "strictly_convex", "convex", "smooth", "redescending"):
        assert {getattr(loss, name) for loss in TRIED} == {False, True}
    for name in ("lipschitz", "bound"):
        assert {np.isfinite(getattr(loss, name)) for loss in TRIED} == {False, True}
    assert {K for _, K in CLASSES} == {2, 3, 7}
    assert {loss for loss, _ in CASES} == set(TRIED)
