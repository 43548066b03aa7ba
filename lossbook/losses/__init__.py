"""The price lists: value, gradient, curvature and symbolic twin of each loss."""

from typing import TYPE_CHECKING

from . import amount, categorical, logits, margin, multiclass, ordered, residual, robust
from .amount import *  # noqa: F403
from .base import Loss
from .categorical import *  # noqa: F403
from .logits import *  # noqa: F403
from .margin import *  # noqa: F403
from .multiclass import *  # noqa: F403
from .ordered import *  # noqa: F403
from .residual import *  # noqa: F403
from .robust import *  # noqa: F403

FAMILIES: tuple[type[Loss], ...] = (
    residual.ResidualLoss,
    amount.AmountLoss,
    margin.MarginLoss,
    categorical.CategoricalLoss,
)

LOSSES: dict[str, type[Loss]] = {
    loss.__name__: loss for family in FAMILIES for loss in family.__subclasses__()
}
LOSSES["OrderedLogit"] = ordered.OrderedLogit  # without a family
"""Every loss by name.  Tests, tables, benchmarks and figures walk this registry."""

if not TYPE_CHECKING:  # type checkers read no such list, and would take its names for private ones
    __all__ = ["FAMILIES", "LOSSES", "Loss"] + [
        name
        for module in (residual, robust, amount, margin, categorical, multiclass, ordered, logits)
        for name in module.__all__
    ]
