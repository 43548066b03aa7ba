"""The package is light, and its arrows point one way."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter

import pytest
from sources import ROOT

import lossbook

HEAVY = {
    *("sympy", "scipy", "mpmath", "matplotlib", "pandas", "sklearn", "statsmodels", "dask"),
    *("IPython", "ipywidgets", "anywidget", "traitlets"),
}

# Each part may import those before it. Parts of one line know nothing of one another, but for the
# last: these are the chapters' own.
ORDER = [
    ["losses"],
    ["risk"],
    ["lossbook"],
    ["noise", "objectives", "scale"],
    ["scores", "style", "symbolic"],
    ["live", "show"],
    ["advice", "data", "exercises", "names", "quiz", "traits"],
]
SHOWN = "lossbook.losses.shown"
"""The one module that looks ahead: it imports a loss's card and plot when they are asked for."""
RANK = {part: rank for rank, parts in enumerate(ORDER) for part in parts}


# What of these comes with a part of the package; in a browser each is megabytes.
SYMBOLS = {"sympy", "mpmath"}
LOADS = {part: set() for part in lossbook.LATER} | {
    "derive": SYMBOLS,
    "live": SYMBOLS | {"matplotlib"},
    "scale": {"dask", "scipy"},  # Dask asks for SciPy if it is there
    "show": SYMBOLS,
    "symbolic": SYMBOLS,
}


def python(program):
    """The words that a Python of its own prints."""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    loaded = set(python("import lossbook; print(*__import__('sys').modules)"))
    assert "lossbook.losses" in loaded
    assert sorted(loaded & HEAVY) == []


@pytest.mark.parametrize("name", LOADS)
def test_a_part_loads_what_it_needs(name):
    loaded = set(python(f"from lossbook import {name}; print(*__import__('sys').modules)"))
    assert loaded & HEAVY == LOADS[name]


ANSWERED = """
import sys
sys.modules |= dict.fromkeys({heavy}, None)  # as if they were not installed
from lossbook.exercises import EXERCISES, check
for name, exercise in EXERCISES.items():
    assert check(name, exercise.expected), name
    assert not check(name, lambda *given: "wrong"), name  # and each mistake is tried
"""


def test_numpy_is_all_that_an_exercise_needs():
    python(ANSWERED.format(heavy=HEAVY))


@cache
def modules():
    """The name of each module, and its file."""
    found = {}
    for path in sorted((ROOT / "lossbook").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def walk(node):
    """A node and all within it, but for what only type checkers read."""
    yield node
    checked = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    for child in node.orelse if checked else ast.iter_child_nodes(node):
        yield from walk(child)


def imported(name):
    """The package's modules that a module imports, at its top or in a function."""
    path, found = modules()[name], set()
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            found |= {name if name in modules() else base for name in names}
    return found & modules().keys()


def part(module):
    return module.split(".")[min(1, module.count("."))]


def ahead(name):
    """What a module may import from after it, in a function."""
    return {"lossbook.show"} if name == SHOWN else set()


@pytest.mark.parametrize("name", modules())
def test_imports_come_from_before(name):
    own = part(name)
    for other in map(part, imported(name) - ahead(name)):
        free = other == own or RANK[other] == RANK[own] == len(ORDER) - 1
        assert free or RANK[other] < RANK[own], f"{name} imports {other}"


def test_imports_go_round_in_no_circle():
    graph = {name: imported(name) - ahead(name) - {name} for name in modules()}
    assert sum(map(len, graph.values())) > 20
    TopologicalSorter(graph).prepare()  # an error names the circle
