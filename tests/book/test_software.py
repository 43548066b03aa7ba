"""The page on the software of others is true of the build."""

from types import SimpleNamespace

import packs
import pytest
from docutils import nodes
from ext import software


@pytest.fixture
def resolved(tmp_path):
    """The page's words, as one build or the other has them."""

    def resolve():
        parts = [
            nodes.container("", nodes.paragraph("", kind), classes=[kind])
            for kind in ("with-python", "without-python")
        ]
        doctree = nodes.section("", *parts)
        software.tell(SimpleNamespace(outdir=tmp_path), doctree, software.PAGE)
        return doctree

    return resolve


def test_without_packs_it_says_so_and_lists_nothing(resolved):
    assert resolved().astext() == "without-python"


def test_with_packs_it_leads_to_the_licence_of_each_project(resolved, tmp_path):
    (tmp_path / "_static/python").mkdir(parents=True)
    (tmp_path / "_static/python/core.js").touch()
    doctree = resolved()
    assert doctree.astext().startswith("with-python")
    assert "without-python" not in doctree.astext()
    projects = {entry["project"] for entry in packs.LOCK["files"].values()}
    rows = [row.astext().split("\n\n") for row in doctree.findall(nodes.row)][1:]
    assert {row[0] for row in rows} == projects
    links = [link["refuri"] for link in doctree.findall(nodes.reference)]
    texts = {f"../_static/python/licences/{project}.txt" for project in projects}
    assert texts <= set(links)
    assert "https://pypi.org/project/sympy/1.14.0/" in links
