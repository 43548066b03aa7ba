"""The built book: its folder, and the names of its pages."""

from pathlib import Path

BOOK = Path(__file__).parent.parent.parent / "_build" / "html"
PAGES = sorted(p.relative_to(BOOK).as_posix() for p in BOOK.rglob("*.html"))
PAGES = [name for name in PAGES if not name.startswith("_static/")]  # a theme's templates

if "index.html" not in PAGES:
    raise FileNotFoundError("There is no book to look at yet. First: make book")


def lay_out(page):
    """All of a page, which else is laid out as it comes near the window."""
    page.evaluate(LAY_OUT)


LAY_OUT = """() => {
    for (const section of document.querySelectorAll("section"))
        section.style.contentVisibility = "visible";
}"""
