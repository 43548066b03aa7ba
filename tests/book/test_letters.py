"""In no formula does e mean both the error and Euler's number."""

import re

import nbformat
import pytest
from sources import NOTEBOOKS, ROOT, texts

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
COMMAND = re.compile(r"\\operatorname\{\w+\}|\\[a-zA-Z]+|\\text\{.*?\}")
LETTER = re.compile(r"(?<![a-zA-Z])e(?![a-zA-Z])\s*(\^\s*(?:(\w)|\{))?")


def shown():
    """Each formula of the texts, and of what the cells of the chapters show."""
    sources = list(texts())
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, 4).cells:
            shows = [output.get("data", {}) for output in cell.get("outputs", [])]
            kinds = "text/latex", "text/markdown"
            sources += [(path, data[kind]) for data in shows for kind in kinds if kind in data]
    for path, text in sources:
        for display, inline in FORMULA.findall(text):
            yield path.relative_to(ROOT), display or inline


def meanings(formula):
    """What each e stands for: Euler's number has an exponent that is no digit."""
    found = set()
    plain = COMMAND.sub(" ", formula)
    for letter in LETTER.finditer(plain):
        power, short = letter.groups()
        rest = plain[letter.end() :]
        exponent = short or rest.split("}")[0] if power else "1"
        found.add("error" if exponent.strip().isdigit() else "Euler")
    return found


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{e^{- \frac{e^{2}}{2 \sigma^{2}}}}{\sigma}", {"error", "Euler"}),
        (r"e^{-e^2/(2\sigma^2)}", {"error", "Euler"}),
        (r"e^{-|e|/b}/(2b)", {"error", "Euler"}),
        (r"e^{f y - e^{f}}", {"Euler"}),
        (r"e^H", {"Euler"}),
        (r"\frac{e^{2}}{2} < |e|", {"error"}),
        (r"\theta < \text{else}", set()),
    ],
)
def test_meanings(formula, expected):
    assert meanings(formula) == expected


def test_e_has_one_meaning_in_each_formula():
    assert not [found for found in shown() if len(meanings(found[1])) > 1]
