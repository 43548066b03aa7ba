"""Nothing built is older than what it was built from, and no chapter is executed for nothing.

Sphinx and jupyter-cache look at a chapter's own text. Its outputs depend on the package, on the
installed libraries and on Python too: a digest of these names the folder of executed chapters, and
going back finds the old folder. What makes pages of chapters executes none: a change of that name,
or of an extension, makes Sphinx read every chapter again; a change of the style sheets, scripts and
templates only writes the pages anew. The page of a chapter that is gone goes too.
"""

import hashlib
import sys
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
# Found and not imported, which takes seconds.
PACKAGE = Path(find_spec("lossbook").origin).parent


def setup(app):
    app.add_config_value("extensions_digest", "", "env")
    app.add_config_value("static_digest", "", "html")
    app.connect("config-inited", take_digests)
    app.connect("env-updated", remove_orphans)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def take_digests(app, config):
    config.nb_execution_cache_path = str(executed(Path(app.outdir).parent))
    config.extensions_digest = digest(files(HERE))
    config.static_digest = digest(files(HERE.parent / "assets"), files(HERE.parent / "templates"))


def executed(build):
    """The folder, below that of all that is built, of the chapters that ran as they would now."""
    return build / "executed" / digest(installed(), files(PACKAGE))


def remove_orphans(app, env):
    pages = {Path(app.builder.get_outfilename(name)) for name in env.found_docs}
    for page in set(Path(app.outdir, "book").rglob("*.html")) - pages:
        page.unlink()


def digest(*parts):
    found = hashlib.sha256()
    for part in parts:
        for name, content in part:
            found.update(f"{name} {len(content)} ".encode() + content)
    return found.hexdigest()[:16]


def installed():
    yield "python", sys.version.encode()
    for name, version in sorted({(d.name, d.version) for d in distributions()}):
        yield name, version.encode()


def files(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            yield path.relative_to(folder).as_posix(), path.read_bytes()
