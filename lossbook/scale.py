"""Risks of data beyond one memory: the same sum over examples, on Dask arrays.

Needs the optional extra ``lossbook[scale]``.
"""

import dask.array as da

from .losses import Loss


def risk_and_grad(loss: Loss, prediction: da.Array, target: da.Array) -> tuple[da.Array, da.Array]:
    """The mean loss and its gradient as Dask arrays, computed block by block when asked for.

    `prediction` and `target` are Dask arrays of the shapes that the loss takes.  A block must hold
    all classes of its rows; where the blocks of the two arrays differ, they are split to fit.
    """
    axes = tuple(range(prediction.ndim))
    examples = axes[: len(loss.examples(prediction))]
    prediction = prediction.rechunk(dict.fromkeys(axes[len(examples) :], -1))
    pair = (prediction, axes, target, axes[: target.ndim])
    values = da.blockwise(loss, examples, *pair, dtype=prediction.dtype, concatenate=True)
    gradient = da.blockwise(loss.grad, axes, *pair, dtype=prediction.dtype)
    return values.mean(dtype=float), gradient / values.size
