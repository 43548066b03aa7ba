"""The page's kernel: in which order cells may run, how errors read, and what exercises need."""

import subprocess
import sys

import kernel
import numpy as np
import pytest
from imports import required
from in_kernel import PACKS, Page, standins  # noqa: F401

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


def test_a_run_that_fails_takes_the_values_of_the_last_one_away(monkeypatch):
    tries = iter([lambda: 1, lambda: 1 / 0, lambda: 3])
    monkeypatch.setattr(kernel.builtins, "attempt", lambda: next(tries)(), raising=False)
    page = Page("x = attempt()", "x")
    assert page.shown(1) == "1"
    assert "ZeroDivisionError" in page.shown(0)
    assert page.shown(1) == "3"


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
            + "RecursionError: a function calls itself too many times, perhaps without end",
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
            "This cell needs another cell, and that cell fails.\n"
            "In line 1, of the cell that begins with `x = = 1`:\n    x = = 1\n        ^\n"
            "SyntaxError: invalid syntax",
        ),
        (
            ["x = 1 / 0", "x"],
            None,
            "This cell needs another cell, and that cell fails.\n"
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
    page = Page("print(stands_below)", "stands_below = 1", "x = 1", "x")
    page.run(1)
    assert page.shown(0).endswith(
        "NameError: name 'stands_below' is not defined\n"
        "`stands_below` is defined in a cell further down."
    )
    assert page.shown(3, _2="y = 1").endswith(
        "NameError: name 'x' is not defined\n"
        "Before it was changed, the cell that begins with `y = 1` defined it."
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
    found = page.kernel.prepare(1, {1: "import torch"})
    assert (found["packs"], found["missing"]) == ([], ["torch"])
    assert found["signature"] != required[1]["signature"]


def test_data_in_the_page(monkeypatch, tmp_path):
    monkeypatch.setattr(kernel, "IN_PAGE", True)
    monkeypatch.setattr(kernel, "DATA", tmp_path / "data.npz")
    page = Page("from lossbook import data", "a, b = data.nile()\na[0] = 9\nprint(a, b)")
    assert page.run(1)[-1] == {"kind": "need", "pack": "data"}
    np.savez(kernel.DATA, **{"nile.0": np.arange(2), "nile.1": np.ones(1), "nile2.0": np.ones(1)})
    for _ in range(2):
        assert page.shown(1) == "[9 1] [1.]\n"


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


def test_numpy_in_the_page_says_what_it_cannot_notice(monkeypatch):
    monkeypatch.setattr(kernel, "IN_PAGE", True)
    before = np.errstate
    page = Page(
        "import numpy as np",
        'with np.errstate(over="raise"):\n    print(1)',
        'with np.errstate(over="ignore"):\n    print(2)',
        'with np.errstate():\n    print(*np.seterr(all="raise"))',
    )
    assert page.shown(1) == kernel.NO_FLAGS + "1\n"
    assert page.shown(2) == "2\n"
    assert page.shown(3).startswith(kernel.NO_FLAGS)
    assert np.errstate is before


def test_of_matplotlibs_search_for_fonts_nothing_is_told(caplog):
    warn = 'import logging\nlogging.getLogger("matplotlib.font_manager").warning("{}")'
    Page(warn.format("Matplotlib is building the font cache; this may take a moment.")).run(0)
    Page(warn.format("findfont: Font family 'Fraktur' not found.")).run(0)
    assert caplog.messages == ["findfont: Font family 'Fraktur' not found."]
