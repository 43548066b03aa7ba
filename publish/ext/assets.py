"""The scripts and styles of what is alive on a page: those of the live figures on every page, those
of a kind of output where one is shown.

The package's own are taken from it when the book is built, and all scripts are classic ones: a page
opened from a disk may not load modules. A figure is its own HTML, so the page leaves out the
widgets' state, which holds each once more.
"""

import re
from pathlib import Path

from docutils import nodes

ASSETS = Path(__file__).parents[1] / "assets"
COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
STATE = "application/vnd.jupyter.widget-state+json"
OF_OUTPUTS = {
    '"kind": "density"': ["typed.js"],  # the reader of typed densities
    'class="loss-': ["choosing.js", "choosing.css"],  # the tables of losses, the chooser
    'class="quiz"': ["quiz.js", "quiz.css"],  # questions; of the palette they use live.css's
}


def setup(app):
    add_file(app, "live.js")
    add_file(app, "live.css")
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", add_where_shown)
    app.connect("html-page-context", leave_out_state, priority=900)
    app.connect("build-finished", leave_out_comments)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_assets(app):
    if app.builder.name != "html":
        return
    from lossbook import quiz  # here, for these load SymPy and matplotlib
    from lossbook.live import asset

    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    for name in ("live.js", "typed.js", "to-go.js", "live.css"):
        (static / name).write_text(asset(name), "utf-8")
    for name in ("quiz.js", "quiz.css"):
        text = (quiz.HERE / name).read_text("utf-8")
        (static / name).write_text(COMMENT.sub("", text), "utf-8")


def add_where_shown(app, page, template, context, doctree):
    outputs = [raw.astext() for raw in doctree.findall(nodes.raw)] if doctree else []
    for mark, names in OF_OUTPUTS.items():
        if any(mark in output for output in outputs):
            for name in names:
                add_file(app, name)


def add_file(app, name):
    if name.endswith(".js"):
        app.add_js_file(name, defer="defer")
    else:
        app.add_css_file(name)


def leave_out_state(app, page, template, context, doctree):
    context["script_files"] = [
        script for script in context["script_files"] if script.attributes.get("type") != STATE
    ]


def leave_out_comments(app, failure):
    """A reader of the page does without those of the scripts."""
    if failure or app.builder.name != "html":
        return
    for script in ASSETS.glob("*.js"):
        text = COMMENT.sub("", script.read_text("utf-8"))
        Path(app.outdir, "_static", script.name).write_text(text, "utf-8")
