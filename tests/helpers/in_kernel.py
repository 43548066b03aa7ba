"""Cells run by the page's kernel in this Python, and what it sends."""

import sys
from pathlib import Path

import nbformat
import pytest
from kernel import Kernel
from notebooks import slim

ROOT = Path(__file__).resolve().parents[2]
STANDINS = ROOT / "publish/python/kernel/standins"
PACKS = {
    "core": {"modules": [], "needs": []},
    "numpy": {"modules": ["numpy"], "needs": ["core"]},
    "scipy": {"modules": ["scipy"], "needs": ["numpy"]},
    "sympy": {"modules": ["mpmath", "sympy"], "needs": ["core"]},
    "plot": {"modules": ["matplotlib"], "needs": ["numpy"]},
    "learn": {"modules": ["sklearn"], "needs": ["scipy"]},
    "markdown": {"modules": ["markdown_it", "mdit_py_plugins"], "needs": ["core"]},
    "lossbook": {"modules": ["lossbook", "IPython", "myst_nb"], "needs": ["numpy"]},
    "data": {"modules": [], "needs": ["numpy"]},
}


@pytest.fixture
def standins(monkeypatch):
    """`IPython` and `myst_nb` as the page has them."""
    monkeypatch.syspath_prepend(STANDINS)
    for name in list(sys.modules):
        if name.split(".")[0] in ("IPython", "myst_nb"):
            monkeypatch.delitem(sys.modules, name)
    yield
    for name in list(sys.modules):
        if name.split(".")[0] in ("IPython", "myst_nb"):
            del sys.modules[name]


class Page:
    """Cells {name: text}, or texts that are numbered, in one kernel."""

    def __init__(self, *texts, packs=PACKS):
        cells = texts[0] if isinstance(texts[0], dict) else dict(enumerate(texts))
        self.messages = []
        self.kernel = Kernel(cells, self.messages.append, packs)

    def run(self, cell, **edits):
        """What a run of the cell sends, joined as a page shows it; `edits` are {_0: text}."""
        self.messages.clear()
        self.kernel.run(cell, {int(name[1:]): text for name, text in edits.items()})
        return list(self.messages)

    def shown(self, cell, **edits):
        """What is printed, what values are shown as text, and the text of an error."""
        parts = []
        for message in self.run(cell, **edits):
            parts.append(message.get("text") or message.get("data", {}).get("text/plain", ""))
        return "".join(parts)


def outputs(messages):
    """The messages of a run as outputs of a notebook."""
    found = []
    for message in messages:
        if message["kind"] == "stream":
            found.append(nbformat.v4.new_output("stream", **of(message, "name", "text")))
        elif message["kind"] == "data":
            data = dict(message["data"])
            if "text/markdown" in data:
                del data["text/html"]  # made of it
            found.append(nbformat.v4.new_output("display_data", data=data))
        elif message["kind"] in ("error", "need"):
            pytest.fail(message.get("text") or f"needs {message['pack']}")
    return found


def as_stored(cell, messages, page):
    """The texts of a run of the cell, as a chapter that is run anew stores them."""
    anew = nbformat.from_dict({**cell, "outputs": outputs(messages)})
    return texts(slim(nbformat.v4.new_notebook(cells=[anew]), page).cells[0])


def texts(cell):
    """The outputs of a cell, without what tells a value from what is displayed."""
    return [output.get("text") or dict(output.data) for output in cell.outputs]


def of(message, *names):
    return {name: message[name] for name in names}
