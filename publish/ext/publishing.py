"""What other sites read of the book: the words and the picture of a link to a page, and the list of
pages, sitemap.xml.

One setting, `html_baseurl`, is the address of the published book. A page is described by its first
paragraph. (sphinxext-opengraph cuts words and runs on over headings; sphinx-sitemap lists only the
pages that the last build wrote.)
"""

import re
from pathlib import Path
from textwrap import shorten
from xml.etree import ElementTree

from docutils import nodes

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PICTURE = "_static/social-card.png"
FORMULA = "\N{REPLACEMENT CHARACTER}"


def setup(app):
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def describe(app, page, template, context, doctree):
    """Give the page's head a picture, and what the first paragraph says without a formula."""
    context["picture"] = app.config.html_baseurl + PICTURE
    if doctree:
        first = next(
            node.deepcopy()
            for node in doctree.findall(nodes.paragraph)
            if isinstance(node.parent, nodes.section)
        )
        for formula in list(first.findall(nodes.math)):
            formula.replace_self(nodes.Text(FORMULA))
        sentences = re.split(r"(?<=[.?!])\s", first.astext())
        words = " ".join(s for s in sentences if FORMULA not in s)
        context["description"] = shorten(words, 200, placeholder=" …")


def write_sitemap(app, failure):
    if failure or app.builder.format != "html":
        return
    root = ElementTree.Element("urlset", xmlns=NAMESPACE)
    for page in [*sorted(app.env.found_docs), "genindex"]:
        place = ElementTree.SubElement(root, "url")
        address = app.config.html_baseurl + app.builder.get_target_uri(page)
        ElementTree.SubElement(place, "loc").text = address
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(
        Path(app.outdir, "sitemap.xml"),
        encoding="utf-8",
        xml_declaration=True,
    )
