"""What was found wrong once is said nowhere again: on no page, in no docstring or message."""

import re
from pathlib import Path

import pytest
from sources import NOTEBOOKS, PROGRAMS, ROOT, cells, texts

LINES = Path(__file__).with_name("withdrawn.txt").read_text("utf-8").splitlines()
WITHDRAWN = [line.split(" | ") for line in LINES if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def said():
    """All that a reader may meet, by its place."""
    sources = [(path, text) for path, text in texts() if path.name != "CHANGELOG.md"]
    sources += [(path, source) for path in NOTEBOOKS for source in cells(path, "code")]
    sources += [
        (path, path.read_text("utf-8")) for path in PROGRAMS if (ROOT / "lossbook") in path.parents
    ]
    return [(path.relative_to(ROOT), plain(text)) for path, text in sources]


def plain(text):
    """One line, the joints of a program's strings and comments closed."""
    return re.sub(r'"?\s+(?:[#"]\s*)*', " ", text).lower()


@pytest.mark.parametrize(("phrase", "right"), WITHDRAWN)
def test_is_said_nowhere(phrase, right, said):
    assert phrase == plain(phrase)
    assert right.strip()
    assert not [str(path) for path, text in said if phrase in text]
