"""The live figures in a second browser, opened from the disk: the engine's tests and the comparison
with NumPy are those of the first browser. And Python in the page, in short."""

import firefox
import pytest
from built import DISK
from figures import View
from parity import IN_BOTH, compare
from reader import Cell
from test_engine import (  # noqa: F401
    figure,
    test_a_move_is_laid_out_within_the_figure_which_is_as_high_as_its_content,
    test_choice_and_toggle,
    test_dots_grow_and_shrink_in_number,
    test_functions_of_javascript_equal_numpys,
    test_keys_move_a_point,
    test_keys_move_a_slider,
    test_mouse_drags_a_point_by_where_it_was_taken,
    test_play_runs_from_end_to_end_and_can_be_stopped,
    test_reset_restores_the_start,
    test_the_widget_and_its_model_follow_one_another,
    test_two_views_of_a_figure_are_independent,
    test_what_is_not_a_number_leaves_a_gap,
    view,
)
from test_python_exercises import CHECKS, GRADIENT, HUBER, LOSS
from test_python_figures import FIRST, In, follows
from test_search import test_what_people_call_things_is_among_the_first_three  # noqa: F401
from test_to_go import CHAPTER, POINTS, focused, menu, said

pytestmark = pytest.mark.xdist_group("firefox")  # it is started once


@pytest.fixture(scope="module")
def browser(playwright):
    path = firefox.find()
    assert path, firefox.ADVICE
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def book_url():
    return DISK


@pytest.mark.parametrize("chapter", IN_BOTH)
def test_page_shows_what_numpy_computes(visit, chapter):
    compare(visit(f"{chapter}.html"), chapter)


def test_an_exercise_and_a_changed_figure(visit):
    page = visit("book/05-huber-and-heavy-tails.html")
    answer = Cell(page, HUBER)
    answer.write(LOSS + GRADIENT + CHECKS)
    assert answer.run().count("Right") == 2
    cell = Cell(page, FIRST)
    printed = In(cell).readouts
    cell.change("lb.Huber(1)", "lb.Huber(0.2)")
    cell.run()
    assert In(cell).readouts != printed
    assert follows(
        In(cell), In(cell).root.get_by_role("slider", name="observation").nth(9), "ArrowUp"
    )


def test_a_figure_to_go(visit):
    page = visit(CHAPTER)
    taken = View(page, POINTS)
    menu(taken, "Copy link")
    said(taken).get_by_text("link").wait_for()
    assert "#figure=" in page.url
    with page.expect_download() as download:
        taken.button("Save as PNG").click()
    assert download.value.path().stat().st_size > 10_000
    menu(taken, "Present")
    stage = page.get_by_role("dialog")
    stage.wait_for()
    page.keyboard.press("PageDown")
    assert stage.get_attribute("aria-label").startswith("Figure 3 of 3")
    page.keyboard.press("Escape")
    stage.wait_for(state="detached")
    assert focused(page) == "More"
