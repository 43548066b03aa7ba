"""Every word is in the dictionary of British English or in words.txt: in the text and the cells of
the chapters, in docstrings, comments, labels and messages."""

import ast
import io
import re
import tokenize
from pathlib import Path

import nbformat
import pytest
from jupyter_core.paths import jupyter_path
from hunspell import Hunspell

ROOT = Path(__file__).parent.parent
OWN = Path(__file__).with_name("words.txt").read_text("utf-8").split()
TEXTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "book").glob("*.md"), *(ROOT / "book").glob("*.ipynb")]
)
CODE = sorted(
    p for part in ("benchmarks", "book", "lossbook", "tests") for p in (ROOT / part).rglob("*.py")
)
NOT_PROSE = re.compile(
    r"""(?sx) ```.*?```  | ``.*?``  | `[^`]*`       # code
    | ^---\n.*?\n---\n                              # a page's settings
    | \$\$.*?\$\$ | \$[^$]*\$ | \\\[.*?\\\] | \\begin\{(\w+)}.*?\\end\{\1}  # formulas
    | \{[^}\s]*} | ^:\w+:.*?$ | ^:{3,}.*?$          # directives, their options
    | https?://\S+ | \]\([^)\s]*\) | <[^>]*> | &\#?\w+;  # addresses, tags
    | %[a-z]                                        # a number's place
    | \S*\w[_\d.@=/\\({\[]\w\S* | \S*[_\d]\w\S*     # names
    """,
    re.MULTILINE,
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@pytest.fixture(scope="module")
def known():
    folder = next(p for p in jupyter_path("dictionaries") if Path(p).is_dir())
    dictionary = Hunspell("en_GB-ise", hunspell_data_dir=folder)
    return lambda word: dictionary.spell(word.replace("’", "'"))


@pytest.fixture(scope="module")
def words():
    """Each word, and a place where it stands."""
    return {word: path for path in TEXTS + CODE for text in prose(path) for word in spelled(text)}


def prose(path):
    content = path.read_text("utf-8")
    if path.suffix == ".md":
        yield content
    elif path.suffix == ".py":
        yield from program(content)
    else:
        for cell in nbformat.reads(content, 4).cells:
            yield from [cell.source] if cell.cell_type == "markdown" else program(cell.source)


def program(source):
    """Strings of more than a word, and comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def spelled(text):
    """The words of a text, less names in capitals and letters."""
    return [w for w in WORD.findall(NOT_PROSE.sub(" ", text)) if len(w) > 1 and not w.isupper()]


def test_every_word_is_known(words, known):
    own = {*OWN, *map(str.capitalize, OWN)}
    unknown = {word: path for word, path in words.items() if word not in own and not known(word)}
    assert not unknown, "\n".join(f"{p.relative_to(ROOT)}: {w}" for w, p in unknown.items())


def test_words_of_our_own_are_needed_and_in_order(words, known):
    assert sorted(set(OWN)) == OWN
    used = {*words, *map(str.lower, words)}
    assert [word for word in OWN if word not in used or known(word)] == []
