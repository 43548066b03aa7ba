"""Losses, the noise that each assumes, and live figures of both.

A loss is a value that holds its parameters, and that you call::

    loss = lossbook.Huber(delta=1.5)
    loss(prediction, target)                # the loss of each example
    loss.grad(prediction, target)           # its gradient: the teaching signal
    loss.curvature(prediction, target)      # its second derivative
    lossbook.risk(loss, prediction, target) # the mean; risk_and_grad: both
    lossbook.minimiser(loss, target)        # the best constant prediction
    loss.card(); loss.plot()                # what it is; what it looks like

- Losses of the error, ``prediction - target``: SquaredError, AbsoluteError,
  Quantile, Huber, LogCosh, StudentT, GeneralRobust.
- Of a count, from the log of its mean: Poisson.
- Of the margin, ``label * score``: Logistic, Hinge, SquaredHinge, Exponential.
- Of classes, from logits ``(n, K)``: CrossEntropy, SoftmaxSquaredError, Focal,
  MulticlassHinge; with softmax, log_softmax and logsumexp.
- LOSSES has all by name, FAMILIES what they share: Loss, ResidualLoss,
  MarginLoss, CategoricalLoss.
- Modules: noise (densities, samples, the loss of each); derive and symbolic
  (from noise to loss, in SymPy); scale (data beyond one memory); show (cards
  and plots); live and style (figures); and those of the book: traits, advice,
  exercises, quiz, data.

Conventions: the gradient is with respect to the prediction.  Labels are -1 and
+1 or booleans, classes are 0 to K - 1 or rows of probabilities; elsewhere a
boolean is 0 or 1.  A loss is per example, only the risk is a mean.  Logarithms
are natural.  float32 and float64 are kept, other numbers become float64; of
single numbers single numbers come out, else arrays of NumPy.  At a kink the
gradient is the subgradient of least norm, for a typed density the mean of the
slopes on both sides.  NaN passes through to its own row; wrong shapes, labels
or parameters raise at the call.
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
        "show",
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
    of_python = (name for name in globals() if name.startswith("__"))
    return sorted([*of_python, *__all__, *LATER, "losses"])
