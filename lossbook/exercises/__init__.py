"""Exercises that tell right from wrong, where, and what the mistake may be; never the solution.

A chapter's exercise cell calls ``check(name, answer)``.  To add one, add an entry to the table of
its half of the book: what is expected, inputs that tell it from the usual mistakes, and those
mistakes, each with the hint that it deserves.
"""

import inspect
import textwrap
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from ..losses.base import quiet
from .classification import CLASSIFICATION
from .exercise import Exercise
from .regression import REGRESSION

__all__ = ["EXERCISES", "Exercise", "Verdict", "check"]

EXERCISES = REGRESSION | CLASSIFICATION
"""Every exercise by name."""


@dataclass(frozen=True)
class Verdict:
    """Right or wrong, and the message that a notebook shows."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer):
    """The :class:`Verdict` on `answer`: a function of the inputs, or a value if there are none."""
    if name not in EXERCISES:
        near = get_close_matches(name, EXERCISES, n=3, cutoff=0) or list(EXERCISES)
        raise ValueError(f"no exercise {name!r}; is it one of {', '.join(near)}?")
    exercise = EXERCISES[name]
    if exercise.inputs != [()] and not callable(answer):
        return Verdict(False, f"Wrong: pass your function itself, not {type(answer).__name__}.")
    answers = []
    for given in exercise.inputs:
        try:
            answers.append(outcome(answer, given))
        except Exception as problem:
            said = f"raised {type(problem).__name__}: {problem}"
            return Verdict(False, f"Wrong{where(exercise, given)}: your function {said}")
    for given, got in zip(exercise.inputs, answers, strict=True):
        expected = outcome(exercise.expected, given)
        if not same(got, expected):
            said = f"Wrong{where(exercise, given)}: expected {show(expected)}, got {show(got)}."
            return Verdict(False, f"{wrapped(said)}\n{wrapped('Hint: ' + hint(exercise, answers))}")
    n = len(answers)
    return Verdict(True, f"Right: {n} inputs, {n} answers as expected." if n > 1 else "Right.")


@quiet
def outcome(answer, given):
    """The answer for one input, as an array; the reader's code gets copies."""
    if not callable(answer):
        return np.asarray(answer)
    return np.asarray(answer(*(np.array(value)[()] for value in given)), float)


def same(got, expected):
    return got.shape == expected.shape and np.allclose(
        got, expected, rtol=1e-6, atol=1e-9, equal_nan=True
    )


def hint(exercise, answers):
    for text, mistake in exercise.mistakes.items():
        wrong = [outcome(mistake, given) for given in exercise.inputs]
        if all(map(same, answers, wrong)):
            return text
    if np.isnan(np.concatenate([np.ravel(got) for got in answers])).all():
        return "no number comes back: does your function end with return?"
    for got, given in zip(answers, exercise.inputs, strict=True):
        expected = outcome(exercise.expected, given)
        if got.shape != expected.shape:
            return f"the shape should be {expected.shape}, it is {got.shape}."
    return exercise.hint


def where(exercise, given):
    names = inspect.signature(exercise.expected).parameters
    text = ", ".join(f"{k} = {show(v)}" for k, v in zip(names, given, strict=True))
    return f" at {text}" if text else ""


def wrapped(text):
    """For the width of an exercise's box; a number stays in one piece."""
    return textwrap.fill(text, 64, subsequent_indent="  ", break_on_hyphens=False)


def show(value):
    def number(x):
        return f"{x + 0.0:.6g}"  # -0.0 as 0

    text = np.array2string(np.asarray(value), separator=", ", formatter={"all": number})
    return " ".join(text.split())
