"""The dataflow graph of a figure: tables and inputs, then derived quantities, then marks and readouts.

Each node has two faces: `spec`, JavaScript for the page, and `run`, the same expressions in NumPy.
"""

from functools import lru_cache

import numpy as np
import sympy as sp

from .javascript import javascript


class Graph:
    def __init__(self):
        self.names = {}  # symbol -> its name in the page
        self.tables, self.inputs, self.derived, self.marks, self.readouts = (
            [],
            [],
            [],
            [],
            [],
        )

    def know(self, symbols):
        """Give symbols their names in the page; a symbol is defined once."""
        for symbol in symbols:
            if symbol in self.names:
                raise ValueError(f"{symbol} is defined twice")
            self.names[symbol] = f"v{len(self.names)}"
        return [self.names[s] for s in symbols]

    def js(self, expr, bound=()):
        return javascript(sp.sympify(expr), {**self.names, **dict(bound)})

    def derive(self, symbols, spec, run):
        spec["out"] = self.know(symbols)
        self.derived.append((spec, symbols, run))

    def evaluate(self, values):
        """The value of every symbol, for the inputs' `values` by label."""
        env = Environment({base: np.array(spec["values"]) for spec, base in self.tables})
        for spec, symbols in self.inputs:
            value = values[spec["label"]]
            if spec["kind"] == "points":
                value = [np.asarray(value[axis], float) for axis in "xy"]
            else:
                value = [spec["options"].index(value) if spec["kind"] == "choice" else value]
            env.update(zip(symbols, value, strict=True))
        for _, symbols, run in self.derived:
            env.update(zip(symbols, run(env), strict=True))
        return env

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

    def value(self, expr, more=()):
        known = {**self, **dict(more)}
        return self._call(expr, known, ())()

    def function(self, expr, arguments):
        """`expr` as a Python function of `arguments`."""
        return self._call(expr, self, tuple(arguments))

    @staticmethod
    def _call(expr, known, arguments):
        used = tuple(s for s in known if s not in arguments and expr.has(s))
        compiled, given = _compile((*arguments, *used), expr), [known[s] for s in used]

        def call(*values):
            with np.errstate(all="ignore"):  # a gap in a curve is no error
                return compiled(*values, *given)

        return call


@lru_cache(maxsize=None)
def _compile(symbols, expr):
    return sp.lambdify(symbols, expr, "numpy")
