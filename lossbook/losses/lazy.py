"""SymPy is imported when the first formula is asked for: a loss computes with NumPy alone."""

from importlib import import_module


class Lazy:
    """A module that is imported when a name in it is first asked for."""

    def __init__(self, module):
        self._module = module

    def __getattr__(self, name):
        return getattr(import_module(self._module), name)


sp = Lazy("sympy")
