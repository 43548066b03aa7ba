"""Pieces of a page that become others in an EPUB."""

from bs4 import BeautifulSoup

HEADINGS = [f"h{level}" for level in range(1, 7)]


def parse(html):
    return BeautifulSoup(html, "html.parser")


def words(element):
    """What it says, without the TeX behind its formulas."""
    strings = element.find_all(string=True)
    said = "".join(string for string in strings if string.parent.name != "annotation")
    return " ".join(said.split())


def closing(soup, name, title):
    """A new last section of the page."""
    section = parse(f'<section id="{name}"><h2>{title}</h2></section>').section
    soup.section.append(section)
    return section


def heading_below(element):
    """The name of a heading within the section in which this stands."""
    for section in element.find_parents("section"):
        if heading := section.find(HEADINGS, recursive=False):
            return f"h{int(heading.name[1:]) + 1}"
