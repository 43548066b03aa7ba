"""Where a reader forces colours of his own on all pages: figures and the focus are seen."""

import pytest
from test_pages import UNSEEN_FOCUS

# Of everything drawn the least contrast with the page, by WCAG's formula.
LEAST_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d");
    const light = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(v => (v /= 255) <= 0.04045
            ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    document.body.style.color = "Canvas";
    const ground = light(getComputedStyle(document.body).color);
    const drawn = [...document.querySelectorAll(".lossbook-panels :is(path, use)")];
    const styles = drawn.map(element => getComputedStyle(element));
    const colours = new Set(styles.flatMap(({ fill, stroke }) => [fill, stroke]));
    const seen = [...colours].filter(c => /^(rgb|color)\\(/.test(c));
    const contrasts = seen.map(colour => light(colour) / ground).map(c => Math.max(c, 1 / c));
    return [contrasts.length, Math.min(...contrasts)];
}"""


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_drawn_can_be_seen(browser, book_url, mode, scripts):
    context = browser.new_context(
        forced_colors="active", color_scheme=mode, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(book_url + "book/05-huber-and-heavy-tails.html")
    number, contrast = page.evaluate(LEAST_CONTRAST)
    context.close()
    assert number >= 4
    assert contrast > 3


@pytest.mark.parametrize("name", ["01-teaching-signal", "design-your-noise", "self-test-number"])
def test_the_focus_can_be_seen(visit, name):
    page = visit(f"book/{name}.html")
    page.emulate_media(forced_colors="active")
    found = page.evaluate(UNSEEN_FOCUS)
    assert not found, "\n".join(found)
