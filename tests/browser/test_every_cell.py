"""Every code cell of the book, run in its page by its own button, gives what is printed there.

Of a cell's texts those that its notebook stores are compared, and the words that stand in the page
before and after. A live figure must draw what the printed one draws, before and after its controls
are moved. What the page does not show runs as the need of other cells. The self-tests' code does
not run in the page.
"""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from in_kernel import ROOT, as_stored, texts
from in_page import LISTEN, Cells
from rounding import agree

LIST = Path(__file__).with_name("cells-that-cannot.txt")
CHAPTERS = [path for path in sorted(ROOT.glob("book/*.ipynb")) if "self-test" not in path.stem]
NUMBER = re.compile(r"-?\d+\.?\d*")
POINT = 1e-3  # of the drawing; a path is written to 1e-4 of one


def code(path):
    """The code cells of a chapter that its page shows."""
    cells = nbformat.read(path, as_version=4).cells
    shown = (c for c in cells if "remove-cell" not in c.metadata.get("tags", []))
    return {cell.id: cell for cell in shown if cell.cell_type == "code"}


def listed():
    """{page: {cell: reason}}"""
    found = {path.stem: {} for path in CHAPTERS}
    for line in LIST.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            page, cell, reason = line.split(maxsplit=2)
            found[page][cell] = reason
    return found


@pytest.fixture
def cells(page, visit):
    """The cells of a chapter's page."""
    page.add_init_script(LISTEN)
    return lambda path: Cells(visit(f"book/{path.stem}.html"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_cell_of_a_page(path, cells):
    stored, reasons, view = code(path), listed()[path.stem], cells(path)
    assert view.ids == list(stored)
    found = {id: trouble(cell, view.run(id), path.stem) for id, cell in stored.items()}
    wrong = {id: said for id, said in found.items() if said and id not in reasons}
    assert not wrong, "\n\n".join(f"{id}: {said}" for id, said in wrong.items())
    for id, reason in reasons.items():
        assert found[id], f"{id} gives its output: it is not to be listed"
        assert found[id].splitlines()[0] == reason


def test_few_are_listed():
    cannot = sum(map(len, listed().values()))
    assert cannot <= 0.03 * sum(len(code(path)) for path in CHAPTERS)


def test_backwards_each_cell_twice(cells):
    chapter, view = CHAPTERS[2], cells(CHAPTERS[2])
    for id, cell in reversed(code(chapter).items()):
        for _ in range(2):
            assert not trouble(cell, view.run(id), chapter.stem), id


def trouble(cell, run, page):
    """What the page says if it cannot, and what differs from what is stored or printed; or ''."""
    messages = run["messages"]
    errors = [message["text"] for message in messages if message["kind"] == "error"]
    warnings = [message["text"].strip() for message in messages if message.get("name") == "stderr"]
    failed = bool(run["said"] or errors)
    differs = "" if failed else difference(cell, run, page)
    said = [run["said"], *errors, *warnings, differs] if failed or differs else []
    return "\n".join(filter(None, said))


def difference(cell, run, page):
    sent, stored = as_stored(cell, run["messages"], page), texts(cell)
    if "exercises.check(" in cell.source:
        stored = unbroken(stored)
    if not agree(sent, stored):
        return f"sends {sent}\nnot   {stored}"
    if run["printed"] and not agree(run["shown"], run["printed"]):
        return f"shows {run['shown']!r}\nnot   {run['printed']!r}"
    if run["figures"] is None:
        return "has a figure that is dead, or another number of figures"
    for new, printed in run["figures"]:
        if new["start"] == new["end"]:
            return f"has a figure that does not move: {new}"
        for what, one, other in parts(new, printed):
            if not (same_path if what == "marks" else agree)(one, other):
                return f"has a figure with other {what}: {one}\nnot {other}"
    return ""


def unbroken(outputs):
    """Verdicts in whole lines, which in the page its boxes break."""
    if isinstance(outputs, list):
        return [unbroken(output) for output in outputs]
    if isinstance(outputs, dict):
        return {kind: unbroken(text) for kind, text in outputs.items()}
    return outputs.replace("\n  ", " ")


def parts(new, printed):
    """What two figures are to have in common; their sentences and marks also after a move."""
    yield "controls", new["controls"], printed["controls"]
    for state in ("start", "end"):
        yield "sentences", new[state]["said"], printed[state]["said"]
        for one, other in zip(new[state]["marks"], printed[state]["marks"], strict=True):
            yield "marks", one, other


def same_path(new, printed):
    if NUMBER.sub("#", new) != NUMBER.sub("#", printed):
        return False
    one, other = (np.array(NUMBER.findall(path), float) for path in (new, printed))
    return np.allclose(one, other, rtol=0, atol=POINT)
