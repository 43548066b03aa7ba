"""SymPy is imported when the first formula is asked for: a loss computes with NumPy alone."""

from importlib import import_module


class Lazy:
    """A module that is imported when a name in it is first asked for."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        return getattr(import_module(self._module), name)


sp = Lazy("sympy")


def exact(parameter):
    """A parameter in SymPy.  A whole float is an integer there: ``Float(2) == 2`` is false, and a
    power of ``Float(2)`` is no square.  From 1000 it stays a float: no formula is another one at
    so large a number, and the gamma function of a large integer has all its digits."""
    if getattr(parameter, "free_symbols", ()):
        return parameter
    number = float(parameter)
    small = number.is_integer() and abs(number) < 1000
    return sp.Integer(number) if small else sp.sympify(parameter)
