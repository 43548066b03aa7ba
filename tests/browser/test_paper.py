"""Pages printed alone: light from either mode, and full."""

import numpy as np
import pdf
import pypdfium2
import pytest
from built import DISK, LETTERS, PAGES

TOP = 20 / 297  # of a sheet's height, and a little less than the margin
EMPTY = 0.08  # of a sheet's text: a box without a word may not be higher
LEAST = 6  # points: the smallest letters of a figure

COLOURS = """() => [...document.querySelectorAll("body, body :not(script, style)")].map(element => {
    const look = side => {
        const style = getComputedStyle(element, side);
        return ["color", "backgroundColor", "borderLeftColor", "fill", "stroke"].map(k => style[k]);
    };
    return [element.tagName + "." + element.classList, ...look(), ...look("::before")].join(" ");
})"""


@pytest.mark.parametrize(
    "name", ["01-teaching-signal", "18-choosing", "reference", "self-test-number"]
)
def test_colours_on_paper_are_those_of_light_pages(visit, name):
    page = visit(f"book/{name}.html")
    seen = {}
    for mode in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=mode)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{mode}'")
        seen[mode] = page.evaluate(COLOURS)
    assert len(seen["light"]) > 500
    found = [pair for pair in zip(*seen.values(), strict=True) if pair[0] != pair[1]]
    assert not found, found[:5]


@pytest.fixture(scope="module")
def dark(browser):
    """One tab for all: to close one that has just printed may take Chromium for ever."""
    context = browser.new_context(color_scheme="dark")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_sheet_has_an_empty_box(dark, tmp_path, name):
    dark.goto(DISK + name)
    dark.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as sheets:
        empty = [number for number, sheet in enumerate(sheets, 1) if box(sheet) > EMPTY]
    assert not empty


def box(sheet):
    """The share of the text's height that the highest filled strip without a word takes."""
    grey = sheet.render(scale=0.75, grayscale=True).to_numpy().squeeze()
    edge = round(TOP * len(grey))
    grey = grey[edge : len(grey) - edge]
    ink = (grey < 150).any(1)
    filled = (grey < 253).mean(1) > 0.5
    run = longest = 0
    for strip in filled & ~ink:
        run = run + 1 if strip else 0
        longest = max(longest, run)
    return longest / len(ink)


def test_the_letters_of_figures_can_be_read(browser, visit):
    book = pdf.lay_out(browser, pdf.MADE / "book.html")
    sizes = book.evaluate(LETTERS)
    book.close()
    page = visit("book/intro.html", DISK)
    page.set_viewport_size({"width": pdf.WIDTH, "height": 900})
    page.emulate_media(media="print")
    sizes += page.evaluate(LETTERS)
    assert len(sizes) > 1000
    assert 0.75 * min(sizes) > LEAST, np.percentile(sizes, [0, 1, 10])
