"""The losses for other libraries, in the forms in which these ask for an objective.

- ``xgboost(loss)`` and ``lightgbm(loss)`` give a boosting library the gradient and the curvature.
  One object serves both interfaces of its library, the native one and that of scikit-learn.
- ``scipy(loss, design, target)`` is the risk of a linear model and its gradient, for
  ``scipy.optimize.minimize(…, jac=True)``.

None of these libraries is imported here.  A recipe for PyTorch and one for JAX stand in the
reference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .losses import CategoricalLoss, Loss, MarginLoss
from .losses.base import quiet, require_loss
from .losses.checks import POSITIVE, first_bad, plain_array, real_array, same_labels
from .risk import checked, risk_and_grad

__all__ = ["Objective", "lightgbm", "scipy", "xgboost"]


def xgboost(loss: Loss, *, floor: float | None = None) -> "Objective":
    """A loss as an objective of XGBoost, from version 2.1 on: ``xgboost.train(…, obj=…)`` and
    ``XGBRegressor(objective=…)``.

    XGBoost starts from its ``base_score``, which is 0.5 if none is given;
    ``lossbook.minimiser(loss, target)`` is the best constant.  For logits the curvature is twice
    the diagonal of the Hessian, as in XGBoost's own ``multi:softprob``.  The rest is as
    :class:`Objective` says.
    """
    return Objective(loss, floor, twice)


def lightgbm(loss: Loss, *, floor: float | None = None) -> "Objective":
    """A loss as an objective of LightGBM, from version 4 on:
    ``lightgbm.train({"objective": …}, …)`` and ``LGBMRegressor(objective=…)``.

    LightGBM starts from 0, or from the ``init_score`` of its data, which predictions leave out;
    ``lossbook.minimiser(loss, target)`` is the best constant.  For logits of K classes the
    curvature is K / (K - 1) times the diagonal of the Hessian, as in LightGBM's own
    ``multiclass``.  The rest is as :class:`Objective` says.
    """
    return Objective(loss, floor, redundant)


def twice(classes):
    """The diagonal times this is at least the Hessian of cross-entropy, as in each of its rows the
    other entries add up to minus the diagonal's."""
    return 2.0


def redundant(classes):
    """K logits describe K - 1 log-odds."""
    return classes / (classes - 1)


@dataclass(frozen=True)
class Objective:
    """What a boosting library calls in each round: gradient and curvature of every example.

    `floor`, in (0, ∞), takes the place of a curvature below it.  A library moves a leaf by minus
    the sum of its gradients over the sum of its curvatures, so where curvatures are 0 or negative
    that step would be huge or go uphill.  The floor is the curvature of the parabola that stands
    for the loss there: a leaf moves by no more than the longest gradient over the floor.  With a
    floor of at least the largest curvature, every step is one of plain gradient descent.  It may
    be left out for a strictly convex loss alone.

    Weights multiply gradient and curvature, once: neither library applies them to an objective
    that it is given.  An example of weight 0 counts for nothing.  The labels of a loss of the
    margin may be -1 and +1 or 0 and 1, classes are numbers from 0, and logits are ``(n, K)``.
    Predictions are those of the loss: the score, the log of the mean, the logits.
    """

    loss: Loss
    floor: float | None
    factor: Callable[[int], float]

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

    def targets(self, target, prediction):
        """The target as the loss takes it: a library holds labels and classes as floats."""
        if isinstance(self.loss, MarginLoss):
            known = np.isin(target, (-1, 0, 1))
            first_bad(target, ~known, "target", "the labels -1 and +1, or 0 and 1")
            target = target if (target == -1).any() else target == 1
        if target.size == prediction.size:
            return target.reshape(prediction.shape)
        if isinstance(self.loss, CategoricalLoss) and target.dtype.kind == "f":
            first_bad(target, target != np.trunc(target), "target", "classes, whole numbers")
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

    `design` is ``(n, p)``: a row for each example, a column for each coefficient, and one of ones
    for an intercept.  The prediction is ``design @ coefficients``.  For logits of K classes the
    coefficients are the ``(p, K)`` numbers of a matrix, row by row; K is one more than the largest
    class in the target.  `target` and `weights` are those of :func:`lossbook.risk`.
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
