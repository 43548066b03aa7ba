"""The book as built brings Python: the files of the lock, which are those of Pyodide's own lock."""

import base64
import gzip
import hashlib
import json
import re
import zipfile
from functools import cache

import distribution
import pytest
from built import BOOK, soup
from distribution import LOCK
from packs import FONTS, UNREAD, contents

FOLDER = BOOK / "_static/python/packs"
COMPILED = (3531).to_bytes(2, "little") + b"\r\n" + bytes([1, 0, 0, 0])  # by 3.12, never checked
CALL = re.compile(r"lossbookPython\.part\((.*)\);\n")


@cache
def files(pack):
    """Paths and contents of a pack's files."""
    scripts = [path.read_text("ascii") for path in FOLDER.glob(f"{pack}-*.js")]
    parts = sorted(json.loads(f"[{CALL.fullmatch(script)[1]}]") for script in scripts)
    content = gzip.decompress(base64.b64decode("".join(text for *_, text in parts)))
    size = int.from_bytes(content[:4], "little")
    found, at = {}, 4 + size
    for path, length in json.loads(content[4 : 4 + size]):
        found[path] = content[at : at + length]
        at += length
    return found


@pytest.mark.parametrize("pack", contents())
def test_the_book_has_each_pack(pack):
    """If not, `make book` says in a line what is missing and what to do."""
    assert files(pack)


def test_the_lock_agrees_with_that_of_pyodide():
    official = json.loads(files("core")["pyodide-lock.json"])
    assert official["info"]["version"] == LOCK["version"]
    hashes = {package["file_name"]: package["sha256"] for package in official["packages"].values()}
    core = LOCK["packs"]["core"]["files"]
    for name, entry in LOCK["files"].items():
        if entry["from"] == "pyodide" and name not in core:
            assert entry["sha256"] == hashes[name], name


def test_the_core_is_that_of_the_lock():
    core = files("core")
    assert list(core) == LOCK["packs"]["core"]["files"]
    for name in core.keys() - {"python_stdlib.zip"}:
        assert hashlib.sha256(core[name]).hexdigest() == LOCK["files"][name]["sha256"], name


def records(pack):
    """The list of its files with their hashes, of each wheel: no page has it."""
    for name in LOCK["packs"][pack]["files"]:
        if name.endswith(".whl"):
            with zipfile.ZipFile(distribution.cache() / name) as wheel:
                for path in wheel.namelist():
                    if path.endswith(".dist-info/RECORD"):
                        yield wheel.read(path).decode()


@pytest.mark.parametrize("pack", sorted(LOCK["packs"].keys() - {"core"}))
def test_each_file_is_that_of_its_wheel_or_bytecode_of_it(pack):
    held, named = files(pack), {FONTS, "libopenblas.so"}
    for record in records(pack):
        for line in record.splitlines():
            path, found, _ = line.rsplit(",", 2)
            named |= {path, f"{path}c"}
            if path in held and found and path != FONTS:
                digest = base64.urlsafe_b64encode(hashlib.sha256(held[path]).digest())
                assert found == f"sha256={digest.decode().rstrip('=')}", path
            elif path not in held and not UNREAD.search(path):
                assert held[f"{path}c"][:8] == COMPILED, path
    assert held.keys() <= named


@pytest.mark.parametrize(
    ("pack", "module"),
    [
        ("numpy", "numpy/__init__"),
        ("sympy", "sympy/core/expr"),
        ("scipy", "scipy/stats/_continuous_distns"),
        ("plot", "matplotlib/figure"),
        ("learn", "sklearn/svm/_base"),
        ("markdown", "markdown_it/main"),
    ],
)
def test_no_page_compiles_what_chapters_import(pack, module):
    assert files(pack)[f"{module}.pyc"][:8] == COMPILED
    assert f"{module}.py" not in files(pack)


def test_matplotlib_looks_for_no_fonts():
    plot = files("plot")
    fonts = json.loads(plot[FONTS])
    here = {path for path in plot if path.endswith(".ttf")}
    assert {f"matplotlib/mpl-data/{font['fname']}" for font in fonts["ttflist"]} == here


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
