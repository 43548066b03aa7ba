"""The built book: its folder, and the names of its pages."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from forwards import MOVED

BOOK = Path(__file__).parents[2] / "_build" / "html"
DISK = BOOK.as_uri() + "/"
PAGES = sorted(p.relative_to(BOOK).as_posix() for p in BOOK.rglob("*.html"))
# They lead on at once: nothing to look at, and nothing to print.
DOORS = {"index.html": "book/intro.html"} | {f"{a}.html": f"{b}.html" for a, b in MOVED.items()}
# Less a theme's templates, and the page that a host shows in place of one that is not there.
LEFT_OUT = ("_static/", "404.", *DOORS)
PAGES = [name for name in PAGES if not name.startswith(LEFT_OUT)]

if not PAGES:
    raise FileNotFoundError("There is no book to look at yet. First: make book")


@cache
def soup(name):
    """A page as it is stored; not to be changed."""
    return BeautifulSoup((BOOK / name).read_text("utf-8"), "html.parser")


def lay_out(page):
    """All of a page, which else is laid out as it comes near the window; and its letters."""
    page.evaluate(LAY_OUT)


LAY_OUT = """async () => {
    for (const section of document.querySelectorAll("section"))
        section.style.contentVisibility = "visible";
    document.body.offsetHeight;  // now it asks for letters
    await document.fonts.ready;
}"""


# The size of each letter in a figure, in CSS pixels: matplotlib draws letters of 100 units.
LETTERS = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const letters = [...svg.querySelectorAll("g[transform*='scale(']")];
    const size = /scale\\(([\\d.]+)/;
    return letters.map(g => 100 * scale * g.getAttribute("transform").match(size)[1]);
})"""
