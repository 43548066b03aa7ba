"""Time and memory from 100,000 to 100,000,000 examples; the largest are read from a memory map."""

import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median

import numpy as np

from lossbook import LOSSES, risk_and_grad

from . import report

SIZES = (10**5, 10**6, 10**7, 10**8)
NAMES = ("SquaredError", "Huber", "Logistic")


def mapped(folder, name, n):
    """A file of n numbers, written by parts: these too are larger than what we wish to hold."""
    array = np.memmap(folder / name, np.float32, "w+", shape=n)
    for k in range(0, n, 10**6):
        part = np.random.default_rng(k).standard_normal(min(10**6, n - k), np.float32)
        array[k : k + 10**6] = np.copysign(1, part) if name == "label" else part
    array.flush()
    return array


def measure(loss, prediction, target, out):
    risk_and_grad(loss, prediction, target, out=out)
    tracemalloc.start()
    risk_and_grad(loss, prediction, target, out=out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    times = []
    for _ in range(max(3, 10**7 // len(prediction))):
        start = time.perf_counter()
        risk_and_grad(loss, prediction, target, out=out)
        times.append(time.perf_counter() - start)
    return median(times) / len(prediction), peak


def main():
    rows = []
    with tempfile.TemporaryDirectory(dir=".") as place:
        folder = Path(place)
        files = {
            name: mapped(folder, name, SIZES[-1])
            for name in ("prediction", "target", "label", "out")
        }
        for name in NAMES:
            aim = "label" if name == "Logistic" else "target"
            results = [
                measure(LOSSES[name](), *(files[f][:n] for f in ("prediction", aim, "out")))
                for n in SIZES
            ]
            rows.append(
                [
                    f"{name}, ns an example",
                    *(f"{1e9 * t:.2f}" for t, _ in results),
                    f"{results[-1][0] / results[0][0]:.2f}",
                ]
            )
            rows.append([f"{name}, MiB of memory", *(f"{m / 2**20:.1f}" for _, m in results), ""])
        del files
    report.write(
        "growth",
        "Growth",
        "`risk_and_grad(…, out=)` on one thread, float32; prediction, target and gradient are "
        "memory maps of files that the system keeps in memory where it can. Memory is the peak "
        "of what the call allocates. At 100,000 examples all arrays fit the processor's caches; "
        "from 10,000,000 on they come from memory, and a loss that computes little waits for it.",
        report.table(["", *(f"{n:,}" for n in SIZES), "last / first"], rows),
    )


if __name__ == "__main__":
    main()
