"""MathJax from the book itself: the parts that it needs and the fonts, from the installed wheel.

Mathematics is typeset as it comes into view. Each part is a script of its own, since one for all would
keep the page from answering its reader for too long.
"""

from importlib.metadata import distribution
from pathlib import Path

from sphinx.util.fileutil import copy_asset

FIRST = "startup.js"
PARTS = ["input/tex", "output/chtml", "a11y/assistive-mml", "ui/lazy"]
FONTS = "output/chtml/fonts"
THEIRS = ["core.js", f"{FONTS}/tex.js", f"{FONTS}/woff-v2"]


def setup(app):
    app.config.mathjax_path = f"mathjax/{FIRST}"
    app.config.mathjax3_config = {"loader": {"load": PARTS}}
    app.connect("builder-inited", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def copy_mathjax(app):
    if app.builder.format != "html":
        return
    wheel = distribution("sphinx-mathjax-offline")
    source = Path(
        wheel.locate_file("sphinx-mathjax-offline/static/mathjax")
    )
    target = Path(app.outdir, "_static", "mathjax")
    for part in [FIRST, *THEIRS, *(f"{part}.js" for part in PARTS)]:
        place = target / part
        copy_asset(
            source / part, place.parent if place.suffix else place
        )
