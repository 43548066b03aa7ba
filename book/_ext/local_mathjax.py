"""MathJax from the book itself: its one script and its fonts, copied from the installed wheel."""

from importlib.metadata import distribution
from pathlib import Path

from sphinx.util.fileutil import copy_asset

PARTS = ["tex-chtml.js", "output/chtml/fonts/woff-v2"]


def setup(app):
    app.config.mathjax_path = "mathjax/tex-chtml.js"
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def copy_mathjax(app, failure):
    if failure or app.builder.format != "html":
        return
    wheel = distribution("sphinx-mathjax-offline")
    source = Path(
        wheel.locate_file("sphinx-mathjax-offline/static/mathjax")
    )
    target = Path(app.outdir, "_static", "mathjax")
    for part in PARTS:
        copy_asset(
            source / part,
            (target / part).parent
            if Path(part).suffix
            else target / part,
        )
