"""Every exercise tells right answers, however they are written, from wrong ones, and says no more.

Right answers are the chapters' solutions and others (`tests/helpers/right_*.py`).  Each is changed
by machine in one place at a time (`mutants`): what is then judged right must be the same function
on inputs that the task allows, drawn without knowledge of those that the checker tries (`tasks`).
"""

import inspect
import math
from fractions import Fraction

import numpy as np
import pytest
from mutants import mutants
from right_classification import RIGHT as OF_CLASSES
from right_regression import RIGHT as OF_NUMBERS
from tasks import DOMAINS, NAMES, stated

import lossbook as lb
from lossbook import exercises
from lossbook.exercises import EXERCISES, Exercise, check, outcome, same

RIGHT = OF_NUMBERS | OF_CLASSES
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
    """A hundred inputs that the task of an exercise allows, and whether a function is right there."""

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
    inputs = [(given, outcome(expected, given)) for given in EXERCISES[name].inputs]
    wrong, tried = [], 0
    for source in sources(name):
        for mutant in mutants(source):
            if answer := function(mutant):
                tried += 1
                right = all(same(outcome(answer, given), value) for given, value in inputs)
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


@pytest.mark.parametrize("name", ["gaussian-price", "huber-gradient", "one-step", "kl"])
def test_any_other_mistake_gets_the_general_hint(name):
    right = EXERCISES[name].expected
    verdict = check(name, lambda *given: 1.01 * np.asarray(right(*given)) + 0.01)
    assert said(verdict).endswith(f"Hint: {EXERCISES[name].hint}")
