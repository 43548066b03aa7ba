"""SymPy expressions as JavaScript."""

from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter


class _Printer(JavascriptCodePrinter):
    """SymPy's own printer, and the handful of things that it lacks.

    `names` maps the symbols that the figure knows to their names in the page.  `sum` is a function
    of live.js.
    """

    def __init__(self, names):
        super().__init__({"strict": True})
        self._names = dict(names)

    def _print_Symbol(self, expr):
        if expr not in self._names:
            raise ValueError(f"the figure does not know the symbol {expr}: make it an input first")
        return self._names[expr]

    _print_Idx = _print_Dummy = _print_Symbol

    def _print_Indexed(self, expr):
        if expr.base not in self._names:
            raise ValueError(f"the figure does not know {expr.base}: make it an input first")
        return self._names[expr.base] + "".join(f"[{self._print(i)}]" for i in expr.indices)

    def _print_Sum(self, expr):
        (index, low, high), *outer = expr.limits
        if outer:
            raise ValueError(f"a sum over one index is allowed, not {expr}")
        low, high = self._print(low), self._print(high)
        shadowed = self._names.get(index)
        self._names[index] = f"i{len(self._names)}"
        body = f"sum({low}, {high}, {self._names[index]} => {self._print(expr.function)})"
        del self._names[index]
        if shadowed:
            self._names[index] = shadowed
        return body

    def _print_sign(self, expr):
        return f"Math.sign({self._print(expr.args[0])})"

    def _print_Heaviside(self, expr):
        return f"(1 + Math.sign({self._print(expr.args[0])}))/2"

    def _print_log1p(self, expr):
        return f"Math.log1p({self._print(expr.args[0])})"

    def _print_expm1(self, expr):
        return f"Math.expm1({self._print(expr.args[0])})"


def javascript(expr, names):
    """`expr` as a JavaScript expression, its symbols named by `names`.

    Raises `ValueError` with the name of the symbol or function that cannot be printed.
    """
    try:
        return " ".join(_Printer(names).doprint(expr).split())
    except PrintMethodNotImplementedError as error:
        raise ValueError(f"no JavaScript for a part of {expr}: {error}") from None
