"""Terms: where a chapter defines each, and the ways there from text, glossary and index.

A chapter defines a term in bold, as a link to the glossary: `[**kink**](glossary.md)`. The link
becomes one to the term's entry, with a warning where there is none. A loss is also defined by its
box "Charge and signal: …", a trap by its section "Trap: …".

Each entry of the glossary is given links back to the places that define it, and the index leads to
them and to each place that the entry's own text links to. An entry that leads nowhere is a warning,
and so is a trap that the glossary lacks.
"""

from urllib.parse import unquote, urldefrag, urljoin

from docutils import nodes
from docutils.utils.smartquotes import educateQuotes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

GLOSSARY, REFERENCE = "book/glossary", "book/reference"
BOX, TRAP = "Charge and signal: ", "Trap: "

logger = logging.getLogger(__name__)


def setup(app):
    app.connect("doctree-read", add_index_page, priority=400)
    app.connect("doctree-read", mark_places)
    app.connect("env-updated", lambda app, env: [GLOSSARY])
    app.connect("missing-reference", singular)
    app.connect("doctree-resolved", link_back)
    app.connect("write-started", fill_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_index_page(app, doctree):
    """The last page of the contents is the index, which Sphinx writes: it has no file."""
    if app.env.docname == app.config.root_doc:
        *_, contents = doctree.findall(addnodes.toctree)
        contents["entries"].append((None, "genindex"))


def mark_places(app, doctree):
    """Note where this page defines terms, and lead from each to its entry of the glossary."""
    env = app.env
    places = env.metadata[env.docname]["terms"] = []

    def mark(node, term, heading):
        name = nodes.make_id(f"term-{term}")
        if not node["ids"] and name not in doctree.ids:
            node["ids"].append(name)
        doctree.set_id(node)
        places.append((plain(term), node["ids"][0], heading))

    for title in list(doctree.findall(nodes.title)):
        text = title.astext()
        if text.startswith(BOX):
            mark(title, text.removeprefix(BOX), section_title(title))
        if text.startswith(TRAP):
            mark(title.parent, text.removeprefix(TRAP), text)
    for link, bold in list(definitions(doctree)):
        term = bold.astext()
        mark(bold, term, section_title(bold))
        entry = addnodes.pending_xref(
            refdomain="std",
            reftype="term",
            reftarget=term,
            refdoc=env.docname,
            refexplicit=True,
            refwarn=True,
        )
        entry.source, entry.line = link.source, link.line
        entry += bold
        link.replace_self(entry)


def definitions(doctree):
    """The links to the glossary that are bold, each with its bold words."""
    for link in doctree.findall(addnodes.pending_xref):
        if link["refdomain"] == "doc" and link["reftarget"] == GLOSSARY:
            bold = link.next_node(nodes.strong)
            if bold and bold.astext() == link.astext():
                yield link, bold


def plain(term):
    """Lower case, straight quotes, and no quotes around the whole."""
    straight = term.translate(str.maketrans("“”’", '""\''))
    return " ".join(straight.lower().split()).strip("\"'")


def section_title(node):
    while node := node.parent:  # the content of an exercise is a section without a title
        if isinstance(node, nodes.section) and isinstance(node[0], nodes.title):
            return node[0].astext()


def spellings(term):
    """The glossary has "class", the text may have "classes"."""
    return [plain(term) + ending for ending in ("", "s", "es")]


def singular(app, env, node, contnode):
    if node["reftype"] != "term":
        return None
    std = env.domains["std"]
    known = (t for kind, t in std.objects if kind == "term")
    for term in known:
        if plain(node["reftarget"]) in spellings(term):
            page, name = std.objects["term", term]
            return make_refnode(app.builder, node["refdoc"], page, name, contnode)
    return None


def places(env):
    """Where each term is defined: pages and headings, with the name of the place."""
    found = {}
    for page in sorted(env.found_docs):  # chapters in their order
        for term, name, heading in env.metadata[page].get("terms", []):
            found.setdefault(term, {}).setdefault((page, heading), name)
    return found


def link_back(app, doctree, page):
    """Add to each entry of the glossary where its terms are defined."""
    if page != GLOSSARY:
        return
    where = places(app.env)
    for item in doctree.findall(nodes.definition_list_item):
        found = {}
        for term in item.findall(nodes.term):
            for spelling in spellings(term.astext()):
                found |= where.get(spelling, {})
        see = nodes.inline()
        for k, ((chapter, heading), name) in enumerate(sorted(found.items())):
            see += nodes.Text(" · " if k else " See ")
            see += make_refnode(
                app.builder,
                page,
                chapter,
                name,
                nodes.Text(heading),
                app.env.titles[chapter].astext(),
            )
        if found:
            see += nodes.Text(".")
        item[-1][-1] += see


def fill_index(app, builder):
    """Lead from the index to each place that the glossary leads to."""
    env = app.env
    index = env.domains["index"].entries
    glossary = env.get_and_resolve_doctree(GLOSSARY, builder)
    known = set()
    for item in glossary.findall(nodes.definition_list_item):
        terms = [term.astext() for term in item.findall(nodes.term)]
        known |= set(map(plain, terms))
        words = list(terms)
        group = section_title(item).lower()
        if group != "terms":
            words += [f"{group}; {term}" for term in terms]
        for page, name in targets(item, env, builder):
            index[page] += [("single", word, name, "", None) for word in words]
    # Sphinx's own words have the quotes that were typed.
    for entries in index.values():
        entries[:] = [(kind, educateQuotes(words), *rest) for kind, words, *rest in entries]
    require_traps(env, known)


def targets(item, env, builder):
    """The places that an entry of the glossary leads to: pages, and names in them."""
    pages = {builder.get_target_uri(page): page for page in env.found_docs}
    here = builder.get_target_uri(GLOSSARY)
    addresses = [
        urldefrag(urljoin(here, link["refuri"]))
        for link in item.findall(nodes.reference)
        if link.get("internal") and "refuri" in link
    ]
    if not addresses:
        term = item.next_node(nodes.term).astext()
        logger.warning("no chapter defines the term: %s", term, location=item)
    for address, name in addresses:
        if name and pages[address] != REFERENCE:  # which has its own entries
            yield pages[address], unquote(name)


def require_traps(env, known):
    for term, where in places(env).items():
        for page, heading in where:
            trap = heading.startswith(TRAP) and plain(heading.removeprefix(TRAP)) == term
            if trap and term not in known:
                logger.warning("trap not in the glossary: %s", term, location=page)
