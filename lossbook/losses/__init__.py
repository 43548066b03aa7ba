"""The price lists: value, gradient and symbolic twin of each loss."""

from . import amount, categorical, margin, residual
from .amount import *  # noqa: F403
from .base import Loss
from .categorical import *  # noqa: F403
from .margin import *  # noqa: F403
from .residual import *  # noqa: F403

FAMILIES = (residual.ResidualLoss, margin.MarginLoss, categorical.CategoricalLoss)

LOSSES = {
    loss.__name__: loss
    for family in (
        residual.ResidualLoss,
        amount.Poisson,
        margin.MarginLoss,
        categorical.CategoricalLoss,
    )
    for loss in family.__subclasses__() or [family]  # one without a family stands for itself
}
"""Every loss by name.  Tests, tables, benchmarks and figures walk this registry."""

__all__ = [
    "FAMILIES",
    "LOSSES",
    "Loss",
    *residual.__all__,
    *amount.__all__,
    *margin.__all__,
    *categorical.__all__,
]
