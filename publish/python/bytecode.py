"""Bytecode of what the page's Python imports, so that no page compiles it.

The distribution has sources only, and to compile those of SymPy takes a page seconds. Only its own
version of Python makes bytecode for it, so Pyodide runs here, in the engine that sets the formulas.
As a script: `bytecode.py FOLDER FILE NAME…` writes FILE, a zip archive of the bytecode of what
MODULES import from the archives of these names in FOLDER. It is a process of its own, which may
take memory or fall without harm to the build.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from py_mini_racer import MiniRacer

SITE = "/lib/python3.12/site-packages"
LIBRARY = "/lib/python312.zip"
CORE = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
SCRIPTS = ["pyodide.asm.js", "pyodide.js"]
PATIENCE = 600  # seconds, of a machine that does much else

# What the chapters and the package import. Bytecode is larger as it is sent than sources are, so
# that what is rarely asked for stays source.
MODULES = [
    *("concurrent.futures.thread", "dataclasses", "difflib", "json", "statistics"),
    *("numpy", "numpy.polynomial", "numpy.random"),
    *("sympy", "sympy.printing.numpy", "sympy.printing.jscode", "sympy.stats"),
    *("scipy.integrate", "scipy.linalg", "scipy.optimize", "scipy.special", "scipy.stats"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg"),
    *("sklearn.linear_model", "sklearn.model_selection", "sklearn.pipeline"),
    *("sklearn.preprocessing", "sklearn.svm"),
    *("markdown_it", "mdit_py_plugins.amsmath", "mdit_py_plugins.dollarmath"),
]

COMPILE = f"""
import importlib, io, sys, zipfile
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, source_from_cache
from marshal import dumps

UNCHECKED = MAGIC_NUMBER + bytes([1, 0, 0, 0]) + bytes(8)  # the hash, which nobody asks for
made = {{}}

# What Python would keep of a module that it has compiled, if Pyodide let it.
sys.dont_write_bytecode = False
SourceFileLoader.set_data = lambda self, path, data, **mode: made.update(
    {{source_from_cache(path) + "c": UNCHECKED + data[16:]}}
)
importlib.invalidate_caches()
for module in {MODULES}:
    if importlib.util.find_spec(module.partition(".")[0]):
        importlib.import_module(module)

# Of modules in an archive it would keep nothing.
for module in list(sys.modules.values()):
    path = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    if path.startswith({LIBRARY!r}) and path.endswith(".py"):
        code = compile(module.__loader__.get_data(path), path, "exec", dont_inherit=True)
        made[path + "c"] = UNCHECKED + dumps(code)

packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    for path in sorted(made):
        archive.writestr(zipfile.ZipInfo(path), made[path])
packed.getvalue()
"""


def bytecode(folder, names):
    """A zip archive of the bytecode that the archives of these names in the folder give.

    An OSError or a SubprocessError says that it could not be made.
    """
    with tempfile.TemporaryDirectory() as place:
        target = Path(place, "bytecode.zip")
        command = [sys.executable, __file__, str(folder), str(target), *names]
        subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)
        return target.read_bytes()


def in_place(files, root, made):
    """The files of an archive that is unpacked at the root, with bytecode in place of sources."""
    placed = {}
    for path, content in files.items():
        code = made.get(f"{root}/{path}c")
        placed[path if code is None else f"{path}c"] = content if code is None else code
    return placed


def compiled(folder, names):
    """The zip archive, made here by Pyodide."""
    racer = MiniRacer()
    racer.eval(Path(__file__).with_suffix(".js").read_text("utf-8"))
    for name in CORE + names:
        content = (folder / name).read_bytes()
        racer.eval(f"room({name!r}, {len(content)})")[:] = content
    for name in SCRIPTS:
        racer.eval((folder / name).read_text("utf-8"))
    racer.eval(f"start({SITE!r}, {names!r})").get(timeout=PATIENCE)
    racer.eval(f"var COMPILE = {COMPILE!r}")
    return bytes(racer.eval("run(COMPILE)"))


if __name__ == "__main__":
    folder, target, *names = sys.argv[1:]
    content = compiled(Path(folder), names)
    Path(target).write_bytes(content)
    os._exit(0)  # the engine would wait for threads of its own
