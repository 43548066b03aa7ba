"""SymPy expressions as NumPy code."""

from sympy.printing.numpy import SciPyPrinter


class NumericPrinter(SciPyPrinter):
    """SymPy's own printer, with Heaviside's step as NumPy has it.

    SymPy writes the step in branches, and takes most of a second to simplify their conditions.
    """

    def _print_Heaviside(self, expr):
        place, at_zero = map(self._print, expr.args)
        return f"{self._module_format('numpy.heaviside')}({place}, {at_zero})"
