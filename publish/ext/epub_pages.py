"""A page's body as XHTML for an EPUB, which can need no script.

Live figures become pictures, with a link to the page in which they move. Solutions and answers,
which a page for a browser folds, stand at the page's end, and each question leads to its answer.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from outputs import DRAWING

COLOUR = re.compile(r"var\(--lossbook-\w+, *([^)]+)\)")  # a name in the palette, its value if light
GROUND = re.compile(r"(<svg [^>]*?) style=\"[^\"]*\">")
PAPER = r'\1><rect width="100%" height="100%" fill="#fff"/>'  # a reader's page may be dark
ALONG = "take-it-along"  # the section that says how to get the book
NEEDS_SCREEN = (
    "script, style, .headerlink, details.above-input, .lossbook-still, .loss-chooser form,"
    f" .quiz:not(:has(form)), .on-screen, #{ALONG}"
)
MOVING = """<figcaption><p class="live"><a href="{address}">Move this figure in the book on the
web</a></p></figcaption>"""
ON_DEVICE = """<p>This is the book as an EPUB. In its pages on the web the figures move under your
hand, the code runs where it stands, and exercises and self-tests check your answers. Here each
figure stands as it starts, and a link below it leads to where it moves. The code behind figures and
questions is left out, and solutions and answers stand at the end of each chapter. Where the text
speaks of dragging, running or opening, it speaks of the pages on the web.</p>"""


def convert(body, page, base):
    """The page's body, and the drawings that it shows, by their names."""
    drawings = {}

    def take(drawing):
        name = f"{Path(page).name}-{len(drawings) + 1}.svg"
        drawings[name] = picture(drawing[0])
        return f'<img src="../_images/{name}"/>'

    soup = parse(DRAWING.sub(take, body))
    for tag in soup.select(NEEDS_SCREEN):
        tag.decompose()
    address = f"{base}{page}.html"
    for figure in soup.select(".lossbook-live"):
        stand_still(figure, address)
    unfold(soup)
    answers(soup)
    solutions(soup)
    for link in soup.select("a[href]"):
        lead(link)
    if introduction := soup.find(id="how-to-read-it"):
        introduction.h2.insert_after(parse(ON_DEVICE))
    return str(soup), drawings


def parse(html):
    return BeautifulSoup(html, "html.parser")


def picture(drawing):
    """A drawing as a file of its own, in the light theme's colours."""
    return GROUND.sub(PAPER, COLOUR.sub(r"\1", drawing), count=1)


def stand_still(figure, address):
    """The pictures of a live figure, what its readouts say, and the way to where it moves."""
    pictures, readouts = figure.select("img"), figure.select(".lossbook-readout")
    for k, image in enumerate(pictures, 1):
        image["alt"] = f"Panel {k} of {len(pictures)} is described with panel 1."
    pictures[0]["alt"] = figure["aria-label"]
    section = figure.find_parent("section")
    caption = parse(MOVING.format(address=f"{address}#{section['id']}"))
    for readout in reversed(readouts):
        del readout["aria-live"]
        caption.figcaption.insert(0, readout.extract())
    figure.clear()
    figure.attrs = {"class": "lossbook-live"}
    figure.extend([*pictures, caption])


def unfold(soup):
    """What a page opens on demand is there, under its title."""
    for folded in soup.select("details.below-input"):
        title = folded.select_one(".expanded")
        title["class"] = "admonition-title"
        folded.summary.replace_with(title)
        folded.name, folded.attrs = "div", {}


def answers(soup):
    """The questions of a self-test, and their answers at the end."""
    forms = soup.select(".quiz form")
    if not forms:
        return
    end = closing(soup, "answers", "Answers")
    for k, form in enumerate(forms, 1):
        choices = "".join(
            f"<li>{choice.decode_contents()}</li>" for choice in form.select("label > span")
        )
        listed = f'<ol type="a">{choices}</ol>' if choices else ""
        form.parent.replace_with(
            parse(
                f'<div class="question" id="question-{k}"><p><b>Question {k}.</b> '
                f"{form.legend.decode_contents()}</p>{listed}"
                f'<p><a href="#answer-{k}">Answer to question {k}</a></p></div>'
            )
        )
        explained = form.details.ul
        for right in explained.select("[data-right]"):
            right.insert(0, "Right: ")
        end.append(
            parse(
                f'<section id="answer-{k}"><h3><a href="#question-{k}">Answer to question {k}'
                f"</a></h3>{explained}</section>"
            )
        )


def solutions(soup):
    """The solutions of a page's exercises at its end, with the ways there and back."""
    found = soup.select("details.solution")
    if not found:
        return
    end = closing(soup, "solutions", "Solutions")
    for solution in found:
        exercise = soup.find(id=solution["data-exercise"])
        way = f'<p><a href="#{solution["id"]}">Solution</a></p>'
        exercise.append(parse(way))
        words = solution.summary.decode_contents()
        solution.summary.replace_with(
            parse(f'<h3><a href="#{exercise["id"]}">{words}</a></h3>'),
        )
        solution.name, solution.attrs = "section", {"id": solution["id"], "class": "solution"}
        end.append(solution.extract())


def closing(soup, name, title):
    """A new last section of the page."""
    section = parse(f'<section id="{name}"><h2>{title}</h2></section>').section
    soup.section.append(section)
    return section


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
