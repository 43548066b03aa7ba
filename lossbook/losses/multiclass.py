"""The margin of one class over several: how far its logit is ahead of its best rival's."""

from dataclasses import dataclass

import numpy as np

from .categorical import CategoricalLoss
from .constant import doubt
from .lazy import sp
from .logits import place_of, total

__all__ = ["MulticlassHinge"]


@dataclass(frozen=True)
class MulticlassHinge(CategoricalLoss):
    """How far the logit of the class falls short of being 1 above that of its best rival:
    ``max(0, 1 + max(z[j] for j != class) - z[class])``.

    :Domain: no parameters.
    :Gradient: +1 at the best rival, -1 at the class, 0 once the class is 1 ahead; rivals that tie
        share the 1 equally.
    :Minimiser: over constants, the logit of the class with more than half of the examples is 1
        ahead.  If there is no such class, equal logits have the least risk, so with more than two
        classes the most frequent one need not be ahead.
    :Noise: none.
    :Smoothness: kinks where the lead is exactly 1 (there the gradient is 0) and, while it is less,
        where the best rivals tie.
    :Convexity: convex in the logits.
    :Use: when only the choice matters, and one class nearly always has more than half.
    :Source: Crammer and Singer (2001).
    """

    name = "multiclass hinge"
    convex = True
    smooth = False
    lipschitz = 2**0.5
    functional = "majority"

    def columns(self, z, target):
        place = place_of(target)
        own = z[place] if len(z) > 1 else 0 * np.sign(z[0])  # a single class is ahead of nothing
        z[place] = -np.inf
        best = z.max(axis=0)
        missing = np.clip(best - own + 1, 0, np.inf)  # the 1 last: large logits would swallow it
        signal = np.sign(missing)
        np.equal(z, best, out=z)
        z[place] = 0
        z *= signal / np.maximum(total(z), 1)
        z[place] = -signal
        return missing

    def diagonal(self, z, target):
        self.columns(z, target)
        return 0 * np.abs(z)  # NaN where the gradient is

    def product(self, z, target, v):
        return self.diagonal(z, target) * v

    def constant(self, target, weights):
        lead = np.bincount(target, weights) - weights.sum() / 2
        return np.where(lead > doubt(weights), 1.0, 0.0)

    def expression(self, logits, target):
        return sum(
            q * sp.Max(0, *(1 + z - own for j, z in enumerate(logits) if j != y))
            for y, (q, own) in enumerate(zip(target, logits, strict=True))
            if q != 0
        )
