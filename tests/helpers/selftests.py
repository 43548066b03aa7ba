"""The questions of the book's self-tests, as the notebooks store them."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

BOOK = Path(__file__).parents[2] / "book"
NOTEBOOKS = sorted(BOOK.glob("self-test-*.ipynb"))


class Answer(NamedTuple):
    right: bool
    within: float | None  # of a number
    text: str
    why: str


class Asked(NamedTuple):
    source: str  # the code of its cell
    question: str
    answers: list[Answer]


def asked(notebook):
    """All questions of a notebook, in their order."""
    questions = []
    for cell in nbformat.read(notebook, 4).cells:
        if cell.cell_type == "code" and "quiz.Start" not in cell.source:
            (output,) = cell.outputs
            question, *lines = output.data["text/plain"].split("\n")
            answers = [parse(head, why) for head, why in zip(lines[::2], lines[1::2], strict=True)]
            questions.append(Asked(cell.source, question, answers))
    return questions


def parse(head, why):
    verdict, within, text = re.fullmatch(r"  (right|wrong)(?:, ± (\S+))?: (.+)", head).groups()
    return Answer(verdict == "right", float(within) if within else None, text, why.strip())
