"""Mathematics is set when the book is built: it is there without scripts, no letter missing."""

import pytest
from built import PAGES, lay_out, soup

every_page = pytest.mark.parametrize("name", PAGES)
stored = pytest.mark.xdist_group("stored")  # pages are read once

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


@every_page
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


@stored
@every_page
def test_each_formula_has_its_tex(name):
    formulas = soup(name).select("mjx-container")
    assert all(formula["data-latex"].strip() for formula in formulas)


# What is selected, by a function of the first paragraph with formulas; how many of them that has.
SELECTIONS = {
    "the paragraph": ("p => getSelection().selectAllChildren(p)", None),
    "from within a formula on": (
        """p => getSelection().setBaseAndExtent(
            p.querySelector("mjx-container mjx-mi"), 0, p, p.childNodes.length)""",
        None,
    ),
    "a formula": ("p => getSelection().selectAllChildren(p.querySelector('.math'))", 1),
    "the page": ("p => getSelection().selectAllChildren(document.querySelector('main'))", None),
}


@pytest.mark.parametrize("selected", SELECTIONS)
def test_a_copied_text_has_its_formulas_as_tex(copies, selected):
    page, copied = copies
    select, count = SELECTIONS[selected]
    paragraph = page.locator("main p:has(mjx-container)").first
    formulas = paragraph.locator("mjx-container")
    tex = formulas.evaluate_all("all => all.map(formula => `$${formula.dataset.latex}$`)")
    paragraph.evaluate(select)
    text = copied()
    assert len(tex) > 1
    found = [each for each in dict.fromkeys(tex) if each in text]
    assert found == list(dict.fromkeys(tex[:count]))
    if count is None:
        between = paragraph.evaluate("p => p.querySelector('.math').nextSibling.data")
        assert between.split()[-1] in text
        assert ("\n" in text) == (selected == "the page")  # its paragraphs stay apart


def test_a_click_selects_a_formula_for_copying(copies):
    page, copied = copies
    formulas = (page.locator(f"{kind}.math mjx-container") for kind in ("div", "p span", "p span"))
    for formula, k in zip(formulas, (0, 0, 2), strict=True):  # the second has a single letter
        formula = formula.nth(k)
        tex = formula.get_attribute("data-latex")
        formula.locator("mjx-math").click()
        assert copied().strip("$") == tex


def test_a_formula_in_focus_is_copied(copies):
    page, copied = copies
    page.set_viewport_size({"width": 320, "height": 800})
    formula = page.locator("mjx-container[tabindex]").first  # it scrolls
    formula.focus()
    assert copied().strip("$") == formula.get_attribute("data-latex")


def test_copying_leaves_the_page_as_it_is(copies):
    page, copied = copies
    choice = page.locator(".lossbook-live input[type=radio]").last
    choice.check()
    page.evaluate("getSelection().selectAllChildren(document.body)")
    before = page.locator("article").inner_html()
    copied()
    assert page.locator("article").inner_html() == before
    assert choice.is_checked()


@pytest.fixture
def copies(page, context, book_url):
    """A page with formulas, and what a copying of its selection puts on the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(book_url + "book/02-noise-to-loss.html")
    page.locator(".lossbook-controls").last.wait_for()
    lay_out(page)

    def copied():
        page.evaluate("navigator.clipboard.writeText('nothing')")
        page.keyboard.press("Control+c")
        return page.evaluate("navigator.clipboard.readText()")

    return page, copied


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
