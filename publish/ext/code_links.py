"""A name of the package in code font, such as `Huber`, leads to its place in the reference.

The first of each name on a page does, with or without `lossbook.` before it or arguments behind it.
In the reference itself a bare name in small letters is a parameter's.
"""

from docutils import nodes
from sphinx.util.nodes import make_refnode


def setup(app):
    app.connect("doctree-resolved", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_names(app, doctree, page):
    objects = app.env.domains["py"].objects
    seen = set()
    for code in list(doctree.findall(nodes.literal)):
        text = code.astext()
        name = text.split("(")[0]
        if name != "lossbook":
            name = "lossbook." + name.removeprefix("lossbook.")
        if name not in objects or name in seen or inside_link(code):
            continue
        found = objects[name]
        if page == found.docname and text.isidentifier() and text.islower():
            continue
        seen.add(name)
        code.replace_self(
            make_refnode(
                app.builder,
                page,
                found.docname,
                found.node_id,
                code.deepcopy(),
                name,
            )
        )


def inside_link(node):
    while node := node.parent:
        if isinstance(node, (nodes.reference, nodes.title)):
            return True
    return False
