"""The reference's recipes for PyTorch and JAX: that they give every loss and its gradient, and what
the detour over NumPy costs."""

import os
import re
import sys
from pathlib import Path

import jax
import numpy as np
import torch

from . import peers, report
from .speed import data, interleaved

sys.path.append(str(Path(__file__).parents[1] / "tests/helpers"))
from oracle import example

import lossbook

PAGE = (Path(__file__).parents[1] / "book/reference.md").read_text("utf-8")
TIMED = [("SquaredError", (10**6,)), ("Huber", (10**6,)), ("Logistic", (10**6,))]
TIMED += [("CrossEntropy", (10**5, 10))]


def recipe(library):
    """What the program of the page that imports this library defines."""
    [program] = re.findall(rf"^```python\n(import {library}\n.*?)^```$", PAGE, re.M | re.S)
    names = {}
    exec(program, names)
    return names["Charge"] if library == "torch" else names["charge"]


Charge, charge = recipe("torch"), recipe("jax")


def in_torch(value, prediction, target):
    """Mean loss and gradient of a function of tensors."""
    leaf = torch.from_numpy(prediction).requires_grad_()
    mean = value(leaf, torch.from_numpy(target)).mean()
    return mean.detach(), torch.autograd.grad(mean, leaf)[0]


def in_jax(value):
    return jax.jit(jax.value_and_grad(lambda p, t: value(p, t).mean()))


def check(loss, dtype):
    """A recipe hands on what the loss says, example by example and along an axis more."""
    prediction, target = example(loss, dtype=dtype)
    value, grad = lossbook.risk_and_grad(loss, prediction, target)
    several = jax.vmap(jax.value_and_grad(lambda p, t: charge(loss)(p, t).mean()))
    found = [
        in_torch(lambda p, t: Charge.apply(loss, p, t), prediction, target),
        in_jax(charge(loss))(prediction, target),
        [x[1] for x in several(*(np.stack([a, a]) for a in (prediction, target)))],
    ]
    for ours in found:
        assert np.asarray(ours[1]).dtype == dtype
        np.testing.assert_allclose(float(ours[0]), value, rtol=1e-6)
        np.testing.assert_allclose(ours[1], grad, rtol=1e-6)


def times(name, shape):
    """Milliseconds for mean loss and gradient."""
    loss, (prediction, target) = lossbook.LOSSES[name](), data(name, shape, "float32")
    own, detour = in_jax(peers.JAX[name]), in_jax(charge(loss))
    functions = {
        "lossbook": lambda: lossbook.risk_and_grad(loss, prediction, target),
        "PyTorch": lambda: in_torch(peers.TORCH[name], prediction, target),
        "in PyTorch": lambda: in_torch(lambda p, t: Charge.apply(loss, p, t), prediction, target),
        "JAX": lambda: jax.block_until_ready(own(prediction, target)),
        "in JAX": lambda: jax.block_until_ready(detour(prediction, target)),
    }
    for function in functions.values():
        function()
    return [1e3 * spent for spent in interleaved(functions, 15).values()]


def main():
    os.environ["NPROC"] = "2"  # threads of JAX: see the page
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    torch.set_num_threads(1)
    for loss in lossbook.LOSSES.values():
        for dtype in (np.float32, np.float64):
            check(loss(), dtype)
    rows = [
        [
            f"{name}, {' × '.join(f'{n:,}' for n in shape)}",
            *(f"{t:.1f}" for t in times(name, shape)),
        ]
        for name, shape in TIMED
    ]
    report.write(
        "recipes",
        "The recipes for PyTorch and JAX",
        f"In both libraries the recipes of the reference gave value and gradient of all "
        f"{len(lossbook.LOSSES)} losses, in float32 and float64, in JAX also under `jit` and "
        "`vmap`. Milliseconds for mean loss and gradient, float32, medians of 15 interleaved "
        "repeats on one processor: lossbook alone, the library's own loss, and lossbook's in the "
        "library.",
        report.table(["", "lossbook", "PyTorch", "in PyTorch", "JAX", "in JAX"], rows),
        libraries=("numpy", "torch", "jax"),
    )


if __name__ == "__main__":
    main()
