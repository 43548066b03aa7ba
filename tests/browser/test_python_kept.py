"""What a reader writes and answers is there after a reload, and where nothing may be kept."""

import pytest
from reader import Cell
from test_python_exercises import CHECKS, GRADIENT, HUBER, LOSS, STUDENT

pytestmark = pytest.mark.xdist_group("python kept")

CHAPTER = "book/05-huber-and-heavy-tails.html"
ESTIMATES = "f4bfb159"
DENIED = """Object.defineProperty(window, "localStorage", {
    configurable: true, get() { throw new DOMException("", "SecurityError"); },
})"""
FULL = """{
    let letters = "x".repeat(1 << 22);
    for (let k = 0; letters.length; k++)
        try { localStorage.setItem(`other ${k}`, letters); }
        catch { letters = letters.slice(0, letters.length >> 1); }
}"""


def reload(page):
    """As a person does it, not in the instant of the last letter.

    Chromium hands what is stored from one process to another, and the new page may ask before."""
    page.wait_for_timeout(500)
    page.reload()


def test_code_answers_and_verdicts_are_there_after_a_reload(browser, book_url):
    context = browser.new_context()
    page = context.new_page()
    page.goto(book_url + CHAPTER)
    cell, other = Cell(page, HUBER), Cell(page, ESTIMATES)
    other.write("print('mine')")
    cell.write(LOSS + GRADIENT + CHECKS)
    verdict = cell.run()
    assert verdict.count("Right") == 2
    for _ in range(2):  # again, and in another tab later
        page.close()
        page = context.new_page()
        page.goto(book_url + CHAPTER)
        cell, other, third = (Cell(page, name) for name in (HUBER, ESTIMATES, STUDENT))
        assert cell.code == LOSS + GRADIENT + CHECKS
        assert cell.shown == verdict
        assert "✓ solved" in page.locator("#ex-huber .admonition-title").inner_text()
        assert page.locator(".page-toc a[data-solved*='1 of']").count()
        assert page.locator(".bd-docs-nav .current .progress-mark").inner_text().startswith("1/")
        assert other.code == "print('mine')"
        assert other.note.is_visible()  # its printed output is of other code
        assert third.shown == ""
        assert not cell.note.is_visible()
        cell.start()
        cell.button("Stop").click()  # before anything was judged
        assert (cell.ended(), cell.root.get_attribute("data-verdict")) == (verdict, "right")
    Cell(page, STUDENT).run()
    assert not cell.note.is_visible()  # a verdict that was kept is as true as before
    cell.button("Start over").click()
    other.button("Restore").click()
    reload(page)
    assert cell.shown == ""
    assert "your turn" in cell.code
    assert "mine" not in other.code
    assert not cell.button("Start over").is_visible()
    context.close()


def written(page, base):
    """Write, go to the next page and back, and give what is there then, and after a reload."""
    page.goto(base + CHAPTER)
    Cell(page, HUBER).write("first = 1")
    page.locator("a.right-next").click()
    page.wait_for_url("**/06*")
    Cell(page, "45f0cc1b").write("second = 2")
    page.locator("a.left-prev").click()
    page.wait_for_url("**/05*")
    first = Cell(page, HUBER).code
    Cell(page, STUDENT).write("third = 3")
    reload(page)
    return first, Cell(page, HUBER).code, Cell(page, STUDENT).code


def test_what_was_kept_before_the_storage_was_full_is_there(context, book_url):
    page = context.new_page()
    page.goto(book_url + CHAPTER)
    Cell(page, HUBER).write("first = 1")
    page.evaluate(FULL)
    reload(page)
    assert Cell(page, HUBER).code == "first = 1"
    Cell(page, HUBER).write("second = 2")
    reload(page)
    assert Cell(page, HUBER).code == "second = 2"


@pytest.mark.parametrize("denial", [DENIED, FULL], ids=["denied", "full"])
def test_where_nothing_may_be_kept_it_is_kept_for_the_visit(context, book_url, denial):
    page = context.new_page()
    page.add_init_script(denial)
    found = written(page, book_url)
    assert found == ("first = 1", "first = 1", "third = 3")
    page.locator("a.right-next").click()
    page.wait_for_url("**/06*")
    assert Cell(page, "45f0cc1b").code == "second = 2"
    Cell(page, "45f0cc1b").button("Start over").click()
    reload(page)
    assert "second" not in Cell(page, "45f0cc1b").code


def test_in_a_frame_that_may_keep_nothing(context, book_url):
    page = context.new_page()
    frame = f'<iframe sandbox="allow-scripts" width="900" height="800" src="{book_url}{CHAPTER}">'
    answer = {"body": frame, "content_type": "text/html"}
    page.route("**/host.html", lambda route: route.fulfill(**answer))
    page.goto(book_url + "host.html")
    inside = page.frames[1]

    def cell(name):
        return Cell(inside, name)

    cell(HUBER).write("first = 1")
    inside.locator("a.right-next").click()
    inside.wait_for_url("**/06*")
    inside.locator("a.left-prev").click()
    inside.wait_for_url("**/05*")
    assert cell(HUBER).code == "first = 1"
    cell(ESTIMATES).write("print(6 * 7)")
    assert cell(ESTIMATES).run() == "42"


def test_nothing_is_kept_of_a_page_that_was_only_read(page, book_url):
    page.goto(book_url + CHAPTER)
    reload(page)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('code'))") == []
    assert page.evaluate("window.name") == ""
