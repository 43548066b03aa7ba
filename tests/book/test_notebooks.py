"""The stored chapters are fit for comparison with a fresh run: none can pass empty."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from IPython.core.inputtransformer2 import TransformerManager
from nbconvert import HTMLExporter
from nbval.plugin import find_comment_markers, find_metadata_tags
from notebooks import slim
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def code_cells(path):
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_stored_form_is_slim(path):
    stored = path.read_text("utf-8")
    notebook = slim(nbformat.reads(stored, 4), path.stem)
    assert stored == nbformat.writes(notebook) + "\n", "run: make notebooks"


@pytest.mark.filterwarnings("ignore:Your element with")  # of a number for the text
def test_a_viewer_without_widgets_shows_the_words_and_a_link(path):
    """As on code hosts: no script runs, and no widget is there."""
    html, _ = HTMLExporter(template_name="basic").from_filename(path)
    page = BeautifulSoup(html, "html.parser")
    stored = [
        o.data for c in nbformat.read(path, 4).cells for o in c.get("outputs", []) if "data" in o
    ]
    plain = [data.get("text/plain", "") for data in stored]
    alts = [text for text in plain if text.startswith("Figure(alt=")]
    figures = page.select(".lossbook-live")
    for alt, figure in zip(alts, figures, strict=True):
        assert figure.p.text == ast.parse(alt).body[0].value.keywords[0].value.value
    questions = page.select(".quiz:has(p)")
    assert len(questions) == sum("\n  right" in text for text in plain)
    for shown in [*figures, *questions]:
        assert shown.a["href"].endswith(f"/book/{path.stem}.html")


def test_every_cell_has_run_in_order(code_cells):
    assert [c.execution_count for c in code_cells] == list(range(1, len(code_cells) + 1))


def test_no_cell_escapes_the_comparison(code_cells):
    for cell in code_cells:
        assert not list(find_metadata_tags(cell.metadata)), cell.source
        assert not list(find_comment_markers(cell.source)), cell.source
        assert "skip-execution" not in cell.metadata.get("tags", []), cell.source


def test_outputs_are_stored(code_cells):
    assert any(cell.outputs for cell in code_cells)
    for cell in code_cells:
        if prints(cell.source):
            assert any(o.get("name") == "stdout" and o.text for o in cell.outputs), cell.source
        for output in cell.outputs:
            assert output.get("text") or output.get("data"), cell.source
            assert output.get("name") != "stderr", output.text


def prints(source):
    """Whether a cell is sure to print: a statement of its own calls print."""
    program = ast.parse(TransformerManager().transform_cell(source))
    calls = [s.value for s in program.body if isinstance(s, ast.Expr)]
    return any(
        isinstance(c, ast.Call) and isinstance(c.func, ast.Name) and c.func.id == "print"
        for c in calls
    )


def test_table_of_contents_names_every_chapter():
    named = set(parse_toc_yaml(ROOT / "_toc.yml"))
    pages = {p for p in (ROOT / "book").iterdir() if p.suffix in {".ipynb", ".md"}}
    assert {p for p in named if not p.startswith("book/")} == set()
    assert named == {f"book/{p.stem}" for p in pages}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_box_ends_on_a_line_of_its_own(path):
    """A fence at the end of a line of text closes no box: what follows would be part of it."""
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            assert not re.findall(r"^.*[^\s`:].*(?:`{3,}|:{3,})$", cell.source, re.MULTILINE)
