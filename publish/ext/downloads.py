"""What a reader takes away: a page's notebook, with what it needs, and the package as a wheel.

A chapter that is run elsewhere must first install the package: the notebook that is offered has a
cell for that, with the address of the published book, or else the file beside it. A page opened
from a disk may not save what lies beside it: there a script brings the same text
(assets/download.js).
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from urllib.parse import urlsplit

import nbformat
from publishing import RESERVED

from lossbook import __version__

ROOT = Path(__file__).parents[2]
WHEEL = f"lossbook-{__version__}-py3-none-any.whl"
FOLDER = "_sources/book"
WHOLE = "whole-book-button"
OPENED = re.compile(r'(<a href="[^"]*/([^"/]+)") target="_blank"(?=\s+class="[^"]*\bbtn-download-)')
IN_A_TAB = re.compile(rf' target="_blank"(?=\s+class="[^"]*\bbtn-{WHOLE})')
PIP = "%pip"

PRINTED = [
    ("print-button", "Print this page", "As it is, or save it as PDF"),
    ("print-open-button", "Print with boxes open", "With all solutions, answers and folded code"),
]
NEEDS = """\
> This page of the [book]({address}book/{page}.html) needs the book's package, `lossbook`, and the
> libraries that it is compared with. The next cell installs them{beside}."""
BESIDE = f", if the file `{WHEEL}`, which the page offers beside this one, lies in the same folder"


def setup(app):
    app.connect("html-page-context", offer_wheel, priority=600)  # after the theme's own buttons
    app.connect("html-page-context", offer_print, priority=600)
    app.connect("html-page-context", offer_whole_book, priority=700)  # as the last
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_wheel(app, page, template, context, doctree):
    """Beside a notebook its menu has the package that it needs."""
    if context.get("page_source_suffix") != ".ipynb":
        return
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            button = {
                "type": "link",
                "url": context["pathto"](f"{FOLDER}/{WHEEL}", 1),
                "text": "lossbook (.whl)",
                "tooltip": "Download the package that the notebook needs",
                "icon": group["icon"],
                "label": "download-package-button",
            }
            group["buttons"].insert(1, button)


def offer_print(app, page, template, context, doctree):
    """Entries that assets/comfort.js obeys: the theme's has its script in its tag, where a host may
    forbid it."""
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            theirs = group["buttons"].pop()
            for label, text, tooltip in PRINTED:
                words = {"label": label, "text": text, "tooltip": tooltip}
                group["buttons"].append({**theirs, "javascript": "", **words})


def offer_whole_book(app, page, template, context, doctree):
    """The way to where a reader takes all of it along (the first page)."""
    if page == app.config.root_doc:
        return
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            button = {
                "type": "link",
                "url": f"{context['pathto'](app.config.root_doc)}#take-it-along",
                "text": "The whole book",
                "tooltip": "To download, or to keep for offline",
                "icon": group["icon"],
                "label": WHOLE,
            }
            group["buttons"].append(button)


def write_downloads(app, failure):
    if failure or app.builder.name != "html":
        return
    folder = Path(app.outdir, FOLDER)
    for old in folder.glob("*.whl"):
        old.unlink()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder.resolve()]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    for page in app.env.found_docs:
        source = Path(app.env.doc2path(page))
        saved = folder / source.name
        if source.suffix == ".ipynb":
            nbformat.write(with_needs(source, app.config.html_baseurl), saved)
        else:
            copyfile(source, saved)
        call = f"saveText({json.dumps(saved.name)}, {json.dumps(saved.read_text('utf-8'))});\n"
        saved.with_name(f"{saved.name}.js").write_text(call, "utf-8")
        html = Path(app.builder.get_outfilename(page))
        text = OPENED.sub(r'\1 download="\2"', html.read_text("utf-8"))
        html.write_text(IN_A_TAB.sub("", text), "utf-8")


def with_needs(source, address):
    """The notebook, with a cell after its title that installs what it needs."""
    notebook = nbformat.read(source, as_version=4)
    published = not urlsplit(address).hostname.endswith(RESERVED)
    what = (
        f"lossbook[chapters] @ {address}{FOLDER}/{WHEEL}" if published else f"./{WHEEL}[chapters]"
    )
    words = NEEDS.format(address=address, page=source.stem, beside="" if published else BESIDE)
    notebook.cells[1:1] = [
        nbformat.v4.new_markdown_cell(words, id="needs"),
        nbformat.v4.new_code_cell(f'{PIP} install --quiet "{what}"', id="install"),
    ]
    return notebook
