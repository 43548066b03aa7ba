"""Mathematics is set when the book is built: it is there without scripts, no letter missing."""

import pytest
from built import PAGES, lay_out

# A letter of a formula is drawn by a rule; without one it would be an empty place.
NOT_DRAWN = """() => [...document.querySelectorAll("mjx-c")]
    .filter(letter => getComputedStyle(letter, "::before").content === "none")
    .map(letter => letter.closest("mjx-container").textContent + ": " + letter.className)"""

# Where TeX is left to be read as text.
NOT_SET = """() => [...document.querySelectorAll("body *:not(script, style, pre, code, template)")]
    .filter(part => [...part.childNodes].some(
        text => text.nodeType === Node.TEXT_NODE && /\\\\[([a-z]/.test(text.data)
    ) && !part.closest("pre, code"))
    .map(part => part.textContent.trim())"""

FONTS = "[...document.fonts].filter(font => font.family.startsWith('MJX')).map(font => font.status)"


@pytest.fixture(scope="module")
def without_scripts(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "index.html"])
def test_formulas_are_set_without_scripts(without_scripts, book_url, name):
    page = without_scripts.new_page()
    page.goto(book_url + name)
    formulas = page.locator(".math").count()
    assert page.locator(".math mjx-math").count() == formulas
    assert page.locator(".math mjx-assistive-mml > math").count() == formulas
    assert not page.evaluate(NOT_DRAWN)
    assert not page.evaluate(NOT_SET)
    page.close()


def test_letters_come_from_the_book_and_are_as_high_as_the_text(visit):
    page = visit("book/02-noise-to-loss.html")
    page.evaluate("document.fonts.ready.then(() => null)")
    states = page.evaluate(FONTS)
    assert "loaded" in states
    assert "error" not in states
    size = page.evaluate("""() => {
        const formula = document.querySelector("p mjx-container");
        const text = formula.parentElement;
        const ruler = document.createElement("span");
        ruler.style = "display: inline-block; height: 1ex";
        text.append(ruler);
        return parseFloat(getComputedStyle(formula).fontSize) * 0.442 / ruler.offsetHeight;
    }""")
    assert size == pytest.approx(1, abs=0.05)


def test_only_what_is_too_wide_is_a_stop_of_the_tab_key(page, book_url):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(book_url + "book/01-teaching-signal.html")
    lay_out(page)
    page.wait_for_function("""() => {
        const width = element => element.getBoundingClientRect().width;
        const wide = box => width(box.querySelector("mjx-math")) > width(box) + 1.5;
        const shown = [...document.querySelectorAll("mjx-container")].filter(width);
        return shown.some(wide) && shown.every(box => wide(box) === (box.tabIndex === 0));
    }""")
