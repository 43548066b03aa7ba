"""Sums over examples: the risk is the weighted mean of a loss.

The formulas of the losses run on blocks of examples that stay in the cache, so a prediction and a
target of any size are read from memory once and the gradient is written once.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from .losses.base import inner, quiet
from .losses.checks import first_bad, real_array

BLOCK = 3 * 2**18  # bytes of prediction in a block: less, and Python's own time shows
SHARED = 9 * 2**17  # bytes in the blocks of all threads together: memory stays within bounds


def risk(loss, prediction, target, weights=None):
    """Weighted mean of the loss over the examples.

    `weights` has one entry for each example (the shape of the loss), all >= 0 with a positive
    sum; without them every example counts alike.
    """

    def block(prediction, target, share, rows):
        return inner(loss.value(prediction, target), share)

    return walk(loss, prediction, target, weights, block)


def risk_and_grad(loss, prediction, target, weights=None, out=None, threads=None):
    """The risk and its gradient with respect to the prediction, in the prediction's shape.

    `out` is a C-contiguous array for the gradient, of the prediction's shape and dtype, apart
    from the arguments in memory.  `threads` (one, unless told otherwise) walk over the blocks
    together.  Beyond the gradient, memory stays within 8 MiB, however many examples there are.
    """
    prediction = real_array(prediction, "prediction")
    loss.shapes(prediction, np.asarray(target))
    if out is None:
        out = aligned(prediction.shape, prediction.dtype)
    elif not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, got {type(out).__name__}")
    elif (out.shape, out.dtype) != (prediction.shape, prediction.dtype):
        raise ValueError(
            f"out has shape {out.shape} and dtype {out.dtype}; "
            f"allowed: {prediction.shape} and {prediction.dtype}"
        )
    elif not (out.flags.c_contiguous and out.flags.writeable):
        raise ValueError("out is not writeable and C-contiguous; allowed: an array that is both")
    elif any(np.may_share_memory(out, np.asarray(a)) for a in (prediction, target, weights)):
        raise ValueError("out shares memory with an argument; allowed: an array of its own")
    grad = out.reshape(-1, *prediction.shape[len(loss.examples(prediction)) :])

    def block(prediction, target, share, rows):
        return loss.weighted(prediction, target, share, grad[rows])

    threads = 1 if threads is None else threads
    return walk(loss, prediction, target, weights, block, threads), out


@quiet
def minimiser(loss, target, weights=None):
    """The constant prediction of least risk: a number, or a row of logits for a categorical loss.

    By a closed form where the loss has one, else by a search that cannot leave the range of the
    targets.  Where many constants do equally well, the middle of them.  A class that never occurs
    gets the logit -inf; K is the number of columns, or the largest class + 1.
    """
    target = np.asarray(target)
    prediction, target = loss.check(loss.constant_for(target), target)
    examples = loss.examples(prediction)
    weights, total = checked(weights, examples)
    share = np.broadcast_to(1.0 if weights is None else weights, examples).ravel() / total
    return loss.constant(target.reshape(share.size, *target.shape[len(examples) :]), share)


def walk(loss, prediction, target, weights, block, threads=1):
    """The sum of ``block(prediction, target, share, rows)`` over all blocks of examples."""
    if not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads is {threads!r}; allowed: whole numbers from 1")
    prediction, target = real_array(prediction, "prediction"), np.asarray(target)
    loss.shapes(prediction, target)
    examples = loss.examples(prediction)
    n = math.prod(examples)
    weights, total = checked(weights, examples)
    count = prediction.nbytes // min(BLOCK, -(-SHARED // threads)) or 1
    size = -(-n // count)
    predictions, targets, shares = (in_line(a, examples) for a in (prediction, target, weights))
    starts, sums = iter(range(0, n, size)), []

    @quiet
    def work():
        for start in starts:  # all threads draw from one iterator
            rows = slice(start, start + size)
            p = predictions[rows]
            t = loss.targets(p, targets[rows])
            share = 1 / total if weights is None else part(shares[rows], total, p.dtype)
            sums.append(block(p, t, share, rows))

    try:
        others = [pool(os.getpid()).submit(work) for _ in range(min(threads, count) - 1)]
        work()
        for other in others:
            other.result()
    except ValueError:
        loss.check(prediction, target)  # the same complaint, with the place in the whole
        raise
    return math.fsum(sums)


@quiet
def checked(weights, examples):
    """The weights, None or an array in the shape of the examples, and their sum."""
    n = math.prod(examples)
    if n == 0:
        raise ValueError("the risk of no examples is not defined")
    if weights is None:
        return None, n
    weights = real_array(weights, "weights")
    if weights.shape != examples:
        raise ValueError(f"weights have shape {weights.shape}; allowed: {examples}")
    if not (weights.min() >= 0 and weights.max() < np.inf):
        first_bad(
            weights,
            ~((weights >= 0) & (weights < np.inf)),
            "weights",
            "finite numbers >= 0",
        )
    total = weights.sum(dtype=float)
    if not 0 < total < np.inf:
        raise ValueError(f"weights sum to {total}; allowed: a positive finite sum")
    return weights, total


def part(weights, total, dtype):
    """Weights over their sum, divided with their own digits."""
    return np.divide(weights, total, out=np.empty(len(weights), dtype), casting="same_kind")


def in_line(array, examples):
    """The examples along one axis: a view, or what hands out copies of slices."""
    if array is None or len(examples) == 1:
        return array
    return array.reshape(-1) if array.flags.c_contiguous else array.flat


def aligned(shape, dtype):
    """An empty array on a 64-byte boundary, where NumPy writes up to twice as fast."""
    size = math.prod(shape) * dtype.itemsize
    raw = np.empty(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


@cache
def pool(process):
    """Threads, started once in each process."""
    return ThreadPoolExecutor()
