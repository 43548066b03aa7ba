"""Every live figure of the book shows, at any setting of its controls, what NumPy computes.

The chapters of the table of contents are executed here, so a new figure is covered as it stands.
"""

import random

import pytest
from built import BOOK, PAGES
from figures import document, every_kind
from parity import IN_BOTH, ROOT, compare, compare_figure, specification
from sphinx_external_toc.parsing import parse_toc_yaml

from lossbook.live import drawing

CHAPTERS = list(parse_toc_yaml(ROOT / "_toc.yml"))


def test_every_kind_of_mark_is_drawn_as_by_numpy(page):
    figure = every_kind()
    spec = specification(figure.html())
    assert {mark["shape"] for mark in spec["marks"]} == set(drawing.PIECES)
    page.set_content(document(figure))
    compare_figure(figure, page.locator(".lossbook-live"), spec, random.Random(1))


def test_live_figures_are_in_chapters_only():
    pages = {name.removesuffix(".html") for name in PAGES}
    for name in pages - set(CHAPTERS):
        assert "lossbook-live" not in (BOOK / f"{name}.html").read_text("utf-8"), name


def once(name):
    """A chapter for both browsers is executed once: its tests run in the same process."""
    marks = [pytest.mark.xdist_group("firefox")] if name in IN_BOTH else []
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("chapter", [once(name) for name in CHAPTERS])
def test_page_shows_what_numpy_computes(visit, chapter):
    compare(visit(f"{chapter}.html"), chapter)
