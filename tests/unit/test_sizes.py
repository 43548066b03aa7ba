"""What is easy to hold: no long file, no long function."""

import ast
import re

import pytest
from sources import ROOT

FILES = [
    path
    for folder in ("benchmarks", "lossbook", "publish", "tests")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".js", ".py"}
]
LINES_OF_FILE, LINES_OF_FUNCTION = 450, 40

# What begins a function in JavaScript; the next brace below its first letter ends it.
BEGINS = re.compile(
    r"(?P<margin>\s*)(?!.*\b(if|for|while|switch|catch)\b)"
    r"(?P<head>.*(\bfunction\b|=>).*|(async |static |get |set )*\w+\(.*\) )\{$"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.relative_to(ROOT)}")
def test_nothing_is_too_long_to_hold(path):
    text = path.read_text("utf-8")
    lines = text.count("\n")
    assert lines <= LINES_OF_FILE
    functions = of_python(text) if path.suffix == ".py" else of_javascript(text)
    assert [(name, lines) for name, lines in functions if lines > LINES_OF_FUNCTION] == []


def of_python(text):
    """Each function and its number of lines, from `def` to its end, less its docstring."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node):
                lines -= node.body[0].end_lineno - node.body[0].lineno + 1
            yield node.name, lines


def of_javascript(text):
    """The same by the indentation; what is called where it stands, around a file, is none."""
    lines = text.splitlines()
    for first, line in enumerate(lines):
        if (found := BEGINS.match(line)) and not line.endswith("(() => {"):
            end = re.compile(f"{found['margin']}}}")
            last = next(k for k in range(first + 1, len(lines)) if end.match(lines[k]))
            yield found["head"].strip(), last - first + 1


def test_functions_are_found():
    assert dict(of_python(FIRST)) == {"f": 3, "g": 2}
    assert dict(of_javascript(SECOND)) == {"function f(x)": 3, "const g = (a, b) =>": 5, "h(x)": 3}


FIRST = '''
def f(x):
    """One.

    Two."""
    def g():
        return x
'''

SECOND = """
(() => {
  function f(x) {
    return x;
  }
  const g = (a, b) => {
    if (a) {
      return b;
    }
  };
  class A {
    h(x) {
      return x;
    }
  }
})();
"""
