"""An exercise is answered where it stands: wrong, right, broken, without an end, and anew."""

import csv
import io

import pytest
from built import PAGES, soup
from playwright.sync_api import expect
from reader import LONG, Cell

from lossbook.exercises import __main__

pytestmark = pytest.mark.xdist_group("python exercises")  # Python is started once

CHAPTER = "book/05-huber-and-heavy-tails.html"
HUBER, STUDENT = "1f1e77c8", "8c071f4c"
CHECKS = """
print(exercises.check("huber-loss", huber_loss))
print(exercises.check("huber-gradient", huber_gradient))
"""
LOSS = """
def huber_loss(error, delta):
    size = np.abs(error)
    return np.where(size <= delta, error**2 / 2, delta * (size - delta / 2))
"""
GRADIENT = """
def huber_gradient(error, delta):
    return np.clip(error, -delta, delta)
"""

VALUE = 'exercises.check("student-gradient", lambda e, dof: (dof + 1) * e / (dof + e**2))'


@pytest.fixture(scope="module")
def chapter(shared, book_url):
    shared.goto(book_url + CHAPTER)
    return shared


@pytest.fixture
def huber(chapter):
    cell = Cell(chapter, HUBER)
    yield cell
    if cell.button("Start over").is_visible():
        cell.button("Start over").click()


def mark(page):
    return page.locator(".page-toc a[href='#exercises']").first.get_attribute("data-solved")


def solved(cell):
    return "✓ solved" in cell.page.locator("#ex-huber .admonition-title").inner_text()


@pytest.mark.parametrize("name", [name for name in PAGES if soup(name).select(".exercise .cell")])
def test_no_verdict_stands_where_nothing_was_answered(name):
    for cell in soup(name).select(".exercise .cell"):
        assert not cell.select(".cell_output")


def test_a_wrong_answer_gets_a_verdict_a_place_and_a_hint(huber):
    assert huber.shown == ""
    huber.write(LOSS.replace(" / 2, delta", ", delta") + GRADIENT + CHECKS)
    shown = huber.run()
    assert shown.startswith("Wrong")
    assert "error =" in shown
    assert "Hint" in shown
    assert "Right" in shown  # of the second half
    assert not solved(huber)
    assert not mark(huber.page)


def test_a_right_answer_is_marked_there_and_in_the_contents(huber):
    huber.write(LOSS + GRADIENT + CHECKS)
    assert huber.run().count("Right") == 2
    assert solved(huber)
    assert mark(huber.page) == "✓ 1 of 2"
    huber.button("Start over").click()
    assert "your turn" in huber.field.input_value()
    assert huber.shown == ""
    assert not solved(huber)
    assert not mark(huber.page)


@pytest.mark.parametrize("keys", ["Control+Enter", "Shift+Enter"])
def test_it_is_checked_from_the_keyboard(huber, keys):
    huber.write("print(6 * 7)")
    assert huber.run(lambda: huber.field.press(keys)) == "42"
    assert huber.code == "print(6 * 7)"


def test_half_an_answer_is_not_solved(huber):
    huber.write(LOSS + "def huber_gradient(error, delta): ...\n" + CHECKS)
    assert "Right" in huber.run()
    assert not solved(huber)


def test_an_answer_that_is_a_value_and_the_stub_itself(chapter):
    cell = Cell(chapter, STUDENT)
    assert "Wrong" in cell.run()
    cell.write(VALUE)
    assert "Right" in cell.run()
    assert mark(chapter) == "✓ 1 of 2"
    cell.button("Start over").click()


def test_the_command_verifies_what_the_page_exports(huber, capsys):
    """Three exercises in two cells, one of them wrong."""
    page, student = huber.page, Cell(huber.page, STUDENT)
    for cell, text in (
        (student, VALUE),
        (huber, LOSS.replace("/ 2, d", ", d") + GRADIENT + CHECKS),
    ):
        cell.write(text)
        cell.run()
    page.locator(".progress-box > summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
    __main__.main([str(saved.value.path())])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["exercise"], row["verdict"]) for row in rows] == [
        ("student-gradient", "right"),
        ("huber-loss", "wrong"),
        ("huber-gradient", "right"),
    ]
    assert rows[1]["message"].startswith("Wrong at error =")
    assert "Hint" in rows[1]["message"]
    student.button("Start over").click()


def test_an_error_is_told_by_the_readers_lines(huber):
    huber.write("def huber_loss(error, delta):\n    return missing * error\n\n\nhuber_loss(1, 2)")
    shown = huber.run()
    assert "NameError" in shown
    assert "In line 2, in huber_loss" in shown
    assert "return missing * error" in shown
    assert "lossbook" not in shown
    assert "File" not in shown
    huber.write("def huber_loss(error, delta)\n    return 1")
    shown = huber.run()
    assert "In line 1" in shown
    assert "SyntaxError: expected ':'" in shown
    assert not solved(huber)


def test_a_mistake_that_a_check_meets_is_told_in_its_verdict(huber):
    answer = "def huber_loss(error, delta):\n    return error[99_999]\n"
    huber.write(answer + GRADIENT + CHECKS)
    shown = huber.run()
    assert shown.startswith("Wrong at error =")
    assert "raised IndexError" in shown
    assert "site-packages" not in shown


def test_a_loop_without_an_end_is_stopped_and_all_works_again(huber):
    huber.write("while True:\n    pass")
    huber.start()
    expect(huber.news).to_contain_text("Running", timeout=LONG)
    huber.page.evaluate("1 + 1")  # the page is not frozen
    huber.button("Stop").click()
    huber.ended()
    assert huber.said == "Stopped."
    assert huber.root.get_attribute("data-verdict") == ""  # nothing was judged
    huber.write(LOSS + GRADIENT + CHECKS)
    assert huber.run().count("Right") == 2


def test_output_without_an_end_is_cut(huber):
    huber.write("while True:\n    print('again and again')")
    huber.start()
    expect(huber.news).to_contain_text("2 s", timeout=LONG)
    assert "left out" in huber.outputs.text_content()[-200:]
    huber.button("Stop").click()
    huber.ended()
    assert len(huber.outputs.text_content()) < 201_000
    huber.write("print(7)")
    assert huber.run().strip() == "7"
