"""The lock of Python in the page says what the book and the packs need, no more and no less.

That its hashes are those of Pyodide's own lock, which is one of the files, is tested on the packs
(`tests/browser/test_packs.py`)."""

import json
import re
from graphlib import TopologicalSorter

import lock
import packs
import pytest
from distribution import LOCK
from sources import ROOT

PINNED = dict(
    re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
)


def test_each_file_is_in_one_pack():
    named = [name for pack in LOCK["packs"].values() for name in pack["files"]]
    assert sorted(named) == sorted(LOCK["files"])


def test_what_a_pack_needs_is_a_pack():
    needs = {pack: entry["needs"] for pack, entry in packs.contents().items()}
    assert set(TopologicalSorter(needs).static_order()) == set(packs.contents())


@pytest.mark.parametrize("project", sorted(lock.FROM_PYPI))
def test_what_comes_from_pypi_is_what_the_book_is_built_with(project):
    [entry] = [entry for entry in LOCK["files"].values() if entry["project"] == project]
    assert (entry["from"], entry["version"]) == ("pypi", PINNED[project])


def test_each_file_has_the_licence_of_its_project():
    stated = {entry["project"]: entry["licence"] for entry in LOCK["files"].values()}
    assert stated == lock.LICENCES


def test_the_lock_is_as_its_program_writes_it(monkeypatch, tmp_path):
    """From wheels that stand for all: what is written by hand is in the program alone."""
    files = LOCK["files"]
    by_project = {entry["project"]: (name, entry) for name, entry in files.items()}
    modules = {
        p: LOCK["packs"][pack]["modules"] for pack, (ps, _) in lock.PACKS.items() for p in ps
    }
    wheels = {p: (*by_project[p], modules[p]) for p in modules}
    core = {name: b"" for name in lock.CORE} | {"pyodide-lock.json": b'{"packages": {}}'}
    monkeypatch.setattr(lock.distribution, "npm_package", lambda version: None)
    monkeypatch.setattr(lock.distribution, "members", lambda package: core.items())
    monkeypatch.setattr(lock, "of_pyodide", lambda official: wheels)
    monkeypatch.setattr(lock, "of_pypi", dict)
    monkeypatch.setattr(lock, "TARGET", tmp_path / "lock.json")
    lock.main(LOCK["version"])
    written = json.loads((tmp_path / "lock.json").read_text("utf-8"))
    assert written["packs"] == LOCK["packs"]
    for name, entry in written["files"].items():
        assert {k: entry[k] for k in ("project", "version", "licence", "from")} == {
            k: files[name][k] for k in ("project", "version", "licence", "from")
        }
