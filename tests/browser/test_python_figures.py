"""A live figure that a reader has changed is as alive as the printed one, which can be had back."""

import pytest
from figures import View
from reader import Cell

pytestmark = pytest.mark.xdist_group("python figures")  # Python is started once

CHAPTER, FIRST, SECOND = "book/05-huber-and-heavy-tails.html", "82866239", "4e13d575"


@pytest.fixture(scope="module")
def chapter(shared, book_url):
    shared.goto(book_url + CHAPTER)
    return shared


class In(View):
    """The live figure of a cell."""

    def __init__(self, cell):
        self.page, self.root = cell.page, cell.outputs.locator(".lossbook-live")
        self.root.locator(".lossbook-controls").wait_for()


def follows(figure, control, key="ArrowRight"):
    """Whether the picture moves with a control, and comes back with Reset."""
    start = figure.picture()
    control.press(key)
    control.press(key)
    moved = figure.picture()
    figure.button("Reset").click()
    return moved != start and figure.picture() == start


def test_another_loss_is_drawn_and_follows_a_point(chapter):
    cell = Cell(chapter, FIRST)
    printed = In(cell).readouts
    cell.change("lb.Huber(1)", "lb.Huber(0.2)")
    cell.run()
    figure = In(cell)
    assert cell.outputs.locator(".lossbook-live").count() == 1
    assert figure.readouts != printed
    assert follows(figure, figure.root.get_by_role("slider", name="observation").nth(9), "ArrowUp")
    before = figure.picture()
    x, y = (box := figure.root.locator(".lossbook-handle").nth(9).bounding_box())["x"], box["y"]
    chapter.mouse.move(x + box["width"] / 2, y + box["height"] / 2)
    chapter.mouse.down()
    chapter.mouse.move(x, y - 80, steps=4)
    chapter.mouse.up()
    assert figure.picture() != before
    cell.button("Restore").click()
    assert In(cell).readouts == printed
    assert follows(
        In(cell), figure.root.get_by_role("slider", name="observation").nth(9), "ArrowUp"
    )


def test_another_start_of_a_slider_run_twice(chapter):
    cell = Cell(chapter, SECOND)
    printed = In(cell).picture()
    cell.change("0.1, 4, start=1,", "0.1, 4, start=2,")
    cell.run()
    figure = In(cell)
    picture = figure.picture()
    assert figure.values["Huber's δ"] == 2
    assert picture != printed
    cell.run()
    assert In(cell).picture() == picture
    assert follows(In(cell), figure.root.get_by_role("slider", name="Huber's δ"))
    cell.button("Restore").click()
    assert In(cell).picture() == printed
    assert follows(In(cell), figure.root.get_by_role("slider", name="Huber's δ"))


def test_a_figure_of_the_readers_own(chapter):
    cell = Cell(chapter, "81b69512")
    cell.write(
        "fig = live.Figure(alt='A line')\n"
        "slope = fig.slider('slope', -1, 1, start=0)\n"
        "fig.curve(fig.axes[0], slope * e, e)\n"
        "fig"
    )
    cell.run()
    figure = In(cell)
    assert follows(figure, figure.root.get_by_role("slider", name="slope"))
    assert "code" not in cell.outputs.inner_text()
    cell.button("Restore").click()
