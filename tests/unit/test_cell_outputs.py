"""What the page shows of a cell that runs: its text, its values, its figures, its warnings."""

import sys
import warnings

import kernel
import numpy as np
import output
import pytest
from in_kernel import PACKS, Page, standins  # noqa: F401
from IPython.lib.pretty import pretty as as_ipython_prints
from values import bundle, markdown, pretty


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 + 1", "2"),
        ("print(1)\n'a'", "1\n'a'"),
        ("1;", ""),
        ("1; 2", "2"),
        ("1;  # nothing", ""),
        ("'a;'", "'a;'"),
        ("None", ""),
        ("x = 1", ""),
        ("display(1, 'a')\n2", "1'a'2"),
        ("print('a', end='', flush=True)\nprint('b')", "ab\n"),
        ("import sys\nn = sys.stdout.write('a')", "a"),
        ("import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)", "1\n2\n3\n"),
        ("def f(): return 1\nf", "<function __main__.f()>"),
        ("__name__", "'__main__'"),
        ("", ""),
        ("# nothing", ""),
    ],
)
def test_shown(cell, expected):
    assert Page(cell).shown(0) == expected


def test_streams_and_end():
    messages = Page("import sys\nprint(1)\nprint(2, file=sys.stderr)").run(0)
    assert [m.get("name") for m in messages] == ["stdout", "stderr", None]
    assert messages[-1]["kind"] == "end"
    assert messages[-1]["cell"] == 0
    assert messages[-1]["ok"] is True


LOOP = [1]
LOOP.append(LOOP)


@pytest.mark.parametrize(
    "value",
    [
        [],
        (),
        (1,),
        {1},
        {3, 1, 2},
        set(),
        frozenset((1, 2)),
        {"a": 1},
        [1.5, "x", None],
        list(range(100)),
        list(range(1200)),
        ["x" * 30] * 3,
        {"k" * 40: "v" * 50},
        {f"key {k}": list(range(20 * k)) for k in range(5)},
        (np.arange(3.0), np.ones(2)),
        tuple(np.linspace(0, 1, 4) * 1e-7 for _ in range(4)),
        [[1] * 20] * 4,
        [np.float64(0.1)],
        LOOP,
        "a\nb",
        int,
        np.float64,
        [[["x" * k, "y"], k] for k in range(60, 75)],
        [np.ones(3), {"a": (1, [2] * 40)}],
    ],
    ids=lambda value: repr(value)[:20],
)
def test_pretty(value):
    """As `IPython` prints it."""
    assert pretty(value) == as_ipython_prints(value)


SHOWS = """
class Shows:
    def __repr__(self): return "plain"
    def _repr_{}_(self): return {!r}
Shows()
"""


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("html", "<b>1</b>", {"text/html": "<b>1</b>"}),
        ("latex", "$x$", {"text/latex": "$x$"}),
        ("svg", "<svg/>", {"image/svg+xml": "<svg/>"}),
        ("png", b"\x89PNG", {"image/png": "iVBORw=="}),
        ("markdown", "*a*", {"text/markdown": "*a*", "text/html": "<p><em>a</em></p>\n"}),
        ("mimebundle", {"text/html": "a"}, {"text/html": "a"}),
        ("mimebundle", ({"text/html": "a"}, {}), {"text/html": "a"}),
        ("html", None, {}),
    ],
)
def test_values_say_how_they_are_shown(kind, given, expected):
    [message, _] = Page(SHOWS.format(kind, given)).run(0)
    assert message == {"kind": "data", "data": {"text/plain": "plain", **expected}}


def test_markdown():
    html = markdown("1. **a** $x<1$\n\n   $$\n   y & z\n   $$\n")
    assert html == (
        '<ol>\n<li>\n<p><strong>a</strong> <span class="math inline">\\(x&lt;1\\)</span></p>\n'
        '<div class="math block">\n\\[y &amp; z\\]\n</div>\n</li>\n</ol>\n'
    )


@pytest.mark.usefixtures("standins")
def test_standins():
    page = Page(
        "from IPython.display import HTML, Math, Markdown, SVG, Image, display\nMath('x')",
        "from myst_nb import glue\nglue('a', 1.5, display=False)\nglue('b', 2)",
        "display(HTML('<i>'), {'text/plain': 'raw'}, raw=False)\ndisplay({'a': 'b'}, raw=True)",
        "import IPython\nIPython.get_ipython(), IPython.version_info[:1]",
        "from IPython.display import Image\nImage(b'\\xff\\xd8')",
    )
    assert page.run(0)[0]["data"]["text/latex"] == r"$\displaystyle x$"
    assert [m["data"] for m in page.run(1)[:-1]] == [
        {"application/papermill.record/text/plain": "1.5"},
        {"text/plain": "2"},
    ]
    assert [m["data"] for m in page.run(2)[:-1]] == [
        {"text/plain": "<IPython.core.display.HTML object>", "text/html": "<i>"},
        {"text/plain": "{'text/plain': 'raw'}"},
        {"a": "b"},
    ]
    assert page.shown(3) == "(None, (8,))"
    assert page.run(4)[0]["data"]["image/jpeg"] == "/9g="


PLOT = "import matplotlib.pyplot as plt\nimport sys\n"


@pytest.mark.parametrize(
    ("cell", "images"),
    [
        ("plt.plot([1, 2]);", 1),
        ("plt.plot([1, 2])\nplt.show()", 1),
        ("plt.figure()\nplt.figure();", 2),
        ("plt.plot([1])\nplt.show()\nplt.plot([2])\nplt.show()", 2),
        ("f = plt.figure()\nf", 1),
        ("f, ax = plt.subplots()\nplt.close(f)\nf", 1),
        ("from matplotlib.figure import Figure\nFigure()", 1),
    ],
)
def test_figures_of_matplotlib(cell, images):
    page = Page(PLOT, cell)
    for _ in range(2):
        kinds = [message["data"] for message in page.run(1) if message["kind"] == "data"]
        pictures = [data["image/png"] for data in kinds if "image/png" in data]
        assert len(pictures) == images
        assert all(picture.startswith("iVBORw0KGgo") for picture in pictures)


def test_figures_of_cells_that_are_needed_are_not_shown():
    page = Page(PLOT, "f, ax = plt.subplots()", "ax.plot([1])\nf")
    assert sum("data" in message for message in page.run(2)) == 1


def test_a_figure_of_a_needed_cell_is_not_drawn_on_further():
    page = Page(PLOT, "f, ax = plt.subplots()", "n = len(ax.lines)\nplt.plot([2])\nlen(ax.lines)")
    assert "".join(m.get("data", {}).get("text/plain", "")[:1] for m in page.run(2)) == "0<"


def test_what_has_waited_is_sent(monkeypatch):
    page = Page("for k in range(3):\n    print(k, end='')")
    assert len(page.run(0)) == 2
    monkeypatch.setattr(output, "WAIT", -1)
    assert len(page.run(0)) == 4


def test_endless_output_is_cut():
    messages = Page("for k in range(100_000):\n    print('x' * 99)").run(0)
    text = "".join(message.get("text", "") for message in messages)
    assert 200_000 <= len(text) < 200_200
    assert text.endswith("characters.\n")
    assert len(messages) < 250


def test_a_line_comes_while_the_cell_runs():
    page, seen = Page("print('start')\nseen()"), []
    vars(kernel.builtins)["seen"] = lambda: seen.extend(page.messages)
    try:
        page.run(0)
    finally:
        del kernel.builtins.seen
    assert [message["text"] for message in seen] == ["start\n"]


def test_warnings_come_once_each_run():
    page = Page("import numpy as np", "for _ in range(3):\n    np.log(np.zeros(1))")
    for _ in range(2):
        messages = page.run(1)
        assert [m.get("name") for m in messages] == ["stderr", None]
        assert messages[0]["text"].startswith("RuntimeWarning in line 2: divide by zero")
    quiet = "import warnings\nwarnings.warn('a', DeprecationWarning)"
    assert Page(quiet).shown(0) == "DeprecationWarning in line 2: a\n"


def test_a_run_leaves_python_as_it_was():
    before = sys.stdout, sys.meta_path[:], warnings.filters[:], dict(vars(kernel.builtins))
    Page("import warnings\nwarnings.simplefilter('ignore')\n1 / 0").run(0)
    assert before == (sys.stdout, sys.meta_path, warnings.filters, vars(kernel.builtins))


def test_bundle_of_a_class():
    """A class has the methods of its instances, and is not shown as one of them."""

    class Shows:
        def _repr_html_(self):
            return "<b>"

    assert set(bundle(Shows)) == {"text/plain"}
    assert bundle(Shows())["text/html"] == "<b>"
