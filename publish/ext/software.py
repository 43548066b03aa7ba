"""The page "Software in the pages": what this build of the book carries of others, with licences.

Here and on other pages some words are for a book with Python in its pages and some for one without;
those that are not true of this build are left out.
"""

import json
from pathlib import Path

from docutils import nodes

PAGE = "book/software"
LICENCES = "_static/python/packs/licences"
LOCK = json.loads((Path(__file__).parents[1] / "python/distribution.json").read_text("utf-8"))
COLUMNS = ["project", "version", "licence", "from"]
RELEASE = f"https://github.com/pyodide/pyodide/releases/tag/{LOCK['version']}"
SOURCES = {"pyodide": lambda: link("Pyodide", RELEASE), "pypi": lambda: nodes.Text("PyPI")}


def setup(app):
    app.connect("env-updated", lambda app, env: [PAGE])
    app.connect("doctree-resolved", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def tell(app, doctree, page):
    carried, other = ("with-python", "without-python")[:: 1 if app.config.python_packs else -1]
    for words in list(doctree.findall(nodes.container)):
        if other in words["classes"]:
            words.parent.remove(words)
        elif page == PAGE and carried == "with-python" in words["classes"]:
            words += table()


def table():
    """A row for each project."""
    projects = {entry["project"]: entry for entry in LOCK["files"].values()}
    body = [cells(projects[project]) for project in sorted(projects)]
    return nodes.table(
        "",
        nodes.tgroup(
            "",
            *(nodes.colspec(colwidth=1) for _ in COLUMNS),
            nodes.thead("", row([nodes.Text(name) for name in COLUMNS])),
            nodes.tbody("", *map(row, body)),
            cols=len(COLUMNS),
        ),
    )


def cells(entry):
    return [
        nodes.Text(entry["project"]),
        nodes.Text(entry["version"]),
        link(entry["licence"], f"../{LICENCES}/{entry['project']}.txt"),
        SOURCES[entry["from"]](),
    ]


def link(text, address):
    return nodes.reference("", text, refuri=address)


def row(contents):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", node)) for node in contents))
