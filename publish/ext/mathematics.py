"""Mathematics is typeset when the book is built: MathJax runs here, and no page waits for it.

Its parts and fonts come from an installed wheel, and the engine that runs them from another. A
formula that cannot be set is a warning.
"""

import html
import posixpath
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from py_mini_racer import MiniRacer
from sphinx.ext.mathjax import (
    html_visit_displaymath,
    html_visit_math,
)
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset

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

# As Sphinx and the self-tests write it: between MathJax's delimiters, alone in its element.
FORMULA = re.compile(
    r"(?<=>)\s*(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])\s*(?=</(?:span|div)>)",
    re.DOTALL,
)


def setup(app):
    app.add_html_math_renderer(
        "typeset",
        (html_visit_math, None),
        (html_visit_displaymath, None),
    )
    app.config.html_math_renderer = "typeset"
    app.connect("builder-inited", copy_fonts)
    app.connect("html-page-context", typeset, priority=900)
    # Where an engine runs, the process must not be copied.
    return {
        "parallel_read_safe": True,
        "parallel_write_safe": False,
    }


def copy_fonts(app):
    if app.builder.format == "html":
        copy_asset(MATHJAX / FONTS, Path(app.outdir, TARGET))


@cache
def engine():
    racer = MiniRacer()
    racer.eval("var window = globalThis, MathJax = {}")
    for part in PARTS:
        racer.eval((MATHJAX / f"{part}.js").read_text("utf-8"))
    racer.eval(Path(__file__).with_suffix(".js").read_text("utf-8"))
    return racer


def typeset(app, page, template, context, doctree):
    formulas = [
        (
            html.unescape(found["inline"] or found["display"]),
            found["inline"] is None,
        )
        for found in FORMULA.finditer(context.get("body", ""))
    ]
    if not formulas:
        return
    fonts = posixpath.relpath(TARGET, posixpath.dirname(page))
    result = engine().call("typeset", formulas, fonts)
    for (formula, _), place in zip(formulas, result["set"], strict=True):
        if "error" in place:
            logger.warning(
                "%s in the formula %s",
                place["error"],
                formula,
                location=page,
            )
    places = iter(result["set"])
    context["body"] = FORMULA.sub(
        lambda found: next(places).get("html", found[0]),
        context["body"],
    )
    style = re.sub(r"\s*([{};\n])\s*", r"\1", result["style"])
    context["metatags"] += f"<style>{style}</style>"
