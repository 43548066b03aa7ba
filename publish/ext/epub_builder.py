"""The book as an EPUB: Sphinx's builder, with what its own files lack and this book needs.

Each page is written as XHTML, without the theme of the pages for a browser (epub_pages.py). The
package file says which pages have formulas, which picture is the cover, and how the book can be
read; the contents name its landmarks. The same pages with the same date (SOURCE_DATE_EPOCH, which
Sphinx obeys) make the same bytes.
"""

import html
import posixpath
from pathlib import Path
from typing import ClassVar
from xml.dom import minidom

import epub_index
from docutils import nodes
from markupsafe import Markup
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.highlighting import PygmentsBridge
from sphinx.util.fileutil import copy_asset_file
from terms import GLOSSARY

import lossbook

SHEET = Path(__file__).with_name("epub.css")
STYLES = "_static/epub.css", "_static/pygments.css"
COVER = "_static/cover.png"  # publish/epub.py draws it
HIGHLIGHTING = "a11y-high-contrast-light", "a11y-high-contrast-dark"
ACCESSIBILITY = [
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessModeSufficient", "textual,visual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "index"),
    ("accessibilityFeature", "MathML"),
    ("accessibilityFeature", "readingOrder"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityHazard", "none"),
    (
        "accessibilitySummary",
        "Every figure is described in words and says how it is set, every formula is MathML with"
        " words as the alternative text and its TeX as an annotation, and headings, lists and"
        " tables are marked as such.",
    ),
]
PAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
      lang="{language}" xml:lang="{language}">
<head>
<title>{title}</title>
{styles}
</head>
<body>
{body}
</body>
</html>
"""
LANDMARKS = """\
<nav epub:type="landmarks" hidden="hidden">
<h2>Landmarks</h2>
<ol>
<li><a epub:type="cover" href="epub-cover.xhtml">Cover</a></li>
<li><a epub:type="bodymatter" href="{first}.xhtml">Beginning of the text</a></li>
<li><a epub:type="glossary" href="{glossary}.xhtml">Glossary</a></li>
<li><a epub:type="index" href="genindex.xhtml">Index</a></li>
</ol>
</nav>
"""


def setup(app):
    app.add_builder(Book, override=True)
    app.connect("config-inited", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def describe(app, config):
    """What is known of the book elsewhere."""
    config.version = lossbook.__version__
    config.epub_title, config.epub_identifier = config.html_title, config.html_baseurl
    config.epub_contributor = config.epub_publisher = config.author
    config.epub_cover = COVER, "cover"
    config.epub_guide = (("toc", "nav.xhtml", Book.guide_titles["toc"]),)


class Book(Epub3Builder):
    guide_titles: ClassVar = {"toc": "Contents", "cover": "Cover"}

    def init(self):
        super().init()
        self.sections = {}  # of each page, as it is written

    def handle_page(self, page, context, template="page.html", **_):
        title = self.config.epub_title
        if page == "genindex":
            self.fix_genindex(context["genindexentries"])
            title, body = "Index", epub_index.index(context["genindexentries"], self.place)
        elif template == "cover":
            picture = f'<img src="{COVER}" alt="{html.escape(title)}"/>'
            body = f'<section epub:type="cover">{picture}</section>'
        else:
            title, body = context["title"], self.converted(context["body"], page)
        self.write_page(page, title, body)

    def converted(self, body, page):
        from epub_pages import convert  # here, for the pages for a browser need no Beautiful Soup

        numbers = {
            f"{Path(chapter).name}{self.out_suffix}": number
            for chapter, number in self.chapters().items()
        }
        body, self.sections[page], drawings = convert(body, page, self.config.html_baseurl, numbers)
        folder = Path(self.outdir, self.imagedir)
        folder.mkdir(exist_ok=True)
        for name, drawing in drawings.items():
            (folder / name).write_text(drawing, "utf-8")
        return body

    def write_page(self, page, title, body):
        root = posixpath.relpath(".", posixpath.dirname(page) or ".")
        styles = "\n".join(
            f'<link rel="stylesheet" type="text/css" href="{root}/{style}"/>' for style in STYLES
        )
        path = Path(self.get_outfilename(page))
        path.parent.mkdir(exist_ok=True)
        text = PAGE.format(
            language=self.config.epub_language,
            title=html.escape(Markup(title).striptags()),
            styles=styles,
            body=body,
        )
        path.write_text(text, "utf-8")

    def copy_static_files(self):
        static = Path(self.outdir, "_static")
        static.mkdir(exist_ok=True)
        copy_asset_file(SHEET, static)
        light, dark = (PygmentsBridge("html", name).get_stylesheet() for name in HIGHLIGHTING)
        sheet = f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
        (static / "pygments.css").write_text(sheet, "utf-8")

    def chapters(self):
        """The numbers of the pages that have one."""
        numbers = self.env.toc_secnumbers.items()
        return {page: sections[""][0] for page, sections in numbers if sections.get("")}

    def place(self, link):
        """The page to which a link in the index leads, in words."""
        page = link.partition("#")[0].removesuffix(self.out_suffix)
        number = self.chapters().get(page)
        return f"chapter {number}" if number else self.env.titles[page].astext()

    def get_refnodes(self, doctree, result):
        """A chapter's number is a part of its title."""
        if isinstance(doctree, nodes.reference) and doctree.get("secnumber"):
            number = ".".join(map(str, doctree["secnumber"]))
            doctree.insert(0, nodes.Text(f"{number}. "))
        return super().get_refnodes(doctree, result)

    def toc_add_files(self, refnodes):
        """Below each page its sections, with those that only an EPUB has."""
        super().toc_add_files(refnodes)
        found = list(refnodes)
        refnodes.clear()
        for node in found:
            node["refuri"] = posixpath.normpath(node["refuri"])
            refnodes.append(node)
            page = node["refuri"].removesuffix(self.out_suffix)
            for name, title in self.sections.get(page, ()):
                below = {"refuri": f"{node['refuri']}#{name}", "text": html.escape(title)}
                refnodes.append({"level": node["level"] + 1, **below})

    def build_navlist(self, navnodes):
        """Chapters stand below the name of their part, which leads to the first of them."""
        root = self.env.get_doctree(self.config.root_doc)
        parts = {
            f"{part['includefiles'][0]}{self.out_suffix}": part["caption"]
            for part in root.findall(addnodes.toctree)
            if part.get("caption")
        }
        listed = []
        level = listed
        for page in super().build_navlist(navnodes):
            if name := parts.get(page.refuri):
                part = page._replace(text=html.escape(name), children=[])
                listed.append(part)
                level = part.children
            level.append(page)
        return listed

    def toc_metadata(self, level, navpoints):
        metadata = super().toc_metadata(level, navpoints)
        return {**metadata, "uid": html.escape(self.config.epub_identifier)}

    def build_navigation_doc(self):
        super().build_navigation_doc()
        path = Path(self.outdir, "nav.xhtml")
        landmarks = LANDMARKS.format(first=self.config.root_doc, glossary=GLOSSARY)
        path.write_text(path.read_text("utf-8").replace("</body>", f"{landmarks}</body>"), "utf-8")

    def build_content(self):
        super().build_content()
        path = Path(self.outdir, "content.opf")
        package = minidom.parse(str(path))
        for item in package.getElementsByTagName("item"):
            file = item.getAttribute("href")
            if file == COVER:
                item.setAttribute("properties", "cover-image")
            elif file.endswith(self.out_suffix) and has_formulas(path.parent / file):
                item.setAttribute("properties", "mathml")
        index = package.getElementsByTagName("itemref")[-1]
        index.parentNode.removeChild(index)  # it is in the contents, and here once more
        [metadata] = package.getElementsByTagName("metadata")
        for name, value in ACCESSIBILITY:
            meta = package.createElement("meta")
            meta.setAttribute("property", f"schema:{name}")
            meta.appendChild(package.createTextNode(value))
            metadata.appendChild(meta)
        path.write_bytes(package.toxml("utf-8"))

    def build_epub(self):
        """publish/epub.py packs it: its formulas have yet to be put into words."""


def has_formulas(page):
    return page.exists() and "<math" in page.read_text("utf-8")
