"""What is far below is laid out late, and no reader loses the place for it."""

import pytest

LONG = ["book/02-noise-to-loss.html", "book/18-choosing.html"]
WIDTHS = [390, 1280]

TOP = "hash => document.getElementById(hash.slice(1)).getBoundingClientRect().top"
LAST = "[...document.querySelectorAll('.bd-article > section > section')].at(-1)"
AT_REST = """async () => {
    let last, still = 0;  // frames
    while (still < 2) {
        await new Promise(requestAnimationFrame);
        [last, still] = [scrollY, scrollY === last ? still + 1 : 0];
    }
}"""

# How far a place moves on the screen with each step towards the top.
UPWARDS = f"""async hash => {{
    const moved = [];
    while (scrollY > 600) {{
        const before = ({TOP})(hash);
        scrollBy(0, -300);
        await ({AT_REST})();
        moved.push(({TOP})(hash) - before);
    }}
    return moved;
}}"""


@pytest.fixture(params=WIDTHS)
def opened(page, book_url, request):
    page.set_viewport_size({"width": request.param, "height": 900})

    def opened(name):
        page.goto(book_url + name)
        page.evaluate("document.fonts.ready.then(() => null)")
        return page

    return opened


@pytest.mark.parametrize("name", LONG)
def test_links_lead_to_their_sections(opened, name):
    page = opened(name)
    assert page.evaluate(
        f"!{LAST}.firstElementChild.checkVisibility({{ contentVisibilityAuto: true }})"
    )
    hashes = page.evaluate("[...document.querySelectorAll('#pst-page-toc-nav a')].map(a => a.hash)")
    assert len(hashes) > 5
    for hash in [*hashes, *hashes[::-3]]:
        page.evaluate("hash => { location.hash = hash }", hash)
        page.evaluate(AT_REST)
        end = page.evaluate("scrollY + innerHeight > document.documentElement.scrollHeight - 2")
        top = page.evaluate(TOP, hash)
        assert end or 0 <= top < 130, (hash, top)


@pytest.mark.parametrize("name", LONG)
def test_text_stands_still_while_what_is_above_gets_its_height(opened, name):
    page = opened(name)
    hash = page.evaluate(f"'#' + {LAST}.id")
    page.goto(page.url + hash)
    moved = page.evaluate(UPWARDS, hash)
    assert len(moved) > 10
    assert moved == pytest.approx([300] * len(moved), abs=80)
