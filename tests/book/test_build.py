"""`make book` says little, and enough when the build fails."""

import sys

import pages
import pytest


@pytest.fixture
def build(tmp_path, monkeypatch, capsys):
    """Let a program stand for Sphinx; what is printed, and with which exit code."""
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "LOG", tmp_path / "_build/book.log")

    def run(program):
        monkeypatch.setattr(pages, "BUILD", [sys.executable, "-c", program])
        code = 0
        try:
            pages.main()
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr()

    return run


def test_success_is_a_line_for_each_stage(build):
    program = """for stage in ("reading sources", "writing output"):
    print("much else")
    for part in (50, 100):
        print(f"{stage}... [{part:>3}%] a page")"""
    code, printed = build(program)
    assert code == 0
    assert printed.out == "Reading the pages … 0 s\nWriting the pages … 0 s\n"
    assert printed.err == ""
    assert pages.LOG.read_text("utf-8").count("much else") == 2


def test_whether_the_pages_have_python_is_a_line(build):
    program = """print("reading sources... [ 50%] a page")
print("\\x1b[1mPython in the page: none, because no source has a file.\\x1b[0m")"""
    _, printed = build(program)
    assert printed.out.splitlines() == [
        "Reading the pages … 0 s",
        "Python in the page: none, because no source has a file.",
    ]


def test_failure_shows_the_warnings_and_names_the_log(build, tmp_path):
    program = f"print('\\x1b[91m{tmp_path}/a.md:7: WARNING: bad\\x1b[0m\\nmuch else'); exit(3)"
    code, printed = build(program)
    assert "_build/book.log" in code
    assert printed.err == "a.md:7: WARNING: bad\n"
    assert "much else" in pages.LOG.read_text("utf-8")


def test_failure_without_a_warning_shows_the_end_of_the_log(build):
    code, printed = build("[print(k) for k in range(100)]; exit(1)")
    assert code
    assert printed.err.split() == [str(k) for k in range(80, 100)]
