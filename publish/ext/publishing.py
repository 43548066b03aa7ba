"""What other sites read of the book: the words and the picture of a link to a page, and the list of
pages, sitemap.xml; and what a host shows for a page that is not there.

The address of the published book is `BOOK_URL` of the environment, which the publishing workflow
takes from its host; without it the one of `_config.yml` stands for it. A page is described by its
first paragraph. (sphinxext-opengraph cuts words and runs on over headings; sphinx-sitemap lists
only the pages that the last build wrote.)
"""

import os
import re
from pathlib import Path
from textwrap import shorten
from urllib.parse import urlsplit
from xml.etree import ElementTree

from docutils import nodes
from sphinx.errors import ConfigError

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PICTURE = "_static/social-card.png"
FORMULA = "\N{REPLACEMENT CHARACTER}"
RESERVED = ".example"  # no host's name ends so


def setup(app):
    app.connect("config-inited", take_address)
    app.connect("html-collect-pages", add_not_there)
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_for_hosts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def take_address(app, config):
    """Where a book is published its address must be known: links to it from elsewhere have it."""
    if "BOOK_URL" not in os.environ:
        return
    address = os.environ["BOOK_URL"].rstrip("/") + "/"
    parts = urlsplit(address)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.hostname.endswith(RESERVED)
    ):
        raise ConfigError(f"BOOK_URL is {address!r}; it must be the address of the published book")
    config.html_baseurl = address


def add_not_there(app):
    """A page for what is not there, shown at any address: its links begin at the book's."""
    if app.builder.name == "html":
        root = urlsplit(app.config.html_baseurl).path
        yield "404", {"root": root}, "404.html"


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


def write_for_hosts(app, failure):
    """The list of pages; and no host makes pages anew."""
    if failure or app.builder.name != "html":
        return
    Path(app.outdir, ".nojekyll").touch()
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
