"""What moves the figures in a page: three scripts and a style sheet, each joined from its files.

The scripts' files are modules that a reader may follow by their imports.  A page opened from a disk
may not load modules, and a widget takes one alone, so they are joined to classic scripts.  live.js
makes `lossbook`, typed.js adds the typed densities to it, and to-go.js what a figure's menu does.
"""

import re
from pathlib import Path

from .. import style

HERE = Path(__file__).parent / "js"
# Of each script the module that ends it, and before it those that it imports, in order.
SCRIPTS = {
    "live.js": [
        *("maths.js", "solve.js", "elements.js", "drawing.js", "controls.js", "memory.js"),
        *("menu.js", "live.js"),
    ],
    "typed.js": ["expressions.js", "reading.js", "integral.js", "noise.js", "typed.js"],
    "to-go.js": ["link.js", "picture.js", "present.js", "to-go.js"],
}


def asset(name: str) -> str:
    """The text of "live.js", "typed.js", "to-go.js" or "live.css", as a page loads it.

    Every figure needs live.js and live.css.  A figure with an input of the kind "density" also
    needs typed.js, which comes after live.js; a menu needs to-go.js when it is opened.
    """
    if name == "live.css":
        return style.SHEET + (HERE / name).read_text("utf-8")
    opening = "const lossbook = " if name == "live.js" else ""
    return opening + joined(HERE / part for part in SCRIPTS[name])


def joined(modules):
    """The text of modules, each after those that it imports, as one function of a classic script,
    which is called at once."""
    body = "\n".join(_inlined(module.read_text("utf-8")) for module in modules)
    return f'(() => {{\n"use strict";\n\n{body}}})();\n'


def _inlined(module):
    """A module in the one function of a script; what it takes from live.js is in `lossbook`."""
    for pattern, inlined in (
        (r'^import (\{[^}]*\}) from "./live.js"', r"var \1 = lossbook"),  # two may take the same
        (r"^import [^;]*;\n", ""),
        (r"^export (?=\{)", "return "),
        (r"^export ", ""),
        (r"^ *//.*\n", ""),  # a reader of the page does without comments
    ):
        module = re.sub(pattern, inlined, module, flags=re.MULTILINE)
    return module
