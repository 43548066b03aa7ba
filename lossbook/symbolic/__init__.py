"""The way from noise to loss in SymPy: formulas, the symbols in them, and densities that a reader
types.  The way itself, step by step, is :func:`lossbook.derive.steps`.
"""

from .densities import CustomLoss, custom
from .notation import ERROR, Notation, notation

__all__ = ["ERROR", "CustomLoss", "Notation", "custom", "notation"]
