"""All that is written by hand: texts, and programs, those of the chapters' cells included."""

from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "book").glob("*.md")])
PROGRAMS = sorted(
    path
    for folder in ("benchmarks", "lossbook", "publish", "tests")
    for path in (ROOT / folder).rglob("*.py")
)


def texts():
    """Path and content of each page, and of each cell of text."""
    for path in TEXTS:
        yield path, path.read_text("utf-8")
    for path in NOTEBOOKS:
        yield from ((path, source) for source in cells(path, "markdown"))


def programs():
    """Path and source of each module, and of each chapter's code."""
    for path in PROGRAMS:
        yield path, path.read_text("utf-8")
    for path in NOTEBOOKS:
        yield path, "\n\n".join(cells(path, "code"))


def cells(path, kind):
    return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == kind]
