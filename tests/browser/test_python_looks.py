"""How cells look and sound in each state: to axe, in forced colours, on paper, read out."""

import pytest
from axe import judged
from built import lay_out
from playwright.sync_api import expect
from reader import LONG, Cell
from tabs import watched
from test_pages import UNSEEN_FOCUS
from test_python_exercises import CHECKS, GRADIENT, HUBER, LOSS

pytestmark = pytest.mark.xdist_group("python looks")  # Python is started once

CHAPTER, ABOVE, BELOW = "book/05-huber-and-heavy-tails.html", "81b69512", "d9724147"


@pytest.fixture(scope="module")
def chapter(shared, book_url):
    shared.goto(book_url + CHAPTER)
    lay_out(shared)
    return shared


def good(page, name):
    found = judged(page, (390, 1280), f"#cell-{name}")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not found, "\n".join(found)


def test_before(chapter):
    for name in (HUBER, ABOVE):
        good(chapter, name)


def test_an_open_editor_with_every_colour(chapter):
    cell = Cell(chapter, ABOVE)
    cell.write("# a comment\n@f\ndef g(x=None):\n    return len('text' + b'x') * 3.5e-2 + f'{x}'\n")
    assert cell.note.is_visible()
    good(chapter, ABOVE)
    cell.button("Restore").click()


def test_while_it_starts_and_runs(chapter):
    cell = Cell(chapter, ABOVE)
    cell.write("while True: pass")
    cell.start()
    bar = cell.news.get_by_role("progressbar")
    expect(bar).to_be_visible()
    assert bar.get_attribute("aria-label") == "Python starts"
    good(chapter, ABOVE)
    expect(cell.news).to_contain_text("Running", timeout=LONG)
    assert not bar.is_visible()
    good(chapter, ABOVE)
    cell.button("Stop").click()
    cell.ended()
    assert cell.said == "Stopped."
    good(chapter, ABOVE)
    cell.button("Restore").click()


def test_out_of_date_and_broken(chapter):
    above, below = Cell(chapter, ABOVE), Cell(chapter, BELOW)
    above.write("mine = 1")
    below.write("print(mine)")
    below.run()
    above.write("mine = 2")
    above.run()
    expect(below.note).to_be_visible()
    good(chapter, BELOW)
    below.write("1 / 0")
    below.run()
    good(chapter, BELOW)
    for cell in (above, below):
        cell.button("Restore").click()


def test_a_verdict_is_announced_once(chapter):
    cell = Cell(chapter, HUBER)
    regions = "[role=status], [aria-live], [role=alert]"
    before = cell.root.locator(regions).count()
    assert cell.outputs.get_attribute("role") == "status"  # it is there before the words are
    cell.write(LOSS + GRADIENT + CHECKS)
    cell.run()
    saying = cell.root.locator(regions).filter(has_text="Right")
    assert saying.count() == 1
    assert cell.root.locator(regions).count() == before
    good(chapter, HUBER)
    assert not judged(chapter, (1280,), "#ex-huber")
    cell.write("x = (")
    cell.run()
    good(chapter, HUBER)
    cell.button("Start over").click()


def test_the_seconds_of_a_run_are_not_read_out_one_by_one(chapter):
    cell = Cell(chapter, ABOVE)
    cell.write("while True: pass")
    cell.start()
    expect(cell.news).to_contain_text("Running", timeout=LONG)
    said = cell.root.evaluate("""cell => new Promise(resolve => {
        let number = 0;
        const live = cell.querySelectorAll(".python-news [role=status]");
        const count = () => (number += 1);
        const watch = new MutationObserver(count);
        for (const each of live)
            watch.observe(each, { childList: true, characterData: true, subtree: true });
        setTimeout(() => resolve(number), 3500);
    })""")
    cell.button("Stop").click()
    cell.ended()
    cell.button("Restore").click()
    assert said <= 1


def test_on_paper_there_are_no_buttons(chapter):
    cell = Cell(chapter, ABOVE)
    cell.write("x = 1")
    assert cell.note.is_visible()
    chapter.emulate_media(media="print")
    for part in (".python-bar", ".python-news", ".python-note"):
        assert not chapter.locator(f".cell {part}").locator("visible=true").count()
    pre = cell.root.locator("pre").first
    colours = pre.evaluate("p => [getComputedStyle(p).color, getComputedStyle(p).visibility]")
    chapter.emulate_media(media="screen")
    assert colours[1] == "visible"
    cell.button("Restore").click()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_in_forced_colours(browser, book_url, mode):
    context = browser.new_context(forced_colors="active", color_scheme=mode)
    with watched(context, book_url) as page:
        page.emulate_media(color_scheme=mode, forced_colors="active")
        page.goto(book_url + CHAPTER)
        cell = Cell(page, HUBER)
        cell.write("def f():\n    return 1")
        # The letters are seen once: the field's own are clear, or those beneath it hidden.
        field, pre = cell.field, cell.root.locator("pre").first
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        seen = "e => getComputedStyle(e).visibility === 'visible' && getComputedStyle(e).color"
        clear = "rgba(0, 0, 0, 0)"
        unseen = [each.evaluate(seen) in (False, clear, ground) for each in (field, pre)]
        assert sorted(unseen) == [False, True]
        caret = field.evaluate("e => getComputedStyle(e).caretColor")
        assert caret not in (clear, ground)
        found = [
            each for each in page.evaluate(UNSEEN_FOCUS) if "python" in each or "<textarea" in each
        ]
        assert not found
    context.close()


def test_nothing_moves_where_less_motion_is_asked_for(chapter):
    cell = Cell(chapter, ABOVE)
    cell.write("while True: pass")
    cell.start()
    expect(cell.news).to_contain_text("Running", timeout=LONG)
    moving = cell.root.evaluate("cell => cell.getAnimations({ subtree: true }).length")
    cell.button("Stop").click()
    cell.ended()
    cell.button("Restore").click()
    assert moving == 0
