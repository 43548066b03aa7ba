"""A page's body as XHTML for an EPUB, which can need no script.

Live figures become pictures, with a link to the page in which they move. Solutions and answers,
which a page for a browser folds, stand at the page's end, and each question leads to its answer.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from epub_answers import answers, solutions
from epub_figures import stand_still
from epub_parts import heading_below, parse, words
from epub_tables import tell_headings
from outputs import DRAWING

COLOUR = re.compile(r"var\(--lossbook-\w+, *([^)]+)\)")  # a name in the palette, its value if light
GROUND = re.compile(r"(<svg [^>]*?) style=\"[^\"]*\">")
PAPER = r'\1><rect width="100%" height="100%" fill="#fff"/>'  # a reader's page may be dark
ALONG = "take-it-along"  # the section that says how to get the book
NEEDS_SCREEN = (
    "style, .headerlink, details.above-input, .lossbook-still, .loss-chooser form,"
    f" .quiz:not(:has(form)), .on-screen, #{ALONG}"
)
ON_DEVICE = """<p>This is the book as an EPUB. In its pages on the web the figures move under your
hand, the code runs where it stands, and exercises and self-tests check your answers. Here each
figure stands as it starts, and a link below it leads to where it moves. Code that the pages on the
web fold away, such as the code behind figures, questions, tables and numbers, is left out.
Solutions and answers stand at the end of each chapter. Where the text speaks of dragging, running
or opening, it speaks of the pages on the web. On a narrow page, what a description calls left and
right is above and below.</p>"""
LONG = 16  # the characters of a formula in the text that may not fit into a line of large type


def convert(body, page, base, chapters):
    """The page's body, its sections (their places and titles), and the drawings that it shows, by
    their names. `chapters` are the numbers of those pages that have one, by their files' names."""
    drawings = {}

    def take(drawing):
        name = f"{Path(page).name}-{len(drawings) + 1}.svg"
        drawings[name] = picture(drawing[0])
        return f'<img src="../_images/{name}"/>'

    soup = parse(DRAWING.sub(take, body))
    for tag in soup.select(NEEDS_SCREEN):
        tag.decompose()
    stand_still(soup, f"{base}{page}.html")
    for script in soup.select("script"):
        script.decompose()
    unfold(soup)
    answers(soup)
    solutions(soup)
    name_places(soup, chapters)
    tell_apart(soup)
    if introduction := soup.find(id="how-to-read-it"):
        introduction.h2.insert_after(parse(ON_DEVICE))
    headings = soup.select("section[id] > h2")
    return str(soup), [(h2.parent["id"], words(h2)) for h2 in headings], drawings


def picture(drawing):
    """A drawing as a file of its own, in the light theme's colours."""
    return GROUND.sub(PAPER, COLOUR.sub(r"\1", drawing), count=1)


def unfold(soup):
    """What a page opens on demand is there, under its title."""
    for folded in soup.select("details.below-input"):
        title = folded.select_one(".expanded")
        title["class"] = "admonition-title"
        folded.summary.replace_with(title)
        folded.name, folded.attrs = "div", {}


def name_places(soup, chapters):
    """Links lead within the book, or to the web. Where only a section's title is their name, as in
    the glossary and in answers, its chapter is named as well."""
    for link in soup.select("a[href]"):
        lead(link)
    for link in soup.select(".glossary a[href], #answers a[href]"):
        if number := chapters.get(urlsplit(link["href"]).path):
            link.append(f" (chapter {number})")


def lead(link):
    """To a page of this book, or to the web; what lies beside the book on the web is not here."""
    parts = urlsplit(link["href"])
    if parts.scheme or not parts.path:
        return
    path = Path(parts.path)
    if path.suffix in (".html", ".xhtml") and parts.fragment != ALONG:
        link["href"] = parts._replace(path=str(path.with_suffix(".xhtml"))).geturl()
    else:
        link.unwrap()


def tell_apart(soup):
    """What a page for a browser tells by its looks is said by a heading, a word or a class."""
    for part in soup.select('p.caption[role="heading"], p.admonition-title'):
        part.name = heading_below(part)
        del part["role"]
    for code in soup.select(".cell_input"):
        code.insert(0, parse('<p class="heard">Code:</p>'))
    for printed in soup.select(".cell_output:has(pre)"):
        printed.insert(0, parse('<p class="heard">Printed:</p>'))
    for table in soup.select("table"):
        tell_headings(table)
    for formula in soup.select("span.math"):
        if len(words(formula)) > LONG:
            formula["class"].append("long")
            if together := formula.find_parent(class_="together"):
                together.unwrap()
