"""The packs: scripts that bring files to the Python in a page.

A page opened from a disk may load scripts but fetch no files, so a pack is a text: the base64 of
the gzip of its files, one after the other, behind a list of their paths and sizes. It comes in
parts, so that a reader sees it come. Archives are opened here, and what no page reads is left out.
Most modules come as bytecode, which the page would else take seconds to make. What took time to
pack is kept in the cache, named by what it is made of.
"""

import base64
import gzip
import hashlib
import inspect
import io
import json
import re
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np
from bytecode import LIBRARY, SITE, bytecode, in_place
from distribution import LOCK, Unavailable, cache, fill, keep

HERE = Path(__file__).parent
PACKAGE, KERNEL = HERE.parents[1] / "lossbook", HERE / "kernel"

# For compilers, type checkers, installers, PostScript, PDF, and the projects' tests and examples.
UNREAD = re.compile(
    r"\.(a|afm|c|cpp|f|h|hpp|pxd|pyi|pyx|tp)$|/$"
    r"|(^|/)(benchmarks|pdfcorefonts|sample_data|tests)/|scipy/misc/.*\.dat$|Humor-Sans"
    r"|\.dist-info/RECORD$"
)
LICENCE = re.compile(r"(^|/)(AUTHORS|COPYING|LICEN[CS]E|NOTICE)[^/]*$")
SOURCES = {".css", ".csv", ".js", ".py"}
STANDARD = "python_stdlib.zip"
FONTS = "matplotlib/fontlist.json"
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
    """Of each pack the packs that it needs and the modules that it brings."""
    own = sorted({Path(name).parts[0].removesuffix(".py") for name in sources()})
    return {
        **{
            pack: {k: entry[k] for k in ("needs", "modules")}
            for pack, entry in LOCK["packs"].items()
        },
        "lossbook": {"needs": ["numpy"], "modules": own},
        "data": {"needs": ["numpy"], "modules": []},
    }


def texts_of_packs():
    code = compiled()
    with ThreadPoolExecutor() as pool:
        locked = pool.map(lambda pack: of_lock(pack, code), LOCK["packs"])
        return {
            **dict(zip(LOCK["packs"], locked, strict=True)),
            "lossbook": text_of(sources()),
            "data": kept("data", [(PACKAGE / "data.py").read_text("utf-8"), *installed()], of_data),
        }


def compiled():
    """A zip archive of bytecode; None, and a line that says so, if it could not be made."""

    def make():
        core = LOCK["packs"]["core"]["files"]
        return bytecode(cache(), [name for name in LOCK["files"] if name not in core])

    try:
        return kept("bytecode", recipe(), make)
    except (OSError, subprocess.SubprocessError) as failure:
        print(f"Python in the page: it starts more slowly, not compiled ({type(failure).__name__})")
        return None


def of_lock(pack, code):
    """The text of a pack that the lock names."""

    def make():
        return text_of(files_of(pack, code))

    return kept(pack, recipe(), make) if code else make()


def recipe():
    """What packs of the lock and their bytecode are made of."""
    programs = [HERE / name for name in ("bytecode.py", "bytecode.js")]
    return [json.dumps(LOCK), *(path.read_text("utf-8") for path in programs)]


def files_of(pack, code):
    """The files of a pack: contents, by path among the libraries; of the core, by name."""
    made = opened(code) if code else {}
    files = {name: (cache() / name).read_bytes() for name in LOCK["packs"][pack]["files"]}
    if pack == "core":
        library = archive(in_place(opened(files[STANDARD]), LIBRARY, made))
        return {**files, STANDARD: library}
    unpacked = {path: text for content in files.values() for path, text in opened(content).items()}
    if FONTS in unpacked:
        unpacked[FONTS] = fonts(unpacked)
    return in_place(unpacked, SITE, made)


def opened(content):
    """What pages read of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {path: packed.read(path) for path in packed.namelist() if not UNREAD.search(path)}


def fonts(files):
    """The list of matplotlib's fonts, which it would else make as it is imported, in seconds.

    The one in Pyodide's wheel is in another version's form, and names fonts of another system.
    """
    listed, program = json.loads(files[FONTS]), files["matplotlib/font_manager.py"].decode()
    listed["_version"] = int(
        re.search(r"class FontManager:.*?__version__ = (\d+)", program, re.S)[1]
    )
    listed["afmlist"] = []
    own = [f"fonts/ttf/{Path(path).name}" for path in files if path.endswith(".ttf")]
    listed["ttflist"] = [font for font in listed["ttflist"] if font["fname"] in own]
    return json.dumps(listed).encode()


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
    found += [(KERNEL, path) for path in KERNEL.glob("*")]
    found += [(KERNEL / "standins", path) for path in (KERNEL / "standins").rglob("*")]
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
    return text_of({"data.npz": content.getvalue()})


def kept(name, made_of, make):
    """What `make` gives, from the cache if it was made of the same."""
    recipe = "\n".join([Path(__file__).read_text("utf-8"), *made_of])
    path = cache() / "packs" / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    with suppress(OSError):
        return path.read_bytes()
    made = make()
    with suppress(OSError, Unavailable):  # else it is made again next time
        for old in path.parent.glob(f"{name}-*"):
            old.unlink()
        keep(path, made)
    return made


def text_of(files):
    """Base64 of gzip at its highest level, which saves 1 % of what each first visitor waits for."""
    paths = json.dumps([[path, len(content)] for path, content in files.items()]).encode()
    content = b"".join([len(paths).to_bytes(4, "little"), paths, *files.values()])
    return base64.b64encode(gzip.compress(content, 9, mtime=0))


def parts(pack, text):
    """Names and contents of the scripts that bring the text of a pack, each a part of it."""
    cuts = range(0, len(text), PART)
    for k, start in enumerate(cuts):
        part = json.dumps(text[start : start + PART].decode())
        call = f"lossbookPython.part({json.dumps(pack)}, {k}, {len(cuts)}, {part});\n"
        yield f"{pack}-{k}.js", call.encode()


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
