"""What the front pages tell a reader to run runs."""

import doctest
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
from sources import ROOT

PAGES = sorted(ROOT.glob("*.md"))
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks(language):
    """Each program of this language, named by its page and its place there."""
    for page in PAGES:
        for found in BLOCK.finditer(page.read_text("utf-8")):
            if found[1] == language:
                line = page.read_text("utf-8").count("\n", 0, found.start()) + 1
                yield pytest.param(found[2], id=f"{page.name}:{line}")


@pytest.mark.parametrize("program", [*blocks("python")])
def test_a_program_runs_as_it_stands(program):
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("commands", [*blocks("sh")])
def test_a_command_names_what_is_there(commands):
    targets = re.findall(r"^([\w-]+(?: [\w-]+)*):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    targets = " ".join(targets).split()
    for line in commands.splitlines():
        words = line.split("#")[0].split()
        if words[:1] == ["make"]:
            assert words[1] in targets
        given = [word for word in words if re.fullmatch(r"(tests|publish)/[\w/.-]+", word)]
        assert [name for name in given if not (ROOT / name).exists()] == []
        assert {"-k"}.isdisjoint(words) or chosen(given, words[words.index("-k") + 1])


def chosen(files, word):
    """Whether `-k word` can choose a test: it is in their source, or a page's name."""
    sources = [
        f for name in files for f in [ROOT / name, *(ROOT / name).glob("*.py")] if f.is_file()
    ]
    names = {path.stem for path in (ROOT / "book").iterdir()}
    return any(word in source.read_text("utf-8") for source in sources) or word in names


def test_the_examples_of_the_reference_give_what_they_show():
    """One session from the top of the page to its end."""
    page = (ROOT / "book/reference.md").read_text("utf-8")
    session = "\n".join(found[2] for found in BLOCK.finditer(page) if found[1] == "pycon")
    example = doctest.DocTestParser().get_doctest(session, {}, "reference.md", None, 0)
    said = []
    open_before = plt.get_fignums()
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
        example, out=said.append
    )
    for number in set(plt.get_fignums()) - set(open_before):
        plt.close(number)
    assert tried > 3
    assert failed == 0, "".join(said)


def test_no_docstring_has_an_example_that_is_not_run():
    for path in (ROOT / "lossbook").rglob("*.py"):
        assert ">>>" not in path.read_text("utf-8"), path
