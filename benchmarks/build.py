"""Time of `make book`: from nothing, after one change, after none."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from . import report

ROOT, ROUNDS = Path(__file__).parent.parent, 3
CHAPTER = "book/08-broken-signal.ipynb"  # the one that computes longest


def copy(folder):
    """The files of the repository."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in names.stdout.splitlines():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def seconds(folder):
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = ["make", "--assume-old", ".venv/ready", "book"]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def add(path, line, kind):
    """Add a line to a notebook's first cell of a kind: below its text, above its code."""
    notebook = json.loads(path.read_text("utf-8"))
    source = next(cell for cell in notebook["cells"] if cell["cell_type"] == kind)["source"]
    source[:] = [*source, f"\n\n{line}"] if kind == "markdown" else [f"{line}\n", *source]
    path.write_text(json.dumps(notebook), "utf-8")


def changes(folder, k):
    """What happens before a build, in each round anew."""
    chapter, sheet = folder / CHAPTER, folder / "publish/assets/custom.css"
    yield "from nothing", lambda: shutil.rmtree(folder / "_build", ignore_errors=True)
    yield "nothing changed", lambda: None
    yield "a chapter's text changed", lambda: add(chapter, f"Round {k}.", "markdown")
    yield "a chapter's code changed", lambda: add(chapter, f"# Round {k}.", "code")
    yield "the style sheet changed", lambda: sheet.write_text(f"{sheet.read_text()}/* {k} */\n")


def main():
    times = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy(folder)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        for k in range(ROUNDS):
            for name, change in changes(folder, k):
                change()
                times.setdefault(name, []).append(seconds(folder))
    report.write(
        "build",
        "Time of a build",
        f"`make book` with the packages installed, {ROUNDS} times each; seconds. The chapter is "
        f"`{CHAPTER}`, the one that computes longest.",
        report.table(
            ["", "least", "median"],
            [[name, f"{min(t):.1f}", f"{median(t):.1f}"] for name, t in times.items()],
        ),
    )


if __name__ == "__main__":
    main()
