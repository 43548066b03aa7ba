"""The dataflow graph of a figure: tables, inputs, derived quantities, marks and readouts.

Each node has `spec`, in which its expressions are numbers of the page's `code`; one that computes
has `run` too, the same expressions in NumPy.
"""

import hashlib
import json
from functools import cache

import numpy as np
import sympy as sp

from ..symbolic.printers import NumericPrinter
from . import typed
from .javascript import function, outermost


class Graph:
    def __init__(self):
        self.names = {}  # symbol -> its name in the page
        self.code = []  # the expressions as functions in JavaScript
        self.tables, self.inputs, self.derived, self.marks, self.readouts = [], [], [], [], []

    def know(self, symbols):
        """Give symbols their names in the page; a symbol is defined once."""
        for symbol in symbols:
            if symbol in self.names:
                raise ValueError(f"{symbol} is defined twice")
            self.names[symbol] = f"v{len(self.names)}"
        return [self.names[s] for s in symbols]

    def js(self, exprs, bound=(), over=()):
        """The number of a list of expressions in the code: a function of the symbols in `bound`,
        {symbol: name}, which belong to it alone, and of the known ones in `over`."""
        for symbol in bound:
            if symbol in self.names:
                raise ValueError(f"{symbol} stands for something else already: take another symbol")
        names = {**self.names, **dict(bound)}
        parameters = [names[symbol] for symbol in (*bound, *over)]
        self.code.append(function(sp.sympify(exprs), names, parameters))
        return len(self.code) - 1

    def derive(self, symbols, spec, run):
        spec["out"] = self.know(symbols)
        self.derived.append((spec, symbols, run))

    def evaluate(self, values):
        """The value of every symbol, for the inputs' `values` by label."""
        env = Environment({base: np.array(spec["values"], float) for spec, base in self.tables})
        for spec, symbols in self.inputs:
            value = values[spec["label"]]
            if spec["kind"] == "points":
                value = [np.asarray(value[axis], float) for axis in "xy"]
            elif spec["kind"] == "density":
                value = [typed.noise(value)]
            else:
                value = [spec["options"].index(value) if spec["kind"] == "choice" else +value]
            env.update(zip(symbols, value, strict=True))
        for _, symbols, run in self.derived:
            env.update(zip(symbols, run(env), strict=True))
        return env

    @property
    def name(self):
        """The same for the same nodes and expressions, and for no others."""
        content = json.dumps([self.spec(), self.code])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def script(self):
        """The code, under the figure's name, for the page's scripts."""
        return f'(self.lossbookCode??={{}})["{self.name}"]=[{",".join(self.code)}];'

    def spec(self):
        derived = [spec for spec, _, _ in self.derived]
        tables, inputs, marks, readouts = (
            [spec for spec, _ in nodes]
            for nodes in (self.tables, self.inputs, self.marks, self.readouts)
        )
        return {
            "tables": tables,
            "inputs": inputs,
            "derived": derived,
            "marks": marks,
            "readouts": readouts,
        }


class Environment(dict):
    """The values of symbols; expressions are evaluated in it."""

    def values(self, exprs):  # type: ignore[override]
        return self.function(exprs)()

    def function(self, exprs, arguments=()):
        """`exprs` as one function of `arguments`, which gives the list of their values."""
        call = self._bind(exprs, arguments)
        return lambda *values: [np.asarray(v, float).item() for v in call(*values)]

    def along(self, exprs, t, at):
        """`exprs` in columns, a row for each value `at` of the symbol t."""
        rows = self._bind(exprs, [t])(at)
        return np.stack([np.broadcast_to(np.asarray(v, float), at.shape) for v in rows], 1)

    def _bind(self, exprs, arguments):
        exprs = sp.Tuple(*exprs)
        used = tuple(s for s in self if s not in arguments and exprs.has(s))
        compiled = _compile((*arguments, *used), exprs)
        # Numbers are NumPy's: 1 / 0 does not raise.
        given = [
            v if isinstance(v, typed.Typed) else np.asarray(v, float) for v in map(self.get, used)
        ]

        def call(*values):
            with np.errstate(all="ignore"):  # a gap in a curve is no error
                return compiled(*values, *given)

        return call


@cache
def _compile(symbols, exprs):
    faces = {face.__name__: getattr(typed.Typed, face.__name__.lower()) for face in typed.FACES}
    helpers = {"total": _total, "whole": _whole, **faces}
    known = {name: name for name in faces}
    printer = _Printer({"fully_qualified_modules": False, "inline": True, "user_functions": known})
    # What is SciPy's, such as `erf`, is imported with the first expression that has it.
    return sp.lambdify(symbols, exprs, [helpers, "numpy"], printer=printer)


class _Printer(NumericPrinter):
    """The printer of formulas as NumPy code, with sums and indices that take arrays."""

    sums = 0

    def _print_Sum(self, expr):
        (index, low, high), term = outermost(expr)
        self.sums += 1
        term, low, high = map(self._print, (term, low, high))
        self.sums -= 1
        return f"total({low}, {high}, {self.sums}, lambda {self._print(index)}: {term})"

    def _print_Indexed(self, expr):
        return f"{expr.base}[{', '.join(f'whole({self._print(i)})' for i in expr.indices)}]"


def _total(low, high, outer, term):
    """The sum of a term, computed for all indices at once: they run along an axis before those of
    the marks' places and of the `outer` sums."""
    index = np.arange(_whole(low), _whole(high) + 1.0).reshape(-1, *[1] * (outer + 1))
    return np.sum(term(index) + 0 * index, axis=0)


def _whole(index):
    return np.rint(index).astype(int)
