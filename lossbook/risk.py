"""Sums over examples: the risk is the weighted mean of a loss.

The formulas of the losses run on blocks of examples that stay in the cache, so a prediction and a
target of any size are read from memory once and the gradient is written once.
"""

from __future__ import annotations

import math
import sys
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from .losses import CategoricalLoss
from .losses.base import Loss, inner, quiet, require_loss
from .losses.checks import (
    NOT_NEGATIVE,
    plain_array,
    real_array,
    require_whole,
    same_labels,
)

AT_ONCE = 3 * 2**18  # bytes of prediction, at most, that all threads together work on at a time


def risk(
    loss: Loss,
    prediction: ArrayLike,
    target: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    where: ArrayLike | None = None,
) -> float:
    """Weighted mean of the loss over the examples: ``sum(weights * loss) / sum(weights)``.

    `weights` has one entry for each example (the shape of the loss), all in [0, ∞) with a positive
    finite sum; without them every example counts alike.  Weights of classes, one for each, become
    weights of examples by ``weights[target]``.  An example of weight 0 does not count, even if its
    loss is infinite or NaN.  No sum overflows unless a loss does.

    `where` is true for each example that counts and false for each that is left out; at least one
    must be true.  What is left out may hold anything, such as a class that does not exist or a
    missing number.

    The sum of the losses is the risk times the sum of the weights, or, without them, times the
    number of examples that count.
    """

    def block(rows, *given):
        value = inner(loss.value(*given[:2]), given[2])
        return value if math.isfinite(value) else careful(loss, *given)

    return sum_of_blocks(block, loss, prediction, target, weights, where)


def risk_and_grad(
    loss: Loss,
    prediction: ArrayLike,
    target: ArrayLike,
    weights: ArrayLike | None = None,
    out: np.ndarray | None = None,
    threads: int = 1,
    *,
    where: ArrayLike | None = None,
) -> tuple[float, np.ndarray]:
    """The risk and its gradient with respect to the prediction, in the prediction's shape.

    `weights` has a number for each example, and `where` picks the examples that count, both as in
    :func:`lossbook.risk`; the gradient of an example that does not count is 0.

    `out` is a C-contiguous array for the gradient, of the prediction's shape and dtype, which
    shares no memory with the arguments.  At most `threads` threads share the blocks, and only if
    the attribute ``parallel`` of the loss is true.  However many examples there are, memory stays
    within the larger of 24 MiB and the size of 32 rows of logits for each thread.  This does not
    count the gradient, a copy of what is neither float32 nor float64, and a copy of the weights if
    there is a `where`.
    """
    require_loss(loss)
    prediction, target = loss.arrays(prediction, target)
    if out is None:
        out = np.empty(prediction.shape, prediction.dtype)
    else:
        check_out(out, prediction, target, weights, where)
    grad = out.reshape(-1, *prediction.shape[len(loss.examples(prediction)) :])

    def block(rows, prediction, target, weights):
        value = loss.weighted(prediction, target, weights, grad[rows])
        if not math.isfinite(value):  # a fused rule may have overflowed on the way: the plain one
            Loss.weighted(loss, prediction, target, weights, grad[rows])
            value = careful(loss, prediction, target, weights)
        if np.ndim(weights) and weights.min() == 0:
            grad[rows][weights == 0] = 0
        return value

    return sum_of_blocks(block, loss, prediction, target, weights, where, threads), out


@overload
def minimiser(
    loss: CategoricalLoss, target: ArrayLike, weights: ArrayLike | None = None
) -> np.ndarray: ...
@overload
def minimiser(loss: Loss, target: ArrayLike, weights: ArrayLike | None = None) -> float: ...
@quiet
def minimiser(
    loss: Loss, target: ArrayLike, weights: ArrayLike | None = None
) -> float | np.ndarray:
    """The constant prediction of least risk: a number, or a row of logits for a categorical loss.

    It is found by a closed form where the loss has one, else by a search.  For a loss that is not
    convex it is the deepest minimum that a grid shows; among hundreds of targets, a minimum far
    narrower than their spread may be missed.  Where a bounded stretch of constants does equally
    well, it is the middle of the stretch.  Of an unbounded stretch, of several equally deep
    minima, or of several rows of logits, it is one of them.

    A class that never occurs gets the logit -inf, except that the multiclass hinge gives it 0, and
    that label smoothing leaves it a finite logit under cross-entropy.  K is the number of columns,
    or the largest class + 1.

    An infinite target, where the loss takes one, pulls with the slope of the loss infinitely far
    out on that side, and the result may be infinite.  The result is NaN if a target is NaN, or if
    nothing decides, as between opposite infinities that pull equally hard.
    """
    require_loss(loss)
    same_labels(target, weights)
    target = plain_array(target, "target")
    prediction, target = loss.check(loss.zeros_for(target), target)
    examples = loss.examples(prediction)
    weights, _ = checked(weights, examples)
    weights = np.ones(examples) if weights is None else weights.astype(float)
    counts = weights.ravel() > 0
    target = target.reshape(weights.size, *target.shape[len(examples) :])[counts]
    if np.isnan(target).any():
        return np.nan
    return loss.constant(target, weights.ravel()[counts])


def sum_of_blocks(block, loss, prediction, target, weights, where, threads=1):
    """The sum of ``block(rows, prediction, target, weights)`` over blocks of rows, with weights
    (a number, where all count alike) that sum to 1 over all examples.

    What is left out gets a target that the loss takes, and the weight 0."""
    require_loss(loss)
    same_labels(prediction, target, weights, where)
    prediction, target = loss.arrays(prediction, target)
    examples = loss.examples(prediction)
    where = None if where is None else plain_array(where, "where")
    weights, total = checked(weights, examples, where)
    threads = require_whole(threads, "threads")
    predictions, targets, masses, counts = (
        in_line(a, examples) for a in (prediction, target, weights, where)
    )

    @quiet
    def work(rows):
        p, t = predictions[rows], targets[rows]
        w = 1 / total if weights is None else (masses[rows] / total).astype(p.dtype)
        if where is not None:
            t, w = chosen(counts[rows], t, loss.some(target)), np.where(counts[rows], w, 0)
            w = w.astype(p.dtype)
        return block(rows, p, loss.targets(p, t), w)

    # To start a thread takes as long as to work on AT_ONCE: each has that many bytes to work on.
    parallel = loss.parallel and sys.platform != "emscripten"  # no threads there
    threads = max(1, min(threads, prediction.nbytes // AT_ONCE)) if parallel else 1
    n, count = math.prod(examples), -(-prediction.nbytes * threads // AT_ONCE)
    size = -(-n // count)
    blocks = [slice(start, start + size) for start in range(0, n, size)]
    try:
        if threads == 1:
            return float(np.sum([work(rows) for rows in blocks]))
        from concurrent.futures import ThreadPoolExecutor  # slow to import for one thread

        with ThreadPoolExecutor(threads) as pool:
            return float(np.sum(list(pool.map(work, blocks))))
    except ValueError:
        # the same complaint, with the place in the whole
        loss.check(prediction, chosen(where, target, loss.some(target)))
        raise


def chosen(where, array, other):
    """The array, with `other` in the rows that are left out."""
    if where is None or where.all():
        return array
    column = where.reshape(where.shape + (1,) * (array.ndim - where.ndim))
    return np.where(column, array, np.asarray(other, array.dtype))


def careful(loss, prediction, target, weights):
    """The sum of weights x loss: weighted before it is summed, in float64, and without the examples
    of weight 0."""
    weights = np.broadcast_to(weights, loss.examples(prediction)).astype(float)
    counts = weights > 0
    return float(loss.value(prediction[counts], target[counts]) @ weights[counts])


@quiet
def checked(weights, examples, where=None):
    """The weights, None or an array in the shape of the examples, 0 where one is left out; and
    their sum."""
    n = math.prod(examples)
    if n == 0:
        raise ValueError("the risk of no examples is not defined")
    if where is not None:
        n = check_where(where, examples)
    if weights is None:
        return None, n
    weights = real_array(weights, "weights")
    if weights.shape != examples:
        raise ValueError(f"weights have shape {weights.shape}; allowed: {examples}")
    weights = chosen(where, weights, 0)
    NOT_NEGATIVE.check(weights, "weights", "numbers")
    total = weights.sum(dtype=float)
    if not 0 < total < np.inf:
        raise ValueError(f"weights sum to {total}; allowed: a positive finite sum")
    return weights, total


def check_where(where, examples):
    """How many examples count; raises where that cannot be told."""
    if where.dtype.kind != "b":
        raise TypeError("where must hold booleans, one for each example: true where it counts")
    if where.shape != examples:
        raise ValueError(f"where has shape {where.shape}; allowed: {examples}")
    if not where.any():
        raise ValueError("where leaves out every example; allowed: at least one true")
    return int(where.sum())


def check_out(out, prediction, target, *others):
    """Raise unless `out` can take the gradient."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, got {type(out).__name__}")
    if (out.shape, out.dtype) != (prediction.shape, prediction.dtype):
        raise ValueError(
            f"out has shape {out.shape} and dtype {out.dtype}; "
            f"allowed: {prediction.shape} and {prediction.dtype}"
        )
    if not (out.flags.c_contiguous and out.flags.writeable):
        raise ValueError("out is not writeable and C-contiguous; allowed: an array that is both")
    if any(np.may_share_memory(out, np.asarray(a)) for a in (prediction, target, *others)):
        raise ValueError("out shares memory with an argument; allowed: an array of its own")


def in_line(array, examples):
    """The examples along one axis: a view, or an object whose slices are copies."""
    if array is None or len(examples) == 1:
        return array
    return array.reshape(-1) if array.flags.c_contiguous else array.flat
