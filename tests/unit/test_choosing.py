"""The table of all losses and the chooser say of each loss what is true of it."""

import numpy as np
import pytest

from lossbook import LOSSES, advice, losses
from lossbook.advice import ADVICE, PROMISES
from lossbook.traits import CATALOGUE, USES, Traits, growth, signal, table

PAIRS = [(answers, *pair) for answers, found in ADVICE.items() for pair in found.choices.items()]


def test_the_table_has_every_loss():
    assert {type(loss) for loss in CATALOGUE} == set(LOSSES.values())
    assert set(USES) == set(LOSSES)
    html = table()
    assert html.count("<tr>") == len(CATALOGUE) + 1
    assert html.count('scope="row"') == len(CATALOGUE)


@pytest.mark.parametrize(
    ("price", "name"),
    [
        (lambda t: 0 * t, "nothing"),
        (lambda t: np.exp(-t), "ever less"),
        (lambda t: 2 - 1 / t, "bounded"),
        (lambda t: np.ones_like(t), "bounded"),
        (lambda t: np.log1p(t), "logarithmic"),
        (lambda t: t - 1, "linear"),
        (lambda t: t**2 + t, "quadratic"),
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


@pytest.mark.parametrize("loss", CATALOGUE, ids=str)
def test_a_price_far_out_follows_from_its_signal(loss):
    """A bounded slope cannot build more than a line, a fading one no line."""
    traits = Traits(loss)
    most = {"nothing": "bounded", "fading": "logarithmic", "bounded": "linear"}
    order = ["nothing", "ever less", "bounded", "logarithmic", "linear", "quadratic", "exponential"]
    for ray, charged in traits.charges.items():
        limit = most.get(traits.signals[ray], "exponential")
        assert order.index(charged) <= order.index(limit), ray


@pytest.mark.parametrize(
    ("loss", "minimiser", "pull", "smooth", "probabilities"),
    [
        (losses.SquaredError(), "the mean", "unbounded", True, False),
        (losses.AbsoluteError(), "the median", "bounded", False, False),
        (losses.Quantile(0.9), "the quantile of level 0.9", "bounded", False, False),
        (losses.StudentT(), "an M-estimate without a name", "fading", True, False),
        (losses.Poisson(), "the log of the mean", "unbounded", True, False),
        (losses.Hinge(), "the majority", "bounded", False, False),
        (losses.Exponential(), "half the log of the odds", "unbounded", True, False),
        (losses.CrossEntropy(), "the log of the class frequencies", "bounded", True, True),
        (losses.SoftmaxSquaredError(), "the log of the class frequencies", "fading", True, True),
        (losses.Focal(), "odds nearer to even than the frequencies", "bounded", True, False),
    ],
    ids=str,
)
def test_traits_are_those_of_the_docstrings(loss, minimiser, pull, smooth, probabilities):
    traits = Traits(loss)
    assert (traits.minimiser, traits.pull) == (minimiser, pull)
    assert (traits.smooth, traits.probabilities) == (smooth, probabilities)


def test_every_way_to_answer_has_advice():
    assert set(advice.combinations()) == set(ADVICE)
    assert all(2 <= len(found.choices) <= 3 for found in ADVICE.values())
    assert {type(loss) for _, loss, _ in PAIRS} == set(LOSSES.values())
    assert {promise for _, _, promises in PAIRS for promise in promises} == set(PROMISES)


@pytest.mark.parametrize(("answers", "loss", "promises"), PAIRS, ids=str)
def test_promises_are_kept(answers, loss, promises):
    traits = Traits(loss)
    assert [p for p in promises if not PROMISES[p][1](traits)] == []


@pytest.mark.parametrize("promise", PROMISES)
def test_some_loss_breaks_each_promise(promise):
    kept = [bool(PROMISES[promise][1](Traits(loss))) for loss in CATALOGUE if suits(promise, loss)]
    assert not all(kept)


def suits(promise, loss):
    """Only "turns away" asks for classes."""
    return promise != "turns away" or Traits(loss).classifies
