"""Every exercise tells right answers, however they are written, from wrong ones, and says no more.

Right answers are the chapters' solutions and others (`tests/helpers/right_*.py`).  Each is changed
by machine in one place at a time (`mutants`): what is then judged right must be the same function
on inputs that the task allows, drawn without knowledge of those that the checker tries (`tasks`).
"""

import inspect
import math
import re
from fractions import Fraction
from itertools import chain

import numpy as np
import pytest
from mutants import blind, mutants
from right_amounts import RIGHT as OF_AMOUNTS
from right_choices import RIGHT as OF_CHOICES
from right_classification import RIGHT as OF_CLASSES
from right_computing import RIGHT as OF_COMPUTING
from right_curvature import RIGHT as OF_CURVATURE
from right_forecasts import RIGHT as OF_FORECASTS
from right_noisy import RIGHT as OF_NOISE
from right_penalties import RIGHT as OF_PENALTIES
from right_regression import RIGHT as OF_NUMBERS
from tasks import DOMAINS, NAMES, stated

import lossbook as lb
from lossbook import exercises
from lossbook.exercises import EXERCISES, Exercise, check, outcome, same

RIGHT = OF_NUMBERS | OF_CLASSES | OF_PENALTIES | OF_CURVATURE | OF_AMOUNTS | OF_FORECASTS
RIGHT |= OF_COMPUTING | OF_CHOICES | OF_NOISE
SET = {name: (inputs, solution) for name, inputs, solution in stated()}
MISTAKES = [(name, hint) for name, e in EXERCISES.items() for hint in e.mistakes]


def said(verdict):
    """The message, each of its sentences in one line again."""
    return verdict.message.replace("\n  ", " ")


def sources(name):
    """Of all right answers, the solution first; that of the typed density is no function."""
    solution = [] if name == "cubic-density" else [SET[name][1]]
    return solution + [inspect.getsource(f).split("\n", 1)[1] for f in RIGHT[name]]


def function(source):
    """The function of this source, or None if it is no Python."""
    names = dict(NAMES)
    try:
        exec(source, names)
    except SyntaxError:
        return None
    return list(names.values())[-1]


class Domain:
    """A hundred inputs that the task of an exercise allows; whether a function is right there."""

    def __init__(self, name):
        rng = np.random.default_rng(17)
        self.inputs = [DOMAINS[name](rng) for _ in range(100)]
        self.expected = [outcome(EXERCISES[name].expected, given) for given in self.inputs]
        self.flat = np.concatenate([np.ravel(array) for array in self.expected])

    def agrees(self, answer):
        got = []
        for given, expected in zip(self.inputs, self.expected, strict=True):
            array = outcome(answer, given)
            if getattr(array, "shape", None) != expected.shape or array.dtype == object:
                return False
            got.append(array)
        got = np.concatenate([np.ravel(array) for array in got])
        return np.allclose(got, self.flat, rtol=1e-5, atol=1e-7, equal_nan=True)


@pytest.fixture(params=EXERCISES)
def name(request):
    return request.param


def test_each_exercise_is_set_in_a_chapter_and_has_two_more_right_answers():
    assert EXERCISES.keys() == SET.keys() == DOMAINS.keys() == RIGHT.keys()
    assert min(map(len, RIGHT.values())) >= 2


def test_task_and_checker_call_the_inputs_the_same(name):
    assert list(inspect.signature(EXERCISES[name].expected).parameters) == SET[name][0]


def test_right_answers_are_right_however_they_are_written(name):
    domain = Domain(name)
    for answer in [EXERCISES[name].expected, *map(function, sources(name))]:
        verdict = check(name, answer)
        assert verdict, f"{answer.__name__}: {verdict}"
        assert repr(verdict).startswith("Right")
        assert domain.agrees(answer), answer.__name__


@pytest.mark.filterwarnings("ignore")  # of wrong answers
def test_no_wrong_answer_made_by_machine_is_judged_right(name):
    domain, expected = Domain(name), EXERCISES[name].expected
    small = EXERCISES[name].small
    inputs = [(given, outcome(expected, given)) for given in EXERCISES[name].inputs]
    wrong, tried = [], 0
    texts = sources(name)
    for mutant in chain(blind(texts[0]), *map(mutants, texts)):
        if answer := function(mutant):
            tried += 1
            right = all(same(outcome(answer, given), value, small) for given, value in inputs)
            if right and not domain.agrees(answer):
                wrong.append(mutant)
    assert wrong == []
    assert tried > 500


DENSITIES = [
    ("exp(-abs(error)**3 / 3)", True),
    ("exp(-abs(error**3) / 3) / 7", True),
    ("exp(-error**2 * abs(error) / 3)", True),
    ("exp(-abs(error)**3)", False),
    ("exp(-error**2)", False),
    ("exp(-error**2 / 2)", False),
    ("exp(-abs(error))", False),
    ("exp(-error**4 / 4)", False),
    ("1 / (1 + error**2)", False),
    ("exp(-abs(error)**3 / 3) if error > 0 else 0", False),
]


@pytest.mark.parametrize(("density", "right"), DENSITIES)
def test_typed_densities(density, right):
    signal = lb.symbolic.custom(density).loss.grad
    assert bool(check("cubic-density", lambda error: signal(error, 0.0))) == right


@pytest.mark.parametrize(("name", "hint"), MISTAKES)
def test_each_usual_mistake_is_wrong_and_gets_its_own_hint(name, hint):
    verdict = check(name, EXERCISES[name].mistakes[hint])
    assert not verdict
    assert said(verdict).splitlines()[1] == f"Hint: {hint}"
    assert max(map(len, verdict.message.splitlines())) <= 64


@pytest.mark.parametrize(
    "answer",
    [
        lambda z, y: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) - y * z,
        lambda z, y: np.maximum((1 - 2 * y) * z, 0) + np.log(1 + np.exp(-np.abs(z))),
    ],
)
def test_a_small_loss_keeps_its_digits(answer):
    assert "small losses lose their digits" in said(check("fused-logistic", answer))


@pytest.mark.parametrize("name", ["gaussian-price", "huber-gradient", "one-step", "kl"])
def test_any_other_mistake_gets_the_general_hint(name):
    right = EXERCISES[name].expected
    verdict = check(name, lambda *given: 1.01 * np.asarray(right(*given)) + 0.01)
    assert said(verdict).endswith(f"Hint: {EXERCISES[name].hint}")


def test_rounding_is_no_mistake(name):
    right = EXERCISES[name].expected
    assert check(name, lambda *given: np.asarray(right(*given)) * (1 + 1e-9))


@pytest.mark.parametrize("kind", [list, tuple, np.ma.array])
def test_an_answer_may_be_a_list_or_a_masked_array(name, kind):
    right = EXERCISES[name].expected

    def answer(*given):
        value = np.asarray(right(*given))
        return kind(value) if value.ndim or kind not in (list, tuple) else value.item()

    assert check(name, answer)


def test_an_answer_may_compute_in_single_precision(name):
    right = EXERCISES[name].expected

    def single(value):
        return np.float32(value) if np.asarray(value).dtype == float else value

    assert check(name, lambda *given: np.float32(right(*map(single, given))))


def test_an_answer_may_be_whole_or_rational():
    assert check("quantile-gradient", lambda error, level: 0 if error == 0 else (error > 0) - level)
    assert check("undo-weights", lambda p, w: 1 / (1 + Fraction(w) * (1 / Fraction(p) - 1)))


def test_what_is_masked_is_no_number():
    right = EXERCISES["huber-gradient"].expected
    verdict = check("huber-gradient", lambda e, d: np.ma.masked_greater(right(e, d), 0.7))
    assert "got [0.5, -0.5, nan, -1]." in said(verdict)


SIGNALS = "Wrong at error = [2, -2, 0]: expected [[4, 2, 0], [2, -1, 0]]"
RETURN = "Hint: no number came back. Does your function end with return?"
RAISED = "Wrong at error = [2, -2, 0]: your function raised "
RETURNED = "Wrong at error = [2, -2, 0]: your function returned "


def by_one_question(error):
    return (2 * error, 2) if error > 0 else (-error, -1)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda error: None, f"{SIGNALS}, got None.\n{RETURN}"),
        (lambda error: (None, None), f"{SIGNALS}, got [None, None].\n{RETURN}"),
        (
            lambda error: np.maximum(2 * error, -error),
            f"{SIGNALS}, got [4, 2, 0].\nHint: return both, the price and the gradient.",
        ),
        (
            lambda error: [[5.0], [1.0]],
            f"{SIGNALS}, got [[5], [1]].\nHint: the shape should be (2, 3), it is (2, 1).",
        ),
        (3.0, "Wrong: pass your function itself, not float."),
        (lambda error: float("two"), f"{RAISED}ValueError: could not convert"),
        (lambda: 1, f"{RAISED}TypeError: "),
        (
            by_one_question,
            f"{RAISED}ValueError: The truth value of an array with more than one element is "
            "ambiguous. Use a.any() or a.all()\nHint: `if`, `and`, `or` and `not` ask one question "
            "of a whole array; np.where, &, | and ~ ask it of each entry.",
        ),
        (lambda error: math.exp(error), f"{RAISED}TypeError: only "),
        (lambda error: ["4", "2", "0"], f"{RETURNED}list, which is no array of real numbers."),
        (lambda error: [1j, 0j, 0j], f"{RETURNED}list, which is no array of real numbers."),
        (lambda error: 10**400, f"{RETURNED}int, which is no array of real numbers."),
        (lambda error: {"price": error}, f"{RETURNED}dict, which is no array of real numbers."),
        (
            lambda error: (e for e in error),
            f"{RETURNED}generator, which is no array of real numbers.",
        ),
        (
            lambda error: (error, 1.0),
            f"{RETURNED}tuple, which is no array of real numbers.\n"
            "Hint: its parts have different shapes, where each should have the same.",
        ),
    ],
)
def test_messages(answer, message):
    verdict = said(check("lopsided", answer))
    assert re.sub(" in line \\d+", "", verdict).startswith(message)


def test_an_error_in_an_answer_has_its_line():
    source, names = "def answer(error):\n    several = error + 1\n    return several[5]\n", {}
    exec(compile(source, "<a cell>", "exec"), names)
    assert f"{RAISED}IndexError in line 3: " in said(check("lopsided", names["answer"]))
    assert f"{RAISED}TypeError: " in said(check("lopsided", lambda: 1))  # none of its lines ran


def test_functions_of_one_number_get_a_hint():
    verdict = check("learned-scale", lambda error, t: math.exp(-2 * error) + t)
    assert "NumPy" in said(verdict).split("Hint: ")[1]


def test_the_first_input_that_differs_is_named_and_a_later_error_is_not():
    def answer(error, delta):
        if delta == 0.25:
            raise ArithmeticError
        return EXERCISES["huber-loss"].expected(error, 1.0)

    start = "Wrong at error = [3, 0, 2, -1.5, -2, 0.25, 3], delta = 2: expected [4, 0, 2,"
    assert said(check("huber-loss", answer)).startswith(start)


def test_answers_may_change_their_inputs_and_use_one_array_for_all_they_return():
    def spoils(observations):
        observations.sort()
        middle = observations[len(observations) // 2]
        observations -= middle
        kept[:] = middle, np.abs(observations).mean()
        return kept

    kept = np.zeros(2)
    assert check("laplace-fit", spoils)
    assert check("laplace-fit", spoils)


def test_a_hint_is_found_though_all_answers_come_in_one_array():
    def of_gaussian_noise(observations):
        kept[:] = observations.mean(), observations.std()
        return kept

    kept = np.zeros(2)
    verdict = check("laplace-fit", of_gaussian_noise)
    assert said(verdict).endswith("Hint: that is the fit of Gaussian noise.")


def test_true_and_false_are_shown_as_such():
    verdict = check("silent-examples", lambda scores, labels: scores > 1)
    assert "expected [False, False, True, False, False, True]" in said(verdict)


def test_a_value_is_an_answer_where_there_are_no_inputs(monkeypatch):
    monkeypatch.setitem(exercises.EXERCISES, "three", Exercise(lambda: 3, [()], "Count again."))
    assert check("three", 3.0).message == "Right."
    assert check("three", 4).message == "Wrong: expected 3, got 4.\nHint: Count again."


def test_an_unknown_name_is_an_error_that_offers_known_ones():
    with pytest.raises(ValueError, match=r"no exercise 'huber-los'; is it one of huber-loss"):
        check("huber-los", abs)
