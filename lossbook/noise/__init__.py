"""Noise models: how observations scatter around a prediction, and the loss that each implies.

Minus the log of a density is a loss plus a constant.  A model's ``loss`` is that loss, and
:func:`of` leads from a loss back to its noise.  :func:`fit` finds the parameters of a model, and
:func:`compare` which of several models fits better.  Densities are computed and samples drawn in
NumPy, with SciPy where that needs a special function; ``expression`` is the density in SymPy, which
derivations and live figures are made of.
"""

from .base import LocationNoise, Noise
from .comparing import Comparison, Row, compare
from .fitting import SEARCHED, Fit, fit
from .implied import Implied, of
from .logs import log
from .mixture import Mixture
from .models import (
    NOISES,
    AsymmetricLaplace,
    Bernoulli,
    Categorical,
    Gamma,
    Gaussian,
    HuberNoise,
    Laplace,
    Logistic,
    NegativeBinomial,
    Poisson,
    StudentT,
)
from .ordered import OrderedLogistic

__all__ = [
    "NOISES",
    "SEARCHED",
    "AsymmetricLaplace",
    "Bernoulli",
    "Categorical",
    "Comparison",
    "Fit",
    "Gamma",
    "Gaussian",
    "HuberNoise",
    "Implied",
    "Laplace",
    "LocationNoise",
    "Logistic",
    "Mixture",
    "NegativeBinomial",
    "Noise",
    "OrderedLogistic",
    "Poisson",
    "Row",
    "StudentT",
    "compare",
    "fit",
    "log",
    "of",
]
