"""Losses, the noise that each assumes, and figures that stay alive on a static page.

Conventions, stated once:

- Arguments come as ``(prediction, target)``; the gradient is with respect to the prediction.
- ``error = prediction - target``; ``margin = label * score`` with label -1 or +1; logits are
  ``(n, K)`` with classes ``(n,)`` or rows of probabilities ``(n, K)``.
- A loss is per example; only the risk is a mean.  Logarithms are natural.
- float32 stays float32, float64 stays float64, integers become float64.
- At a kink the gradient is the subgradient of least norm.
- NaN passes through to its own row; wrong shapes, labels or parameters raise at the call.
"""

from . import derive, exercises, noise  # noqa: F401
from .losses import *  # noqa: F403
from .risk import minimiser, risk, risk_and_grad

__version__ = "0.1.0"
