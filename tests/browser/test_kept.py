"""What a reader sets and answers is there after a reload, and can be undone."""

import json

import pytest
from figures import View

CHAPTER, SELF_TEST = "book/design-your-noise.html", "book/self-test-number.html"
KEPT = "localStorage.getItem(`lossbook ${location.pathname}`)"


@pytest.fixture
def figure(page, book_url):
    page.goto(book_url + CHAPTER)
    page.locator(".lossbook-controls").wait_for()
    return View(page)


def reload(page):
    page.reload()
    page.locator(".lossbook-controls").wait_for()


def test_a_figure_is_as_it_was_left(page, figure):
    start = figure.picture()
    figure.root.get_by_role("radio", name="Student t").check()
    figure.root.get_by_role("slider", name="nu").press("ArrowRight")
    figure.root.get_by_role("slider", name="observation 2").press("ArrowUp")
    left, values = figure.picture(), figure.values
    assert left != start
    reload(page)
    assert figure.values == values
    assert figure.picture() == left
    figure.button("Reset").click()
    reload(page)
    assert figure.picture() == start
    assert json.loads(page.evaluate(KEPT)) == {}


def test_nothing_is_kept_of_a_page_that_was_only_read(page, figure):
    reload(page)
    assert page.evaluate(KEPT) is None


@pytest.mark.parametrize(
    "kept",
    [
        "name => 'no JSON'",
        """name => JSON.stringify({ [name]: { Density: { text: "exp(", parameters: {} } } })""",
    ],
)
def test_what_no_longer_fits_is_left_out(page, figure, kept):
    start = figure.picture()
    page.evaluate(f"""localStorage.setItem(`lossbook ${{location.pathname}}`,
        ({kept})(document.querySelector("[data-name]").dataset.name))""")
    reload(page)
    assert figure.picture() == start


def test_a_figure_that_has_changed_begins_anew(page, figure):
    start = figure.picture()
    figure.root.get_by_role("radio", name="Laplace", exact=True).check()
    page.route("**/design-your-noise*", renamed(page))
    reload(page)
    assert figure.picture() == start
    figure.root.get_by_role("radio", name="Huber").check()
    reload(page)
    assert list(json.loads(page.evaluate(KEPT))) == ["another"]  # the old entry is gone


def renamed(page):
    """A page and its script with another name of the figure."""
    name = page.locator("[data-name]").first.get_attribute("data-name")

    def answer(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace(name, "another"))

    return answer


def test_answers_are_kept_until_the_reader_starts_over(page, book_url):
    page.goto(book_url + SELF_TEST)
    forms, again = page.locator(".quiz form"), page.get_by_role("button", name="Start over")
    statuses = page.locator(".quiz [role=status]")
    assert not again.is_visible()
    number = forms.filter(has=page.locator("input[type=number]")).first
    number.locator("input").fill("12345.5")
    number.get_by_role("button").click()
    choice = forms.filter(has=page.locator("input[type=radio]")).first
    for option in choice.locator("label").all():  # wrong first, or right: the first verdict stays
        option.click()
        choice.get_by_role("button").click()
    said, first = statuses.all_inner_texts(), choice.get_attribute("data-first")
    page.reload()
    assert statuses.all_inner_texts() == said
    assert choice.get_attribute("data-first") == first
    assert number.locator("input").input_value() == "12345.5"
    assert choice.locator("input").last.is_checked()
    again.click()
    assert not again.is_visible()
    assert not any(statuses.all_inner_texts())
    page.reload()
    assert not any(statuses.all_inner_texts())
    assert number.locator("input").input_value() == ""
