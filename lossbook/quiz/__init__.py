"""Questions of the self-tests, each a cell's output: a number, or one of several choices.

The texts are Markdown of one paragraph, with mathematics between
dollars and links to chapters of the book as `chapter#section`.
"""

import hashlib
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .. import style

__all__ = ["Choice", "Number", "Start"]

HERE = Path(__file__).parent


def for_mathjax(latex, options):
    return rf"\({escape(latex)}\)"


MARKDOWN = (
    MarkdownIt("commonmark", {"typographer": True})
    .enable("smartquotes")
    .use(dollarmath_plugin, renderer=for_mathjax)
)


def to_html(text):
    """One paragraph as HTML; a link leads to the notebook."""
    tokens = MARKDOWN.parseInline(text)
    for token in tokens[0].children or ():
        if token.type == "link_open":
            page, _, section = str(token.attrs["href"]).partition("#")
            token.attrs["href"] = f"{page}.ipynb" + (f"#{section}" if section else "")
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})


STILL = (
    "Answers cannot be checked here, because the page's JavaScript is not running. Every answer is "
    "explained below its question."
)
KEPT = (
    "Your answers to these questions stay on this device. To remove them: "
    '<button type="button">Start over</button>'
)


class Start:
    """Shown once, before a page's questions: their looks, and the script that answers."""

    def __repr__(self):
        return "Questions with answers follow."

    def _repr_html_(self):
        css, script = ((HERE / f"quiz.{kind}").read_text("utf-8") for kind in ("css", "js"))
        return (
            f'<div class="quiz"><style>{style.SHEET}{css}</style>'
            f'<p class="lossbook-still">{STILL}</p><p class="quiz-kept" hidden>{KEPT}</p>'
            f"<script>{script}</script></div>"
        )


class Question(ABC):
    """A question, its one right answer, and an explanation of every answer."""

    question: str

    @abstractmethod
    def answers(self):
        """Of each answer: its mark in plain text, its own text, its
        explanation, and its attributes in HTML."""

    @abstractmethod
    def controls(self):
        """Where the reader answers, as HTML."""

    def __repr__(self):
        lines = [f"  {mark}: {answer}\n    {why}" for mark, answer, why, _ in self.answers()]
        return "\n".join([self.question, *lines])

    def _repr_html_(self):
        explained = "".join(
            f"<li {attributes}><b>{to_html(answer.rstrip('.'))}.</b> "
            f"<span>{to_html(why)}</span></li>"
            for _, answer, why, attributes in self.answers()
        )
        # A question that has changed has another name: no answer to it was kept.
        name = hashlib.sha256(repr(self).encode()).hexdigest()[:12]
        return (
            f'<div class="quiz"><form data-name="{name}" autocomplete="off"><fieldset>'
            f"<legend>{to_html(self.question)}</legend>{self.controls()}"
            "<button>Check</button></fieldset>"
            '<p role="status"></p>'
            f"<details><summary>The answer, explained</summary>"
            f"<ul>{explained}</ul></details></form></div>"
        )


@dataclass(frozen=True, repr=False)
class Choice(Question):
    """One answer is right, the others are wrong: each with its explanation.

    Their order on the page follows from their texts, by chance.
    """

    question: str
    right: dict[str, str]
    wrong: dict[str, str]

    def __post_init__(self):
        if len(self.right) != 1 or not self.wrong:
            raise ValueError(
                f"{self.question!r} needs one right answer and some wrong "
                f"ones, not {len(self.right)} and {len(self.wrong)}"
            )
        if both := self.right.keys() & self.wrong.keys():
            raise ValueError(f"both right and wrong: {both}")
        require_texts(self.question, self.right | self.wrong)

    def answers(self):
        options = sorted(
            (self.right | self.wrong).items(),
            key=lambda option: hashlib.sha256((self.question + option[0]).encode()).digest(),
        )
        for k, (answer, why) in enumerate(options):
            right = answer in self.right
            yield (
                "right" if right else "wrong",
                answer,
                why,
                f'data-value="{k}"' + right * " data-right",
            )

    def controls(self):
        return "".join(
            f'<label><input type="radio" name="answer" value="{k}" required>'
            f"<span>{to_html(answer)}</span></label>"
            for k, (_, answer, *_) in enumerate(self.answers())
        )


@dataclass(frozen=True, repr=False)
class Number(Question):
    """A number is right within a tolerance.

    `why` explains it, `wrong` the numbers that come of usual mistakes,
    `otherwise` helps with any other.
    """

    question: str
    answer: float
    within: float
    why: str
    wrong: dict[float, str]
    otherwise: str
    unit: str = field(default="", kw_only=True)

    def __post_init__(self):
        if not (self.within > 0 and math.isfinite(self.answer)):
            raise ValueError(f"{self.question!r}: {self.answer} ± {self.within}")
        taken = sorted([self.answer, *self.wrong])
        for low, high in pairwise(taken):
            if not high - low > 2 * self.within:
                raise ValueError(
                    f"{self.question!r}: {low:g} and {high:g} are the same within {self.within:g}"
                )
        texts = [self.why, *self.wrong.values(), self.otherwise]
        require_texts(self.question, dict(enumerate(texts)))

    def answers(self):
        within = f'data-within="{self.within:.10g}"'
        right = f"right, ± {self.within:g}"
        rows = [(right, self.answer, self.why)]
        rows += [("wrong", value, why) for value, why in self.wrong.items()]
        for mark, value, why in rows:
            shown = f"{value + 0.0:.6g}".replace("-", "−")
            yield (
                mark,
                " ".join([shown, self.unit]).strip(),
                why,
                f'data-value="{value:.12g}" {within}' + (mark == right) * " data-right",
            )
        yield (
            "wrong",
            "any other number",
            self.otherwise,
            "data-otherwise",
        )

    def controls(self):
        return (
            '<label>Your answer: <input type="number" name="answer" '
            f'step="any" required> {to_html(self.unit)}</label>'
        )


def require_texts(question, explanations):
    for answer, why in explanations.items():
        if not (question.strip() and str(answer).strip() and why.strip()):
            raise ValueError(f"{question!r}: the answer {answer!r} is not explained")
