"""The page's kernel gives each cell's stored output: of the cell run alone with what it needs only,
and of cells run backwards. (Cells run twice: `tests/browser/test_every_cell.py`.)"""

import re
import time

import nbformat
import pytest
from cells import Program
from imports import required
from in_kernel import PACKS, ROOT, Page, as_stored, standins, texts  # noqa: F401

CHAPTERS = [path for path in sorted(ROOT.glob("book/*.ipynb")) if "self-test" not in path.stem]
QUICK = 0.1  # seconds: a cell that takes longer, with what it needs, is run only alone


# A typed density is read by SymPy; these two answers are SciPy's functions.
MORE = {"cubic-density": "sympy", "quantile-residual": "scipy", "ordered-probabilities": "scipy"}


def test_an_exercise_needs_little():
    """The first verdict waits for no more than NumPy and the package, whatever the chapter's first
    cell imports and draws."""
    asked = 0
    for path in CHAPTERS:
        code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        program = Program({cell.id: cell.source for cell in code})
        for cell in code:
            for name in re.findall(r'exercises\.check\("([\w-]+)"', cell.source):
                packs, missing = required(program.modules(cell.id), PACKS)
                allowed = {"core", "numpy", "lossbook", "data", MORE.get(name)}
                assert set(packs) <= allowed, f"{path.stem}: {cell.source}"
                assert not missing
                asked += 1
    assert asked > 50


@pytest.mark.usefixtures("standins")
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_stored_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}
    sources = {name: cell.source for name, cell in cells.items()}
    quick = []
    for name, cell in cells.items():
        page, start = Page(sources), time.process_time()
        assert as_stored(cell, page.run(name), path.stem) == texts(cell), cell.source
        if time.process_time() - start < QUICK:
            quick.append(name)
    page = Page(sources)
    for name in reversed(quick):
        cell = cells[name]
        assert as_stored(cell, page.run(name), path.stem) == texts(cell), cell.source
