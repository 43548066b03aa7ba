"""Letters have a size, "?" lists the keys, and a page is printed as the reader has set it."""

from axe import judged
from built import DISK
from playwright.sync_api import expect

CHAPTER = "book/05-huber-and-heavy-tails.html"
FIGURES = ["Figures", "Present)"]
SIZES = """() => ["p", ".cell_input pre", ".lossbook-controls button", ".python-bar button"].map(
    one => parseFloat(getComputedStyle(document.querySelector(`.bd-article ${one}`)).fontSize))"""
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
PRINTS = """() => {
    window.print = () => {
        window.printed = document.querySelectorAll(".solution[open]").length;
        dispatchEvent(new Event("afterprint"));
    };
}"""


def help_of(page):
    return page.get_by_role("dialog", name="Text size and keyboard shortcuts")


def keys_of(page):
    """What the help has keys for, by the last words of its titles."""
    return [title.split()[-1] for title in help_of(page).locator("h3").all_inner_texts()]


def test_the_keys_and_the_size_of_the_letters(visit):
    page = visit(CHAPTER, DISK)
    before = page.evaluate(SIZES)
    page.locator(".exercise").get_by_role("textbox").first.press("?")
    assert help_of(page).count() == 0
    page.locator(".lossbook-handle").first.focus()
    page.keyboard.press("?")
    expect(help_of(page)).to_be_visible()
    assert keys_of(page) == ["Everywhere", *FIGURES, "Change", "Questions", "Formulas"]
    assert not judged(page, [390], ".comfort")
    larger = page.get_by_role("button", name="Larger text")
    for _ in range(3):
        larger.click()
    assert larger.get_attribute("aria-disabled") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.lossbook-handle')")
    ratios = [a / b for a, b in zip(page.evaluate(SIZES), before, strict=True)]
    assert all(1.45 < ratio < 1.55 for ratio in ratios)
    for name in (CHAPTER, "book/intro.html"):
        page = visit(name, DISK)
        assert page.evaluate("document.documentElement.style.fontSize") == "150%"
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("button", name="Aa: text size and keyboard shortcuts").click()
    expect(help_of(page)).to_be_visible()
    assert keys_of(page) == ["Everywhere", *FIGURES]  # there is nothing else
    page.get_by_role("button", name="Smaller text").click()
    assert page.evaluate("document.documentElement.style.fontSize") == "130%"


def test_a_page_is_printed_as_it_is_or_with_all_boxes_open(visit):
    page = visit(CHAPTER, DISK)
    page.evaluate(PRINTS)
    solutions = page.locator(".solution")
    text = solutions.first.locator("p").last
    for entry, opened in (("Print this page", 0), ("Print with boxes open", solutions.count())):
        page.get_by_role("button", name="Download this page").click()
        page.get_by_role("button", name=entry).click()
        assert page.evaluate("window.printed") == opened
        assert page.locator(".solution[open]").count() == 0
    page.emulate_media(media="print")
    assert not text.is_visible()
    solutions.first.evaluate("box => (box.open = true)")
    assert text.is_visible()
