"""The scripts of Python in the page: page.js, which every page with code has; engine.js, which runs
it; and mathematics.js, which sets the formulas of what it answers.

As a script: `scripts.py FOLDER` writes them and the packs, and leaves the machine to others.
"""

import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from distribution import Unavailable
from mathematics import MATHJAX, PARTS
from packs import write

from lossbook.live.assets import joined

HERE = Path(__file__).parent / "js"
PAGE = ["colours.js", "editor.js", "kept.js", "dress.js", "cell.js", "page.js"]
ENGINE = ["formulas.js", "outputs.js", "engine.js"]


def scripts(packs):
    """Names and texts of the three; `packs` are what `packs.write` gives."""
    return {
        "page.js": "self.lossbookPython = " + joined(HERE / name for name in PAGE),
        "engine.js": engine(packs),
        "mathematics.js": mathematics(),
    }


def engine(packs):
    """The engine, and what it is made for: the worker's text and the packs."""
    worker = joined([HERE / "worker.js"])
    made = json.dumps({"WORKER": worker, "PACKS": packs})
    return f"Object.assign(lossbookPython, {made});\n" + joined(HERE / name for name in ENGINE)


def mathematics():
    """The parts of MathJax that set the book, less those of a document without a browser."""
    parts = [part for part in PARTS if part != "adaptors/liteDOM"]
    texts = [(MATHJAX / f"{part}.js").read_text("utf-8") for part in parts]
    shared = Path(__file__).parents[1] / "ext/mathematics.js"
    texts += [(HERE / "mathematics.js").read_text("utf-8"), shared.read_text("utf-8")]
    return "var MathJax = {};\n(() => {\n" + ";\n".join(texts) + "\n})();\n"


def main(folder):
    with suppress(AttributeError):  # Windows has none
        os.nice(10)
    try:
        packs = write(folder / "packs")
    except Unavailable as missing:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"Python in the page: none, because {missing}")
        return
    for name, text in scripts(packs).items():
        (folder / name).write_text(text, encoding="utf-8")
    size = sum(pack["size"] for pack in packs.values()) / 1e6
    print(f"Python in the page: {len(packs)} packs, {size:.0f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
