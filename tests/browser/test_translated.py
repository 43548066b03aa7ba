"""A page that the browser has translated, each text within elements of its own: numbers follow."""

import re

import pytest
from figures import View
from selftests import NOTEBOOKS, asked, numeric, value

# As Chrome's translation does, with words that differ.
TRANSLATE = """() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const all = [];
    while (texts.nextNode()) all.push(texts.currentNode);
    for (const text of all) {
        if (text.parentElement.closest("script, style, textarea") || !text.data.trim()) continue;
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        text.replaceWith(outer);
        outer.append(inner);
        inner.append(text.data.replaceAll("e", "ë"));
    }
}"""
NUMBERS = """() => [...document.querySelectorAll(".lossbook-readout, .lossbook-slider > span")]
    .map(place => place.textContent)"""


def press(page):
    """Every slider, point, choice and toggle to another place."""
    for figure in page.locator(".lossbook-live").all():
        figure.locator(".lossbook-controls").wait_for()
        for control in figure.locator("input[type=range], .lossbook-handle").all():
            control.press("ArrowLeft")
            control.press("ArrowLeft")
        for box in figure.locator("input[type=checkbox], input[type=radio]:not(:checked)").all():
            box.check() if box.get_attribute("type") == "radio" else box.click()


@pytest.mark.parametrize("chapter", ["02-noise-to-loss", "05-huber-and-heavy-tails"])
def test_all_numbers_follow(browser, book_url, chapter):
    shown = []
    for translated in (False, True):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(f"{book_url}book/{chapter}.html")
        page.locator(".lossbook-controls").last.wait_for()
        before = page.evaluate(NUMBERS)
        if translated:
            page.evaluate(TRANSLATE)
        press(page)
        shown.append([re.findall(r"−?\d[\d.]*", text) for text in page.evaluate(NUMBERS)])
        assert page.evaluate(NUMBERS) != before
        context.close()
    assert shown[0] == shown[1]


def test_a_typed_density_is_answered(page, book_url):
    page.goto(f"{book_url}book/design-your-noise.html")
    page.locator(".lossbook-controls").wait_for()
    page.evaluate(TRANSLATE)
    view = View(page)
    before = view.path("mark1")
    view.root.get_by_role("textbox").fill("exp(-abs(error)**p)")
    assert view.path("mark1") != before
    page.evaluate(TRANSLATE)
    slider = view.root.locator(".lossbook-slider")
    slider.locator("input").press("ArrowRight")
    assert slider.locator(":scope > span").inner_text() == "1.05"
    view.root.get_by_role("textbox").fill("exp(")
    view.root.locator(".lossbook-said").get_by_text("ends where").wait_for()


def test_questions_answer(page, book_url):
    notebook = NOTEBOOKS[0]
    questions = asked(notebook)
    page.goto(f"{book_url}book/{notebook.stem}.html")
    page.evaluate(TRANSLATE)
    for question, form in zip(questions, page.locator(".quiz form").all(), strict=True):
        right = [answer.right for answer in question.answers].index(True)
        if numeric(question):
            form.locator("input").fill(f"{value(question.answers[right].text)}")
        else:
            form.locator("input").nth(right).check()
        form.locator("button").click()
        status = form.get_by_role("status")
        assert status.inner_text().startswith("Right")
        page.evaluate(TRANSLATE)
    assert f"{len(questions)} of {len(questions)}" in status.inner_text()


def test_the_table_of_losses_sorts_and_filters(page, book_url):
    page.goto(f"{book_url}book/18-choosing.html")
    page.evaluate(TRANSLATE)
    page.locator(".loss-table th", has_text="Convëx").get_by_role("button").click()
    said = page.locator(".loss-table td[data-heading=Convex]").all_inner_texts()
    assert said == sorted(said)
    page.locator(".loss-filter input").fill("hub")
    shown = page.locator(".loss-table tbody tr:not([hidden]) td[data-heading=Convex]")
    assert 0 < shown.count() < len(said)
