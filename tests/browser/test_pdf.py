"""The book on paper, as `make pdf` last made it: against the pages that it was made from."""

import re

import pdf
import pypdf
import pypdfium2
import pytest
from built import soup

pytestmark = pytest.mark.xdist_group("pdf")  # it is read once

MARGINS = {"top": 22, "right": 27, "bottom": 22, "left": 27}  # in millimetres, as in print.css


@pytest.fixture(scope="module")
def paper():
    path = pdf.MADE / "book.pdf"
    assert path.is_file(), "There is no PDF to look at yet. First: make pdf"
    with pypdfium2.PdfDocument(path) as document:
        yield document


@pytest.fixture(scope="module")
def texts(paper):
    return [flat(page.get_textpage().get_text_range()) for page in paper]


@pytest.fixture(scope="module")
def outline(paper):
    """Level, title and number of the page of each heading."""
    return [
        (mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in paper.get_toc()
    ]


@pytest.fixture(scope="module")
def source(browser):
    """A tab with what was printed."""
    page = pdf.lay_out(browser, pdf.MADE / "book.html")
    yield page
    page.close()


def flat(text):
    """The text without spaces and hyphens, which a PDF leaves to where its letters stand."""
    return re.sub(r"[\s\ufffe-]", "", text)


def titles():
    for address in pdf.contents():
        texts = soup(address).find("article").h1.find_all(string=True)
        yield "".join(text for text in texts if not text.find_parent(class_="headerlink"))


def test_says_what_it_is():
    document = pypdf.PdfReader(pdf.MADE / "book.pdf")
    root = document.trailer["/Root"]
    assert document.metadata.title == pdf.CONFIG["title"]
    assert document.metadata.author == pdf.CONFIG["author"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_outline_and_contents_lead_to_every_chapter_on_a_page_of_its_own(outline, texts):
    *chapters, index = titles()
    begun = [(title, number) for level, title, number in outline if level == 0]
    assert [title for title, _ in begun] == [*chapters, "Solutions", index]
    listed = "".join(texts[1 : begun[0][1] - 1])
    for title, number in begun:
        running, heading = f"{flat(title)}{number}", flat(title)
        assert texts[number - 1].startswith(running + heading)
        assert running in listed


def test_every_number_of_the_contents_is_that_of_its_heading(paper, texts, outline):
    """The sections too; what Chromium names no place of would show no number."""
    begun = next(number for level, _, number in outline if level == 0)
    listed = "".join(texts[1 : begun - 1])
    sections = [(title, number) for level, title, number in outline if level == 1]
    assert len(sections) > 100
    chapters = [k for k, (level, title, _) in enumerate(outline) if title == "Solutions"]
    for level, title, number in outline[: chapters[0]]:
        if level < 2:
            assert f"{flat(title)}{number}" in listed, title
            assert flat(title) in texts[number - 1]


def test_a_place_without_a_page_is_an_error(browser, tmp_path):
    page = browser.new_page()
    page.set_content(f'<a href="#beyond">{pdf.PAGE}</a><p id="beyond" style="margin-left: -9em">A')
    with pytest.raises(SystemExit, match="beyond"):
        pdf.print_numbered(page, tmp_path / "book.pdf")
    page.close()


def test_no_heading_is_torn(outline, texts):
    torn = [mark for mark in outline if flat(mark[1]) not in texts[mark[2] - 1]]
    assert not torn


def test_each_page_is_full_and_none_is_cut(paper):
    for number, page in enumerate(paper, 1):
        ink = page.render(scale=0.5, grayscale=True).to_numpy() < 160
        height, width = ink.shape
        top, bottom = (round(height * MARGINS[side] / 297) for side in ("top", "bottom"))
        left, right = (round(width * MARGINS[side] / 210) for side in ("left", "right"))
        assert ink[top : height - bottom].sum() > 100, f"page {number} is blank"
        assert not ink[:, : left - 4].any(), f"page {number}: ink in the left margin"
        assert not ink[:, width - right + 4 :].any(), f"page {number}: ink in the right margin"


def test_nothing_needs_to_be_scrolled(source):
    cut = source.evaluate(
        """() => [...document.querySelectorAll("main :not(mjx-assistive-mml, mjx-ext)")]
            .filter(box => box.scrollWidth > box.clientWidth + 1
                && getComputedStyle(box).overflowX !== "visible")
            .map(box => box.outerHTML.slice(0, 200))"""
    )
    assert not cut


def test_all_solutions_are_there_and_what_needs_a_screen_is_not(texts, outline, source):
    (begin,) = [number for _, title, number in outline if title == "Solutions"]
    solved = "".join(texts[begin - 1 :])
    asked = source.locator(".exercise .caption-number").all_text_contents()
    assert asked
    for exercise in asked:
        assert flat(f"Solution to {exercise}") in solved
    assert source.locator("#solutions .quiz").count() == source.locator(".quiz form").count() > 90
    assert "Question10" in solved
    book = "".join(texts)
    for unwanted in ("Showthecode", "Clicktoshow", "\\(", "\\frac", "page000"):
        assert unwanted not in book, unwanted
    assert book.count("Reset") == 3  # the button, as introduction and teaching page name it


def test_links_stay_within_the_book(source):
    places = set(source.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
    addresses = source.evaluate(
        "[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))"
    )
    assert len(addresses) > 1000
    lost = [a for a in addresses if a[1:] not in places and not a.startswith("https://")]
    assert not lost
