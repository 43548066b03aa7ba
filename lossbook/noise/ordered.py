"""Classes in order, as a hidden number shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .. import losses
from ..losses.checks import Increasing, parameter
from ..losses.ordered import of_class
from .base import Noise


@dataclass(frozen=True)
class OrderedLogistic(Noise):
    """One of K classes in order: the score (the prediction) plus logistic noise falls below the
    first of the K - 1 cuts, between two cuts, or above the last one.  With sigma the logistic
    function, the probability is ``sigma(cut above - score) - sigma(cut below - score)``.

    `cuts` in (−∞, ∞), strictly increasing, are in the unit of the score.  Loss: ``OrderedLogit``.
    Source: McCullagh (1980).
    """

    cuts: Sequence[float] = parameter((-1.0, 1.0), Increasing())
    name = "ordered logistic"
    minimiser = "a score without a name; for two classes the log of the odds plus the cut"

    @property
    def loss(self) -> losses.OrderedLogit:
        return losses.OrderedLogit(self.cuts)

    def expression(self, score, target):
        return of_class(self.loss.chances(score), target)

    def draw(self, location, rng):
        return np.searchsorted(np.array(self.cuts, float), rng.logistic(location))
