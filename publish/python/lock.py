"""Make `distribution.json` anew: `python publish/python/lock.py [VERSION OF PYODIDE]`.

The hashes of Pyodide's wheels are those of its own lock, which is in its package for Node, as its
core is. What is pure Python comes from PyPI, in the version in which the book is built.
"""

import hashlib
import io
import json
import re
import sys
import zipfile
from pathlib import Path

import distribution

TARGET = Path(__file__).with_name("distribution.json")
REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"
CORE = [
    "pyodide.asm.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
    "pyodide.js",
]

# Of each pack the projects, and the packs that it needs.
PACKS = {
    "numpy": (["numpy"], ["core"]),
    "scipy": (["openblas", "scipy"], ["numpy"]),
    "sympy": (["mpmath", "sympy"], ["core"]),
    "plot": (
        [
            *("contourpy", "cycler", "kiwisolver", "matplotlib", "packaging", "pillow"),
            *("pyparsing", "python-dateutil", "six"),
        ],
        ["numpy"],
    ),
    "learn": (["joblib", "scikit-learn", "threadpoolctl"], ["scipy"]),
    "markdown": (["markdown-it-py", "mdit-py-plugins", "mdurl"], ["core"]),
}
FROM_PYPI = {"mpmath", "sympy", "markdown-it-py", "mdit-py-plugins", "mdurl"}

LICENCES = {
    "pyodide": "MPL-2.0 AND PSF-2.0",  # the latter of CPython, which is in its core
    "matplotlib": "LicenseRef-Matplotlib",
    "packaging": "Apache-2.0 OR BSD-2-Clause",
    "pillow": "HPND",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    **dict.fromkeys(["markdown-it-py", "mdit-py-plugins", "mdurl", "pyparsing", "six"], "MIT"),
    **dict.fromkeys(
        [
            *("contourpy", "cycler", "joblib", "kiwisolver", "mpmath", "numpy", "openblas"),
            *("scikit-learn", "scipy", "sympy", "threadpoolctl"),
        ],
        "BSD-3-Clause",
    ),
}


def main(version):
    core = dict(distribution.members(distribution.npm_package(version)))
    files = {name: entry("pyodide", version, "pyodide", core[name]) for name in CORE}
    packs = {"core": {"files": CORE, "needs": [], "modules": []}}
    official = json.loads(core["pyodide-lock.json"])["packages"]
    wheels = of_pyodide(official) | of_pypi()
    for pack, (projects, needs) in PACKS.items():
        found = [wheels[project] for project in projects]
        packs[pack] = {
            "files": [name for name, _, _ in found],
            "needs": needs,
            "modules": sorted({module for _, _, modules in found for module in modules}),
        }
        files |= {name: described for name, described, _ in found}
    lock = {"version": version, "files": files, "packs": packs}
    text = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    TARGET.write_text(text, "utf-8")


def of_pyodide(official):
    """Of each project a wheel's name, its entry and its modules."""
    projects = {p for projects, _ in PACKS.values() for p in projects} - FROM_PYPI
    wanted = {
        official[p]["file_name"]: {"from": "pyodide", "sha256": official[p]["sha256"]}
        for p in projects
    }
    contents = dict(distribution.search(wanted))
    if lacking := wanted.keys() - contents:
        sys.exit(f"No source has {', '.join(sorted(lacking))}.")
    return {
        p: wheel(p, official[p]["version"], "pyodide", name, contents[name])
        for p in projects
        for name in [official[p]["file_name"]]
    }


def of_pypi():
    """The same of PyPI's."""
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", REQUIREMENTS.read_text("utf-8"), re.MULTILINE))
    found = {}
    for project in FROM_PYPI:
        with distribution.downloaded([f"{project}=={pinned[project]}"]) as folder:
            [path] = folder.iterdir()
            found[project] = wheel(project, pinned[project], "pypi", path.name, path.read_bytes())
    return found


def wheel(project, version, source, name, content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tops = [re.match(r"(\w+)(/__init__)?\.py$", path) for path in archive.namelist()]
    return name, entry(project, version, source, content), [top[1] for top in tops if top]


def entry(project, version, source, content):
    return {
        "project": project,
        "version": version,
        "licence": LICENCES[project],
        "from": source,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:] or [distribution.LOCK["version"]])
