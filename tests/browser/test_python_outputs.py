"""Outputs of every kind, in the form in which the book prints them."""

import pytest
from axe import barriers, show
from figures import View
from reader import Cell
from test_mathematics import FONTS, NOT_DRAWN

pytestmark = pytest.mark.xdist_group("python outputs")  # Python is started once

CHAPTER = "book/design-your-noise.html"
# What a copying of an element puts on the clipboard.
COPIED = """element => {
    getSelection().selectAllChildren(element);
    const clipboardData = new DataTransfer();
    const options = { clipboardData, bubbles: true, cancelable: true };
    element.dispatchEvent(new ClipboardEvent("copy", options));
    return clipboardData.getData("text/plain");
}"""


@pytest.fixture(scope="module")
def cell(shared, book_url):
    shared.goto(book_url + "book/05-huber-and-heavy-tails.html")
    return Cell(shared, "81b69512")


def ran(cell, code):
    cell.write(code)
    shown = cell.run()
    assert "Traceback" not in shown
    return shown


def test_text_in_the_order_in_which_it_was_printed(cell):
    shown = ran(cell, "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n4")
    assert shown.split() == ["one", "two", "three", "4"]
    assert cell.outputs.locator(".output.stderr").inner_text().strip() == "two"
    assert cell.outputs.locator(".output.text_plain").inner_text().strip() == "4"
    assert ran(cell, "print('<b>a</b> & <script>')") == "<b>a</b> & <script>"
    assert ran(cell, "1;") == ""


def test_a_value_of_sympy_is_set_as_mathematics(cell):
    ran(cell, "sp.Integral(sp.exp(-e**2), (e, -sp.oo, sp.oo))")
    formula = cell.outputs.locator("mjx-container")
    assert "int" in formula.get_attribute("data-latex")
    assert formula.locator("math").count() == 1  # for those who hear it
    for mode in ("light", "dark"):
        show(cell.page, mode)
        colour = "e => getComputedStyle(e).color"
        printed = cell.page.locator("main p mjx-container").first
        assert formula.evaluate(colour) == printed.evaluate(colour)
        size = "e => getComputedStyle(e).fontSize"
        assert formula.evaluate(size) == cell.page.locator("div.math mjx-container").first.evaluate(
            size
        )
    assert cell.page.evaluate(NOT_DRAWN) == []
    cell.page.evaluate("document.fonts.ready.then(() => null)")
    assert "error" not in cell.page.evaluate(FONTS)
    assert formula.get_attribute("data-latex") in formula.evaluate(COPIED)


def test_markdown_with_formulas_and_latex(cell):
    ran(
        cell,
        "from IPython.display import Latex, Markdown, display\n"
        "table = '| a | b |\\n|---|---|\\n| 1 | 2 |'\n"
        "display(Markdown('**Bold** and $x^2$\\n\\n$$\\\\frac12$$\\n\\n' + table))\n"
        "display(Latex(r'$\\alpha + \\beta$'))",
    )
    assert cell.outputs.locator("strong").inner_text() == "Bold"
    assert cell.outputs.locator("td").all_inner_texts() == ["1", "2"]
    latex = [f.get_attribute("data-latex") for f in cell.outputs.locator("mjx-container").all()]
    assert latex == ["x^2", "\\frac12", "\\alpha + \\beta"]


def test_html_a_table(cell):
    ran(cell, "from IPython.display import HTML\nHTML('<table><tr><th>a<td>1</table>')")
    assert cell.outputs.locator("table td").inner_text() == "1"


def test_a_plot_of_matplotlib_is_a_picture_with_a_text(cell):
    ran(cell, "import matplotlib.pyplot as plt\n\nplt.plot([1, 2, 3])\nplt.title('mine');")
    picture = cell.outputs.locator("img")
    assert picture.get_attribute("alt")
    assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 200
    assert picture.bounding_box()["width"] <= cell.root.bounding_box()["width"]
    assert cell.outputs.locator("img").count() == 1


def test_a_warning_is_told_without_a_path(cell):
    shown = ran(cell, "import warnings\n\nwarnings.warn('mind the gap')\n3")
    assert shown.split("\n")[0] == "UserWarning in line 3: mind the gap"
    assert shown.endswith("3")


def test_an_error_after_an_output(cell):
    cell.write("print('so far')\n1 / 0")
    shown = cell.run()
    assert shown.startswith("so far")
    assert shown.endswith("In line 2:\n    1 / 0\nZeroDivisionError: division by zero")
    assert cell.outputs.locator(".traceback").count() == 1


def test_wide_outputs_scroll_in_their_box_and_are_reached_by_keyboard(cell):
    ran(cell, "print('x' * 2000)\nsp.Add(*sp.symbols('x:60'), evaluate=False)")
    cell.page.set_viewport_size({"width": 390, "height": 800})
    assert cell.page.evaluate("document.documentElement.scrollWidth") == 390
    found = barriers(cell.page, f"#{cell.root.get_attribute('id')}")
    cell.page.set_viewport_size({"width": 1280, "height": 900})
    assert not found, "\n".join(found)


def test_a_typed_density_of_the_readers_own(context, book_url):
    page = context.new_page()
    page.goto(book_url + CHAPTER)
    name = page.locator(".cell:has(.lossbook-live)").first.get_attribute("id")
    cell = Cell(page, name.removeprefix("cell-"))
    printed = View(page).readouts
    cell.write(cell.code.rstrip() + "\n")
    cell.run()
    page.locator(".lossbook-controls").first.wait_for(timeout=10_000)
    figure = View(page)
    assert figure.readouts == printed
    before = figure.picture()
    figure.root.get_by_role("textbox").fill("exp(-abs(error)**3)")
    assert figure.picture() != before
    exercise = Cell(page, "892b8d47")
    exercise.write('one_sided = "exp(error/b) if error <= 0 else 0"')
    exercise.run()
    assert not exercise.outputs.locator(".traceback").count()
