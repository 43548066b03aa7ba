"""The packs bring a page the same bytes as the files that they are made of."""

import base64
import gzip
import inspect
import io
import json
import random
import re
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
FILES = {"core.wasm": random.Random(0).randbytes(1000)}  # not to be compressed: four parts
CALL = re.compile(r"lossbookPython\.part\((.*)\);\n")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache with two small files, which a small lock names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, text in {**READ, **UNREAD}.items():
            wheel.writestr(path, text)  # at this time of day
    folder = tmp_path / "cache"
    folder.mkdir()
    files = {**FILES, "numpy.whl": content.getvalue()}
    for name, text in files.items():
        (folder / name).write_bytes(text)
    monkeypatch.setitem(
        LOCK,
        "files",
        {
            name: {"project": "pyodide" if name in FILES else "openblas", "sha256": name}
            for name in files
        },
    )
    monkeypatch.setitem(
        LOCK,
        "packs",
        {
            "core": {"files": ["core.wasm"], "needs": [], "modules": []},
            "numpy": {"files": ["numpy.whl"], "needs": ["core"], "modules": ["numpy"]},
        },
    )
    monkeypatch.setattr(packs, "PART", 400)
    monkeypatch.setattr(packs, "fill", lambda: 0)
    monkeypatch.setattr(packs, "cache", lambda: folder)
    return folder


def unpack(folder, pack):
    """What a page has of a pack, whose parts may come in any order: names and contents."""
    scripts = [path.read_text("ascii") for path in folder.glob(f"{pack}-*.js")]
    calls = [json.loads(f"[{CALL.fullmatch(script)[1]}]") for script in scripts]
    assert [call[:3] for call in sorted(calls)] == [
        [pack, k, len(calls)] for k in range(len(calls))
    ]
    lines = "".join(text for _, _, _, text in sorted(calls)).splitlines()
    files = dict(line.split(" ") for line in lines)
    return {name: gzip.decompress(base64.b64decode(text)) for name, text in files.items()}


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {path: archive.read(path) for path in archive.namelist()}


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_page_gets_what_the_files_hold(tmp_path):
    described = packs.write(tmp_path / "out")
    assert unpack(tmp_path / "out", "core") == FILES
    assert members(unpack(tmp_path / "out", "numpy")["numpy.whl"]) == READ
    for pack, entry in described.items():
        assert list(unpack(tmp_path / "out", pack)) == entry["files"]
        scripts = [path.read_bytes() for path in (tmp_path / "out").glob(f"{pack}-*.js")]
        assert entry["parts"] == len(scripts)
        sent = len(gzip.compress(b"".join(scripts)))
        assert entry["size"] == pytest.approx(sent, rel=0.05, abs=300)


def test_the_package_comes_as_it_is(tmp_path):
    described = packs.write(tmp_path / "out")["lossbook"]
    held = members(unpack(tmp_path / "out", "lossbook")["lossbook.zip"])
    for name in ("lossbook/losses/residual.py", "lossbook/live/js/live.js", "lossbook/palette.css"):
        assert held[name] == (ROOT / name).read_bytes()
    assert "lossbook" in described["modules"]
    assert not any("__pycache__" in name for name in held)


def test_data_come_with_their_types():
    with np.load(io.BytesIO(packs.of_data()["data.npz"])) as held:
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
    monkeypatch.setattr(packs, "unpacked", None)
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
    assert unpack(tmp_path / "out", "core") == {"core.wasm": b"newer"}
    assert len(list((cache / "packs").glob("core-*"))) == 1


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path, cache):
    (cache / "packs").write_text("a file where the folder should be")
    packs.write(tmp_path / "out")
    assert unpack(tmp_path / "out", "core") == FILES


def test_without_a_file_no_pack_stays(tmp_path, monkeypatch):
    packs.write(tmp_path / "out")

    def lack():
        raise Unavailable("one line")

    monkeypatch.setattr(packs, "fill", lack)
    with pytest.raises(Unavailable):
        packs.write(tmp_path / "out")
    assert not (tmp_path / "out").exists()
