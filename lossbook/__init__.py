"""Losses, the noise that each assumes, and figures that stay alive on a static page.

Conventions, stated once:

- Arguments come as ``(prediction, target)``; the gradient is with respect to the prediction.
- ``error = prediction - target``; ``margin = label * score`` with label -1 or +1; logits are
  ``(n, K)`` with classes ``(n,)`` or rows of probabilities ``(n, K)``.
- A loss is per example; only the risk is a mean.  Logarithms are natural.
- float32 stays float32, float64 stays float64, integers become float64.
- At a kink the gradient is the subgradient of least norm; for a typed density, the mean of the
  slopes on both sides.
- NaN passes through to its own row; wrong shapes, labels or parameters raise at the call.
"""

from importlib import import_module

from .losses import *  # noqa: F403
from .risk import minimiser, risk, risk_and_grad

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
        "style",
        "symbolic",
        "traits",
    )
} | {"derive": ".symbolic.derive"}


def __getattr__(name):
    if name in LATER:
        return import_module(LATER[name], __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *LATER})
