"""Formulas in the error as NumPy functions."""

from functools import lru_cache

import numpy as np
import sympy as sp
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from ..losses.base import quiet
from ..noise.logs import log
from .notation import ERROR
from .printers import NumericPrinter


@lru_cache(maxsize=256)
def compiled(formula):
    """The formula as a NumPy function of the error that keeps shape and dtype."""
    if missing := formula.free_symbols - {ERROR}:
        raise ValueError(f"no value for {', '.join(sorted(map(str, missing)))} in {formula}")
    function = lambdified(steady(formula).xreplace({sp.zoo: sp.nan}))  # no slope at density 0

    @quiet
    def call(error):
        return np.broadcast_to(np.real_if_close(function(error)), np.shape(error)).astype(
            error.dtype
        )

    return call


@lru_cache(maxsize=256)
def compiled_slope(formula):
    """The derivative of the formula, compiled; a search for the best constant calls it often."""
    # a term that vanishes somewhere has a log without a slope there
    return compiled(sp.powsimp(steady(formula, "is_positive").diff(ERROR)))


@lru_cache(maxsize=256)
def compiled_curvature(formula):
    """The second derivative of the formula, compiled."""
    return compiled(sp.powsimp(second_derivative(steady(formula, "is_positive"))))


def second_derivative(formula, variable=ERROR):
    """The second derivative, finite at a kink: see :func:`without_deltas`.  A square of cosh less
    one of sinh, which would cancel, is 1."""
    bend = without_deltas(formula.diff(variable, 2))
    return sp.trigsimp(bend) if bend.has(HyperbolicFunction) else bend


def without_deltas(formula):
    """A derivative of slopes that jump, without the infinite part at the jump."""
    return formula.replace(sp.DiracDelta, lambda *place: sp.S.Zero)


def lambdified(formula):
    helpers = {"LogSum": logsum}
    printer = NumericPrinter(
        {"fully_qualified_modules": False, "user_functions": {name: name for name in helpers}}
    )
    return sp.lambdify(ERROR, formula, [helpers, "numpy"], printer=printer)


class LogSum(sp.Function):
    """The log of the sum of exp of the arguments."""

    def fdiff(self, argindex):
        return sp.exp(self.args[argindex - 1] - self)


def logsum(*logs):
    return np.logaddexp.reduce(np.broadcast_arrays(*logs))


def steady(formula, known="is_nonnegative"):
    """The same formula, with the log of a sum taken from the logs of its terms, where all are known
    to be not negative, or positive."""

    def from_logs(total):
        terms = sp.Add.make_args(total)
        if len(terms) > 1 and all(getattr(term, known) for term in terms):
            return LogSum(*(log(term).replace(sp.log, of_even_power) for term in terms))
        return sp.log(total)

    return formula.replace(sp.log, from_logs)


def of_even_power(inside):
    """The log of what may be a square, which would overflow before its log does."""
    if isinstance(inside, sp.Pow) and inside.exp.is_even:
        return inside.exp * sp.log(sp.Abs(inside.base))
    return sp.log(inside)
