"""What the search page needs beside Sphinx's index: other names of what is sought, and the texts.

A query is widened by the glossary, where the terms of one entry mean the same, and those under
"Other names" also mean the terms that they lead to; the name of a loss in another library means the
loss (lossbook/names.csv). The texts, without listings and sources, are cut at the places that a
link can lead to: a section, an entry of the glossary, an object of the reference. All this is one
classic script, which a page opened from a disk may load; assets/search.js does the rest.
"""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from terms import GLOSSARY, section_title

FILE = "search-texts.js"
PLAIN = re.compile(r"[\w.,' =<>+−-]+")  # a formula that reads as well without its typesetting
GAPS = re.compile(r"…(?:[^\w…]{1,4}…)+")
LEFT_OUT = nodes.FixedTextElement, nodes.substitution_definition, nodes.citation
TAG = re.compile(r"<[^>]+>")
IDENTIFIER = re.compile(r"[\w:]+$")


def setup(app):
    app.connect("doctree-resolved", keep_text, priority=900)
    app.connect("html-page-context", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def keep_text(app, doctree, page):
    """Beside the page as it was read, to be found when only other pages are written anew."""
    if app.builder.name == "html":
        file = text_file(app, page)
        file.write_text(json.dumps(places(doctree), ensure_ascii=False), "utf-8")


def text_file(app, page):
    return Path(app.doctreedir, f"{page}.texts.json")


def write_all(app, page, template, context, doctree):
    """The search page is written after all others."""
    if page != "search":
        return
    found = {
        name: json.loads(text_file(app, name).read_text("utf-8"))
        for name in sorted(app.env.found_docs)
    }
    content = {"names": groups(app.env.get_doctree(GLOSSARY)), "texts": found}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", FILE).write_text(f"window.searchTexts = {text};\n", "utf-8")
    app.add_js_file("search.js", defer="defer")


def places(doctree):
    """The names, the title and the text of each place of a page."""
    found = []

    def visit(node, place):
        if isinstance(node, nodes.Text):
            place["text"].append(node.astext())
        elif isinstance(node, (nodes.math, nodes.math_block)):
            formula = node.astext().strip()
            place["text"].append(formula if PLAIN.fullmatch(formula) else "…")
        elif isinstance(node, nodes.raw):
            place["text"].append(table_text(node.astext()))
        elif not isinstance(node, LEFT_OUT):
            headings = begins(node)
            if headings:
                title = [each.astext() for each in headings]
                place = {"names": list(node["ids"]), "title": title, "text": []}
                found.append(place)
            elif isinstance(node, nodes.TextElement):  # a term in bold, which the index leads to
                place["names"] += [name for name in node["ids"] if name.startswith("term-")]
            for child in node.children:
                if child in headings:
                    place["names"] += child["ids"]
                else:
                    visit(child, place)
            if not isinstance(node, nodes.Inline):
                place["text"].append(" ")

    visit(doctree, {"names": [], "text": []})
    joined = [(" ".join(p["names"]), ", ".join(p["title"]), "".join(p["text"])) for p in found]
    return [[GAPS.sub("…", " ".join(part.split())) for part in place] for place in joined]


def begins(node):
    """The headings of a place that begins here."""
    if isinstance(node, nodes.section):
        return [node[0]] if isinstance(node[0], nodes.title) else []
    if isinstance(node, nodes.definition_list_item):
        return [child for child in node if isinstance(child, nodes.term) and child["ids"]]
    if isinstance(node, addnodes.desc):
        return [child for child in node if isinstance(child, addnodes.desc_signature)]
    return []


def table_text(output):
    """Of all HTML outputs, the tables of losses are text."""
    if not output.startswith('<div class="loss-table"'):
        return ""
    return html.unescape(TAG.sub(" ", output.replace("<wbr>", "")))


def groups(glossary):
    """The names of each thing: those that the book has, and those of libraries."""
    from lossbook.losses import LOSSES  # here, for most builds write no search page
    from lossbook.names import NAMES

    found = []
    for item in glossary.findall(nodes.definition_list_item):
        same = [term.astext() for term in item.findall(nodes.term)]
        if section_title(item) == "Other names":
            links = item.findall(addnodes.pending_xref)
            same += [link["reftarget"] for link in links if link["reftype"] == "term"]
        classes = {LOSSES.get(code.astext()) for code in item.findall(nodes.literal)}
        elsewhere = {
            IDENTIFIER.search(name.name.split("(")[0])[0]
            for name in NAMES
            if type(name.loss) in classes and name.scale and not name.fitted
        }
        if len(same) > 1 or elsewhere:
            found.append([same, sorted(elsewhere)])
    return found
