"""The reader's own noise: a density that is typed in, and its loss.

The text is read through Python's grammar, but never run: only the names below have a meaning, and
any other name is a parameter, a positive number.
"""

import ast
import operator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import sympy as sp

from ..losses import ResidualLoss
from ..losses.base import quiet, require
from ..noise import ERROR, Implied, log, prices

__all__ = ["CustomLoss", "custom"]

FUNCTIONS = {
    "abs": sp.Abs,
    "atan": sp.atan,
    "cos": sp.cos,
    "cosh": sp.cosh,
    "exp": sp.exp,
    "log": sp.log,
    "max": sp.Max,
    "min": sp.Min,
    "sin": sp.sin,
    "sinh": sp.sinh,
    "sqrt": sp.sqrt,
    "tanh": sp.tanh,
}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
}
ALLOWED = f"numbers, + - * / **, 'a if b < c else d', error, pi, parameters, {', '.join(FUNCTIONS)}"


@dataclass(frozen=True)
class CustomLoss(ResidualLoss):
    """A loss of the error from a formula in SymPy: value and gradient are the formula and its
    derivative, compiled; far out they are only as exact as these.  The log of a sum of positive
    terms is as exact as its largest term, even where all of them underflow.

    Where ``abs`` or ``max`` has a kink, the gradient is the mean of the slopes on both sides.
    """

    formula: sp.Expr
    name = "custom"
    convex = False  # not known to be

    def __str__(self):
        return str(self.formula)

    def rho(self, error):
        return compiled(self.formula)(error)

    def psi(self, error):
        return compiled_slope(self.formula)(error)

    def expression(self, error):
        return self.formula.xreplace({ERROR: error})


def custom(density, /, **parameters):
    """The noise model of a density of the error: its `loss` is a :class:`CustomLoss`.

    `density` is text or a SymPy expression in `error` and parameters; its integral need not be 1.
    `parameters` gives them values, numbers or SymPy symbols; one without a value stays a positive
    symbol.  `ValueError` if the text cannot be read, or if the density is negative somewhere,
    infinite, or does not integrate (for a parameter without a value: not at ½, at 1 nor at 2).
    """
    if isinstance(density, str):
        density = parse(density)
    if not isinstance(density, sp.Expr):
        raise TypeError(f"the density must be text or a SymPy expression, got {density!r}")
    names = {symbol.name: symbol for symbol in density.free_symbols}
    if "error" not in names:
        raise ValueError(f"the density {density} does not depend on error")
    values = {names.pop("error"): ERROR}
    for name, value in parameters.items():
        if name not in names:
            known = ", ".join(sorted(names)) or "none"
            raise ValueError(f"{density} has no parameter {name}; it has: {known}")
        require(value, name, "finite", np.isfinite)
        values[names[name]] = sp.sympify(value)
    density = density.xreplace(values)
    loss = CustomLoss(sp.Add(*[price for price in prices(density) if price.has(ERROR)]))
    complaints = []
    free = sorted(density.free_symbols - {ERROR}, key=str)
    for trial in product((1, sp.Rational(1, 2), 2), repeat=len(free)):
        at = dict(zip(free, trial, strict=True))
        try:
            check(density.subs(at))
            Implied(CustomLoss(loss.formula.subs(at)))
            return Implied(loss)
        except ValueError as complaint:
            where = ", ".join(f"{symbol} = {value}" for symbol, value in at.items())
            complaints.append(f"{complaint} (at {where})" if where else str(complaint))
    raise ValueError(complaints[0])


def check(density):
    """`ValueError` where the density is negative or no finite number."""
    half = np.concatenate([np.geomspace(1e-6, 100, 200), np.arange(0.5, 21, 0.5)])
    errors = np.sort([*-half, 0.0, *half])
    values = compiled(density)(errors)
    negative = np.zeros(len(errors), bool) if density.is_nonnegative else values < 0
    for bad, what in ((~np.isfinite(values), "is no finite number"), (negative, "is negative")):
        if bad.any():
            k = np.argmax(bad)
            raise ValueError(
                f"the density {density} {what} at error {errors[k]:.4g}: {values[k]:.4g}"
            )


@lru_cache(maxsize=256)
def compiled(formula):
    """The formula as a NumPy function of the error that keeps shape and dtype."""
    if missing := formula.free_symbols - {ERROR}:
        raise ValueError(f"no value for {', '.join(sorted(map(str, missing)))} in {formula}")
    formula = steady(formula).xreplace({sp.zoo: sp.nan})  # a slope where the density is 0
    function = sp.lambdify(ERROR, formula, [{"LogSum": logsum}, "numpy"])

    @quiet
    def call(error):
        return np.broadcast_to(np.real_if_close(function(error)), np.shape(error)).astype(
            error.dtype
        )

    return call


@lru_cache(maxsize=256)
def compiled_slope(formula):
    """The derivative of the formula, compiled; a search for the best constant calls it often."""
    return compiled(sp.powsimp(steady(formula).diff(ERROR)))


class LogSum(sp.Function):
    """The log of the sum of exp of the arguments."""

    def fdiff(self, argindex):
        return sp.exp(self.args[argindex - 1] - self)


def logsum(*logs):
    return np.logaddexp.reduce(np.broadcast_arrays(*logs))


def steady(formula):
    """The same formula, with the log of a sum of positive terms taken from the terms' logs."""

    def from_logs(total):
        terms = sp.Add.make_args(total)
        if len(terms) > 1 and all(term.is_positive for term in terms):
            return LogSum(*map(log, terms))
        return sp.log(total)

    return formula.replace(sp.log, from_logs)


def tree(text):
    """The text in Python's grammar."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except ValueError as problem:  # of a null byte, before Python 3.11.4
        raise SyntaxError(*problem.args) from None


def parse(text):
    """The text as a SymPy expression, or `ValueError` that says what cannot be read."""
    if len(text) > 300:
        raise ValueError(f"a density of {len(text)} characters; allowed: 300")
    try:
        expr = read(tree(text))
    except (SyntaxError, RecursionError, MemoryError) as problem:
        raise ValueError(f"cannot read {text!r} as a formula: {problem.args[0]}") from None
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I):
        raise ValueError(f"{text!r} is not a real number: {expr}")
    return expr


def read(node):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return sp.Integer(int(number)) if number % 1 == 0 else sp.Float(number)
        case ast.Name(id="pi"):
            return sp.pi
        case ast.Name(id="error"):
            return ERROR
        case ast.Name(id=name) if name not in FUNCTIONS:
            return sp.Symbol(name, positive=True)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -read(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return power(read(left), read(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](read(left), read(right))
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]) if (
            name in FUNCTIONS
        ):
            if len(args) > 1 and name not in ("max", "min"):
                raise ValueError(f"{name} takes one argument: {ast.unparse(node)}")
            return FUNCTIONS[name](*(small(read(arg)) for arg in args))
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right])) if (
            type(op) in OPERATORS
        ):
            case = OPERATORS[type(op)](read(left), read(right))
            return sp.Piecewise((read(node.body), case), (read(node.orelse), True))
    hint = "; for a power write **" if "^" in ast.unparse(node) else ""
    raise ValueError(f"{ast.unparse(node)!r} cannot be used here{hint}; allowed: {ALLOWED}")


def small(number):
    """The argument of a function or of a power; a number may not grow beyond what is quick."""
    if number.is_number and abs(number) > 1e9:
        raise ValueError(f"{number} is too large to work with; allowed: 1e9")
    return number


def power(base, exponent):
    if base.is_number and exponent.is_number and abs(exponent) > 1000:
        raise ValueError(f"({base}) ** ({exponent}) is too large to work with")
    return small(base) ** small(exponent)
