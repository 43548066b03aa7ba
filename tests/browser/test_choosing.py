"""The tables and the chooser of the chapter on choosing, in the page: they say what Python says."""

from pathlib import Path

import pytest
from built import lay_out

from lossbook import advice
from lossbook.names import NAMES
from lossbook.traits import CATALOGUE, capital, of

PAGE, REFERENCE = "book/18-choosing.html", "book/reference.html"
TABLE = ".loss-table:has(td[data-heading=Convex])"
SHOWN = f"{TABLE} tbody tr:not([hidden]) th"


def test_names_are_found_by_library_and_word(visit):
    """The reference's table of names has all of them; a filter leaves those with all its words."""
    page = visit(REFERENCE)
    shown = page.locator(".loss-table tbody tr:not([hidden])")
    assert shown.count() == len(NAMES)
    page.get_by_label("Filter").fill("called beta")
    assert shown.count() == 1
    assert "0.5" in shown.locator("td[data-heading='Times ours']").inner_text()
    count = page.locator(".loss-filter output")
    assert count.inner_text() == f"1 of {len(NAMES)} names"


TYPED = Path(__file__).with_name("typed.txt").read_text("utf-8").splitlines()
SPELLINGS = {loss: typed.split(" | ") for loss, typed in (line.split(": ") for line in TYPED)}
"""What people type for a loss."""
ONLY = {"mae", "mape", "rmse", "ce", "bce", "focal", "pinball", "brier", "multi:softmax", "kldiv"}
"""Of these, what no other loss is called."""


def test_names_are_found_however_they_are_spelt(visit):
    page = visit(REFERENCE)
    for loss, typed in SPELLINGS.items():
        for text in typed:
            page.get_by_label("Filter").fill(text)
            found = page.locator(".loss-table tbody tr:not([hidden]) th").all_text_contents()
            starts = [[name for name in SPELLINGS if said.startswith(name)] for said in found]
            losses = {max(names, key=len) for names in starts}
            assert loss in losses, text
            assert losses == {loss} or text not in ONLY, text


@pytest.mark.parametrize("name", [PAGE, REFERENCE])
@pytest.mark.parametrize("width", [390, 760, 1280])
def test_tables_fit_their_page(visit, name, width):
    page = visit(name)
    page.set_viewport_size(dict(width=width, height=900))
    for box in page.locator(".loss-table").all():
        assert box.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0


def test_headings_sort_both_ways(visit):
    page = visit(PAGE)
    header = page.locator(f"{TABLE} th", has_text="Convex")
    convex = page.locator(f"{TABLE} td[data-heading=Convex]")
    for direction, first in (("ascending", "no"), ("descending", "yes")):
        header.get_by_role("button").press("Enter")
        assert header.get_attribute("aria-sort") == direction
        said = convex.all_inner_texts()
        assert said == sorted(said, reverse=first == "yes")
    page.locator(f"{TABLE} th", has_text="Gradient").get_by_role("button").click()
    assert header.get_attribute("aria-sort") is None
    assert page.locator(SHOWN).count() == len(CATALOGUE)


def test_filter_keeps_the_rows_with_all_words(visit):
    page = visit(PAGE)
    page.get_by_label("Filter").fill("Laplace linear")
    wanted = [capital(loss) for loss in CATALOGUE if "Laplace" in of(loss).principle]
    shown = page.locator(SHOWN).all_inner_texts()
    assert [text.split("\n")[0] for text in shown] == wanted
    count = page.locator(".loss-filter output")
    assert count.inner_text() == f"{len(wanted)} of {len(CATALOGUE)} losses"
    page.get_by_label("Filter").fill("")
    assert page.locator(SHOWN).count() == len(CATALOGUE)


def test_chooser_gives_the_advice_of_python(visit):
    page = visit(PAGE)
    box = page.locator(".loss-chooser")
    for answers in advice.combinations():
        for question, answer in zip(
            ["What is the target?", *advice.QUESTIONS[answers[0]]], answers, strict=True
        ):
            group = box.get_by_role("group", name=question)
            group.get_by_role("radio", name=answer, exact=True).check()
        section = box.locator("section:visible")
        named = section.locator("strong").all_inner_texts()
        assert named == [capital(loss) for loss in advice.advise(*answers).choices]
        assert advice.advise(*answers).check in section.inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_without_scripts_all_is_there(browser, book_url, width):
    context = browser.new_context(java_script_enabled=False, viewport=dict(width=width, height=900))
    page = context.new_page()
    page.goto(book_url + PAGE)
    lay_out(page)
    assert page.locator(SHOWN).count() == len(CATALOGUE)
    assert page.locator(".loss-chooser section:visible").count() == len(advice.ADVICE)
    assert page.locator(".loss-chooser form").is_hidden()
    context.close()
