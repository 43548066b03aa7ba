"""The way from noise to loss in SymPy, step by step, and densities that a reader types."""

from .densities import CustomLoss, custom
from .derive import Derivation, Step, steps
from .notation import ERROR, Notation, notation

__all__ = ["ERROR", "CustomLoss", "Derivation", "Notation", "Step", "custom", "notation", "steps"]
