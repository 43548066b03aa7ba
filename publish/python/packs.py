"""The packs: scripts that bring files to the Python in a page.

A page opened from a disk may load scripts and nothing else, so a pack is a text: of each file a
line with its name and the base64 of its gzip. It comes in parts, so that a reader sees it come. An
archive is packed with its files uncompressed, which is smaller in the end and opens faster, and
without those that no page reads. What took time to pack is kept in the cache, named by what it is
made of.
"""

import base64
import gzip
import hashlib
import inspect
import io
import json
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np
from distribution import LOCK, Unavailable, cache, fill, keep

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "lossbook"

# For compilers, type checkers and the projects' own tests.
UNREAD = re.compile(r"\.(a|c|cpp|f|h|hpp|pxd|pyi|pyx)$|(^|/)(tests|sample_data)/")
LICENCE = re.compile(r"(^|/)(AUTHORS|COPYING|LICEN[CS]E|NOTICE)[^/]*$")
SOURCES = {".css", ".js", ".py"}
OF_THE_BUILD = {"distribution.py", "lock.py", "packs.py", "scripts.py"}
PART = 2**20  # characters
GIVE_DATA = ["numpy", "pandas", "scikit-learn", "statsmodels"]


def write(folder):
    """Write all packs and licences into the folder; or leave nothing there, and raise Unavailable.

    Returns of each pack its files, the packs that it needs, the modules that it brings, the number
    of its parts, and its size as it is sent.
    """
    try:
        fill()
        texts = texts_of_packs()
        wanted = {name: script for pack in texts for name, script in parts(pack, texts[pack])}
        wanted |= {f"licences/{project}.txt": text for project, text in licences().items()}
        put(Path(folder), wanted)
    except Unavailable:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sizes = {pack: len(text) for pack, text in texts.items()}
    return {
        pack: {**entry, "parts": -(-sizes[pack] // PART), "size": sizes[pack] * 3 // 4}
        for pack, entry in contents().items()
    }


def contents():
    """Of each pack its files, the packs that it needs, and the modules that it brings."""
    own = sorted({Path(name).parts[0].removesuffix(".py") for name in sources()})
    return {
        **LOCK["packs"],
        "lossbook": {"files": ["lossbook.zip"], "needs": ["numpy"], "modules": own},
        "data": {"files": ["data.npz"], "needs": ["numpy"], "modules": []},
    }


def texts_of_packs():
    with ThreadPoolExecutor() as pool:
        locked = pool.map(of_lock, LOCK["packs"])
        return {
            **dict(zip(LOCK["packs"], locked, strict=True)),
            "lossbook": text_of({"lossbook.zip": archive(sources())}),
            "data": kept("data", [(PACKAGE / "data.py").read_text("utf-8"), *installed()], of_data),
        }


def of_lock(pack):
    """The text of a pack that the lock names."""
    names = LOCK["packs"][pack]["files"]

    def make():
        return {name: unpacked(name, (cache() / name).read_bytes()) for name in names}

    return kept(pack, [LOCK["files"][name]["sha256"] for name in names], make)


def unpacked(name, content):
    if not name.endswith((".whl", ".zip")):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        paths = [path for path in packed.namelist() if not UNREAD.search(path)]
        return archive({path: packed.read(path) for path in paths})


def archive(files):
    """A zip archive of files, uncompressed, and the same each time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as stored:
        for path, text in files.items():
            stored.writestr(zipfile.ZipInfo(path), text)
    return content.getvalue()


def sources():
    """The package, and beside it what runs in the page: paths and contents."""
    found = [(PACKAGE.parent, path) for path in PACKAGE.rglob("*")]
    found += [(HERE, path) for path in HERE.glob("*.py") if path.name not in OF_THE_BUILD]
    found += [(HERE / "standins", path) for path in (HERE / "standins").rglob("*")]
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for root, path in sorted(found)
        if path.suffix in SOURCES and path.is_file()
    }


def installed():
    return [f"{project} {version(project)}" for project in GIVE_DATA]


def of_data():
    """What each function of lossbook.data returns: its arrays as "nile.0", "nile.1"."""
    from lossbook import data  # here, for it takes seconds to give all

    arrays = {
        f"{name}.{k}": array
        for name, function in inspect.getmembers(data, inspect.isfunction)
        for k, array in enumerate(function())
    }
    content = io.BytesIO()
    np.savez(content, **arrays)
    return {"data.npz": content.getvalue()}


def kept(pack, made_of, make):
    """The text of the files that `make` gives, from the cache if it was made of the same."""
    recipe = "\n".join([Path(__file__).read_text("utf-8"), *made_of])
    path = cache() / "packs" / f"{pack}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    with suppress(OSError):
        return path.read_bytes()
    made = text_of(make())
    with suppress(OSError, Unavailable):  # else it is made again next time
        for old in path.parent.glob(f"{pack}-*"):
            old.unlink()
        keep(path, made)
    return made


def text_of(files):
    return "".join(f"{name} {as_text(content)}\n" for name, content in files.items()).encode()


def parts(pack, text):
    """Names and contents of the scripts that bring the text of a pack, each a part of it."""
    cuts = range(0, len(text), PART)
    for k, start in enumerate(cuts):
        part = json.dumps(text[start : start + PART].decode())
        call = f"lossbookPython.part({json.dumps(pack)}, {k}, {len(cuts)}, {part});\n"
        yield f"{pack}-{k}.js", call.encode()


def as_text(content):
    """Base64 of gzip, whose highest level takes three times as long to save 1 %."""
    return base64.b64encode(gzip.compress(content, 6, mtime=0)).decode()


def licences():
    """The licences of each project, one text, from its files or from the folder `licences`."""
    texts = {}
    for name, entry in LOCK["files"].items():
        parts = texts.setdefault(entry["project"], [])
        if name.endswith(".whl"):
            with zipfile.ZipFile(cache() / name) as wheel:
                parts += [wheel.read(path) for path in wheel.namelist() if LICENCE.search(path)]
    for path in (HERE / "licences").iterdir():
        texts[path.stem].append(path.read_bytes())
    return {project: b"\n\n".join(parts) for project, parts in texts.items()}


def put(folder, wanted):
    """Let the folder have these files and no others; one that is the same is not touched."""
    for name, content in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            keep(path, content)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
