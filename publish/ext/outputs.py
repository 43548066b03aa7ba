"""The HTML of a cell's output, as a page needs it.

In an output that is called HTML the theme's style looks for a table of data, anew with each change
within: what moves is not called so. Its scripts go to a file of the page, since a host may forbid
those that stand in a page. The names within a drawing, which are those of every other, become
unique in the page. Questions bring along a style and a script for JupyterLab, whose links lead to
notebooks: here pages share the two (assets.py), and links lead to pages.
"""

import re
from itertools import count
from pathlib import Path

from docutils import nodes

MOVES = re.compile(r'<\w+ class="(?:lossbook-live|quiz|loss-)')
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
NAME = re.compile(r'(?<=\bid=")[^"]+|(?<=href="#)[^"]+|(?<=url\(#)[^)]+')
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
SHARED = re.compile(r"<(style|script)>.*?</\1>", re.DOTALL)
NOTEBOOK = re.compile(r'(?<=<a href=")([\w-]+)\.ipynb\b')  # for the tree, an output is only text


def setup(app):
    app.connect("doctree-resolved", fit_outputs)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fit_outputs(app, doctree, page):
    serial, scripts = count(1), []
    for output in list(doctree.findall(nodes.raw)):
        text = output.astext()
        if text.startswith('<div class="quiz"'):
            text = NOTEBOOK.sub(r"\1.html", SHARED.sub("", text))
        if MOVES.match(text):
            if "text_html" in output["classes"]:
                output["classes"].remove("text_html")
            scripts += SCRIPT.findall(text)
            text = SCRIPT.sub("", text)
        text = DRAWING.sub(lambda drawing: renamed(drawing[0], next(serial)), text)
        output.replace_self(nodes.raw(text, text, **output.attributes))
    file = script_file(app, page)
    if scripts and app.builder.name == "html":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(scripts), encoding="utf-8")
    else:
        file.unlink(missing_ok=True)


def renamed(drawing, number):
    return NAME.sub(lambda name: f"{name[0]}-{number}", drawing)


def script_file(app, page):
    return Path(app.outdir, "_static", f"{page}.js")


def add_scripts(app, page, template, context, doctree):
    if doctree and script_file(app, page).exists():
        app.add_js_file(f"{page}.js", defer="defer")
