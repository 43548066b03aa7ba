"""The packs bring a page the same bytes as the files that they are made of."""

import base64
import gzip
import inspect
import io
import json
import random
import re
import subprocess
import time
import zipfile

import numpy as np
import packs
import pytest
from distribution import LOCK, Unavailable
from sources import ROOT

from lossbook import data

READ = {
    "numpy/__init__.py": b"import",
    "numpy/_core.so": b"\0asm" * 999,
    "numpy/testing/a.py": b"",
    "numpy-1.dist-info/LICENSE": b"BSD",
}
UNREAD = {"numpy/__init__.pyi": b"-", "numpy/tests/test_a.py": b"-", "numpy/a.h": b"-"}
CODE = {
    f"{packs.SITE}/numpy/testing/a.pyc": b"code",
    f"{packs.LIBRARY}/json.pyc": b"of the library",
}
COMPILED = {
    "numpy/__init__.py": b"import",
    "numpy/_core.so": b"\0asm" * 999,
    "numpy/testing/a.pyc": b"code",
    "numpy-1.dist-info/LICENSE": b"BSD",
}
WASM = random.Random(0).randbytes(1000)  # not to be compressed: four parts
CALL = re.compile(r"lossbookPython\.part\((.*)\);\n")


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)  # at this time of day
    return content.getvalue()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache with three small files, which a small lock names, and bytecode of some of them."""
    folder = tmp_path / "cache"
    folder.mkdir()
    core = {"core.wasm": WASM, "python_stdlib.zip": zipped({"json.py": b"-", "re.py": b"text"})}
    for name, text in {**core, "numpy.whl": zipped({**READ, **UNREAD})}.items():
        (folder / name).write_bytes(text)
    projects = {"core.wasm": "pyodide", "python_stdlib.zip": "pyodide", "numpy.whl": "openblas"}
    files = {name: {"project": project, "sha256": name} for name, project in projects.items()}
    monkeypatch.setitem(LOCK, "files", files)
    monkeypatch.setitem(
        LOCK,
        "packs",
        {
            "core": {"files": list(core), "needs": [], "modules": []},
            "numpy": {"files": ["numpy.whl"], "needs": ["core"], "modules": ["numpy"]},
        },
    )
    monkeypatch.setattr(packs, "PART", 400)
    monkeypatch.setattr(packs, "fill", lambda: 0)
    monkeypatch.setattr(packs, "cache", lambda: folder)
    monkeypatch.setattr(packs, "bytecode", lambda *what: asked(*what, folder))
    return folder


def asked(folder, names, cache):
    assert (folder, names) == (cache, ["numpy.whl"])
    return zipped(CODE)


def unpack(folder, pack):
    """What a page has of a pack, whose parts may come in any order: paths and contents."""
    scripts = [path.read_text("ascii") for path in folder.glob(f"{pack}-*.js")]
    calls = [json.loads(f"[{CALL.fullmatch(script)[1]}]") for script in scripts]
    assert [call[:3] for call in sorted(calls)] == [
        [pack, k, len(calls)] for k in range(len(calls))
    ]
    texts = [text for _, _, _, text in sorted(calls)]
    return split(gzip.decompress(b"".join(map(base64.b64decode, texts))))  # each by itself


def split(content):
    size = int.from_bytes(content[:4], "little")
    files, at = {}, 4 + size
    for path, length in json.loads(content[4 : 4 + size]):
        files[path] = content[at : at + length]
        at += length
    assert at == len(content)
    return files


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        return {path: archive.read(path) for path in archive.namelist()}


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_page_gets_what_the_files_hold_and_bytecode_in_place_of_sources(tmp_path):
    described = packs.write(tmp_path / "out")
    core = unpack(tmp_path / "out", "core")
    assert core["core.wasm"] == WASM
    assert members(core["python_stdlib.zip"]) == {"json.pyc": b"of the library", "re.py": b"text"}
    assert core.keys() == {"core.wasm", "python_stdlib.zip"}
    assert unpack(tmp_path / "out", "numpy") == COMPILED
    for pack, entry in described.items():
        scripts = [path.read_bytes() for path in (tmp_path / "out").glob(f"{pack}-*.js")]
        assert entry["parts"] == len(scripts)
        sent = len(gzip.compress(b"".join(scripts)))
        assert entry["size"] == pytest.approx(sent, rel=0.05, abs=300)


@pytest.mark.parametrize(
    "failure",
    [
        subprocess.CalledProcessError(-11, "python"),
        subprocess.TimeoutExpired("python", 9),
        PermissionError(),
    ],
)
def test_without_bytecode_pages_get_sources_and_nothing_of_it_is_kept(
    tmp_path, cache, monkeypatch, capsys, failure
):
    def fail(*what):
        raise failure

    with monkeypatch.context() as failing:
        failing.setattr(packs, "bytecode", fail)
        packs.write(tmp_path / "out")
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Python in the page: ")
    assert type(failure).__name__ in line
    assert unpack(tmp_path / "out", "numpy") == READ
    core = unpack(tmp_path / "out", "core")
    assert members(core["python_stdlib.zip"]) == {"json.py": b"-", "re.py": b"text"}
    assert {path.name.split("-")[0] for path in (cache / "packs").iterdir()} == {"data"}
    packs.write(tmp_path / "out")
    assert unpack(tmp_path / "out", "numpy") == COMPILED


def test_the_list_of_fonts_is_that_of_the_page():
    own = {"fname": "fonts/ttf/A.ttf", "name": "A"}
    foreign = {"fname": "/Library/Fonts/B.ttf", "name": "B"}
    gone = {"fname": "fonts/ttf/C.ttf", "name": "C"}
    listed = {"_version": 390, "afmlist": [{"fname": "a.afm"}], "ttflist": [foreign, own, gone]}
    program = b"class Other:\n    __version__ = 1\nclass FontManager:\n    __version__ = 330\n"
    made = packs.fonts(
        {
            packs.FONTS: json.dumps(listed).encode(),
            "matplotlib/font_manager.py": program,
            "matplotlib/mpl-data/fonts/ttf/A.ttf": b"",
        }
    )
    assert json.loads(made) == {"_version": 330, "afmlist": [], "ttflist": [own]}


def test_the_package_comes_as_it_is(tmp_path):
    described = packs.write(tmp_path / "out")["lossbook"]
    held = unpack(tmp_path / "out", "lossbook")
    for name in ("lossbook/losses/residual.py", "lossbook/live/js/live.js", "lossbook/names.csv"):
        assert held[name] == (ROOT / name).read_bytes()
    assert "lossbook" in described["modules"]
    assert not any("__pycache__" in name for name in held)


def test_data_come_with_their_types():
    files = split(gzip.decompress(base64.b64decode(packs.of_data())))
    with np.load(io.BytesIO(files["data.npz"])) as held:
        for name, function in inspect.getmembers(data, inspect.isfunction):
            arrays = function()
            kept = [held[f"{name}.{k}"] for k in range(len(arrays))]
            assert [array.dtype for array in kept] == [array.dtype for array in arrays]
            assert all(map(np.array_equal, kept, arrays))


def test_packs_are_the_same_each_time(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1e9)
    packs.write(tmp_path / "one")
    for path in (cache / "packs").iterdir():
        path.unlink()
    monkeypatch.setattr(time, "time", lambda: 2e9)
    packs.write(tmp_path / "two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "one").glob("*.js")} == {
        path.name: path.read_bytes() for path in (tmp_path / "two").glob("*.js")
    }


def test_a_second_time_nothing_is_packed_or_written(tmp_path, cache, monkeypatch):
    packs.write(tmp_path / "out")
    before = times(tmp_path / "out")
    monkeypatch.setattr(packs, "files_of", None)
    monkeypatch.setattr(packs, "bytecode", None)
    monkeypatch.setattr(packs, "of_data", None)
    packs.write(tmp_path / "out")
    assert times(tmp_path / "out") == before


def test_packs_without_a_name_go_and_changed_ones_are_made(tmp_path, cache, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/pandas.js").touch()
    packs.write(tmp_path / "out")
    assert not (tmp_path / "out/pandas.js").exists()
    monkeypatch.setitem(LOCK["files"]["core.wasm"], "sha256", "another")
    (cache / "core.wasm").write_bytes(b"newer")
    packs.write(tmp_path / "out")
    assert unpack(tmp_path / "out", "core")["core.wasm"] == b"newer"
    assert len(list((cache / "packs").glob("core-*"))) == 1


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path, cache):
    (cache / "packs").write_text("a file where the folder should be")
    packs.write(tmp_path / "out")
    assert unpack(tmp_path / "out", "numpy") == COMPILED


def test_without_a_file_no_pack_stays(tmp_path, monkeypatch):
    packs.write(tmp_path / "out")

    def lack():
        raise Unavailable("one line")

    monkeypatch.setattr(packs, "fill", lack)
    with pytest.raises(Unavailable):
        packs.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()
