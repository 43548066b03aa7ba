"""SymPy expressions as JavaScript."""

import json
import re

from sympy import Rational, Sum
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter

from .typed import FACES

# SymPy's name of a function -> its name in js/maths.js.
OWN = {name: name for name in ("erf", "erfc", "gamma", "loggamma")}
OWN |= {face.__name__: face.__name__.lower() for face in FACES}
FUNCTIONS = {"sign": "Math.sign", "log1p": "Math.log1p", "expm1": "Math.expm1", **OWN}
HELPER = re.compile(rf"(?<![.\w])(?:sum|{'|'.join(OWN.values())})(?=\()")
NAME = re.compile(r"\bv\d+\b")


class _Printer(JavascriptCodePrinter):
    """SymPy's own printer, and the handful of things that it lacks.

    `names` maps the symbols that the figure knows to their names in the page.  `sum` is a function
    of js/maths.js.
    """

    def __init__(self, names):
        super().__init__({"strict": True, "user_functions": FUNCTIONS})
        self._names = names

    def _print_Symbol(self, expr):
        if expr not in self._names:
            raise ValueError(f"the figure does not know the symbol {expr}: make it an input first")
        return self._names[expr]

    _print_Idx = _print_Dummy = _print_Symbol

    def _print_Indexed(self, expr):
        if expr.base not in self._names:
            raise ValueError(f"the figure does not know {expr.base}: make it an input first")
        return self._names[expr.base] + "".join(f"[{self._whole(i)}]" for i in expr.indices)

    def _whole(self, expr):
        if not expr.is_integer:
            raise ValueError(
                f"{expr} must be whole; a slider gives whole numbers if its low and step are whole"
            )
        return self._print(expr)

    def _print_Sum(self, expr):
        (index, low, high), term = outermost(expr)
        low, high, outer = self._whole(low), self._whole(high), self._names
        self._names = {**outer, index: f"i{len(outer)}"}
        body = f"sum({low}, {high}, {self._names[index]} => {self._print(term)})"
        self._names = outer
        return body

    def _print_Pow(self, expr):
        if expr.exp == Rational(1, 3):  # the principal root, not a cube root of negative numbers
            return f"Math.pow({self._print(expr.base)}, 1/3)"
        return super()._print_Pow(expr)

    def _print_Float(self, expr):
        return repr(float(expr))

    def _print_list(self, exprs):
        return f"[{', '.join(map(self._print, exprs))}]"

    _print_Tuple = _print_list

    def _print_NaN(self, expr):
        return "NaN"


def outermost(total):
    """The outermost index of a sum with its limits, and the term that it runs over."""
    *inner, limits = total.limits
    return limits, Sum(total.function, *inner) if inner else total.function


def javascript(expr, names):
    """`expr`, or a list of them, as JavaScript, its symbols named by `names`.

    Raises `ValueError` with the name of the symbol or function that cannot be printed.
    """
    try:
        return " ".join(_Printer(names).doprint(expr).split())
    except PrintMethodNotImplementedError as error:
        what = str(error).splitlines()[0].split(": ")[-1]
        raise ValueError(f"no JavaScript for {what}, in {expr}") from None


def function(expr, names, parameters=()):
    """`javascript` as js/maths.js takes it: the names in the page's state that it uses, and the
    function of its helpers and of that state, which gives one of the `parameters`."""
    body = javascript(expr, names)
    used = [name for name in dict.fromkeys(NAME.findall(body)) if name not in parameters]
    helpers, state, given = (
        ",".join(each) for each in (sorted(set(HELPER.findall(body))), used, parameters)
    )
    return f"[{json.dumps(used)},({{{helpers}}},{{{state}}})=>({given})=>{body}]"
