"""Every word is in the dictionary of British English or in words.txt: in the text of the chapters,
in docstrings, comments, labels and messages."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from hunspell import Hunspell
from jupyter_core.paths import jupyter_path
from sources import ROOT, programs, texts

LINK, GLOSSARY = re.compile(r"\]\([^)\s]*\)"), re.compile(r"```\{glossary}(.*?)```", re.DOTALL)
OWN = Path(__file__).with_name("words.txt").read_text("utf-8").split()
NOT_PROSE = re.compile(
    r"""
    ```.*?``` | ``.*?`` | `[^`]*`                         # code
    | ^---\n.*?\n---\n | ^:\w[\w-]*:.*?$ | \{[\w:-]+}     # settings of a page or a directive
    | \$\$.*?\$\$ | \$[^$]*\$ | \\begin\{(\w+)}.*?\\end\{\1}  # formulas
    | https?://\S+ | <[^>]*> | [\w-]+="[^"]*" | &\w+;     # addresses, tags and attributes
    | %[a-z] | [.\#]\w[\w-]* | @media\ [^{\n]*\{          # a number's place, a selector
    | \w+\ fa-\S+ | \(\?\S*                              # an icon's classes, a pattern's group
    | (upper|lower)\ center | center\ (left|right)        # matplotlib's places
    | \w+(Error|Exit|Warning)\b                           # what Python raises
    | \S*\w[_\d.@=/\\({\[]\w\S* | \S*[_\d]\w\S* | \b[a-z]+[A-Z]\w*  # names
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
WORD = re.compile(r"[A-Za-zÀ-ž]+(?:['’][a-z]+)?")


@pytest.fixture(scope="module")
def known():
    folder = next(p for p in jupyter_path("dictionaries") if Path(p).is_dir())
    dictionary = Hunspell("en_GB-ise", hunspell_data_dir=folder)
    return lambda word: dictionary.spell(word.replace("’", "'"))


@pytest.fixture(scope="module")
def words():
    """Each word, and a place where it stands."""
    prose = [*texts(), *((path, text) for path, source in programs() for text in spoken(source))]
    return {word: path.relative_to(ROOT) for path, text in prose for word in spelled(text)}


def spoken(source):
    """A program's strings of more than a word, less JavaScript's, and its comments."""
    nodes = list(ast.walk(ast.parse(source)))
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {part for node in joined for part in node.values}
    single = [node.value for node in nodes if isinstance(node, ast.Constant) and node not in parts]
    for text in [*single, *map(whole, joined)]:
        if isinstance(text, str) and " " in text and "=>" not in text and not is_program(text):
            yield text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def whole(string):
    """The text of an f-string, with a name for each value."""
    return "".join(p.value if isinstance(p, ast.Constant) else "x_1" for p in string.values)


def is_program(text):
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def spelled(text):
    """The words of a text, less letters and abbreviations in capitals."""
    words = (re.sub("['’]s$", "", word) for word in WORD.findall(without_code(text)))
    return {word for word in words if len(word) > 1 and not word.isupper()}


def without_code(text):
    return NOT_PROSE.sub(" ", GLOSSARY.sub(r"\1", LINK.sub("]", text)))


def test_every_word_is_known(words, known):
    own = {*OWN, *map(str.capitalize, OWN)}
    unknown = {word: path for word, path in words.items() if word not in own and not known(word)}
    assert not unknown, "\n".join(f"{path}: {word}" for word, path in unknown.items())


def test_words_of_our_own_are_in_order_and_needed(words, known):
    assert sorted(set(OWN)) == OWN
    used = {*words, *map(str.lower, words)}
    assert [word for word in OWN if word not in used or known(word)] == []
