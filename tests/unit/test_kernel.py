"""The page's kernel: what a run shows, in which order cells may run, and how errors read."""

import subprocess
import sys
import warnings

import kernel
import numpy as np
import output
import pytest
from imports import required
from in_kernel import PACKS, Page, standins  # noqa: F401
from IPython.lib.pretty import pretty as as_ipython_prints
from values import bundle, markdown, pretty

# What a cell shows


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


# In which order


CELLS = (
    "from numpy.random import default_rng\nrows = []\nrng = default_rng(0)",
    "rows.append(len(rows))\nrows",
    "rng.normal()",
    "rows += [7]\nrows",
    "def draw(): return rng.normal() + len(rows)",
    "draw()",
    "row = rows\nrow.pop()\nrow",
    "rows.clear()",
    "rows, draw()",
    "for row in [rows]:\n    row.append(rng.integers(9))\nrows",
    "total = 0\nfor k in range(3): total += k",
    "total += 1\ntotal",
    "x = [[0]]\ny = x[0]",
    "y.append(1)\nx",
    "x",
    "pairs = iter('abc')\nnext(pairs)",
    "next(pairs)",
    "list(pairs)",
    "count = 0\ndef more():\n    global count\n    count += 1\n    return count",
    "more(), count",
    "more(), count",
    "count",
    "twin = []\nfirst = twin\ntwin = []",
    "first.append(1)\ntwin, first",
    "part = x[0]",
    "x[0].append(2)\npart",
    "part",
    "x[0].append(3)\nx",
    "part",
    "whole = []\nwhole.append(part)",
    "part.append(4)",
    "whole",
    "part.append(5)",
    "whole",
    "piece, n = x[0], rows.pop()",
    "piece.append(n)\nx",
    "rows, piece",
)


def test_any_order_gives_the_same():
    page = Page(*CELLS)
    printed = [page.shown(cell) for cell in range(len(CELLS))]
    assert printed[3] == "[0, 7]"
    assert printed[13:15] == ["[[0, 1]]"] * 2
    assert printed[19:22] == ["(1, 1)", "(2, 2)", "2"]
    assert printed[23:29] == [
        "([], [1])",
        "",
        "[0, 1, 2]",
        "[0, 1, 2]",
        "[[0, 1, 2, 3]]",
        "[0, 1, 2, 3]",
    ]
    assert printed[31:34:2] == ["[[0, 1, 2, 3, 4]]", "[[0, 1, 2, 3, 4, 5]]"]
    order = np.random.default_rng(1).permutation(len(CELLS) * 8) % len(CELLS)
    for cell in map(int, order):
        assert page.shown(cell) == printed[cell], CELLS[cell]
    for cell in range(len(CELLS)):
        assert Page(*CELLS).shown(cell) == printed[cell], CELLS[cell]


def test_only_what_is_needed_runs_and_only_once():
    page = Page(
        "print('a')\nran = []", "ran.append(1)\nx = 1", "ran.append(2)\ny = 2", "x", "len(ran), x"
    )
    page.run(3)
    assert page.shown(4) == "(2, 1)"
    slow = Page("import time\nt = time.perf_counter()\nu = 1 / 0", "t")
    assert slow.shown(1) == slow.shown(1)


def test_an_edit_changes_what_depends_on_it():
    page = Page("delta = 1\nother = 5", "def f(e): return e * delta", "f(10)", "other", "delta")
    assert page.shown(2) == "10"
    edit = {"_0": "delta = 3\nother = 5"}
    assert page.shown(2, **edit) == "30"
    texts = {0: edit["_0"]}
    assert page.kernel.stale(texts, {}) == [0, 2, 4]
    shown = {2: page.messages[-1]["signature"]}
    assert page.kernel.stale(texts, shown) == [0, 4]
    assert page.kernel.stale({}, shown) == [2]
    assert page.kernel.stale({0: "delta = 1\n\n# the same\nother = 5"}, {}) == [0]
    assert page.shown(2) == "10"
    assert page.kernel.memory.values.keys() <= set(page.kernel.program.keys)


def test_a_cell_that_failed_gave_nothing():
    page = Page("rows = [1]", "rows.append(2)\nrows.append(1 / 0)", "rows")
    assert "ZeroDivisionError" in page.shown(1)
    assert "ZeroDivisionError" in page.shown(2)
    fixed = {"_1": "rows.append(3)"}
    assert page.shown(2, **fixed) == "[1, 3]"


# Errors


@pytest.mark.parametrize(
    ("cells", "line", "text"),
    [
        (["x = 0\n1 / x"], 2, "In line 2:\n    1 / x\nZeroDivisionError: division by zero"),
        (
            ["# Halves.\ndef half(x):\n    return x / 0", "a = 1\nhalf(a)"],
            2,
            "In line 2:\n    half(a)\n"
            "In line 3, in half, of the cell that begins with `def half(x):`:\n    return x / 0\n"
            "ZeroDivisionError: division by zero",
        ),
        (
            ["import numpy as np\nnp.linalg.inv(np.ones(2))"],
            2,
            "In line 2:\n    np.linalg.inv(np.ones(2))\nnumpy.linalg.LinAlgError: 1-dimensional "
            "array given. Array must be at least two-dimensional",
        ),
        (["x = 1\ny = = 2"], 2, "In line 2:\n    y = = 2\n        ^\nSyntaxError: invalid syntax"),
        (["if x:\n  return 3"], 2, "In line 2:\n    return 3\n    ^^^^^^^^\n"
         "SyntaxError: 'return' outside function"),
        (["!date"], 1, "In line 1:\n    !date\n    ^\nSyntaxError: invalid syntax\n"
         "Lines that begin with % or ! are commands to Jupyter, which the page does not know."),
        (
            ["def f(n):\n    return f(n + 1)\n\nf(0)"],
            2,
            "In line 4:\n    f(0)\n" + "In line 2, in f:\n    return f(n + 1)\n" * 2 + "…\n"
            + "In line 2, in f:\n    return f(n + 1)\n" * 3
            + "RecursionError: a function calls itself without an end",
        ),
        (["raise MemoryError"], 1, "In line 1:\n    raise MemoryError\n"
         "MemoryError: the page has no memory left for this"),
        (["input('a')"], 1, "In line 1:\n    input('a')\n"
         "RuntimeError: input() cannot ask in this page: write the value into the code instead"),
        (["assert 1 == 2"], 1, "In line 1:\n    assert 1 == 2\nAssertionError"),
        (["import sys\nsys.exit(2)"], 2, "In line 2:\n    sys.exit(2)\nSystemExit: 2"),
        (["import nowhere"], 1, "In line 1:\n    import nowhere\nModuleNotFoundError: No module "
         "named 'nowhere'\nThe Python in this page has no such module."),
        (["error = ValueError('a')\nerror.add_note('b')\nraise error"], 3,
         "In line 3:\n    raise error\nValueError: a\nb"),
        (
            ["x = = 1", "x"],
            None,
            "This cell needs another one, which fails.\n"
            "In line 1, of the cell that begins with `x = = 1`:\n    x = = 1\n        ^\n"
            "SyntaxError: invalid syntax",
        ),
        (
            ["x = 1 / 0", "x"],
            None,
            "This cell needs another one, which fails.\n"
            "In line 1, of the cell that begins with `x = 1 / 0`:\n    x = 1 / 0\n"
            "ZeroDivisionError: division by zero",
        ),
    ],
)  # fmt: skip
def test_errors(cells, line, text):
    page, last = Page(*["x = 1" for _ in cells]), len(cells) - 1
    *_, error, end = page.run(last, **{f"_{k}": cell for k, cell in enumerate(cells)})
    assert error["text"] == text
    assert (error["kind"], error["line"], end["ok"]) == ("error", line, False)
    assert error["name"] in text


def test_names_that_are_not_there():
    page = Page("print(later)", "later = 1", "x = 1", "x")
    page.run(1)
    assert page.shown(0).endswith(
        "NameError: name 'later' is not defined\n`later` is defined in a cell further down."
    )
    assert page.shown(3, _2="y = 1").endswith(
        "NameError: name 'x' is not defined\n"
        "The cell that begins with `y = 1` defined it before it was changed."
    )


def test_a_broken_cell_that_is_not_needed_does_no_harm():
    page = Page("x = 1", "y = 2", "x")
    assert page.shown(2, _1="y = = 2") == "1"
    assert page.kernel.stale({1: "y = = 2"}, {}) == [1]


# Exercises, packs and data


@pytest.mark.usefixtures("standins")
def test_verdicts():
    page = Page(
        "import lossbook as lb\nfrom lossbook import exercises",
        "def one_step(start, rate, target): ...\nexercises.check('one-step', one_step)",
        "import numpy as np\ndef answer(s, r, t): return s - r * np.mean(s - t)\n"
        "lb.exercises.check('one-step', answer)",
        "exercises.check('one-step', answer)\nx = 1",
        "x",
    )
    for cell, right in ((1, False), (2, True), (1, False)):
        verdict, data, _ = page.run(cell)
        assert verdict == {"kind": "verdict", "name": "one-step", "right": right}
        assert data["data"]["text/plain"].startswith("Right" if right else "Wrong")
    assert [message["kind"] for message in page.run(4)] == ["data", "end"]


def test_a_pack_that_is_needed_later(monkeypatch):
    packs = {"far": {"modules": ["far_away"], "needs": []}}
    cell = "rows.append(1)\nprint(rows)\ndisplay(2)\ntry:\n    import far_away\n"
    page = Page("rows = []", cell + "except ImportError:\n    pass\nprint(3)", packs=packs)
    assert [m["kind"] for m in page.run(1)] == ["stream", "data", "need"]
    assert page.messages[-1] == {"kind": "need", "pack": "far"}
    monkeypatch.setitem(sys.modules, "far_away", np)
    assert page.shown(1) == "3\n"
    assert page.shown(1) == "[1]\n23\n"


def test_prepare():
    page = Page(
        "import numpy as np\nimport sympy as sp\nimport pandas\nfrom lossbook import data, live",
        "np.ones(1)",
        "live.Figure(alt='a')",
        "data.nile()",
        "pandas",
        "from lossbook import derive",
        "import lossbook\nimport math, IPython",
        "def f():\n    import sklearn.svm",
    )
    required = [page.kernel.prepare(cell, {}) for cell in range(8)]
    assert [found["packs"] for found in required[1:]] == [
        ["core", "numpy"],
        ["core", "numpy", "lossbook", "plot", "sympy"],
        ["core", "numpy", "data", "lossbook"],
        [],
        ["core", "numpy", "lossbook", "sympy"],
        ["core", "numpy", "lossbook"],
        ["core", "numpy", "scipy", "learn"],
    ]
    assert [found["missing"] for found in required[1:]] == [[], [], [], ["pandas"], [], [], []]
    assert page.kernel.prepare(1, {1: "import torch"}) == {"packs": [], "missing": ["torch"]}


def test_data_in_the_page(monkeypatch, tmp_path):
    monkeypatch.setattr(kernel, "IN_PAGE", True)
    monkeypatch.setattr(kernel, "DATA", tmp_path / "data.npz")
    page = Page("from lossbook import data", "a, b = data.nile()\na[0] = 9\nprint(a, b)")
    assert page.run(1)[-1] == {"kind": "need", "pack": "data"}
    np.savez(kernel.DATA, **{"nile.0": np.arange(2), "nile.1": np.ones(1), "nile2.0": np.ones(1)})
    for _ in range(2):
        assert page.shown(1) == "[9 1] [1.]\n"


def test_bundle_of_a_class():
    """A class has the methods of its instances, and is not shown as one of them."""

    class Shows:
        def _repr_html_(self):
            return "<b>"

    assert set(bundle(Shows)) == {"text/plain"}
    assert bundle(Shows())["text/html"] == "<b>"


LIBRARIES = {"markdown_it", "matplotlib", "numpy", "scipy", "sklearn", "sympy"}
IMPORT = "import sys, {0}; print(*({1} & sys.modules.keys()))"


@pytest.mark.parametrize(
    "module", ["exercises", "data", "live", "noise", "symbolic", "quiz", "style", "traits"]
)
def test_packs_of_the_package_are_what_it_imports(module):
    """Those that are found in its text are those that its import loads."""
    module = f"lossbook.{module}"
    code = [sys.executable, "-c", IMPORT.format(module, LIBRARIES)]
    loaded = set(subprocess.run(code, capture_output=True, text=True, check=True).stdout.split())
    packs, missing = required({module}, PACKS)
    assert LIBRARIES & {top for pack in packs for top in PACKS[pack]["modules"]} == loaded
    assert not missing
