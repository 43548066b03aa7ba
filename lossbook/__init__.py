"""Losses, the noise that each assumes, and figures that stay alive on a static page.

Conventions, stated once:

- Arguments come as ``(prediction, target)``; the gradient is with respect to the prediction.
- ``error = prediction - target``; ``margin = label * score`` with label -1 or +1; logits are
  ``(n, K)`` with classes ``(n,)`` or rows of probabilities ``(n, K)``.
- A loss is per example; only the risk is a mean.  Logarithms are natural.
- float32 stays float32, float64 stays float64, integers become float64; a boolean is 0 or 1, and
  as a label -1 or +1.  Arrays of NumPy come out, of single numbers single numbers.
- At a kink the gradient is the subgradient of least norm; for a typed density, the mean of the
  slopes on both sides.
- NaN passes through to its own row; wrong shapes, labels or parameters raise at the call.
"""

import sys
from importlib import import_module

from . import losses
from .losses import *  # noqa: F403
from .risk import minimiser, risk, risk_and_grad

__all__ = [*losses.__all__, "minimiser", "risk", "risk_and_grad"]
__version__ = "0.1.0"

# Modules at the first use of their name: what they import takes longer than all losses together.
LATER = {
    name: f".{name}"
    for name in (
        "advice",
        "data",
        "exercises",
        "live",
        "noise",
        "quiz",
        "scale",
        "scores",
        "style",
        "symbolic",
        "traits",
    )
} | {"derive": ".symbolic.derive"}


def __getattr__(name):
    if name not in LATER:
        missing = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(missing, name=name, obj=sys.modules[__name__])  # suggests another
    try:
        return import_module(LATER[name], __name__)
    except ModuleNotFoundError as missing:  # of an extra; `help` passes over such a name
        raise AttributeError(f"{__name__}.{name} cannot be imported: {missing}") from missing


def __dir__():
    return sorted({*globals(), *LATER})
