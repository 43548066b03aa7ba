"""The code of the chapters runs where it is read: what the scripts of ../python find in a page.

Each cell has a name, the page has the list of its cells, and an exercise shows no verdict on an
answer that nobody gave. A self-test stays as it is. Without the files that Python is made of the
book is built all the same, and its code only stands there.
"""

import json
import shutil
import sys
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util import logging
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

sys.path.append(str(Path(__file__).parents[1] / "python"))

FOLDER = "_static/python"
SELF_TEST = "self-test"
EXERCISES = exercise_node, exercise_enumerable_node
logger = logging.getLogger(__name__)


def setup(app):
    app.add_config_value("python_packs", None, "html")
    app.connect("config-inited", write_python)
    app.connect("doctree-resolved", fit_cells)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_python(app, config):
    from distribution import Unavailable  # here, for these load NumPy and more
    from packs import write
    from scripts import scripts

    folder = Path(app.outdir, FOLDER)
    try:
        config.python_packs = write(folder / "packs")
    except Unavailable as missing:
        shutil.rmtree(folder, ignore_errors=True)
        logger.info("Python in the page: none, because %s", missing)
        return
    for name, text in scripts(config.python_packs).items():
        (folder / name).write_text(text, encoding="utf-8")
    size = sum(pack["size"] for pack in config.python_packs.values()) / 1e6
    logger.info("Python in the page: %d packs, %.0f MB", len(config.python_packs), size)


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
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"lossbookPython.program = {json.dumps({'cells': cells})};\n", encoding="utf-8")


def add_script(app, page, template, context, doctree):
    if doctree and runs(app, page):
        app.add_js_file("python/page.js", defer="defer", **{"data-page": Path(page).name})
