"""The page on the software of others is true of the build."""

from types import SimpleNamespace

import packs
import pytest
from docutils import nodes
from ext import software


@pytest.fixture
def resolved():
    """The page's words, as a build with packs or one without has them."""

    def resolve(built):
        parts = [
            nodes.container("", nodes.paragraph("", kind), classes=[kind])
            for kind in ("with-python", "without-python")
        ]
        doctree = nodes.section("", *parts)
        app = SimpleNamespace(config=SimpleNamespace(python_packs=built))
        software.tell(app, doctree, software.PAGE)
        return doctree

    return resolve


def test_without_packs_it_says_so_and_lists_nothing(resolved):
    assert resolved(None).astext() == "without-python"


def test_with_packs_it_leads_to_the_licence_of_each_project(resolved):
    doctree = resolved(packs.contents())
    assert doctree.astext().startswith("with-python")
    assert "without-python" not in doctree.astext()
    projects = {entry["project"] for entry in packs.LOCK["files"].values()}
    rows = [row.astext().split("\n\n") for row in doctree.findall(nodes.row)][1:]
    assert {row[0] for row in rows} == projects
    links = [link["refuri"] for link in doctree.findall(nodes.reference)]
    texts = {f"../_static/python/packs/licences/{project}.txt" for project in projects}
    assert texts <= set(links)
    assert ["sympy", "1.14.0", "BSD-3-Clause", "PyPI"] in rows
    assert software.RELEASE in links
