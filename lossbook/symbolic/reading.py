"""What a reader types, as a formula in SymPy.

The text is read through Python's grammar, but never run.  Only the names below have a meaning, and
any other name is a parameter, a positive number.  `e` and its like are refused, because one reader
would take `e` for the error and another for Euler's number.
"""

import ast
import operator
import re

import sympy as sp

from .notation import ERROR

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
MEANT = {"e": "error, or exp(1) for Euler's number", "π": "pi", "ε": "error"}
MEANT["E"] = MEANT["e"]
SIGNS = {
    "|": "for |x| write abs(x)",
    "^": "for a power write **",
    "²": "for a square write **2",
    "√": "for a root write sqrt(x)",
    "−": "the minus sign is -",
    "·": "for a product write *",
    "×": "for a product write *",
    "÷": "for a quotient write /",
}
JUXTAPOSED = re.compile(r"((?<![\w.])[\d.]+|\))\s*(?!(if|else)\b|[eE][-+]?\d)([^\W\d]|\()")
ALLOWED = f"numbers, + - * / **, 'a if b < c else d', error, pi, parameters, {', '.join(FUNCTIONS)}"


def tree(text):
    """The text in Python's grammar."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except ValueError as problem:  # of a null byte, before Python 3.11.4
        raise SyntaxError(*problem.args) from None


def parse(text):
    """The text as a SymPy expression, or `ValueError` that says what cannot be read."""
    if len(text) > 300:
        raise ValueError(f"the text has {len(text)} characters; allowed: up to 300")
    try:
        expr = read(tree(text))
    except (SyntaxError, RecursionError, MemoryError) as problem:
        complaint = f"cannot read {text!r} as a formula: {problem.args[0]}{hints(text)}"
        raise ValueError(complaint) from None
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I):
        raise ValueError(f"{text!r} is not a real number: {expr}")
    return expr


def hints(text):
    """How to write what the text may have meant."""
    found = [hint for sign, hint in SIGNS.items() if sign in text]
    if JUXTAPOSED.search(text):
        found.append(SIGNS["×"])
    return "".join(f"; {hint}" for hint in dict.fromkeys(found))


def read(node):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return sp.Integer(int(number)) if number % 1 == 0 else sp.Float(number)
        case ast.Name(id="pi"):
            return sp.pi
        case ast.Name(id="error"):
            return ERROR
        case ast.Name(id=name) if name in MEANT:
            raise ValueError(f"{name!r} cannot name a parameter; write {MEANT[name]}")
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
    text = ast.unparse(node)
    raise ValueError(f"{text!r} cannot be used here{hints(text)}; allowed: {ALLOWED}")


def small(number):
    """The argument of a function or of a power; a number may not grow beyond what is quick."""
    if number.is_number and abs(number) > 1e9:
        raise ValueError(f"the number {number} is too large to work with; allowed: up to 1e9")
    return number


def power(base, exponent):
    if base.is_number and exponent.is_number and abs(exponent) > 1000:
        raise ValueError(
            f"the power ({base}) ** ({exponent}) is too large to work with; allowed exponents of "
            "numbers: up to 1000"
        )
    return small(base) ** small(exponent)
