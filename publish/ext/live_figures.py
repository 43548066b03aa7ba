"""The script and the style of the live figures, taken from the installed package.

They are read when the book is built, and the scripts are classic ones: a page opened from a disk
may not load modules. The reader of typed densities is loaded only where a figure has one. A figure
is its own HTML, so the page leaves out the widgets' state, which holds each once more. In an output
that is called HTML the theme's style looks for a table of data, anew with each change within: what
moves is not called so.
"""

import re
from pathlib import Path

STATE = "application/vnd.jupyter.widget-state+json"
MOVES = re.compile(r'(?<=class="output) text_html(?="><\w+ class="(?:lossbook-live|quiz|loss-))')


def setup(app):
    app.add_js_file("live.js", defer="defer")
    app.add_css_file("live.css")
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_reader)
    app.connect("html-page-context", name_what_moves)
    app.connect("html-page-context", leave_out_state, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_assets(app):
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    from lossbook.live import asset  # here, for it loads SymPy and matplotlib

    for name in ("live.js", "typed.js", "live.css"):
        (static / name).write_text(asset(name), "utf-8")


def add_reader(app, page, template, context, doctree):
    if '"kind": "density"' in context.get("body", ""):
        app.add_js_file("typed.js", defer="defer")


def name_what_moves(app, page, template, context, doctree):
    if "body" in context:
        context["body"] = MOVES.sub("", context["body"])


def leave_out_state(app, page, template, context, doctree):
    context["script_files"] = [
        script for script in context["script_files"] if script.attributes.get("type") != STATE
    ]
