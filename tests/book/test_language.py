"""House rules of the language: no turn that voice.md bans, no sentence of more than 40 words, no
telegram of more than four sentences in a row with fewer than nine words each."""

import re
from itertools import groupby
from pathlib import Path

import pytest
from sentencex import segment
from sources import ROOT, programs, texts
from test_spelling import spoken

LINES = Path(__file__).with_name("turns.txt").read_text("utf-8").splitlines()
TURNS = [line.split(" | ") for line in LINES if line and not line.startswith("#")]
LONGEST, SHORT, IN_A_ROW = 40, 9, 4
NOT_READ = re.compile(
    r"""
    ^(`{3,})(?:\w*$ | \{(?:code|literalinclude|math|toctree|eval-rst|bibliography)).*?^\1$  # code
    | ^---\n.*?\n---$ | ^:[a-z][\w-]*:.*?$ | ^[`:]{3,}.*?$  # settings of a page or a directive
    | ^\#+\ .*?$ | ^\s*\|.*?$ | ^\s*(?:>>>|\.\.\.?)\ .*?$    # headings, tables, examples
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
FORMULA = re.compile(r"(?:\{[\w:-]+\})?(?:\$\$.*?\$\$|\$[^$]*\$|``.*?``|`[^`]*`)", re.DOTALL)
LINK = re.compile(r"\]\([^)\s]*\)|\{cite:\w+}")
NEW_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:(?:[-*+>:]|\d+\.)\s|:[A-Z]\w*:))")
BRACKETS = re.compile(r"(?<=[.?]\))\s")  # end a sentence, which `sentencex` does not see


@pytest.fixture(scope="module")
def paragraphs():
    """Each with the place where it stands: pages, docstrings, messages, the cells' texts."""
    prose = [(path, text) for path, text in texts() if path.name != "CHANGELOG.md"]
    for path, source in programs():
        if path.suffix == ".ipynb" or ROOT / "lossbook" in path.parents:
            prose += ((path, text) for text in spoken(source))
    return [(path.relative_to(ROOT), part) for path, text in prose for part in split(text)]


def split(text):
    """The paragraphs of a text, each on one line, a formula or a name in it as one word."""
    parts = NEW_PARAGRAPH.split(FORMULA.sub("formula", NOT_READ.sub("\n\n", text)))
    return [line for part in parts if (line := " ".join(LINK.sub("]", part).split()))]


def sentences(paragraph):
    parts = (s for part in BRACKETS.split(paragraph) for s in segment("en", part))
    return [part.strip() for part in parts if part.strip()]


def words(sentence):
    return len(re.findall(r"\w[^\s—–]*", sentence))


def test_no_sentence_is_longer_than_40_words(paragraphs):
    found = [
        f"{path}: {words(sentence)} words: {sentence}"
        for path, paragraph in paragraphs
        for sentence in sentences(paragraph)
        if words(sentence) > LONGEST
    ]
    assert not found, "\n".join(found)


def test_no_paragraph_is_a_telegram(paragraphs):
    found = [
        f"{path}: {paragraph}" for path, paragraph in paragraphs if telegram(sentences(paragraph))
    ]
    assert not found, "\n".join(found)


def telegram(sentences):
    runs = groupby(words(sentence) < SHORT for sentence in sentences)
    return any(short and len(list(run)) > IN_A_ROW for short, run in runs)


@pytest.mark.parametrize(("turn", "better"), TURNS)
def test_banned_turns_are_not_used(turn, better, paragraphs):
    assert better.strip()
    found = [f"{path}: {text}" for path, text in paragraphs if re.search(turn, text, re.IGNORECASE)]
    assert not found, "\n".join(found)


def test_what_the_rules_forbid_is_found():
    short = "The die falls. It shows a five. We pay. They wait. You throw again."
    assert telegram(sentences(short))
    assert not telegram(sentences(short.replace(" You throw again.", "")))
    assert len(sentences("(One is odd.) Two is `x`. Is it?")) == 3
    (long,) = sentences(" ".join(["$a$", *["word"] * 39, "`end`."]))
    assert words(long) == LONGEST + 1
    assert split("One\n\n```{code} python\nx = 1\n```\nTwo\n| a | b |\n- [Three](four)") == [
        "One",
        "Two",
        "- [Three]",
    ]
