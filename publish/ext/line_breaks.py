"""No line ends between a formula and the punctuation beside it.

A browser may break a line on both sides of a formula, whatever stands there.
"""

import re

from docutils import nodes

BEFORE, AFTER = re.compile(r"[^\s\w]*$"), re.compile(r"[^\s\w]*")


def setup(app):
    app.connect("doctree-resolved", keep_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def keep_together(app, doctree, page):
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        beside = [parent[at] for at in (place - 1, place + 1) if at in range(len(parent))]
        group = nodes.inline("", "", formula.deepcopy(), classes=["together"])
        for text in beside:
            if not isinstance(text, nodes.Text):
                continue
            first = parent.index(text) < place
            mark = (BEFORE.search if first else AFTER.match)(text)[0]
            if mark:
                group.insert(0 if first else len(group), nodes.Text(mark))
                rest = text[: -len(mark)] if first else text[len(mark) :]
                parent.replace(text, nodes.Text(rest))
        if len(group) > 1:
            parent.replace(formula, group)
