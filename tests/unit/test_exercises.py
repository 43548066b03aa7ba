"""Every exercise knows the right answer, tells each usual mistake from it, and never says more."""

import numpy as np
import pytest

from lossbook import exercises
from lossbook.exercises import EXERCISES, Exercise, check

MISTAKES = [(name, hint) for name, e in EXERCISES.items() for hint in e.mistakes]


def said(verdict):
    """The message, each of its sentences in one line again."""
    return verdict.message.replace("\n  ", " ")


@pytest.fixture(params=EXERCISES)
def name(request):
    return request.param


def test_right_answers_are_right(name):
    verdict = check(name, EXERCISES[name].expected)
    assert verdict
    assert repr(verdict).startswith("Right")


@pytest.mark.parametrize(("name", "hint"), MISTAKES)
def test_each_usual_mistake_is_wrong_and_gets_its_own_hint(name, hint):
    verdict = check(name, EXERCISES[name].mistakes[hint])
    assert not verdict
    assert said(verdict).splitlines()[1] == f"Hint: {hint}"
    assert max(map(len, verdict.message.splitlines())) <= 64


@pytest.mark.parametrize("name", ["price-list", "huber-gradient", "one-step", "gradient-norms"])
def test_any_other_mistake_gets_the_general_hint(name):
    right = EXERCISES[name].expected
    verdict = check(name, lambda *given: 1.01 * np.asarray(right(*given)) + 0.01)
    assert said(verdict).endswith(f"Hint: {EXERCISES[name].hint}")


def test_rounding_is_no_mistake(name):
    right = EXERCISES[name].expected
    assert check(name, lambda *given: np.asarray(right(*given)) * (1 + 1e-9))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (abs, "Right: 6 inputs, 6 answers as expected."),
        (
            lambda error: error,
            "Wrong at error = -2: expected 2, got -2.\n"
            "Hint: a price is never negative: which side the error is on must not matter.",
        ),
        (
            lambda error: None,
            "Wrong at error = 0: expected 0, got nan.\n"
            "Hint: no number comes back: does your function end with return?",
        ),
        (
            lambda error: [abs(error)],
            "Wrong at error = 0: expected 0, got [0].\nHint: the shape should be (), it is (1,).",
        ),
        (3.0, "Wrong: pass your function itself, not float."),
        (lambda error: 1 / int(error), "Wrong at error = 0: your function raised"),
        (lambda: 1, "Wrong at error = 0: your function raised TypeError"),
        (lambda error: "two", "Wrong at error = 0: your function raised ValueError"),
    ],
)
def test_messages(answer, message):
    assert said(check("price-list", answer)).startswith(message)


def test_the_first_input_that_differs_is_named():
    verdict = check("huber-loss", lambda error, delta: EXERCISES["huber-loss"].expected(error, 1.0))
    assert verdict.message.startswith("Wrong at error = 3, delta = 2: expected 4, got 2.5.")


def test_answers_may_change_their_inputs():
    def spoils(target):
        target.sort()
        return target[len(target) // 2]

    assert check("best-constant", spoils)
    assert check("best-constant", spoils)


def test_a_value_is_an_answer_where_there_are_no_inputs(monkeypatch):
    monkeypatch.setitem(exercises.EXERCISES, "three", Exercise(lambda: 3, [()], "Count again."))
    assert check("three", 3.0).message == "Right."
    assert check("three", 4).message == "Wrong: expected 3, got 4.\nHint: Count again."


def test_an_unknown_name_is_an_error_that_offers_known_ones():
    with pytest.raises(ValueError, match=r"no exercise 'huber-los'; is it one of huber-loss"):
        check("huber-los", abs)
