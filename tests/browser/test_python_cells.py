"""A cell of a page is run, changed and restored; what depends on it is marked, and nothing else."""

import pytest
from playwright.sync_api import expect
from reader import LONG, Cell, stale

pytestmark = pytest.mark.xdist_group("python cells")  # Python is started once

CHAPTER = "book/05-huber-and-heavy-tails.html"
ESTIMATES = "f4bfb159"  # Huber's estimates of seven observations, which no other cell uses
ABOVE, BELOW = "81b69512", "d9724147"


@pytest.fixture(scope="module")
def chapter(shared, book_url):
    shared.goto(book_url + CHAPTER)
    return shared


@pytest.fixture
def cells(chapter):
    """A function of a cell's name; what was changed is restored."""
    yield lambda name: Cell(chapter, name)
    for stop in (
        chapter.get_by_role("button", name="Stop", exact=True).locator("visible=true").all()
    ):
        stop.click()
    for restore in chapter.locator(".python-bar").get_by_role("button", name="Restore").all():
        if restore.is_visible():
            restore.click()


def test_a_cell_runs_with_what_it_needs_though_nothing_ran_before(cells):
    cell = cells(BELOW)
    cell.write("print(len(seven), versions['Huber'].shape)")
    assert cell.run() == "7 (2,)"


def test_run_change_run_restore(cells):
    cell = cells(ESTIMATES)
    printed, code = cell.shown, cell.code
    html = cell.outputs.inner_html()
    assert not cell.button("Restore").is_visible()
    assert cell.run() == printed
    cell.change("(0.001, 1, 2, 5, 9)", "(3,)")
    assert cell.note.is_visible()  # the output is of other code now
    assert cell.run().split() == ["δ", "=", "3", "Huber's", "estimate", "3.000"]
    assert not cell.note.is_visible()
    cell.button("Restore").click()
    assert cell.outputs.inner_html() == html
    assert cell.code.strip() == code.strip()
    assert not cell.button("Restore").is_visible()
    assert not cell.note.is_visible()


def test_what_depends_on_a_change_is_out_of_date_and_run_again_in_one_click(cells):
    above, below, beside = cells(ABOVE), cells(BELOW), cells(ESTIMATES)
    above.write("mine = 1")
    below.write("print(mine)")
    assert below.run() == "1"  # of what is written above, though it was not run
    assert stale(above.page) == [ABOVE]  # which shows what the printed code gave
    above.write("mine = 2")
    above.run()
    assert stale(above.page) == [BELOW]
    assert below.shown == "1"
    assert not beside.note.is_visible()
    assert below.run(below.button("Run again").click) == "2"
    assert stale(above.page) == []


def test_two_cells_run_one_after_the_other(cells):
    first, second = cells(ABOVE), cells(ESTIMATES)
    first.write("import time\n\ntime.sleep(1.5)\nprint('first')")
    second.write("print('second')")
    first.start()
    second.start()
    assert "Waiting" in second.said
    assert second.ended() == "second"
    assert first.shown == "first"


def test_stop_while_another_waits(cells):
    first, second = cells(ABOVE), cells(ESTIMATES)
    printed = second.shown
    first.write("while True: pass")
    first.start()
    second.start()
    expect(first.news).to_contain_text("Running", timeout=LONG)
    second.button("Stop").click()
    second.ended()
    assert second.shown == printed
    assert "Waiting" not in second.said
    first.button("Stop").click()
    first.ended()
    assert "Stopped" in first.said
    assert second.run() == printed


def test_stop_of_one_that_waits_leaves_the_one_that_runs(cells):
    first, second = cells(ABOVE), cells(ESTIMATES)
    first.write("import time\n\ntime.sleep(3)\nprint('first')")
    first.start()
    second.start()
    expect(first.news).to_contain_text("Running", timeout=LONG)
    second.button("Stop").click()
    assert first.ended() == "first"


def test_restore_while_it_runs_and_a_change_while_it_runs(cells):
    cell = cells(ABOVE)
    cell.write("import time\n\ntime.sleep(4)\nprint('old')")
    cell.start()
    expect(cell.news).to_contain_text("Running", timeout=LONG)  # it is looked at once a second
    cell.write("print('new')")
    assert cell.ended() == "old"
    assert cell.note.is_visible()
    assert cell.run() == "new"
    assert not cell.note.is_visible()


def test_what_a_change_took_away_is_told_and_back_with_restore(cells):
    above, below = cells(ABOVE), cells(BELOW)
    above.write("numbers = 1")
    below.write("print(seam.size)")
    shown = below.run()
    assert "NameError" in shown
    assert "Before it was changed" in shown
    above.button("Restore").click()
    assert below.run() == "2"
