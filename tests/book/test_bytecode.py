"""Bytecode that the build makes for the page's Python."""

import io
import subprocess
import zipfile

import bytecode
import pytest
from distribution import LOCK, cache, fill

PAGE_MAGIC = (3531).to_bytes(2, "little") + b"\r\n"  # of every CPython 3.12
UNCHECKED = bytes([1, 0, 0, 0])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The bytecode that Pyodide makes of a module of chapters' sort and of its own library."""
    fill()
    folder = tmp_path_factory.mktemp("distribution")
    for name in {*LOCK["packs"]["core"]["files"], "openblas-0.3.26.zip"}:
        (folder / name).symlink_to(cache() / name)
    with zipfile.ZipFile(folder / "tiny.whl", "w") as wheel:
        wheel.writestr("markdown_it/__init__.py", "answer = 'of the page'")
        wheel.writestr("markdown_it/unused.py", "answer = 'of nobody'")
    names = ["openblas-0.3.26.zip", "tiny.whl"]
    with zipfile.ZipFile(io.BytesIO(bytecode.bytecode(folder, names))) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def test_what_is_imported_is_compiled_and_nothing_else(made):
    site = {path for path in made if path.startswith(bytecode.SITE)}
    assert site == {f"{bytecode.SITE}/markdown_it/__init__.pyc"}
    library = {path for path in made if path.startswith(bytecode.LIBRARY)}
    assert made.keys() == site | library
    assert {f"{bytecode.LIBRARY}/{name}.pyc" for name in ("json/__init__", "difflib")} <= library


def test_it_is_of_the_pages_version_and_never_checked_against_a_source(made):
    assert {content[:8] for content in made.values()} == {PAGE_MAGIC + UNCHECKED}
    assert b"of the page" in made[f"{bytecode.SITE}/markdown_it/__init__.pyc"]


def test_bytecode_takes_the_place_of_its_source():
    files = {"a/b.py": b"source", "a/c.py": b"another"}
    made = {"/site/a/b.pyc": b"code", "/elsewhere/a/c.pyc": b"wrong"}
    assert bytecode.in_place(files, "/site", made) == {"a/b.pyc": b"code", "a/c.py": b"another"}


def test_what_cannot_be_made_is_no_bytecode(tmp_path, monkeypatch):
    with pytest.raises(subprocess.CalledProcessError):
        bytecode.bytecode(tmp_path, [])  # a folder without Pyodide
    monkeypatch.setattr(bytecode, "PATIENCE", 0)
    with pytest.raises(subprocess.TimeoutExpired):
        bytecode.bytecode(tmp_path, [])
