"""A finger on a figure: along a control it moves it, across it scrolls the page."""

import pytest
import sympy as sp
from figures import View, document, middle

from lossbook import live

t = sp.Symbol("t", real=True)


@pytest.fixture
def phone(browser):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 600})
    yield context.new_page()
    context.close()


@pytest.fixture
def view(phone):
    fig = live.Figure(alt="A slider and a point that moves along x")
    (ax,) = fig.axes
    ax.set(xlim=(0, 4), ylim=(-1, 3))
    slope = fig.slider("slope", -2, 2, start=0.5, step=0.1)
    fig.points(ax, [2], [1], label="place", drag="x")
    fig.curve(ax, slope * t, t)
    phone.set_content(document(fig).replace("<body>", "<body style='height: 3000px'>"))
    return View(phone)


def drag(page, start, dx, dy, steps=8):
    """A finger goes from a place by (dx, dy), and leaves."""
    browser = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = start
    touch("touchStart", start)
    for k in range(1, steps + 1 if dx or dy else 1):
        touch("touchMove", (x + dx * k / steps, y + dy * k / steps))
        page.wait_for_timeout(16)
    touch("touchEnd")
    page.wait_for_timeout(50)


def beside(control):
    """A place on a slider where its thumb is not."""
    x, y = middle(control)
    return x + 30, y


@pytest.mark.parametrize("slant", [0, 8, -8])
def test_a_finger_that_scrolls_leaves_a_slider_alone(phone, view, slant):
    before = view.values
    drag(phone, beside(view.slope), slant, -80)
    assert phone.evaluate("scrollY") > 40
    assert view.values == before
    assert view.slope.input_value() == "0.5"


def test_a_finger_along_a_slider_moves_it(phone, view):
    drag(phone, beside(view.slope), 40, 8)
    assert phone.evaluate("scrollY") == 0
    assert view.values["slope"] > 1.3
    assert float(view.slope.input_value()) == view.values["slope"]


def test_a_tap_on_a_slider_moves_it(phone, view):
    drag(phone, beside(view.slope), 0, 0)
    assert view.values["slope"] > 1


def test_a_point_that_moves_along_x_lets_a_finger_scroll(phone, view):
    before = view.values
    drag(phone, middle(view.place), 8, -80)
    assert phone.evaluate("scrollY") > 40
    assert view.values == before


def test_a_finger_along_x_moves_such_a_point(phone, view):
    drag(phone, middle(view.place), 40, 8)
    assert phone.evaluate("scrollY") == 0
    assert view.values["place"]["x"][0] > 2.3


def test_a_finger_down_a_whole_page_changes_no_slider(phone, book_url):
    phone.goto(book_url + "book/05-huber-and-heavy-tails.html")
    phone.locator(".lossbook-live .lossbook-controls").last.wait_for()
    values = "[...document.querySelectorAll('.lossbook-live')].map(f => f.lossbook.values)"
    before = phone.evaluate(values)
    sliders = phone.locator(".lossbook-slider input").all()
    for slider in sliders:
        slider.evaluate("slider => slider.scrollIntoView({ block: 'center' })")
        drag(phone, beside(slider), 3, -100, 5)
    assert len(sliders) > 2
    assert phone.evaluate(values) == before
