"""Losses as objectives for other libraries, each in the form that its library asks for.

- ``xgboost(loss)`` and ``lightgbm(loss)`` give a boosting library the gradient and the curvature.
  One object serves both interfaces of its library, the native one and that of scikit-learn.
- ``scipy(loss, design, target)`` is the risk of a linear model with its gradient, as a function of
  the coefficients.

None of these libraries is imported here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .losses import CategoricalLoss, Loss, MarginLoss, OrderedLogit
from .losses.base import quiet, require_loss
from .losses.checks import POSITIVE, first_bad, plain_array, real_array, same_labels
from .risk import checked, risk_and_grad

__all__ = ["Objective", "lightgbm", "scipy", "xgboost"]


def xgboost(loss: Loss, *, floor: float | None = None) -> "Objective":
    """A loss as an objective of XGBoost, version 2.1 or later: for ``xgboost.train(…, obj=…)`` and
    ``XGBRegressor(objective=…)``.

    XGBoost starts from its ``base_score``, which is 0.5 if none is given.  The best constant
    prediction is ``lossbook.minimiser(loss, target)``.  ``XGBClassifier`` turns scores or logits
    into probabilities by sigmoid or softmax, and reads its ``base_score`` as such a probability.
    For logits the curvature is twice the diagonal of the Hessian, as in XGBoost's own
    ``multi:softprob``.  The rest is as :class:`Objective` says.
    """
    return Objective(loss, floor, twice)


def lightgbm(loss: Loss, *, floor: float | None = None) -> "Objective":
    """A loss as an objective of LightGBM, version 4 or later: for
    ``lightgbm.train({"objective": …}, …)`` and ``LGBMRegressor(objective=…)``.

    LightGBM starts from 0, or from the ``init_score`` of its data, which its predictions leave out.
    The best constant prediction is ``lossbook.minimiser(loss, target)``.  ``LGBMClassifier``
    returns scores or logits, not probabilities.  For logits of K classes the curvature is K / (K -
    1) times the diagonal of the Hessian, as in LightGBM's own ``multiclass``.  The rest is as
    :class:`Objective` says.
    """
    return Objective(loss, floor, redundant)


def twice(classes):
    """Twice its diagonal is no less than the Hessian of cross-entropy: in each row the other
    entries are negative, and add up to minus the diagonal's."""
    return 2.0


def redundant(classes):
    """K logits describe K - 1 log-odds."""
    return classes / (classes - 1)


@dataclass(frozen=True)
class Objective:
    """What a boosting library calls in each round for every example's gradient and curvature.

    A library moves a leaf by minus the sum of the leaf's gradients, divided by the sum of its
    curvatures.  Where curvatures are 0 or negative, that step would be huge or lead uphill, so
    `floor`, in (0, ∞), replaces every curvature below it: there a parabola of that curvature stands
    for the loss.  No leaf then moves farther than the longest gradient in it, divided by the floor.
    A smaller floor means longer steps; from the largest curvature on, the steps are those of plain
    gradient descent.  A strictly convex loss may do without a floor, and then takes long steps
    where its curvature is nearly 0.  Limits that a library sets to a leaf, such as
    ``min_child_weight``, are sums of these curvatures.

    Weights multiply gradient and curvature, once, because neither library applies them to an
    objective that it is given.  An example of weight 0 counts for nothing.  Labels of a loss of the
    margin are -1 and +1 or 0 and 1, classes are whole numbers from 0, logits are ``(n, K)``.
    Predictions have the loss's unit: scores, logs of means, logits.
    """

    loss: Loss
    floor: float | None
    factor: Callable[[int], float] = field(repr=False)

    def __post_init__(self):
        require_loss(self.loss)
        if self.floor is not None:
            object.__setattr__(self, "floor", POSITIVE.require(self.floor, "floor"))
        elif not self.loss.strictly_convex:
            raise ValueError(
                f"floor is missing: the curvature of {self.loss!r} may be 0 or negative; allowed: "
                "a number in (0, ∞) to take its place, such as floor=1.0"
            )

    def __call__(
        self, first: ArrayLike, second: Any, sample_weight: ArrayLike | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature, from the predictions and the library's data set or, for the
        interface of scikit-learn, from targets, predictions and weights."""
        if hasattr(second, "get_label"):
            first, second, sample_weight = second.get_label(), first, second.get_weight()
        target, prediction = plain_array(first, "target"), real_array(second, "prediction")
        target = self.targets(target, prediction)
        gradient = self.loss.grad(prediction, target)
        curvature = self.loss.curvature(prediction, target)
        if isinstance(self.loss, CategoricalLoss):
            curvature *= self.factor(prediction.shape[1])
        if self.floor is not None:
            np.maximum(curvature, self.floor, out=curvature)
        if sample_weight is not None and np.size(sample_weight):  # XGBoost has empty ones for none
            for each in (gradient, curvature):
                weigh(each, sample_weight)
        return gradient, curvature

    @quiet
    def targets(self, target, prediction):
        """The target as the loss takes it: a library holds labels and classes as floats."""
        if isinstance(self.loss, MarginLoss):
            known = np.isin(target, (-1, 0, 1))
            first_bad(target, ~known, "target", "the labels -1 and +1, or 0 and 1")
            target = target if (target == -1).any() else target == 1
        if target.size == prediction.size:
            target = target.reshape(prediction.shape)
        classes = isinstance(self.loss, (CategoricalLoss, OrderedLogit))
        if classes and target.ndim == 1 and target.dtype.kind == "f":
            first_bad(target, target % 1 != 0, "target", "classes, whole numbers")
            target = target.astype(int)
        return target


@quiet
def weigh(each, weights):
    """Multiply rows by their weights, in place."""
    weights, _ = checked(weights, each.shape[:1])
    each.T[...] *= weights
    each[weights == 0] = 0


def scipy(
    loss: Loss, design: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """The risk of a linear model and its gradient, as a function of the coefficients: for
    ``scipy.optimize.minimize(…, jac=True)``.

    `design` is ``(n, p)``: a row for each example and a column for each coefficient; an intercept
    needs a column of ones.  The prediction is ``design @ coefficients``.  For logits of K classes
    the coefficients are the ``(p, K)`` numbers of a matrix, row by row; K is one more than the
    largest class in the target, or the length of its rows of probabilities.  `target` and `weights`
    are those of :func:`lossbook.risk`.
    """
    require_loss(loss)
    same_labels(design, target, weights)
    design, target = real_array(design, "design"), plain_array(target, "target")
    if design.ndim != 2 or target.shape[:1] != design.shape[:1]:
        raise ValueError(
            f"design has shape {design.shape}, target {target.shape}; allowed: (n, p) for n targets"
        )
    shape = design.shape[1:] + loss.zeros_for(target).shape[1:]

    def risk_of(coefficients):
        coefficients = real_array(coefficients, "coefficients")
        if coefficients.size != np.prod(shape):
            raise ValueError(
                f"coefficients have shape {coefficients.shape}; allowed: {np.prod(shape)} numbers"
            )
        prediction = design @ coefficients.reshape(shape)
        risk, signal = risk_and_grad(loss, prediction, target, weights)
        return risk, (design.T @ signal).ravel()

    return risk_of
