"""Live figures in a real browser: the engine on a page of its own."""

import io

import numpy as np
import pytest
import sympy as sp
from figures import View, document, middle, numbers, places
from PIL import Image
from scipy import ndimage
from sympy.codegen.cfunctions import expm1, log1p

from lossbook import live

t = sp.Symbol("t", real=True)
i = sp.Symbol("i", integer=True)
a, b = sp.symbols("a b", real=True)


@pytest.fixture(scope="module")
def figure():
    """Every kind of input; marks that show each."""
    fig = live.Figure(2, alt="Every kind of input")
    left, right = fig.axes
    left.set(xlim=(0, 4), ylim=(-1, 3))
    right.set(xlim=(-2, 2), ylim=(-2, 2))
    slope = fig.slider("slope", -2, 2, start=0.5, step=0.1, play=True)
    power = fig.choice("power", {"one": t, "two": t**2})
    double = fig.toggle("double")
    x, y, n = fig.points(left, [1, 2, 3], [0, 1, 2], label="point", drag="y")
    p, q, _ = fig.points(right, [0], [0], label="place")
    fig.curve(left, slope * power, t)
    fig.curve(right, sp.log(t - slope), t)
    fig.hline(right, double)
    level, _ = fig.minimise(sp.Sum(sp.Abs(a + b * x[i] - y[i]), (i, 0, n - 1)), (a, b))
    fig.readout("level {:.2f}, slope {:.1f}", level, slope)
    fig.readout("at {:.2f} and {:.2f}", p[0], q[0])
    return fig


@pytest.fixture
def view(page, figure):
    page.set_content(document(figure))
    return View(page)


def points_per_pixel(view):
    """How much the left panel's y changes for a pixel upwards."""
    (_, lower), (_, upper) = middle(view.point(1)), middle(view.point(2))
    return 1 / (lower - upper)  # they are 1 apart


def test_mouse_drags_a_point_by_where_it_was_taken(page, view):
    x, y = middle(view.point(2))
    per_pixel = points_per_pixel(view)
    page.mouse.move(x + 4, y + 4)
    page.mouse.down()
    assert view.values["point"]["y"] == [0, 1, 2]
    page.mouse.move(x + 34, y - 26)
    page.mouse.up()
    page.mouse.move(x, y - 90)  # no longer held
    values = view.values["point"]
    assert values["x"] == [1, 2, 3]
    assert values["y"] == [0, pytest.approx(1 + 30 * per_pixel, abs=1e-3), 2]


def test_a_point_stays_in_its_panel(page, view):
    page.mouse.move(*middle(view.place))
    page.mouse.down()
    page.mouse.move(2000, -500)
    assert view.values["place"] == {"x": [2], "y": [2]}
    assert view.readouts[1] == "at 2.00 and 2.00"


def test_touch_drags_a_point_and_only_points_keep_the_page_from_scrolling(browser, figure):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 500})
    page = context.new_page()
    page.set_content(document(figure))
    view, cdp = View(page), context.new_cdp_session(page)
    (x, y), per_pixel = middle(view.point(2)), points_per_pixel(view)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x, y))
    for k in range(1, 6):
        touch("touchMove", (x, y - 8 * k))
    goal = 1 + 40 * per_pixel  # the browser hands on what happened once a frame
    page.wait_for_function(
        "y => Math.abs(document.querySelector('figure').lossbook.values.point.y[1] - y) < 0.02",
        arg=goal,
    )
    assert page.evaluate("scrollY") == 0
    touch("touchCancel")
    moved = view.values
    for kind, y in [("touchStart", 300), ("touchMove", 250), ("touchMove", 200)]:
        touch(kind, (x + 60, y))
    page.wait_for_function("scrollY > 0")
    assert view.values == moved
    context.close()


def test_keys_move_a_point(page, view):
    handle = view.point(3)
    handle.focus()
    for key, y in [
        ("ArrowUp", 2.04),
        ("ArrowRight", 2.08),  # the point moves up and down only
        ("ArrowDown", 2.04),
        ("Shift+ArrowDown", 1.64),
        ("PageUp", 2.04),
        ("Home", -1),
        ("End", 3),
        ("Tab", 3),
    ]:
        page.keyboard.press(key)
        assert view.values["point"]["y"][2] == pytest.approx(y, abs=1e-9), key
    assert handle.get_attribute("aria-valuenow") == "3"
    assert handle.get_attribute("aria-valuetext") == "y 3"
    view.place.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert view.readouts[1] == "at −0.04 and 0.08"
    assert view.place.get_attribute("aria-valuetext") == "x -0.04, y 0.08"


def test_keys_move_a_slider(page, view):
    before = view.path("mark2")
    view.slope.focus()
    for key, slope in [("ArrowRight", 0.6), ("Home", -2), ("End", 2), ("ArrowLeft", 1.9)]:
        page.keyboard.press(key)
        assert view.values["slope"] == pytest.approx(slope)
        assert view.readouts[0].endswith(f"slope {slope:.1f}".replace("-", "−"))
    assert view.path("mark2") != before
    assert view.root.locator(".lossbook-slider").inner_text().split()[:2] == ["slope", "1.9"]


def test_choice_and_toggle(page, view):
    before = view.path("mark2")
    view.root.get_by_role("radio", name="two").check()
    assert view.path("mark2") != before
    view.root.get_by_role("radio", name="two").press("ArrowLeft")
    assert view.path("mark2") == before
    before = view.path("mark4")
    view.double.focus()
    page.keyboard.press("Space")
    assert view.values["double"] is True
    assert view.path("mark4") != before


def test_reset_restores_the_start(view):
    start = view.picture()
    view.slope.press("End")
    view.double.check()
    view.place.press("ArrowUp")
    view.root.get_by_role("radio", name="two").check()
    assert view.picture() != start
    view.button("Reset").click()
    assert view.picture() == start


def test_play_runs_from_end_to_end_and_can_be_stopped(page, figure):
    page.emulate_media(reduced_motion="no-preference")
    page.set_content(document(figure))
    view = View(page)
    view.button("Play").click()
    page.wait_for_function("document.querySelector('figure').lossbook.values.slope > 0.65")
    assert view.values["slope"] < 2
    view.button("Pause").click()
    stopped = view.values["slope"]
    page.wait_for_timeout(300)
    assert view.values["slope"] == stopped
    view.button("Play").click()
    view.button("Reset").click()
    page.wait_for_timeout(300)
    assert view.values["slope"] == 0.5


def test_play_does_not_move_for_who_wants_no_motion(view):
    view.button("Play").click()
    assert view.values["slope"] == 2


def test_two_views_of_a_figure_are_independent(page, figure):
    page.set_content(document(figure, figure))
    first, second = View(page), View(page, 1)
    assert second.picture() == first.picture()
    before = second.picture()
    first.slope.press("End")
    first.double.check()
    first.root.get_by_role("radio", name="two").check()
    assert second.picture() == before
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    references = page.evaluate("""[...document.querySelectorAll("svg *")].flatMap(e =>
        [...e.attributes].map(a => a.value.match(/(?:^|url\\()#([^)]+)/)?.[1] ?? []).flat())""")
    assert set(references) <= set(ids)


def test_a_destroyed_view_listens_to_nothing(page, context, view):
    cdp = context.new_cdp_session(page)

    def listeners(elements):
        found = 0
        for k in range(page.evaluate(f"(window.held = [{elements}]).length")):
            element = cdp.send("Runtime.evaluate", {"expression": f"held[{k}]"})["result"]
            found += len(cdp.send("DOMDebugger.getEventListeners", element)["listeners"])
        return found

    own, others = "...figures", "window, document, document.body"
    page.evaluate("window.figures = [...document.querySelectorAll('figure, figure *')]")
    assert listeners(own) > 10
    before, outside = view.picture(), listeners(others)
    view.root.evaluate("figure => figure.lossbook.destroy()")
    assert listeners(own) == 0
    assert view.root.locator("input, button, circle").count() == 0
    view.root.evaluate("figure => void lossbook.hydrate(figure)")
    assert view.picture() == before
    assert listeners(others) == outside


def test_what_is_not_a_number_leaves_a_gap(view):
    view.root.evaluate("figure => figure.lossbook.set({slope: 0})")
    path = view.path("mark3")  # log(t) on -2 … 2
    assert path.count("M") == 1
    assert len(numbers(path)) == 2 * 100
    view.root.evaluate("figure => figure.lossbook.set({slope: NaN})")
    assert view.path("mark3") == ""
    assert view.readouts[0].endswith("slope —")


def test_dots_grow_and_shrink_in_number(page):
    fig = live.Figure(alt="Dots")
    fig.axes[0].set(xlim=(-1, 6), ylim=(0, 1))
    count = fig.slider("count", 0, 5, start=0, step=1)
    fig.dots(fig.axes[0], i, 0.5, i, count - 1, color="red")
    page.set_content(document(fig))
    slider = page.get_by_role("slider", name="count")
    for key, expected in [("ArrowRight", 1), ("End", 5), ("Home", 0), ("PageUp", 1)]:
        slider.press(key)
        path = page.locator('[id^="mark0-"] > path').get_attribute("d")
        assert len(numbers(path)) == 2 * expected  # a dot at each corner
        assert islands_of_red(page.locator("svg").screenshot()) == expected


def islands_of_red(png):
    red, green, _ = np.moveaxis(np.asarray(Image.open(io.BytesIO(png)), int)[..., :3], -1, 0)
    _, islands = ndimage.label(red - green > 100)
    return islands


def test_a_move_is_laid_out_within_the_figure_which_is_as_high_as_its_content(page, view):
    heights = set()
    for width in (1000, 300):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("""() => {
            const figure = document.querySelector("figure");
            return figure.offsetHeight === figure.firstElementChild.offsetHeight;
        }""")
        assert contained(view) == "size layout"
        heights.add(view.root.bounding_box()["height"])
    assert len(heights) == 2


def contained(view):
    return view.root.evaluate("figure => getComputedStyle(figure).contain")


def test_on_paper_a_figure_has_no_height_of_its_own(page, view):
    page.emulate_media(media="print")
    assert contained(view) == "none"


def test_a_sentence_that_came_in_two_parts_is_written_whole(view):
    before = view.readouts
    view.root.locator(".lossbook-readout").first.evaluate("said => said.firstChild.splitText(9)")
    view.slope.press("End")
    view.button("Reset").click()
    assert view.readouts == before


def test_without_javascript_the_start_is_there(browser, view, figure):
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.set_content(document(figure))
    text = still.content()
    assert still.locator(".lossbook-readout").all_inner_texts() == view.readouts
    for mark in ("mark2", "mark3", "mark4"):
        path = still.locator(f"#{mark} > path").get_attribute("d")
        np.testing.assert_allclose(places(path), places(view.path(mark)), atol=0.0051)
    assert "<input" not in text
    context.close()


def test_functions_of_javascript_equal_numpys(page):
    fig = live.Figure(alt="Functions")
    x = sp.Symbol("x", real=True)
    assert fig.slider("x", -6, 6, start=0, step=0.125) == x
    exprs = [
        sp.erf(x), sp.erfc(x), sp.gamma(x), sp.loggamma(x), sp.log(1 + sp.exp(x)), sp.sign(x),
        sp.Heaviside(x), sp.Abs(x), sp.Max(x, 1, -x), sp.Min(x, x**2), sp.Mod(x, 3) / sp.Mod(x, 2),
        sp.Piecewise((x, (x > -1) & (x < 1)), (x**2, (x < -2) | (x > 2)), (sp.nan, True)),
        sp.root(x, 3), sp.sqrt(x), sp.log(x), 1 / x, sp.tanh(x) ** 2, sp.exp(-(x**2)) / 0.3,
        sp.floor(x) + sp.ceiling(x), sp.Sum(x**i / sp.Max(i, 1), (i, 0, 5)),
        sp.Piecewise((1, sp.Eq(x, 0)), (sp.sin(x) / x, True)), log1p(x), expm1(x),
    ]  # fmt: skip
    for expr in exprs:
        fig.readout("{:.16e}", expr)
    page.set_content(document(fig))
    grid = np.arange(-6, 6.01, 0.125)
    found = page.evaluate(
        """grid => grid.map(x => {
            const figure = document.querySelector("figure");
            figure.lossbook.set({ x });
            return [...figure.querySelectorAll(".lossbook-readout")].map(e => e.textContent);
        })""",
        grid.tolist(),
    )
    found = [[float(v.replace("−", "-").replace("—", "nan")) for v in row] for row in found]
    expected = np.array([fig.evaluate({"x": v})[1] for v in grid])[..., 0]
    expected[~np.isfinite(expected)] = np.nan
    for k, expr in enumerate(exprs):
        mine = np.array(found)[:, k]
        np.testing.assert_allclose(mine, expected[:, k], 1e-12, 1e-14, err_msg=str(expr))


def test_the_widget_and_its_model_follow_one_another(page, figure):
    widget = figure.widget
    widget._repr_mimebundle_()
    page.set_content(f"<style>{widget._css}</style><div></div>")
    page.evaluate(
        """async ([module, state]) => {
            const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
            const { default: widget } = await import(url);
            const listeners = new Set();
            window.saved = 0;
            window.model = {
                get: name => state[name],
                set: (name, value) => { state[name] = value; listeners.forEach(f => f()); },
                on: (event, f) => listeners.add(f),
                off: (event, f) => listeners.delete(f),
                save_changes: () => window.saved++,
            };
            window.listeners = listeners;
            window.end = widget.render({ model: window.model, el: document.querySelector("div") });
        }""",
        [widget._esm, {"markup": widget.markup, "values": {**figure.values, "slope": 1}}],
    )
    view = View(page)
    assert view.values["slope"] == 1
    page.evaluate("model.set('values', { ...model.get('values'), slope: -1.5 })")
    assert view.readouts[0].endswith("slope −1.5")
    x, y = middle(view.place)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    assert page.evaluate("model.get('values').place.x[0]") > 0.1
    assert page.evaluate("model.get('values').slope") == -1.5
    assert page.evaluate("saved") == 1
    page.evaluate("end()")
    assert page.evaluate("listeners.size") == 0
    figure.values = page.evaluate("model.get('values')")
    assert figure.values["place"]["x"][0] > 0.1
    figure.values = {spec["label"]: spec["start"] for spec, _ in figure._graph.inputs}
