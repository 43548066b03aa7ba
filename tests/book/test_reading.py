"""The reading test: for each page three questions that its reader should be able to answer
afterwards, with the sentences of the page that answer them. Read the page, then answer."""

from pathlib import Path

import nbformat
import pytest
import yaml
from sources import ROOT

READING = yaml.safe_load(Path(__file__).with_name("reading.yml").read_text("utf-8"))
LISTS = {"references", "software"}
PAGES = {path.stem: path for path in (ROOT / "book").iterdir() if path.suffix in (".md", ".ipynb")}


def one_line(text):
    return " ".join(text.split())


def shown(path):
    """All that a reader meets on a page: its text, and what its cells print."""
    if path.suffix == ".md":
        return one_line(path.read_text("utf-8"))
    parts = []
    for cell in nbformat.read(path, 4).cells:
        parts.append(cell.source)
        for output in cell.get("outputs", []):
            parts.append(output.get("text", ""))
            parts += output.get("data", {}).values()
    return one_line("\n".join(map(str, parts)))


def test_every_page_has_its_questions():
    assert READING.keys() == PAGES.keys() - LISTS


@pytest.mark.parametrize("page", READING)
def test_the_page_says_what_answers_its_questions(page):
    text = shown(PAGES[page])
    assert len(READING[page]) == 3
    for item in READING[page]:
        assert item.keys() == {"question", "answer", "sentences"}
        assert item["question"].endswith("?")
        assert item["answer"]
        missing = [s for s in item["sentences"] if one_line(s) not in text]
        assert item["sentences"]
        assert not missing, missing
