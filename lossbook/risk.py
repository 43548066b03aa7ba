"""Sums over examples: the risk is the weighted mean of a loss."""

import numpy as np

from .losses.base import first_bad, real_array


def risk(loss, prediction, target, weights=None):
    """Weighted mean of the loss over the examples.

    `weights` has one entry for each example (the shape of the loss), all >= 0 with a positive
    sum; without them every example counts alike.
    """
    values = loss(prediction, target)
    return float((shares(weights, values) * values).sum())


def risk_and_grad(loss, prediction, target, weights=None):
    """The risk and its gradient with respect to the prediction, in the prediction's shape."""
    values, grad = loss.value_and_grad(prediction, target)
    share = shares(weights, values)
    per_row = share.reshape(share.shape + (1,) * (grad.ndim - share.ndim))
    return float((share * values).sum()), per_row * grad


def shares(weights, values):
    """The weights over their sum, in the shape and dtype of the losses."""
    if values.size == 0:
        raise ValueError("the risk of no examples is not defined")
    if weights is None:
        return np.full(values.shape, 1 / values.size, values.dtype)
    weights = real_array(weights, "weights")
    if weights.shape != values.shape:
        raise ValueError(f"weights have shape {weights.shape}; allowed: {values.shape}")
    first_bad(
        weights,
        ~((weights >= 0) & (weights < np.inf)),
        "weights",
        "finite numbers >= 0",
    )
    total = weights.sum()
    if total == 0:
        raise ValueError("weights sum to 0; allowed: a positive sum")
    return (weights / total).astype(values.dtype, copy=False)
