"""Executed chapters are kept for as long as nothing that they run on has changed.

Sphinx and jupyter-cache look at a notebook's own text. Its outputs depend on the package, on the
installed libraries and on Python too, so the cache's folder is named by a digest of those. A new
name also makes Sphinx read every chapter again; going back finds the old folder.
"""

import hashlib
import sys
from importlib.metadata import distributions
from pathlib import Path

import lossbook

PACKAGE = Path(lossbook.__file__).parent


def setup(app):
    app.connect("config-inited", name_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def name_cache(app, config):
    folder = Path(app.outdir).parent / "executed" / digest()
    config.nb_execution_cache_path = str(folder)


def digest():
    found = hashlib.sha256(sys.version.encode())
    for name, version in sorted({(d.name, d.version) for d in distributions()}):
        found.update(f"\n{name} {version}".encode())
    for path in sorted(p for p in PACKAGE.rglob("*") if p.suffix != ".pyc" and p.is_file()):
        found.update(f"\n{path.relative_to(PACKAGE)}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]
