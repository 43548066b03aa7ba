"""The questions of self-tests and chapters, as the notebooks store them; how a page is answered."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

BOOK = Path(__file__).parents[2] / "book"
NOTEBOOKS = sorted(BOOK.glob("self-test-*.ipynb"))
ASKS = "## Three questions"
CHAPTERS = [path for path in sorted(BOOK.glob("*.ipynb")) if ASKS in path.read_text("utf-8")]


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
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/plain", "")
            if "\n  right" not in text:
                continue
            question, *lines = text.split("\n")
            answers = [parse(head, why) for head, why in zip(lines[::2], lines[1::2], strict=True)]
            questions.append(Asked(cell.source, question, answers))
    return questions


def parse(head, why):
    verdict, within, text = re.fullmatch(r"  (right|wrong)(?:, ± (\S+))?: (.+)", head).groups()
    return Answer(verdict == "right", float(within) if within else None, text, why.strip())


def words(text):
    """The letters of a text, without what its form adds: mathematics, marks, targets of links."""
    text = re.sub(r"\$[^$]*\$|\]\([^)]*\)", "", text)
    return re.sub(r"[\W_]", "", text)


TEXT = """element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".math").forEach(formula => formula.remove());
    return copy.textContent;
}"""


def read(locator):
    """The same of what stands on the page."""
    return words(locator.evaluate(TEXT))


def give(form, answer):
    """Give an answer: a number, or the option of this text."""
    number = form.locator("input[type=number]")
    if number.count():
        number.fill(f"{answer}")
    else:
        options = form.locator("label")
        texts = options.evaluate_all(f"options => options.map({TEXT})")
        (place,) = [k for k, text in enumerate(texts) if words(text) == words(answer)]
        options.nth(place).click()
    form.get_by_role("button", name="Check").click()


def value(text):
    """The number at the front of a stored answer."""
    return float(text.split()[0].replace("−", "-"))


def numeric(question):
    return any(answer.within for answer in question.answers)
