"""Exercises that tell right from wrong, where, and what the mistake may be; never the solution.

A chapter's exercise cell calls ``check(name, answer)``.  To add one, add an entry to the table of
its part of the book.  It holds what is expected; inputs that the task allows and that tell a right
answer from wrong ones; and the usual mistakes, each with the hint that it deserves.
"""

import inspect
import textwrap
import traceback
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from ..losses.base import quiet
from .amounts import AMOUNT
from .choices import CHOICES
from .classification import CLASSIFICATION
from .computing import COMPUTING
from .curvature import CURVATURE
from .decision import DECISION
from .exercise import Exercise
from .forecasts import FORECASTS
from .noisy import NOISY
from .penalties import PENALTIES
from .regression import REGRESSION

__all__ = ["EXERCISES", "Exercise", "Verdict", "check"]

EXERCISES = (
    REGRESSION
    | CLASSIFICATION
    | PENALTIES
    | CURVATURE
    | AMOUNT
    | FORECASTS
    | COMPUTING
    | CHOICES
    | NOISY
    | DECISION
)
"""Every exercise by name."""


@dataclass(frozen=True)
class Verdict:
    """Right or wrong, and the message that a notebook shows."""

    right: bool
    message: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.message


def check(name: str, answer: Any) -> Verdict:
    """The :class:`Verdict` on `answer`: a function of the inputs, or a value if there are none."""
    if name not in EXERCISES:
        near = get_close_matches(name, EXERCISES, n=3, cutoff=0) or list(EXERCISES)
        raise ValueError(f"no exercise {name!r}; is it one of {', '.join(near)}?")
    exercise = EXERCISES[name]
    if exercise.inputs != [()] and not callable(answer):
        return Verdict(False, f"Wrong: pass your function itself, not {type(answer).__name__}.")
    answers = []
    for given in exercise.inputs:
        answers.append(outcome(answer, given))
        expected = outcome(exercise.expected, given)
        if not same(answers[-1], expected, exercise.small):
            return Verdict(False, explanation(exercise, answer, answers, expected))
    n = len(answers)
    return Verdict(True, f"Right: {n} inputs, {n} answers as expected." if n > 1 else "Right.")


def explanation(exercise, answer, answers, expected):
    """What is wrong with the last of `answers`, and a hint; the hint looks at all inputs."""
    given, got = exercise.inputs[len(answers) - 1], answers[-1]
    answers = answers + [outcome(answer, given) for given in exercise.inputs[len(answers) :]]
    if isinstance(got, Problem):
        said, advice = got.said, got.hint or hint(exercise, answers)
    else:
        said = f"expected {show(expected)}, got {show(got)}."
        advice = hint(exercise, answers) or shape_hint(got, expected) or exercise.hint
    lines = [f"Wrong{where(exercise, given)}: {said}", f"Hint: {advice}" if advice else ""]
    return "\n".join(map(wrapped, filter(None, lines)))


@dataclass(frozen=True)
class Problem:
    """What stands in the place of an answer that is no array of real numbers; what may help."""

    said: str
    hint: str | None


HELP = {
    "truth value of an array": "`if`, `and`, `or` and `not` ask one question of a whole array; "
    "np.where, &, | and ~ ask it of each entry.",
    "only length-1 arrays": "float() and math's functions take one number; NumPy's take arrays.",
    "only 0-dimensional arrays": "float() and math's functions take one number; NumPy's, arrays.",
    "inhomogeneous": "its parts have different shapes, where each should have the same.",
}
"""A hint for what is often raised, by a part of the error's message."""


def problem(said, error):
    return Problem(said, next((HELP[part] for part in HELP if part in str(error)), None))


@quiet
def outcome(answer, given):
    """The answer for one input: an array, or a :class:`Problem`; the reader's code gets copies."""
    if callable(answer):
        try:
            answer = answer(*(np.array(value)[()] for value in given))
        except Exception as error:
            raised = f"{type(error).__name__}{line(answer, error)}"
            return problem(f"your function raised {raised}: {error}", error)
    try:
        return numbers(answer)
    except Exception as error:
        kind = type(answer).__name__
        return problem(f"your function returned {kind}, which is no array of real numbers.", error)


def line(answer, error):
    """Where in the reader's own code an error arose, if it did."""
    own = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = traceback.walk_tb(error.__traceback__)
    lines = [number for frame, number in frames if frame.f_code.co_filename == own]
    return f" in line {lines[-1]}" if lines else ""


def numbers(answer):
    """An array of its own, nan where it is masked and None where it is None.

    A float32 stays one: its rounding is coarser.
    """
    array = np.array(answer)
    if array.dtype.kind not in "biufO":  # NumPy would make floats of text, and of complex numbers
        raise TypeError(array.dtype)
    if array.dtype.kind == "O" and None not in array.ravel().tolist():
        array = array.astype(float)
    hidden = np.ma.getmask(answer)
    return np.where(hidden, np.nan, array) if np.any(hidden) else array


def same(got, expected, small=1e-3):
    """Equal but for rounding, that of float32 if it came in; a problem is like any other.

    A number may be off by a share of itself and by the same share of `small`.
    """
    if isinstance(got, Problem) or isinstance(expected, Problem):
        return type(got) is type(expected)
    if got.dtype == object or got.shape != expected.shape:
        return False
    rounding = 1e-4 if got.dtype == np.float32 else 1e-6
    return np.allclose(got, expected, rtol=rounding, atol=rounding * small, equal_nan=True)


def hint(exercise, answers):
    """What is to be said of answers that are these on all inputs, if they are known."""
    for text, mistake in exercise.mistakes.items():
        wrong = (outcome(mistake, given) for given in exercise.inputs)
        if all(map(same, answers, wrong)):
            return text
    return None


def shape_hint(got, expected):
    if got.dtype == object:
        return "no number came back. Does your function end with return?"
    if got.shape != expected.shape:
        return f"the shape should be {expected.shape}, it is {got.shape}."
    return None


def where(exercise, given):
    names = inspect.signature(exercise.expected).parameters
    text = ", ".join(f"{k} = {show(v)}" for k, v in zip(names, given, strict=True))
    return f" at {text}" if text else ""


WIDTH = 64
"""Characters in a line of what a verdict says, for a box that does not break lines itself."""


def wrapped(text):
    """In lines; a number stays in one piece."""
    return textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def show(value):
    def number(x):
        return f"{x}" if x is None or isinstance(x, np.bool) else f"{x + 0.0:.6g}"  # -0.0 as 0

    text = np.array2string(np.asarray(value), separator=", ", formatter={"all": number})
    return " ".join(text.split())
