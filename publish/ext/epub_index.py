"""The index of an EPUB, whose links say where they lead."""

import html
from collections import Counter


def index(groups, place):
    """The entries as lists, one for each letter; `place` says in words where a link leads."""
    body = ['<h1 id="index">Index</h1>']
    for letter, entries in groups:
        body += [f"<h2>{html.escape(letter)}</h2>", "<ul>"]
        for name, (links, below, _) in entries:
            inner = "".join(f"<li>{entry(*each, place)}</li>" for each in below)
            inner = f"<ul>{inner}</ul>" if inner else ""
            body.append(f"<li>{entry(name, links, place)}{inner}</li>")
        body.append("</ul>")
    return "\n".join(body)


def entry(name, links, place):
    """The name leads to the first place; each other one is called by its chapter, and by the name
    as well in a list of links."""
    name = html.escape(name)
    if not links:
        return name
    (_, first), *others = links
    said, seen = [f'<a href="{first}">{name}</a>'], Counter()
    for _, link in others:
        where = html.escape(place(link))
        seen[where] += 1
        again = f", place {seen[where]}" if seen[where] > 1 else ""
        said.append(f'<a href="{link}" aria-label="{name}, {where}{again}">{where}{again}</a>')
    return "; ".join(said)
