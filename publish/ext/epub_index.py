"""The index of an EPUB, whose links say where they lead."""

import html
from collections import Counter


def index(groups, place):
    """The entries as lists, one for each letter; `place` says in words where a link leads."""
    body = ['<h1 id="index">Index</h1>']
    for letter, entries in groups:
        body += [f"<h2>{html.escape(letter)}</h2>", "<ul>"]
        for name, (links, below, _) in entries:
            inner = "".join(f"<li>{entry(*each, place, html.escape(name))}</li>" for each in below)
            inner = f"<ul>{inner}</ul>" if inner else ""
            body.append(f"<li>{entry(name, links, place)}{inner}</li>")
        body.append("</ul>")
    return "\n".join(body)


def entry(name, links, place, above=""):
    """The name leads to the first place; each other one is called by its chapter. In a list of
    links each has its whole name."""
    name = html.escape(name)
    whole = f"{above} {name}".strip()
    said, seen = [], Counter()
    for k, (_, address) in enumerate(links):
        where = html.escape(place(address)) if k else ""
        seen[where] += 1
        if seen[where] > 1:
            where += f", place {seen[where]}"
        label = f"{whole}, {where}" if where else whole
        said.append(f'<a href="{address}" aria-label="{label}">{where or name}</a>')
    return "; ".join(said) or name
