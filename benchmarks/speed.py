"""The time of mean loss and gradient, and of gradient and curvature, ours and others', in one
process, interleaved.

One process for each number of threads, with as many processors: every library then uses them all.
"""

import json
import math
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

ELEMENTS = ("SquaredError", "AbsoluteError", "Huber", "Logistic", "Hinge")
AMOUNTS = ("Poisson", "Gamma", "NegativeBinomial", "Tweedie")
AT_ONE_SIZE = ("Expectile", "EpsilonInsensitive", "Tukey", *AMOUNTS, "OrderedLogit")
CURVED = ("SquaredError", "Huber", "Poisson", "Gamma", "Tweedie", "Logistic")
"""Losses whose second derivative scikit-learn has; where it is 0, as of the absolute error and of
quantiles, scikit-learn takes 1 in its place."""
MARGINS = ("Logistic", "Hinge", "SquaredHinge", "Exponential")
ROWS = ("CrossEntropy", "SoftmaxSquaredError")
SHAPES = ((10**6, 10), (10**5, 100), (10**4, 1000), (256, 50_000))
EXPONENTIALS = (*ROWS, *AMOUNTS, "Logistic", "OrderedLogit")
LIBRARIES = ("PyTorch", "torch.compile", "JAX", "scikit-learn")
REPEATS = 15
AVX512 = "avx512f" in Path("/proc/cpuinfo").read_text()


def data(name, shape, dtype):
    import numpy as np

    rng = np.random.default_rng(0)
    prediction = rng.standard_normal(shape, dtype)
    if len(shape) == 2:
        return prediction, rng.integers(0, shape[1], shape[0])
    if name == "OrderedLogit":
        return prediction, rng.integers(0, 3, shape)
    target = rng.standard_normal(shape, dtype)
    if name in MARGINS:
        target = np.copysign(1, target).astype(dtype)
    if name in AMOUNTS:
        target = np.rint(np.abs(3 * target)) + (name == "Gamma")
    return prediction, target


def runs(name, prediction, target, threads):
    """For each library, a function that returns the mean loss and the gradient."""
    import jax
    import numpy as np
    import torch

    import lossbook

    from . import peers

    loss, out = lossbook.LOSSES[name](), np.empty_like(prediction)
    yield "out=", lambda: lossbook.risk_and_grad(loss, prediction, target, out=out, threads=threads)
    yield "lossbook", lambda: lossbook.risk_and_grad(loss, prediction, target, threads=threads)

    def mean(p, t):
        return peers.TORCH[name](p, t).mean()

    p, t = torch.from_numpy(prediction), torch.from_numpy(target)
    leaf = torch.from_numpy(prediction).requires_grad_()

    def eager():
        value = mean(leaf, t)
        return value.detach(), torch.autograd.grad(value, leaf)[0]

    yield "PyTorch", eager
    torch.compiler.reset()
    both = torch.compile(torch.func.grad_and_value(mean))
    yield "torch.compile", lambda: both(p, t)[::-1]
    fused = jax.jit(jax.value_and_grad(lambda p, t: peers.JAX[name](p, t).mean()))
    jp, jt = jax.device_put(prediction), jax.device_put(target)
    yield "JAX", lambda: jax.block_until_ready(fused(jp, jt))
    if name in peers.SKLEARN:
        yield "scikit-learn", sklearn(name, prediction, target, threads)


def sklearn(name, prediction, target, threads):
    """Its mean loss and the gradient of the sum, which is what it leaves."""
    import numpy as np

    from . import peers

    loss = peers.SKLEARN[name](prediction.shape[-1])
    aim = peers.sklearn_target(name, prediction, target)
    values, grad = np.empty(len(prediction), prediction.dtype), np.empty_like(prediction)

    def run():
        loss.loss_gradient(
            y_true=aim,
            raw_prediction=prediction,
            loss_out=values,
            gradient_out=grad,
            n_threads=threads,
        )
        return values.mean(), grad

    return run


def derivatives(name, prediction, target, threads):
    """For each library, a function that returns every example's gradient and curvature."""
    import lossbook

    from . import peers

    loss, peer = lossbook.LOSSES[name](), peers.SKLEARN[name](prediction.shape[-1])
    aim = peers.sklearn_target(name, prediction, target)
    both = {"y_true": aim, "raw_prediction": prediction, "n_threads": threads}
    return {
        "lossbook": lambda: (loss.grad(prediction, target), loss.curvature(prediction, target)),
        "scikit-learn": lambda: peer.gradient_hessian(**both),
    }


def interleaved(functions, repeats, warm=False):
    """Medians, in a new order each time; `warm` lets a function first fill the cache."""
    times = {name: [] for name in functions}
    order = random.Random(0)
    for _ in range(repeats):
        for name, function in order.sample(sorted(functions.items()), len(functions)):
            if warm:
                function()
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: median(spent) for name, spent in times.items()}


def floor(name, prediction, threads):
    """Seconds that no program can save: moving the bytes, or the exponentials alone."""
    import numpy as np

    source = np.ones(max(prediction.size, 10**5), prediction.dtype)
    copy = np.empty_like(source)
    moving = interleaved({"copy": lambda: np.copyto(copy, source)}, 7)["copy"]
    arrays = 2 if name in ROWS else 3
    moving *= arrays / 2 * prediction.size / source.size
    if name not in EXPONENTIALS:
        return moving
    block = prediction.reshape(-1)[: 2**16 // prediction.itemsize].copy()
    exponentials = interleaved({"exp": lambda: np.exp(block, out=copy[: block.size])}, 101)["exp"]
    return max(moving, exponentials * prediction.size / block.size / threads)


def passes(dtype):
    """What one step over 100,000 examples costs in NumPy, alone, in microseconds."""
    import numpy as np
    import torch

    torch.set_num_threads(1)
    pool = ThreadPoolExecutor()
    a, b = np.random.default_rng(0).standard_normal((2, 10**5), dtype)
    out = np.empty_like(a)
    steps = {
        "subtract": lambda: np.subtract(a, b, out=out),
        "multiply by a number": lambda: np.multiply(a, 0.5, out=out),
        "clip": lambda: np.clip(a, -1, 1, out=out),
        "sign": lambda: np.sign(a, out=out),
        "compare and copy": lambda: np.copyto(out, a < 0),
        "sum of products": lambda: np.vecdot(a.reshape(-1, 1000), b.reshape(-1, 1000)),
        "exp": lambda: np.exp(a, out=out),
        "exp in PyTorch": lambda: torch.exp(torch.from_numpy(a), out=torch.from_numpy(out)),
        "start and join a thread": lambda: pool.submit(int).result(),
    }
    return {step: 1e6 * spent for step, spent in interleaved(steps, 101, warm=True).items()}


def check(name, prediction, functions):
    """They all compute the same thing."""
    import numpy as np

    value, grad = functions["lossbook"]()
    for library, function in functions.items():
        other, slope = function()
        assert abs(float(other) - value) <= 1e-4 * abs(value), (library, name, float(other), value)
        slope = np.asarray(slope) / (len(prediction) if library == "scikit-learn" else 1)
        np.testing.assert_allclose(
            slope, grad, rtol=1e-2, atol=1e-5 / len(prediction), err_msg=f"{library} {name}"
        )


def measure(threads):
    import torch

    torch.set_num_threads(threads)
    for dtype in ("float32", "float64"):
        cases = [(name, (n,)) for name in ELEMENTS for n in (10**3, 10**5, 10**7)]
        cases += [(name, (10**6,)) for name in AT_ONE_SIZE]
        for name, shape in cases + [(name, shape) for name in ROWS for shape in SHAPES]:
            prediction, target = data(name, shape, dtype)
            functions = dict(runs(name, prediction, target, threads))
            check(name, prediction, functions)
            times = timed(functions, prediction.size)
            tell("risk", name, dtype, shape, times, floor(name, prediction, threads))
        cases = [(name, (n,)) for name in CURVED for n in (10**3, 10**6)]
        for name, shape in [*cases, ("CrossEntropy", (10**5, 10))]:
            functions = derivatives(name, *data(name, shape, dtype), threads)
            check_derivatives(name, functions)
            tell("boosting", name, dtype, shape, timed(functions, math.prod(shape)))


def timed(functions, size):
    repeats = REPEATS if size > 10**4 else 20 * REPEATS
    return interleaved(functions, repeats, warm=size < 10**6)


def check_derivatives(name, functions):
    import numpy as np

    ours, other = (functions[library]() for library in ("lossbook", "scikit-learn"))
    np.testing.assert_allclose(ours, other, rtol=1e-3, atol=1e-5, err_msg=name)


def tell(*result):
    print(json.dumps(result), flush=True)


def named(name, shape, dtype):
    return f"{name}, {' × '.join(f'{n:,}' for n in shape)}, {dtype}"


def risks(results):
    """What the rows of mean loss and gradient say, and the rows."""
    from . import report

    lines, ratios, eager, floors = [], [], [], []
    for name, dtype, shape, times, least in results:
        best = min(times[library] for library in LIBRARIES if library in times)
        counted = shape[0] >= 10**5 or name in ROWS
        bound = name in ELEMENTS[:3] + ELEMENTS[4:] and shape[0] == 10**7
        if counted:
            ratios.append((best / times["out="], named(name, shape, dtype)))
            eager.append(times["PyTorch"] / times["out="])
        if bound:
            floors.append(least / times["out="])
        cells = [
            f"{1e6 * times[x]:,.0f}" if x in times else "" for x in ("out=", "lossbook", *LIBRARIES)
        ]
        lines.append(
            [
                named(name, shape, dtype),
                *cells,
                f"{best / times['out=']:.2f}",
                f"{least / times['out=']:.0%}",
            ]
        )
    slower, ahead = {}, sum(ratio < 1 for ratio, _ in ratios)
    for ratio, row in sorted(ratios)[:ahead]:
        slower.setdefault(row.split(",")[0], f"{ratio:.2f}")
    where = "; the least ratios: " + ", ".join(map(" ".join, slower.items())) if ahead else ""
    summary = (
        f"From n = 100,000 on, and for all logits, the fastest peer takes {min(ratios)[0]:.2f} to "
        f"{max(ratios)[0]:.2f} times as long as `risk_and_grad(…, out=)`, "
        f"{median(r for r, _ in ratios):.2f} in the median; PyTorch eager {median(eager):.2f} in "
        f"the median. Of the time in the memory-bound rows (n = 10,000,000, no exponential), "
        f"moving the bytes alone takes {min(floors):.0%} to {max(floors):.0%}. A peer is faster in "
        f"{ahead} of {len(ratios)} rows{where}."
    )
    head = ["microseconds", "ours, out=", "ours", *LIBRARIES, "fastest peer / ours", "floor / ours"]
    return [summary, report.table(head, lines)]


def boosting(results):
    """The same of gradient and curvature."""
    from . import report

    lines, large = [], []
    for name, dtype, shape, times in results:
        ours, other = times["lossbook"], times["scikit-learn"]
        large += [other / ours] if shape[0] >= 10**5 else []
        cells = [f"{1e6 * ours:,.0f}", f"{1e6 * other:,.0f}", f"{other / ours:.2f}"]
        lines.append([named(name, shape, dtype), *cells])
    summary = (
        "Gradient and curvature of every example, which is what boosting asks for: `loss.grad` and "
        "then `loss.curvature`, each of which checks its input and runs on one thread, against "
        "scikit-learn's `gradient_hessian`, one compiled loop for both on all threads. Both make "
        f"new arrays. From n = 100,000 on scikit-learn takes {min(large):.2f} to {max(large):.2f} "
        f"times as long as lossbook, {median(large):.2f} in the median."
    )
    head = ["microseconds", "lossbook", "scikit-learn", "scikit-learn / lossbook"]
    return [summary, report.table(head, lines)]


def steps():
    """What a step over an array costs, and where that shows."""
    from . import report

    times = {dtype: passes(dtype) for dtype in ("float32", "float64")}
    return [
        "Where a compiled loop is ahead, it is for small arrays and little arithmetic: it passes "
        "over the data once, NumPy once for each step. Microseconds for one step over 100,000 "
        "examples:",
        report.table(
            ["", *times["float32"]],
            [[d, *(f"{x:.1f}" for x in row.values())] for d, row in times.items()],
        ),
        "The absolute error takes a subtraction, a sign, a multiplication and a sum of products; "
        "the hinge also checks the labels, and losses of amounts and of classes the targets, which "
        "no peer does. In the memory-bound rows "
        "these steps, on blocks in the cache, are what is above the floor. Softmax and logistic "
        "loss are bound by the exponential where `floor / ours` is large: NumPy's for float64 "
        "works on one number at a time unless the processor has AVX-512, and this one has "
        f"{'it' if AVX512 else 'not'}. A second thread costs what it takes to start and join one, "
        "and short steps wait for each other, since Python runs in one thread at a time: only the "
        "logistic loss and those of logits take a second one, from two blocks on.",
    ]


def main():
    from . import report

    everything = sorted(os.sched_getaffinity(0))
    parts = [
        f"Mean loss and gradient; medians of {REPEATS} interleaved repeats, one process for each "
        "number of threads, bound to as many processors. Every library keeps its input; all but "
        "`out=` and scikit-learn (which leaves the sum's gradient) make a new gradient. The floor "
        "is the larger of two times: the bytes that must move at the measured speed of a copy, and "
        "NumPy's exponential alone on a block in the cache. Losses that a peer does not have are "
        "there the plain formula, as its user would write it."
    ]
    parts += steps()
    for threads in sorted({1, len(everything)}):
        command = [sys.executable, "-m", "benchmarks.speed", str(threads)]
        run = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            preexec_fn=lambda n=threads: os.sched_setaffinity(0, everything[:n]),
            env=os.environ | {f"{x}_NUM_THREADS": str(threads) for x in ("OMP", "OPENBLAS", "MKL")},
        )
        told = [json.loads(line) for line in run.stdout.splitlines()]
        parts.append(f"## {threads} thread{'s' * (threads > 1)}")
        for kind, text in (("risk", risks), ("boosting", boosting)):
            parts += text([result for what, *result in told if what == kind])
    report.write("speed", "Speed", *parts)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
