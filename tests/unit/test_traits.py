"""What follows from what a loss declares, and what would contradict it."""

import numpy as np
import pytest
from space import TRIED

from lossbook import LOSSES, GeneralRobust, Loss, MarginLoss, ResidualLoss, symbolic
from lossbook.traits import name_of

IMPLIED = {
    "strongly_convex": {"strictly_convex", "convex"},
    "strictly_convex": {"convex"},
    "strictly_proper": {"proper", "classification_calibrated"},
}
CLAIMS = {
    "strongly_convex",
    "strictly_convex",
    "convex",
    "redescending",
    "strictly_proper",
    "proper",
    "classification_calibrated",
}


def dummy(family=Loss, **declared):
    """A loss that declares this alone.  It is not in `LOSSES`, which was made before."""
    return type("Dummy", (family,), declared)()


def claims(loss):
    return {name for name in CLAIMS if getattr(loss, name)}


def contradictions(loss):
    """What cannot be true together of a loss that is not constant."""
    cannot = {
        "a chord above all of it": loss.convex and loss.bound < np.inf,
        "a slope that comes back": loss.convex and loss.redescending,
        "a square with a bound on its slope": loss.strongly_convex and loss.lipschitz < np.inf,
    }
    for strong, weak in IMPLIED.items():
        cannot[strong] = getattr(loss, strong) and not weak <= claims(loss)
    return {name for name, holds in cannot.items() if holds}


def test_nothing_is_claimed_of_a_loss_that_declares_nothing():
    for loss in (dummy(), dummy(ResidualLoss)):
        assert claims(loss) == set()
        assert (loss.lipschitz, loss.bound, loss.functional) == (np.inf, np.inf, None)


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_the_weaker_follows_from_the_stronger_and_not_the_other_way(name):
    assert claims(dummy(**{name: True})) == {name} | IMPLIED.get(name, set())


def test_what_follows_from_a_property_follows_too():
    """As of a loss that is strictly convex for some of its parameters."""
    yes, no = (dummy(strictly_convex=property(lambda loss, holds=holds: holds)) for holds in (1, 0))
    assert (bool(yes.convex), bool(no.convex)) == (True, False)


def margin_loss(slope, **declared):
    return dummy(MarginLoss, slope=lambda loss, margin: slope + 0 * margin, **declared)


def test_a_loss_of_the_margin_is_calibrated_where_it_is_convex_and_falls_at_0():
    assert margin_loss(-1.0, convex=True).classification_calibrated is True
    assert margin_loss(-1.0, convex=True, kinks=(1.0,)).classification_calibrated is True
    assert margin_loss(-1.0, convex=True, kinks=(0.0,)).classification_calibrated is False
    assert margin_loss(0.0, convex=True).classification_calibrated is False
    assert margin_loss(1.0, convex=True).classification_calibrated is False
    assert margin_loss(-1.0).classification_calibrated is False
    assert margin_loss(1.0, strictly_proper=True).classification_calibrated is True


def test_a_convex_loss_of_the_margin_that_jumps_at_0_need_not_be_calibrated():
    """Both slopes of ``max(-margin, -2 * margin)`` are negative, and yet, where six of ten labels
    are +1, the best score is 0."""
    score = np.linspace(-5, 5, 101)
    price = 0.6 * np.maximum(-score, -2 * score) + 0.4 * np.maximum(score, 2 * score)
    assert score[price.argmin()] == 0


@pytest.mark.parametrize("family", [ResidualLoss, MarginLoss], ids=lambda family: family.__name__)
def test_smooth_is_what_has_no_kink(family):
    assert dummy(family).smooth is True
    assert dummy(family, kinks=(2.0,)).smooth is False


def test_dummies_are_not_in_the_registry():
    dummy(ResidualLoss)
    assert "Dummy" not in LOSSES


@pytest.mark.parametrize("loss", TRIED, ids=str)
def test_no_loss_contradicts_itself(loss):
    assert contradictions(loss) == set()
    for name in (*CLAIMS, "smooth"):
        assert type(getattr(loss, name)) is bool, name
    assert type(loss.lipschitz) is type(loss.bound) is float
    assert loss.lipschitz > 0 < loss.bound
    assert name_of(loss.functional)


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (dict(convex=True, bound=1.0), "a chord above all of it"),
        (dict(strictly_convex=True, redescending=True), "a slope that comes back"),
        (dict(strongly_convex=True, lipschitz=1.0), "a square with a bound on its slope"),
        (dict(strongly_convex=True, convex=False), "strongly_convex"),
        (dict(strictly_convex=True, convex=False), "strictly_convex"),
        (dict(strictly_proper=True, proper=False), "strictly_proper"),
        (dict(strictly_proper=True, classification_calibrated=False), "strictly_proper"),
    ],
)
def test_a_contradiction_is_found(declared, found):
    assert found in contradictions(dummy(**declared))


def test_of_a_typed_density_nothing_is_claimed():
    loss = symbolic.custom("exp(-abs(error))").loss
    assert claims(loss) == set()
    assert loss.smooth is False


@pytest.mark.parametrize("alpha", [-np.inf, -2, 0, 0.5, 1])
@pytest.mark.parametrize("scale", [5e-324, 1.7e308])
@pytest.mark.filterwarnings("error")
def test_a_lipschitz_constant_that_overflows_is_infinite(alpha, scale):
    assert GeneralRobust(alpha, scale).lipschitz == (np.inf if scale < 1 else pytest.approx(0))
