"""The way from noise to loss in SymPy, step by step, and densities that a reader types."""

from .densities import CustomLoss, custom
from .derive import Derivation, Step, steps
