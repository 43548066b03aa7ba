"""Losses, the noise that each assumes, and live figures of both.

A loss is a value that holds its parameters, and that you call::

    loss = lossbook.Huber(delta=1.5)
    loss(prediction, target)                 # the loss of each example
    loss.grad(prediction, target)            # its gradient; also: curvature
    lossbook.risk(loss, prediction, target)  # the mean; risk_and_grad: both
    lossbook.minimiser(loss, target)         # the best constant prediction
    loss.card(); loss.plot()                 # what it is; how it looks

`LOSSES` has each `Loss` by name; there are four `FAMILIES`:

- `ResidualLoss`, of the error ``prediction - target``: `SquaredError`,
  `AbsoluteError`, `Quantile`, `Expectile`, `EpsilonInsensitive`, `Huber`,
  `LogCosh`, `GeneralRobust`, `StudentT`, `Tukey`.
- `AmountLoss`, of the log of a mean: `Poisson`, `NegativeBinomial`
  (counts), `Gamma` (amounts), `Tweedie` (amounts with zeros).
- `MarginLoss`, of ``label * score``: `Logistic` (probabilities), `Hinge`,
  `SquaredHinge` (a wide margin), `Exponential` (boosting).
- `CategoricalLoss`, of logits ``(n, K)``: `CrossEntropy`,
  `SoftmaxSquaredError` (probabilities), `Focal` (hard examples),
  `MulticlassHinge`; functions `softmax`, `log_softmax`, `logsumexp`.
- `OrderedLogit`, of a score, for classes in order, is of no family.
- Modules: `noise` (densities, samples, fits), `scores` (of forecasts),
  `objectives` (XGBoost, LightGBM, SciPy), `derive`, `symbolic` (SymPy),
  `show` (cards, plots), `scale` (Dask), `style`, `live` (figures); of the
  book `traits`, `advice`, `names`, `exercises`, `quiz`, `data`.

Gradients are with respect to the prediction; only the risk is a mean.
Labels are -1 and +1 or booleans, classes 0 to K - 1 or rows of
probabilities; elsewhere a boolean is 0 or 1.  Logarithms are natural.
float32 and float64 are kept, other numbers become float64; numbers give
numbers, anything else arrays.  At a kink the gradient is the subgradient of
least norm, for a typed density the mean of the slopes on both sides.  NaN
stays in its own row; bad shapes, labels or parameters raise.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from . import losses
from .losses import *  # noqa: F403
from .risk import minimiser as minimiser
from .risk import risk as risk
from .risk import risk_and_grad as risk_and_grad

__version__ = "0.1.0"

# Modules at the first use of their name: what they import takes longer than all losses together.
LATER = {
    name: f".{name}"
    for name in (
        "advice",
        "data",
        "exercises",
        "live",
        "names",
        "noise",
        "objectives",
        "quiz",
        "scale",
        "scores",
        "show",
        "style",
        "symbolic",
        "traits",
    )
} | {"derive": ".symbolic.derive"}


if TYPE_CHECKING:  # these read imports, but no list that is computed
    from . import advice as advice
    from . import data as data
    from . import exercises as exercises
    from . import live as live
    from . import names as names
    from . import noise as noise
    from . import objectives as objectives
    from . import quiz as quiz
    from . import scale as scale
    from . import scores as scores
    from . import show as show
    from . import style as style
    from . import symbolic as symbolic
    from . import traits as traits
    from .symbolic import derive as derive
else:
    __all__ = [*losses.__all__, "minimiser", "risk", "risk_and_grad"]

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
