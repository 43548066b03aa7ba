"""What a screen reader needs and the tools leave out."""

from docutils import nodes
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import solution_node

logger = logging.getLogger(__name__)


def setup(app):
    app.connect("doctree-read", require_alternative_texts)
    app.connect("doctree-resolved", begin_links_with_words)
    app.connect("doctree-resolved", name_once)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_node(nodes.entry, override=True, html=(visit_entry, depart_entry))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def require_alternative_texts(app, doctree):
    """An image without words for it is a broken one: name it, as a warning."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt"):
            logger.warning(
                "image without alternative text: %s",
                image["uri"],
                location=image,
            )


def begin_links_with_words(app, doctree, page):
    """In "Solution to Exercise 7.1" the space stands before the link, and not in it."""
    for solution in doctree.findall(solution_node):
        words, link = solution[0]
        solution[0].replace(words, nodes.Text(f"{words} "))
        link.replace(link[0], nodes.Text(link[0].lstrip()))


def name_once(app, doctree, page):
    """A place of a page has a name of its own: a link leads to the first of a name."""
    seen = set()
    for element in doctree.findall(nodes.Element):
        names = element.get("ids", [])
        names[:] = [name for name in names if name not in seen]
        seen.update(names)


def visit_citation(self, node):
    """docutils' bibliography is a list, and its entries are to be the items."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", classes=["citation"], role="listitem"))


depart_citation = HTML5Translator.depart_citation


def visit_entry(self, node):
    """The corner of a table would be a heading of nothing."""
    HTML5Translator.visit_entry(self, node)
    if isinstance(node.parent.parent, nodes.thead) and not any(part.children for part in node):
        self.body[-1], self.context[-1] = "<td>", "</td>\n"
        raise nodes.SkipChildren


depart_entry = HTML5Translator.depart_entry
