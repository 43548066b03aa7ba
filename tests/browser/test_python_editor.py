"""The field for code: by keyboard alone, on a phone, and letter on letter with its colours."""

import pytest
from built import PAGES, soup
from reader import Cell
from tabs import watched

CHAPTER, HUBER, ESTIMATES = "book/05-huber-and-heavy-tails.html", "1f1e77c8", "f4bfb159"

# Where field and colours differ: in their letters, their boxes, or how wide and high these are.
APART = """root => {
    const [field, pre] = ["textarea", "pre"].map(
        tag => root.querySelector(`.python-editor ${tag}`));
    const style = element => {
        const known = getComputedStyle(element);
        return ["fontFamily", "fontSize", "fontWeight", "fontStyle", "lineHeight", "letterSpacing",
            "wordSpacing", "tabSize", "whiteSpace", "textIndent", "textTransform", "paddingTop",
            "paddingLeft", "borderTopWidth", "borderLeftWidth", "fontVariantLigatures",
            "fontFeatureSettings", "fontKerning", "textRendering", "textAlign", "direction",
        ].map(name => `${name} ${known[name]}`);
    };
    const [mine, theirs] = [field, pre].map(style);
    const found = mine.filter((each, k) => each !== theirs[k]).map((each, k) => `field ${each}`);
    const boxes = [field, pre].map(element => element.getBoundingClientRect());
    for (const side of ["left", "top", "width", "height"])
        if (Math.abs(boxes[0][side] - boxes[1][side]) > 0.5) found.push(`${side} of the box`);
    if (field.scrollWidth > field.clientWidth || field.scrollHeight > field.clientHeight)
        found.push("the field scrolls in itself");
    if (field.scrollTop || field.scrollLeft) found.push("the field is scrolled");
    for (const token of pre.querySelectorAll("span")) {
        const { fontSize, display } = getComputedStyle(token);
        if (fontSize !== getComputedStyle(pre).fontSize || display !== "inline")
            found.push(token.className);
    }
    // How wide each line is, coloured and not.
    const plain = pre.cloneNode();
    plain.style.cssText = "position: absolute; visibility: hidden";
    plain.textContent = field.value;
    pre.after(plain);
    const right = element => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return Math.max(...[...range.getClientRects()].map(box => box.right));
    };
    const width = element => right(element) - element.getBoundingClientRect().left;
    if (Math.abs(width(pre) - width(plain)) > 0.5) found.push("the width of the letters");
    plain.remove();
    return found;
}"""
LONG_AND_MANY = "\n".join(
    ["def f(x, σ=1.0):  # " + "a long comment " * 12, '    """Ähnlich: ∑ é 漢字"""', "\treturn x"]
    + [f"    value_{k} = np.exp(-x**2 / {k + 1})  # {k}" for k in range(60)]
    + ["", ""]
)


@pytest.fixture
def editor(visit):
    """The open field of chapter 5's first exercise, empty."""
    cell = Cell(visit(CHAPTER), HUBER)
    cell.write("")
    cell.field.focus()
    return cell


def typed(editor, *keys):
    for key in keys:
        editor.page.keyboard.press(key) if len(key) > 1 else editor.page.keyboard.type(key)
    return editor.field.input_value()


def test_tab_goes_in_and_out(editor):
    page = editor.page
    for key, name in (("Tab", "Copy"), ("Tab", "Check"), ("Shift+Tab", "Copy")):
        page.keyboard.press(key)
        assert name in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('textarea')")
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.matches('textarea')")
    assert editor.field.input_value() == ""


def test_lines_are_indented_and_can_be_undone(editor):
    keyboard = editor.page.keyboard
    keyboard.type("def f(x):")
    assert typed(editor, "Enter") == "def f(x):\n    "
    keyboard.type("y = x  # so:")
    assert typed(editor, "Enter").endswith("so:\n    ")
    assert typed(editor, "Backspace").endswith("so:\n")
    assert typed(editor, "Backspace").endswith("so:")
    keyboard.type("\nif y: # now")
    assert typed(editor, "Enter").endswith("\n        ")
    assert typed(editor, "Backspace").endswith("\n    ")
    assert typed(editor, "z", "Backspace").endswith("\n    ")
    before = editor.field.input_value()
    steps = 0
    while editor.field.input_value() and steps < 60:
        keyboard.press("Control+z")
        steps += 1
    assert editor.field.input_value() == ""
    for _ in range(steps):
        keyboard.press("Control+Shift+z")
    assert editor.field.input_value() == before
    assert editor.root.locator("pre").first.text_content().rstrip("\n") == before.rstrip("\n")


def test_enter_within_a_line_and_over_a_selection(editor):
    editor.field.fill("    ab")
    editor.field.press("End")
    assert typed(editor, "ArrowLeft", "Enter") == "    a\n    b"
    assert typed(editor, "Control+a", "Enter") == "\n"


def test_change_puts_the_cursor_into_the_field_and_its_names_are_heard(visit):
    cell = Cell(visit(CHAPTER), ESTIMATES)
    cell.button("Change").focus()
    cell.page.keyboard.press("Enter")
    assert cell.page.evaluate("document.activeElement.matches('textarea')")
    assert cell.field.get_attribute("aria-label") == "Code of this cell"
    assert cell.field.get_attribute("spellcheck") == "false"
    exercise = Cell(cell.page, HUBER)
    assert "Huber by hand" in exercise.field.get_attribute("aria-label")
    names = exercise.root.locator(".python-bar button:visible")
    assert names.all_inner_texts() == ["Check"]


def test_what_is_copied_is_what_was_written(context, visit):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = Cell(visit(CHAPTER), HUBER)
    cell.write("mine = 1\n")
    cell.field.hover()
    cell.root.get_by_role("button", name="Copy").click()
    cell.page.wait_for_function(
        "navigator.clipboard.readText().then(text => text.includes('mine'))"
    )
    assert cell.page.evaluate("navigator.clipboard.readText()").strip() == "mine = 1"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("touch", [False, True])
def test_the_letters_lie_on_their_colours(browser, book_url, width, mode, touch):
    size = {"width": width, "height": 800}
    context = browser.new_context(viewport=size, color_scheme=mode, has_touch=touch)
    with watched(context, book_url) as page:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=mode)
        page.goto(book_url + CHAPTER)
        for name in (HUBER, ESTIMATES):
            cell = Cell(page, name)
            cell.write(cell.code)
            assert not cell.root.evaluate(APART)
            cell.write(LONG_AND_MANY)
            assert not cell.root.evaluate(APART)
            cell.field.press("Control+End")
            page.keyboard.type("    last = 1")
            assert not cell.root.evaluate(APART)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_what_is_typed_is_seen_where_it_is_typed(editor):
    """The box scrolls with the cursor."""
    editor.page.set_viewport_size({"width": 390, "height": 800})
    editor.field.fill("x" * 300)
    editor.field.press("End")
    editor.page.keyboard.type("y")
    box = editor.root.locator(".python-editor")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth - box.scrollLeft") < 20
    editor.page.keyboard.press("Home")
    editor.page.keyboard.type("z")
    assert box.evaluate("box => box.scrollLeft") < 20


def test_on_a_phone_all_is_large_enough(browser, book_url):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    with watched(context, book_url) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(book_url + CHAPTER)
        for name in (HUBER, ESTIMATES):
            cell = Cell(page, name)
            cell.write("x = 1\n" * 3)
            assert cell.field.evaluate("f => parseFloat(getComputedStyle(f).fontSize)") >= 16
            for button in cell.root.locator("button:visible").all():
                if button.inner_text():
                    assert button.bounding_box()["height"] >= 44, button.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        cell.field.tap()
        assert page.evaluate("document.activeElement.matches('textarea')")
    context.close()


@pytest.mark.parametrize("name", [name for name in PAGES if soup(name).select(".exercise .cell")])
def test_every_exercise_has_a_field_and_no_verdict(visit, name):
    page = visit(name)
    for element in page.locator(".exercise .cell").all():
        cell = Cell(page, element.get_attribute("id").removeprefix("cell-"))
        assert "turn" in cell.code or "..." in cell.code
        assert cell.shown == ""
        assert cell.button("Check" if "exercises.check(" in cell.code else "Run").is_visible()
        assert not cell.note.is_visible()
        assert not cell.button("Start over").is_visible()
