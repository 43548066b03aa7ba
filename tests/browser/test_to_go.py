"""What a reader takes along of a live figure: its menu used for real, and the figures' files."""

import gzip
import io
import json
import re
from math import floor
from xml.etree import ElementTree

import numpy as np
import pytest
from axe import barriers, show
from built import BOOK, DISK
from figures import View, document, every_kind
from PIL import Image
from tabs import watched

CHAPTER = "book/06-learning-the-scale.html"
POINTS, SLIDERS = 1, 2  # of its figures: one with points and a toggle, one with a slider
EMBEDS = sorted((BOOK / "_static/embed").glob("*.html"))
SVG = "{http://www.w3.org/2000/svg}"
STATES = "[...document.querySelectorAll('.lossbook-live')].map(figure => figure.lossbook.values)"
WIDER = """width =>
    document.querySelector(".lossbook-stage .lossbook-panels > *").clientWidth > width"""
FITS = "stage => stage.scrollHeight <= stage.clientHeight && stage.scrollWidth <= stage.clientWidth"
SELECTED = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
KEPT = "localStorage.getItem(`lossbook ${location.pathname}`)"


@pytest.fixture(scope="module")
def tab(browser, book_url):
    """A tab for all tests here, that may copy."""
    context = browser.new_context(reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=book_url)
    context.set_default_timeout(10_000)
    with watched(context, book_url) as page:
        page.goto(book_url + CHAPTER)
        yield page
    context.close()


def menu(view, entry=None):
    """Open the menu of a figure, and use an entry."""
    if view.button("More").get_attribute("aria-expanded") == "false":
        view.button("More").click()
    view.button("Present").wait_for()
    if entry:
        view.root.locator(".lossbook-menu").get_by_text(entry, exact=True).click()


def move(tab, nth):
    """Move each control of a figure a little."""
    view = View(tab, nth)
    for control in view.root.locator("input[type=range], .lossbook-handle").all()[:3]:
        control.press("ArrowUp")
        control.press("ArrowUp")
    return view


def said(view):
    return view.root.locator(".lossbook-news")


def focused(page):
    return page.evaluate("document.activeElement.textContent || document.activeElement.className")


def test_the_menu_by_keyboard_and_for_those_who_hear_it(tab):
    view = View(tab, POINTS)
    more = view.button("More")
    assert more.get_attribute("aria-expanded") == "false"
    assert not view.button("Present").is_visible()
    more.press("Enter")
    view.button("Present").wait_for()
    tab.keyboard.press("Escape")
    assert not view.button("Present").is_visible()
    more.press("Enter")
    view.button("Present").wait_for()
    assert more.get_attribute("aria-expanded") == "true"
    entries = view.root.locator(".lossbook-menu > :is(button, a)")
    names = ["Present", "Copy link", "Embed", "Save as SVG", "Save as PNG", "Go to the code"]
    assert entries.all_inner_texts() == names
    for name in names:
        tab.keyboard.press("Tab")
        assert focused(tab) == name
    assert all(entry.bounding_box()["height"] >= 24 for entry in entries.all())
    tab.keyboard.press("Escape")
    assert focused(tab) == "More"
    assert not view.button("Present").is_visible()


@pytest.mark.parametrize("nth", [POINTS, SLIDERS])
def test_a_link_shows_what_was_seen(tab, book_url, nth):
    view = move(tab, nth)
    menu(view, "Copy link")
    said(view).get_by_text("Copied: ").wait_for()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link == tab.url != book_url + CHAPTER
    assert len(link) < 300
    other = tab.context.new_page()
    other.goto(book_url + CHAPTER)
    move(other, nth)
    other.keyboard.press("End")
    other.goto(book_url)  # what was set is kept
    other.goto(link)
    shown = View(other, nth)
    other.wait_for_function(
        f"nth => ({STATES.replace('.values', '')})[nth].values && scrollY > 0", arg=nth
    )
    other.wait_for_function("document.activeElement.matches('figure')")
    assert shown.readouts == view.readouts
    assert as_numbers(shown.values) == pytest.approx(as_numbers(view.values), rel=1e-5)
    assert shown.root.locator("svg").first.bounding_box()["y"] < 900
    kept = other.evaluate(KEPT)
    other.goto(link.partition("#")[0] + "?again")  # nothing was moved, so nothing else is kept
    assert other.evaluate(KEPT) == kept
    assert as_numbers(View(other, nth).values) != pytest.approx(as_numbers(view.values), rel=1e-5)
    other.close()


def as_numbers(values):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", json.dumps(values))]


GOOD = {
    "slope=-1.5": {"slope": -1.5},
    "power=two&double=0": {"power": "two", "double": False},
    "point=-1;0.5;3": {"point": {"x": [1, 2, 3], "y": [-1, 0.5, 3]}},
    "slope=0.123&slope=1.004": {"slope": 1},  # the last, on a step
    "utm_source=x&s%6Cope=1e-0&power=tw%6F": {"slope": 1, "power": "two"},
}
NASTY = [
    *("slope=2.1", "slope=", "slope=NaN", "slope=Infinity", "slope=one", "slope", "slope=-2e300"),
    *("power=three", "power=", "power=__proto__", "double=2", "double=toString", "double=true"),
    *("point=0;1", "point=0;1;9", "point=0,0;1,1;2,2", "point=;;", "point=a;b;c", "point=0;1;"),
    *(
        "__proto__=1",
        "constructor=1",
        "<img src=x onerror=alert(1)>=1",
        "&&==&=%",
        "%E0%A4%A",
        "x" * 9999,
    ),
]


def test_whatever_is_typed_into_the_address_is_read_or_left_out(context, tmp_path):
    path = tmp_path / "figure.html"
    path.write_text(document(every_kind()), "utf-8")
    with watched(context, path.as_uri()) as page:
        page.goto(path.as_uri())
        view = View(page)
        starts = view.values
        name = page.locator("[data-name]").get_attribute("data-name")
        go = "hash => { location.hash = hash; return new Promise(done => setTimeout(done, 20)); }"
        for text, changed in GOOD.items():
            page.evaluate(go, f"figure={name}&{text}")
            assert view.values == {**starts, **changed}, text
        page.evaluate(go, f"figure={name}")
        view.slope.press("Home")
        left = view.values
        for text in (
            "figure=",
            "figure=unknown&slope=1",
            "figure=__proto__",
            f"={name}&slope=1",
            "cell-",
            "#",
        ):
            page.evaluate(go, text)
            assert view.values == left, text
        for text in NASTY:
            page.evaluate(
                go,
                f"figure={name}&slope=1&{text}" if "slope" not in text else f"figure={name}&{text}",
            )
            assert view.values == {**starts, "slope": 1}, text
        assert page.locator("img").count() == 0


def test_a_figure_fills_the_screen_and_a_clicker_leads_on(tab):
    tab.set_viewport_size({"width": 1280, "height": 640})  # then its height is the limit
    view = View(tab, POINTS)
    menu(view)
    view.button("More").click()
    tab.wait_for_timeout(50)  # its height follows
    height = view.root.bounding_box()["height"]
    before = view.root.locator("svg").first.bounding_box()["width"]
    menu(view, "Present")
    stage = tab.get_by_role("dialog")
    stage.wait_for()
    tab.wait_for_function(WIDER, arg=before)
    assert tab.evaluate("Boolean(document.fullscreenElement)")
    box = stage.bounding_box()
    assert [box["width"], box["height"]] == tab.evaluate("[innerWidth, innerHeight]")
    assert view.root.bounding_box()["height"] == height  # its place in the page
    assert stage.evaluate(FITS)
    for part in (view.button("Reset"), view.root.locator(".lossbook-readout").last):
        assert part.evaluate("e => e.getBoundingClientRect().bottom") <= tab.evaluate("innerHeight")
    count = tab.locator(".lossbook-live").count()
    seen = []
    for key in ("PageDown", "ArrowRight", "PageUp", "ArrowLeft", "ArrowLeft"):
        tab.keyboard.press(key)
        seen.append(tab.get_by_role("dialog").get_attribute("aria-label").split(":")[0])
        assert tab.get_by_role("dialog").evaluate(FITS)
    assert count == 3
    assert seen == [f"Figure {k} of 3" for k in (3, 3, 2, 1, 1)]
    arrows_are_the_controls_and_pages_the_clickers(tab)
    tab.keyboard.press("Escape")
    tab.get_by_role("dialog").wait_for(state="detached")
    tab.wait_for_function("!document.fullscreenElement")
    assert focused(tab) == "More"
    assert view.root.locator(":focus").count() == 1
    assert tab.locator(".lossbook-live > div > .lossbook-panels").count() == count
    tab.set_viewport_size({"width": 1280, "height": 900})


def arrows_are_the_controls_and_pages_the_clickers(tab):
    slider = tab.get_by_role("dialog").get_by_role("slider").last
    value = tab.evaluate(STATES)
    slider.press("ArrowLeft")
    assert tab.evaluate(STATES) != value
    moved = tab.evaluate(STATES)
    slider.press("PageDown")
    assert tab.evaluate(STATES) == moved
    assert tab.get_by_role("dialog").get_attribute("aria-label").startswith("Figure 2")


@pytest.mark.parametrize(("nth", "mode"), [(SLIDERS, "dark"), (POINTS, "light")])
def test_a_picture_is_what_is_shown(tab, nth, mode):
    show(tab, mode)
    view = move(tab, nth)
    menu(view)
    saved = {}
    for kind in ("SVG", "PNG"):
        with tab.expect_download() as download:
            view.button(f"Save as {kind}").click()
        saved[kind] = download.value.path().read_bytes()
        assert re.fullmatch(
            rf"06-learning-the-scale-\w+\.{kind.lower()}", download.value.suggested_filename
        )
    svg = ElementTree.fromstring(saved["SVG"])
    assert b"var(" not in saved["SVG"]
    title, desc = svg.find(f"{SVG}title").text, svg.find(f"{SVG}desc").text
    alt = view.root.get_attribute("aria-label")
    assert alt.startswith(title)
    source = f"Source: {tab.title()}, {tab.url.partition('#')[0]}"
    assert desc == " ".join([alt, *view.readouts, source])
    ink = "figure => getComputedStyle(figure).getPropertyValue('--lossbook-ink').trim()"
    assert {panel.get("fill") for panel in svg.findall(f"{SVG}svg")} == {view.root.evaluate(ink)}
    drawn = [path.get("d") for path in svg.iter(f"{SVG}path")]
    assert drawn == view.root.locator(".lossbook-panels path").evaluate_all(
        "all => all.map(e => e.getAttribute('d'))"
    )
    picture = Image.open(io.BytesIO(saved["PNG"])).convert("RGB")
    assert picture.size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))
    assert drawn_alike(tab, view, picture)


def drawn_alike(tab, view, picture):
    """Whether the picture is that of the screen, which draws each panel at a whole pixel."""
    panels = view.root.locator(".lossbook-panels > *").all()
    tab.evaluate("document.activeElement.blur()")
    boxes = [panel.bounding_box() for panel in panels]
    left, top = (min(box[axis] for box in boxes) - 8 for axis in "xy")
    for panel, box in zip(panels, boxes, strict=True):
        screen = Image.open(io.BytesIO(panel.screenshot())).convert("RGB")
        x, y = (round(2 * (floor(box[axis]) - least)) for axis, least in (("x", left), ("y", top)))
        width, height = 2 * screen.width, 2 * screen.height
        shown = np.asarray(screen, float)
        apart = min(
            np.abs(picture.crop((a, b, a + width, b + height)).reduce(2) - shown).mean()
            for a in range(x - 1, x + 2)
            for b in range(y - 2, y + 3)
        )
        if apart > 1 or shown.std() < 5:
            return False
    return True


def test_what_is_embedded_is_as_it_was(tab, book_url):
    view = move(tab, SLIDERS)
    menu(view, "Embed")
    said(view).get_by_text("Copied: ").wait_for()
    snippet = tab.evaluate("navigator.clipboard.readText()")
    assert snippet.startswith("<iframe ")
    assert book_url + "_static/embed/06-learning-the-scale-" in snippet
    other = tab.context.new_page()
    other.set_content(f"<!DOCTYPE html>{snippet}")
    frame = other.frame_locator("iframe")
    frame.get_by_role("button", name="Reset").wait_for()
    power = view.root.locator(".lossbook-slider > span").inner_text()
    frame.locator(".lossbook-slider").get_by_text(power, exact=True).wait_for()
    assert frame.locator("figure").evaluate("figure => figure.lossbook.values") == view.values
    assert other.evaluate("document.activeElement === document.body")  # a frame takes no focus
    frame.get_by_role("button", name="More").click()
    assert frame.get_by_role("button", name="Present").is_visible()
    assert frame.get_by_text("Embed").count() == 0
    code = frame.get_by_role("link", name="Go to the code").get_attribute("href")
    assert re.search(r"/book/06-learning-the-scale\.html#cell-\w+$", code)
    other.close()


def test_the_file_of_a_figure_without_code_leads_to_its_page(page):
    page.goto(f"{DISK}_static/embed/intro-1.html")
    menu(View(page))
    link = page.get_by_role("link", name="Go to the page")
    assert link.get_attribute("href").endswith("/book/intro.html")


def test_the_code_opens_and_has_the_focus(tab, book_url):
    view = View(tab, SLIDERS)
    menu(view, "Go to the code")
    cell = view.root.locator("xpath=ancestor::*[starts-with(@id, 'cell-')]")
    assert cell.locator("details").first.evaluate("e => e.open")
    assert cell.locator(".cell_input pre:focus").count() == 1
    assert cell.get_by_role("button", name="Run", exact=True).is_visible()
    assert tab.url == f"{book_url}{CHAPTER}#{cell.get_attribute('id')}"


def test_menu_and_stage_bar_nobody(tab):
    """Last of those that share a tab, which axe changes."""
    view = View(tab, SLIDERS)
    tab.set_viewport_size({"width": 390, "height": 844})
    show(tab, "dark")
    menu(view, "Copy link")
    said(view).get_by_text("Copied: ").wait_for()
    assert barriers(tab, ".lossbook-menu") == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    menu(view, "Present")
    assert barriers(tab, "dialog") == []
    assert tab.get_by_role("dialog").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_each_figure_has_a_light_file_that_asks_for_nothing():
    pages = [path for path in (BOOK / "book").glob("*.html")]
    places = [re.findall(r'data-embed="\.\./([^"]*)"', path.read_text("utf-8")) for path in pages]
    places = [place for page in places for place in page]
    assert sorted(places) == [path.relative_to(BOOK).as_posix() for path in EMBEDS]
    assert len(places) > 50
    for path in EMBEDS:
        text = path.read_text("utf-8")
        assert len(gzip.compress(text.encode(), 6)) <= 60_000, path.name
        assert not re.search(
            r'<(?:link|script|img|iframe)\b[^>]*(?:src|href)="(?!data:)|@import|url\((?!#)', text
        )


def test_figures_live_from_the_disk_in_a_frame_that_may_run_scripts_alone(context, tmp_path):
    sample = [*EMBEDS[:: len(EMBEDS) // 9], *BOOK.glob("_static/embed/design-your-noise-*.html")]
    frames = [f'<iframe sandbox="allow-scripts" src="{path.as_uri()}"></iframe>' for path in sample]
    (tmp_path / "course.html").write_text(f"<!DOCTYPE html>{''.join(frames)}", "utf-8")
    with watched(context, "file:///") as page:
        page.on("request", lambda request: asked.append(request.url))
        asked = []
        page.goto((tmp_path / "course.html").as_uri())
        for frame in page.frames[1:]:
            frame.locator(".lossbook-more").wait_for()
            assert frame.locator(".lossbook-still:visible").count() == 0
            drawn = (
                "[...document.querySelectorAll('svg path')].map(e => e.getAttribute('d')).join()"
            )
            before = frame.evaluate(drawn)
            control = frame.locator("input:is([type=range], [type=radio]), .lossbook-handle").first
            control.press("ArrowLeft")
            control.press("ArrowLeft")
            assert frame.evaluate(drawn) != before, frame.url
        assert len(page.frames) == len(sample) + 1
        assert set(asked) <= {frame.url for frame in page.frames}
        view = View(page.frames[1])
        menu(view, "Save as PNG")
        said(view).locator("img").wait_for()


def test_a_menu_that_did_not_come_says_why_and_is_asked_for_again(context, book_url):
    page = context.new_page()  # in whose console the browser complains
    page.goto(book_url + CHAPTER)
    view = View(page, POINTS)
    more = view.button("More")
    more.wait_for()
    context.set_offline(True)
    more.click()
    view.root.get_by_text("This menu needs the network").wait_for()
    context.set_offline(False)
    page.route("**/to-go.js*", lambda route: route.abort())
    more.click()
    view.root.get_by_text("to-go.js did not arrive").wait_for()
    page.unroute("**/to-go.js*")
    more.click()
    view.button("Present").wait_for()
    more.click()
    assert not view.button("Present").is_visible()


def test_what_a_frame_may_not_copy_is_selected(context, tmp_path):
    (tmp_path / "course.html").write_text(
        f'<!DOCTYPE html><iframe sandbox="allow-scripts" src="{EMBEDS[0].as_uri()}"></iframe>'
    )
    page = context.new_page()  # in whose console the browser complains
    page.goto((tmp_path / "course.html").as_uri())
    view = View(page.frames[1])
    menu(view, "Copy link")
    said(view).get_by_text("Copy from this box").wait_for()
    selected = said(view).locator("textarea:focus").evaluate(SELECTED)
    assert "/book/01-teaching-signal.html#figure=" in selected
