"""What a newcomer needs stands before what needs it."""

import nbformat
import pytest
from sources import NOTEBOOKS

EXPLAINED = {  # in chapter 2, before a formula shows them
    r"\Gamma": "gamma function",
    r"\operatorname{erf}": "error function",
    r"\nu": "degrees of freedom",
    r"e^{f y": "rate",
    r"e^{- s y}": "odds",
    "{z}_{c}": "logit",
    r"\delta_{c k}": "Kronecker",
}


def chapter(name):
    (path,) = (path for path in NOTEBOOKS if path.name.startswith(name))
    return nbformat.read(path, 4).cells


def shown(cell):
    outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
    return "".join(data.get("text/markdown", "") for data in outputs)


@pytest.mark.parametrize(("symbol", "words"), EXPLAINED.items())
def test_symbols_are_explained_before_they_are_shown(symbol, words):
    cells = chapter("02")
    first = next(k for k, cell in enumerate(cells) if symbol in shown(cell))
    assert any(words in cell.source for cell in cells[:first] if cell.cell_type == "markdown")


@pytest.mark.parametrize("name", ["01", "02", "03", "04"])
def test_plain_lines_stand_before_those_of_the_package(name):
    """And a check in the same cell says that the two agree."""
    cells = chapter(name)
    texts = [cell.source for cell in cells]
    start = next(k for k, text in enumerate(texts) if "## In NumPy" in text)
    plain = next(k for k in range(start, len(cells)) if cells[k].cell_type == "code")
    assert "literalinclude" not in "".join(texts[start:plain])
    assert "literalinclude" in texts[plain + 1]
    assert "def " in texts[plain]
    assert "assert " in texts[plain]
