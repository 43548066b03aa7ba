"""A solution is folded in the browser's own way: what is sought in the page is found in it and
opens it, and no script is needed.
"""

from docutils import nodes
from sphinx_exercise.nodes import solution_node


def setup(app):
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def visit_solution(self, node):
    """The title is what one clicks, so it can hold no link; the exercise stands above it."""
    title = node.pop(0)
    link = title.next_node(nodes.reference)
    exercise = {"data-exercise": link["refuri"].partition("#")[2]}
    self.body.append(self.starttag(node, "details", CLASS="admonition", **exercise))
    self.body.append('<summary class="admonition-title">')
    for part in [*title[: title.index(link)], *link]:
        part.walkabout(self)
    self.body.append("</summary>\n")


def depart_solution(self, node):
    self.body.append("</details>\n")
