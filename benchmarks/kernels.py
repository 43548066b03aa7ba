"""The time of every loss before and after its kernels were written anew, side by side.

"Before" is the package as a commit has it, loaded beside ours under another name; the calls are
interleaved in one process, on one thread.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from statistics import median

import numpy as np
import torch

import lossbook

from . import peers, report
from .speed import REPEATS, SHAPES, data, interleaved

BEFORE = "147edbe"
SIZES = (10**3, 10**5, 2 * 10**5, 10**6, 5 * 10**6)


def package(commit, folder):
    """The losses and the risk of a commit."""
    git = ["git", "archive", commit, "lossbook"]
    archive = subprocess.run(git, cwd=Path(__file__).parents[1], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    spec = ModuleSpec("before", None, is_package=True)
    spec.submodule_search_locations.append(f"{folder}/lossbook")
    sys.modules["before"] = module_from_spec(spec)
    return import_module("before.losses").LOSSES, import_module("before.risk").risk_and_grad


def functions(name, prediction, target, before):
    """By version, a function that returns the risk and its gradient."""
    found = {"before": before, "after": (lossbook.LOSSES, lossbook.risk_and_grad)}
    for version, (losses, risk_and_grad) in found.items():
        loss, out = losses[name](), np.empty_like(prediction)
        yield (
            version,
            lambda f=risk_and_grad, loss=loss, out=out: f(loss, prediction, target, out=out),
        )
    if name in peers.TORCH:
        leaf, aim = torch.from_numpy(prediction).requires_grad_(), torch.from_numpy(target)

        def eager():
            value = peers.TORCH[name](leaf, aim).mean()
            return value.item(), torch.autograd.grad(value, leaf)[0].numpy()

        yield "PyTorch", eager


def rows(before, names):
    for dtype in ("float32", "float64"):
        for name in names:
            loss = lossbook.LOSSES[name]
            by_row = issubclass(loss, lossbook.CategoricalLoss)
            for shape in SHAPES if by_row else [(n,) for n in SIZES]:
                prediction, target = data(name, shape, dtype)
                calls = dict(functions(name, prediction, target, before))
                (value, grad), (other, signal) = calls["before"](), calls["after"]()
                np.testing.assert_allclose(other, value, rtol=1e-5)
                np.testing.assert_allclose(signal, grad, rtol=1e-4, atol=1e-6 / len(prediction))
                repeats = REPEATS if prediction.size > 10**5 else 20 * REPEATS
                times = interleaved(calls, repeats, warm=prediction.size < 10**6)
                yield f"{name}, {' × '.join(f'{n:,}' for n in shape)}, {dtype}", times


def main(commit=BEFORE):
    torch.set_num_threads(1)
    head = ["microseconds", "before", "after", "after / before", "PyTorch", "PyTorch / after"]
    lines, ratios, eager = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        before = package(commit, folder)
        names = [name for name in lossbook.LOSSES if name in before[0]]
        for row, times in rows(before, names):
            print(row, times, file=sys.stderr, flush=True)
            ratios.append(times["after"] / times["before"])
            peer = times.get("PyTorch")
            eager += [peer / times["after"]] if peer else []
            cells = [f"{1e6 * times[x]:,.0f}" for x in ("before", "after")]
            compared = [f"{1e6 * peer:,.0f}", f"{peer / times['after']:.2f}"] if peer else ["", ""]
            lines.append([row, *cells, f"{ratios[-1]:.2f}", *compared])
    new = [name for name in lossbook.LOSSES if name not in names]
    later = f"Left out, since that commit does not have them: {', '.join(new)}. " if new else ""
    report.write(
        "kernels",
        "Kernels before and after",
        f"`risk_and_grad(…, out=)` on one thread, before (commit {commit}) and after; medians of "
        f"{REPEATS} interleaved repeats and more. {later}After takes {min(ratios):.2f} to "
        f"{max(ratios):.2f} times as long as before, {median(ratios):.2f} in the median; PyTorch "
        f"eager takes {min(eager):.2f} to {max(eager):.2f} times as long as after.",
        report.table(head, lines),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
