"""The page "Software in the pages": what this build of the book carries of others, with licences.

The page's file has words for a book with Python in its pages and for one without; those that are
not true of this build are left out.
"""

import json
from pathlib import Path

from docutils import nodes

PAGE = "book/software"
LICENCES = "_static/python/packs/licences"
LOCK = json.loads((Path(__file__).parents[1] / "python/distribution.json").read_text("utf-8"))
COLUMNS = ["project", "version", "licence", "from"]
SOURCES = {
    "pyodide": ("Pyodide", "https://github.com/pyodide/pyodide/releases/tag/{pyodide}"),
    "pypi": ("PyPI", "https://pypi.org/project/{project}/{version}/"),
}


def setup(app):
    app.connect("env-updated", lambda app, env: [PAGE])
    app.connect("doctree-resolved", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def tell(app, doctree, page):
    if page != PAGE:
        return
    carried = bool(app.config.python_packs)
    for words in list(doctree.findall(nodes.container)):
        if ("with-python" in words["classes"]) != carried:
            words.parent.remove(words)
        elif carried:
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
    name, address = SOURCES[entry["from"]]
    return [
        nodes.Text(entry["project"]),
        nodes.Text(entry["version"]),
        link(entry["licence"], f"../{LICENCES}/{entry['project']}.txt"),
        link(name, address.format(**entry, pyodide=LOCK["version"])),
    ]


def link(text, address):
    return nodes.reference("", text, refuri=address)


def row(contents):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", node)) for node in contents))
