"""Formulas in the error where their parts overflow, as ``cosh(error)`` does in
``log(cosh(error))``.

Every part is held as its sign and the log of its size, which is a number for any size.  That costs
a few digits and much time, so it is for errors at which the plain formula fails.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from ..losses.base import quiet
from .compiling import compiled
from .notation import ERROR


@quiet
def far(formula, error):
    """The formula at an array of errors, in float64."""
    return number(*signed_log(formula.xreplace({sp.zoo: sp.nan}), np.asarray(error, float)))


def number(sign, log):
    return sign * np.where(sign == 0, 0, np.exp(log))


def parted(value):
    """The sign of a number and the log of its size."""
    return np.sign(value), np.log(np.abs(value))


def signed_log(part, error):
    """The sign of a part of a formula, and the log of its size."""
    if part == ERROR:
        return parted(error)
    if not part.has(ERROR):
        return parted(np.full(error.shape, float(part)))
    if isinstance(part, sp.Piecewise):
        branches = [signed_log(branch, error) for branch, _ in part.args]
        cases = [holds(case, error) for _, case in part.args]
        return [np.select(cases, column, np.nan) for column in zip(*branches, strict=True)]
    if isinstance(part, sp.Pow) and not part.exp.has(ERROR):
        return power(signed_log(part.base, error), float(part.exp))  # its log would not be exact
    arguments = [signed_log(argument, error) for argument in part.args]
    if part.func in RULES:
        return RULES[part.func](*arguments)
    return parted(compiled(part.func(ERROR))(number(*arguments[0])))


def holds(case, error):
    """Where the condition of a branch is true."""
    if case in (sp.true, sp.false):
        return np.full(error.shape, bool(case))
    if case.func in (sp.And, sp.Or):
        join = np.logical_and if case.func is sp.And else np.logical_or
        return join.reduce([holds(part, error) for part in case.args])
    sign, _ = signed_log(case.lhs - case.rhs, error)
    return COMPARISONS[case.func](sign, 0)


def plus(*terms):
    def two(a, b):
        top = np.maximum(a[1], b[1])
        top = np.where(np.isinf(top), 0, top)
        sign, log = parted(sum(number(sign, log - top) for sign, log in (a, b)))
        return sign, log + top

    return reduce(two, terms)


def times(*factors):
    """The largest logs first: where two cancel, the others keep their digits."""
    signs, logs = (np.stack(parts) for parts in zip(*factors, strict=True))
    order = np.argsort(-np.abs(logs), axis=0)
    return signs.prod(axis=0), np.take_along_axis(logs, order, axis=0).sum(axis=0)


def power(base, exponent):
    sign, log = base
    odd = np.where(exponent % 2 == 1, sign, np.where(exponent % 2 == 0, 1, np.nan))
    return np.where(sign < 0, odd, 1), exponent * log


def larger(*numbers):
    return reduce(lambda a, b: np.where(plus(a, (-b[0], b[1]))[0] < 0, b, a), numbers)


def smaller(*numbers):
    sign, log = larger(*[(-sign, log) for sign, log in numbers])
    return -sign, log


def hyperbolic(argument, side):
    """``(exp(x) + side * exp(-x)) / 2`` of a number x >= 0, its log."""
    size = np.abs(number(*argument))
    return size + np.log1p(side * np.exp(-2 * size)) - np.log(2)


RULES: dict[Any, Callable[..., Any]] = {
    sp.Add: plus,
    sp.Mul: times,
    sp.Pow: lambda base, exponent: power(base, number(*exponent)),
    sp.Max: larger,
    sp.Min: smaller,
    sp.Abs: lambda x: (np.abs(x[0]), x[1]),
    sp.exp: lambda x: (np.ones_like(x[0]), number(*x)),
    sp.log: lambda x: parted(np.where(x[0] < 0, np.nan, x[1])),
    sp.cosh: lambda x: (np.ones_like(x[0]), hyperbolic(x, 1)),
    sp.sinh: lambda x: (x[0], hyperbolic(x, -1)),
    sp.Heaviside: lambda x, at_zero: parted(np.heaviside(x[0], number(*at_zero))),
}
"""The sign and log of a function, of those of its arguments; of any other function, its value."""

COMPARISONS = {sp.Lt: np.less, sp.Le: np.less_equal, sp.Gt: np.greater, sp.Ge: np.greater_equal}
