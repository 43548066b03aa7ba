"""The script and the style of the live figures, taken from the installed package.

They are read when the book is built, and the scripts are classic ones: a page opened from a disk
may not load modules. The reader of typed densities is loaded only where a figure has one.
"""

from pathlib import Path

from lossbook import live


def setup(app):
    app.add_js_file("live.js", defer="defer")
    app.add_css_file("live.css")
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_reader)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_assets(app):
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    for name, text in live.assets().items():
        (static / name).write_text(text, encoding="utf-8")


def add_reader(app, page, template, context, doctree):
    if '"kind": "density"' in context.get("body", ""):
        app.add_js_file("typed.js", defer="defer")
