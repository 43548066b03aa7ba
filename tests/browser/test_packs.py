"""The book as built brings Python: the files of the lock, which are those of Pyodide's own lock."""

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from functools import cache

import pytest
from built import BOOK, soup
from distribution import LOCK
from packs import UNREAD, contents

FOLDER = BOOK / "_static/python/packs"
CALL = re.compile(r"lossbookPython\.part\((.*)\);\n")


@cache
def files(pack):
    """Names and contents of a pack's files."""
    scripts = [path.read_text("ascii") for path in FOLDER.glob(f"{pack}-*.js")]
    parts = sorted(json.loads(f"[{CALL.fullmatch(script)[1]}]") for script in scripts)
    lines = "".join(text for *_, text in parts).splitlines()
    return {name: gzip.decompress(base64.b64decode(text)) for name, text in map(str.split, lines)}


@pytest.mark.parametrize("pack", contents())
def test_the_book_has_each_pack(pack):
    """If not, `make book` says in a line what is missing and what to do."""
    assert list(files(pack)) == contents()[pack]["files"]


def test_the_lock_agrees_with_that_of_pyodide():
    official = json.loads(files("core")["pyodide-lock.json"])
    assert official["info"]["version"] == LOCK["version"]
    hashes = {package["file_name"]: package["sha256"] for package in official["packages"].values()}
    core = LOCK["packs"]["core"]["files"]
    for name, entry in LOCK["files"].items():
        if entry["from"] == "pyodide" and name not in core:
            assert entry["sha256"] == hashes[name], name


@pytest.mark.parametrize("pack", LOCK["packs"])
def test_files_are_those_of_the_lock(pack):
    """A plain one by its hash, a wheel by those that it has of its own files."""
    for name, content in files(pack).items():
        if name.endswith(".whl"):
            assert_whole(content)
        elif not name.endswith(".zip"):
            assert hashlib.sha256(content).hexdigest() == LOCK["files"][name]["sha256"]


def assert_whole(content):
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        [record] = [path for path in wheel.namelist() if path.endswith(".dist-info/RECORD")]
        there = set(wheel.namelist())
        for line in wheel.read(record).decode().splitlines():
            path, found, _ = line.rsplit(",", 2)
            if found and not UNREAD.search(path):
                digest = hashlib.sha256(wheel.read(path)).digest()
                assert found == f"sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
                there.remove(path)
    assert all(path.endswith("/") or ".dist-info/" in path for path in there)


def test_a_first_exercise_needs_no_more_than_10_mb():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in FOLDER.glob("*.js")}
    needed = ("core-", "numpy-", "lossbook-", "data-")
    assert sum(size for name, size in sizes.items() if name.startswith(needed)) < 10e6


def test_each_project_is_named_with_its_licence():
    page = soup("book/software.html").find("article")
    rows = {row.td.get_text(): row for row in page.select("tbody tr")}
    assert set(rows) == {entry["project"] for entry in LOCK["files"].values()}
    for project, row in rows.items():
        address = row.select_one("a[href$='.txt']")["href"]
        assert (BOOK / "book" / address).stat().st_size > 900, project
