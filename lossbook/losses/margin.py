"""Losses of the margin, ``margin = label * score``: how far the score is on the right side.

The label is -1 or +1.  Score and label have one shape, any shape; the loss has that shape too.
"""

from dataclasses import dataclass

import numpy as np
import sympy as sp

from .base import Loss, first_bad, real_array, same_shape

__all__ = ["Hinge", "MarginLoss"]


class MarginLoss(Loss):
    """A loss ``phi(margin)`` with derivative ``slope(margin)``; the score's gradient is
    ``label * slope(margin)``."""

    def check(self, prediction, target):
        score = real_array(prediction, "prediction")
        label = real_array(target, "target").astype(score.dtype, copy=False)
        same_shape(score, label)
        first_bad(label, np.abs(label) != 1, "target", "the labels -1 and +1")
        return score, label

    def value(self, prediction, target):
        return self.phi(target * prediction)

    def gradient(self, prediction, target):
        return target * self.slope(target * prediction)


@dataclass(frozen=True)
class Hinge(MarginLoss):
    """What is missing to a margin of 1: ``max(0, 1 - margin)``.

    Gradient: -label below the margin 1, exactly 0 beyond.  Noise: none, it is no likelihood;
    it comes from asking for a margin.  Minimiser over constants: the majority label.
    Kink at margin 1, where the gradient is 0.
    Source: Cortes and Vapnik (1995).
    """

    name = "hinge"

    def phi(self, margin):
        return np.maximum(1 - margin, 0)

    def slope(self, margin):
        return -(margin < 1).astype(margin.dtype)

    def expression(self, margin):
        return sp.Max(0, 1 - margin)
