"""The table of all losses and the chooser say of each loss what is true of it."""

import numpy as np
import pytest
from scipy import stats

from lossbook import LOSSES, advice, losses, minimiser, traits
from lossbook.advice import ADVICE, PROMISES, kept
from lossbook.traits import CATALOGUE, ENTRIES, table

PAIRS = [(answers, *pair) for answers, found in ADVICE.items() for pair in found.choices.items()]


def test_the_table_has_every_loss():
    assert {type(loss) for loss in CATALOGUE} == set(LOSSES.values())
    assert set(ENTRIES) == set(LOSSES)
    html = table()
    assert html.count("<tr>") == len(CATALOGUE) + 1
    assert html.count('scope="row"') == len(CATALOGUE)


@pytest.mark.parametrize("loss", CATALOGUE, ids=str)
def test_two_classes_are_told_apart_from_more(loss):
    """In the table both cases are said where they differ, and only there."""
    cells = [text for _, text, _ in traits.rows(loss)]
    differ = traits.of(loss, K=2).row() != traits.of(loss, K=3).row()
    assert any("for two classes" in cell for cell in cells) == differ


def test_the_table_bounds_the_pull_over_the_whole_space():
    cells = {str(loss): dict(row[:2] for row in traits.rows(loss)) for loss in CATALOGUE}
    gradient = {name: cell["Gradient far out"] for name, cell in cells.items()}
    assert gradient["focal"] == "bounded, at most 1.6"
    assert (
        gradient["squared error on softmax"]
        == "bounded, at most 0.838; for two classes: back to 0, at most 0.838"
    )
    assert gradient["squared error"] == "grows without bound"
    assert gradient["negative binomial"] == "bounded"  # by a number that depends on the count
    assert gradient["Tukey's bisquare"] == "back to exactly 0, at most 1.34"
    assert cells["Huber"]["Minimum at"] == "a value without a name of its own (may not be unique)"
    assert cells["multiclass hinge"]["Minimum at"].startswith("the class with more than half")


def test_every_way_to_answer_has_advice():
    assert set(advice.combinations()) == set(ADVICE)
    assert all(2 <= len(found.choices) <= 3 for found in ADVICE.values())
    assert {type(loss) for _, loss, _ in PAIRS} == set(LOSSES.values())
    assert {promise for _, _, promises in PAIRS for promise in promises} == set(PROMISES)


@pytest.mark.parametrize(("answers", "loss", "promises"), PAIRS, ids=str)
def test_promises_are_kept(answers, loss, promises):
    assert [promise for promise in promises if not kept(promise, loss, answers[0])] == []


@pytest.mark.parametrize("promise", PROMISES)
def test_some_loss_breaks_each_promise(promise):
    assert not all(kept(promise, loss, "one of several classes") for loss in CATALOGUE)


# What the advice may not say


def test_a_mean_is_not_sought_on_the_log():
    """Exp of a centre of the log is no mean."""
    for answers, found in ADVICE.items():
        if answers[0] == "a positive quantity" and answers[-1] == "the mean":
            assert "on the log" not in found.how
            assert all({"mean", "log mean"} & set(p) for p in found.choices.values())


def test_no_remedy_is_named_that_breaks_its_promise():
    """Smoothing asks for smoothed shares, which are no probabilities of the classes."""
    assert not kept("probabilities", losses.CrossEntropy(label_smoothing=0.1), "one of two classes")
    assert not any("smoothing" in found.how for found in ADVICE.values())


def test_a_bound_on_counts_is_checked_as_counts_allow():
    """What `COUNTS_BELOW` says: the share below the quantile may be far from the level."""
    for answers, found in ADVICE.items():
        if answers[-1] == "a bound":
            assert found.check == (
                advice.COUNTS_BELOW if answers[0] == "a count" else advice.COVERAGE
            )
    counts = stats.poisson(np.geomspace(0.2, 100, 200))
    bound = counts.ppf(0.9)
    below, up_to = counts.cdf(bound - 1), counts.cdf(bound)
    assert (below <= 0.9).all()
    assert (up_to >= 0.9).all()
    assert below.min() < 0.7
    assert up_to.max() > 0.98


def test_a_learned_scale_promises_no_convexity():
    """The risk of a loss of error over scale, plus log scale, is not convex in both."""
    for answers, found in ADVICE.items():
        if advice.OWN_SCALE in found.how:
            assert not any("convex" in promises for promises in found.choices.values()), answers


def test_what_is_first_for_a_class_finds_the_likeliest():
    for answers, found in ADVICE.items():
        if answers[-1] in ("only the class", "only the side", "only yes or no for each"):
            assert kept("consistent", next(iter(found.choices)), answers[0])


def test_wrong_labels_come_with_what_they_do():
    for answers, found in ADVICE.items():
        assert ("some may be wrong" in answers) <= bool(found.how)


def test_even_mistakes_leave_the_likeliest_class_the_likeliest():
    """What `STILL` says; uneven ones do not."""
    rng = np.random.default_rng(0)
    for K in (2, 3, 7):
        for shares in rng.dirichlet(np.ones(K), 100):
            wrong = rng.uniform(0, 1 / K)  # each; more than this stays right
            written = wrong * (1 - shares) + (1 - (K - 1) * wrong) * shares
            assert written.argmax() == shares.argmax()
    uneven = np.array([[0.6, 0.4], [0.0, 1.0]])  # how the right label of each row is written
    assert (np.array([0.6, 0.4]) @ uneven).argmax() == 1


def test_a_bounded_pull_finds_the_mean_of_one_peak_in_its_own_scale():
    """What is said where some are wild: with two peaks, or in another unit, it is not so."""
    found = ADVICE["a number", "some are wild", "the mean"]
    assert "scale of the others" in found.how
    assert "symmetric around one peak" in found.how
    others = stats.norm.ppf((np.arange(99) + 0.5) / 99)  # their mean is 0
    wild = np.full(5, 30.0)
    for loss in found.choices:
        assert abs(minimiser(loss, np.append(others, wild))) < 0.1
        two_peaks = np.concatenate([others[:49] / 9 - 5, [0.0], 5 - others[:49] / 9, wild])
        assert abs(minimiser(loss, two_peaks)) > 0.5
    assert minimiser(losses.GeneralRobust(-2.0), 1000 * np.append(others, wild)) > 29_000
