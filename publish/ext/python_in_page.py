"""The code of the chapters runs where it is read: what the scripts of ../python find in a page.

Each cell has a name, the page has the list of its cells, and an exercise shows no verdict on an
answer that nobody gave. A self-test stays as it is. Without the files that Python is made of the
book is built all the same, and its code only stands there.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

HOME = Path(__file__).parents[1] / "python"
sys.path += [str(HOME), str(HOME / "kernel")]

FOLDER = "_static/python"
SELF_TEST = "self-test"
EXERCISES = exercise_node, exercise_enumerable_node
logger = logging.getLogger(__name__)


def setup(app):
    app.add_config_value("python_packs", None, "html")
    app.connect("config-inited", begin)
    app.connect("doctree-resolved", fit_cells)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def begin(app, config):
    """Let a process write what pages load, while the chapters run and the pages are written."""
    if app.outdir.name != "html":  # an EPUB's pages run nothing; the builder is not known yet
        return
    from distribution import Unavailable, fill  # here, for these load NumPy and more
    from packs import contents

    folder = Path(app.outdir, FOLDER)
    try:
        fill()
    except Unavailable as missing:
        shutil.rmtree(folder, ignore_errors=True)
        logger.info("Python in the page: none, because %s", missing)
        return
    config.python_packs = contents()
    writing = subprocess.Popen(
        [sys.executable, HOME / "scripts.py", folder],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    app.connect("build-finished", partial(end, writing))


def end(writing, app, problem):
    said, _ = writing.communicate()
    if writing.returncode:
        raise ExtensionError(f"Python in the page could not be written: {said}")
    for line in said.splitlines():
        logger.info("%s", line)


def fit_cells(app, doctree, page):
    for exercise in doctree.findall(lambda node: isinstance(node, EXERCISES)):
        for part in list(exercise.findall(nodes.container)):
            if part.get("nb_element") == "cell_code_output":
                part.parent.remove(part)
    if not runs(app, page):
        return
    notebook = nbformat.read(app.env.doc2path(page), as_version=4)
    for part in doctree.findall(nodes.container):
        if part.get("nb_element") == "cell_code":
            part["ids"].append(f"cell-{notebook.cells[part['cell_index']].id}")
    write_program(app, page, notebook)


def runs(app, page):
    """Whether the code of a page runs in it."""
    notebook = app.env.doc2path(page).endswith(".ipynb")
    return bool(app.config.python_packs) and notebook and SELF_TEST not in page


def write_program(app, page, notebook):
    """The cells of a page, those that it does not show among them."""
    from cells import Program
    from imports import required

    code = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
    program = Program(code, code)
    cells = [
        {
            "id": id,
            "source": source,
            "packs": required(program.modules(id), app.config.python_packs)[0],
        }
        for id, source in code.items()
    ]
    file = Path(app.outdir, FOLDER, "pages", f"{Path(page).name}.js")
    file.parent.mkdir(parents=True, exist_ok=True)  # it may be there before the packs
    file.write_text(f"lossbookPython.program = {json.dumps({'cells': cells})};\n", encoding="utf-8")


def add_script(app, page, template, context, doctree):
    if doctree and runs(app, page):
        app.add_js_file("python/page.js", defer="defer", **{"data-page": Path(page).name})
