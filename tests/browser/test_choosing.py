"""The table and the chooser of the chapter on choosing, in the page: they say what Python says."""

import pytest
from built import lay_out

from lossbook import advice
from lossbook.traits import CATALOGUE, capital, of

PAGE = "book/18-choosing.html"
SHOWN = ".loss-table tbody tr:not([hidden]) th"


def test_headings_sort_both_ways(visit):
    page = visit(PAGE)
    header = page.locator(".loss-table th", has_text="Convex")
    convex = page.locator(".loss-table td[data-heading=Convex]")
    for direction, first in (("ascending", "no"), ("descending", "yes")):
        header.get_by_role("button").press("Enter")
        assert header.get_attribute("aria-sort") == direction
        said = convex.all_inner_texts()
        assert said == sorted(said, reverse=first == "yes")
    page.locator(".loss-table th", has_text="Gradient").get_by_role("button").click()
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


@pytest.mark.parametrize("width", [390, 760, 1280])
def test_table_fits_its_page(visit, width):
    page = visit(PAGE)
    page.set_viewport_size(dict(width=width, height=900))
    box = page.locator(".loss-table")
    assert box.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0


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
