"""Mathematics is typeset when the book is built: MathJax runs here, and no page waits for it.

Its parts and fonts come from an installed wheel, and the engine that runs them from another. A
formula that cannot be set is a warning. In an EPUB, whose readers set MathML themselves, a formula
is the MathML that MathJax writes for a page's screen readers.
"""

import html
import posixpath
import re
from functools import cache, partial
from importlib.metadata import distribution
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.ext.mathjax import html_visit_displaymath, html_visit_math
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

WHEEL = "sphinx-mathjax-offline"
MATHJAX = Path(distribution(WHEEL).locate_file(f"{WHEEL}/static/mathjax"))
PARTS = [
    "loader",
    "core",
    "adaptors/liteDOM",
    "input/tex",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
]
FONTS = "output/chtml/fonts/woff-v2"
TARGET = "_static/mathjax"

# As Sphinx's visitors write it, and the self-tests in their HTML: alone in its element.
FORMULA = re.compile(
    r"(?<=>)\s*(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])\s*(?=</(?:span|div)>)",
    re.DOTALL,
)
MATHML = re.compile(r"<math .*?</math>", re.DOTALL)
INSIDE = re.compile(r"(<math [^>]*>)(.*)(</math>)", re.DOTALL)
NAMED = re.compile("<mo>\N{FUNCTION APPLICATION}</mo>(?!<m(?:o|row)\\b)")
NOTE = re.compile(r' data-mjx-[\w-]+="[^"]*"')  # of MathJax to itself


def setup(app):
    app.add_html_math_renderer(
        "typeset",
        (setting(html_visit_math), None),
        (setting(html_visit_displaymath), None),
    )
    app.config.html_math_renderer = "typeset"
    app.add_node(nodes.raw, override=True, html=(setting(HTML5Translator.visit_raw), None))
    app.connect("builder-inited", copy_fonts)
    app.connect("html-page-context", add_style)
    # Where an engine runs, the process must not be copied.
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def copy_fonts(app):
    if app.builder.name == "html":
        copy_asset(MATHJAX / FONTS, Path(app.outdir, TARGET))


@cache
def engine():
    racer = MiniRacer()
    racer.eval("var window = globalThis, MathJax = {}")
    for part in PARTS:
        racer.eval((MATHJAX / f"{part}.js").read_text("utf-8"))
    racer.eval('const adaptor = MathJax._.adaptors.liteAdaptor.liteAdaptor(), root = ""')
    racer.eval(Path(__file__).with_suffix(".js").read_text("utf-8"))
    return racer


def setting(visit):
    """The visitor, which writes formulas as they are typed, with the formulas set."""

    def visit_and_set(self, node):
        start = len(self.body)
        try:
            visit(self, node)
        finally:
            written = "".join(self.body[start:])
            setter = partial(typeset, builder=self.builder, node=node)
            self.body[start:] = [FORMULA.sub(setter, written)]

    return visit_and_set


def typeset(found, builder, node):
    formula, page = html.unescape(found["inline"] or found["display"]), builder.current_docname
    fonts = posixpath.relpath(TARGET, posixpath.dirname(page))
    result = engine().call("typeset", formula, found["inline"] is None, page, fonts)
    if "error" in result:
        logger.warning("%s in the formula %s", result["error"], formula, location=node)
        return found[0]
    latex = html.escape(" ".join(formula.split()))  # for who copies it (book.js)
    if builder.name == "epub":
        return mathml(result["html"], latex)
    return result["html"].replace("<mjx-container ", f'<mjx-container data-latex="{latex}" ', 1)


def mathml(typeset, latex):
    """The formula for screen readers, with the space that TeX sets after a function's name, and
    with its TeX."""
    formula = NOTE.sub("", MATHML.search(typeset)[0])
    formula = NAMED.sub(r'\g<0><mspace width="0.1667em"/>', formula)
    begin, inner, end = INSIDE.fullmatch(formula).groups()
    tex = f'<annotation encoding="application/x-tex">{latex}</annotation>'
    return f"{begin}<semantics><mrow>{inner}</mrow>{tex}</semantics>{end}"


def add_style(app, page, template, context, doctree):
    """A page has the style for just its formulas."""
    if doctree:
        style = re.sub(r"\s*([{};\n])\s*", r"\1", engine().call("style", page))
        context["metatags"] += f"<style>{style}</style>" if style else ""
