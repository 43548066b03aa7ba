"""The book without a network: a reader has the browser store it, and it stays of one version.

When all is built, `offline.json` lists the files that pages read over a network, each with its hash
and its size: the pages with all that is theirs, and Python. The worker `sw.js` (../offline/sw.js)
begins with the digest of that list. The box in which a reader asks for it (assets/offline.js) says
how much it takes.

Workbox would make the list and has strategies for caches. It needs Node to build, its worker is
larger than the whole of ours, and it replaces files one by one in one cache, where a page can meet
the script of another version.
"""

import base64
import hashlib
import json
import re
from pathlib import Path

from assets import add_file

WORKER = Path(__file__).parents[1] / "offline/sw.js"
LIST = "offline.json"
BOX = re.compile(r'<div class="keep-offline[^>]*>')
PYTHON = re.compile(r"_static/python/(engine\.js|mathematics\.js|packs/[^/]+\.js)$")
# For other programs than a reader's browser, for a copy on a disk, or of the theme and not in use.
UNREAD = re.compile(
    rf"{LIST}$|sw\.js$|404\.html$|sitemap\.xml$|objects\.inv$|\.buildinfo$|\.nojekyll$"
    r"|_sources/.*\.js$|.*\.(epub|map|pdf|ttf|zip)$"
    r"|_static/(social-card|locales/|scripts/fontawesome|images/|(sbt-)?webpack-macros)"
)


def setup(app):
    app.connect("html-page-context", add_box)
    app.connect("build-finished", finish, priority=1000)  # when all others have written
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_box(app, page, template, context, doctree):
    if page == app.config.root_doc:
        add_file(app, "offline.js")
        add_file(app, "offline.css")


def finish(app, failure):
    if not failure and app.builder.name == "html":
        write(Path(app.outdir), Path(app.builder.get_outfilename(app.config.root_doc)))


def write(book, first):
    """Write list and worker into the folder of a built book, and the sizes into its first page."""
    sizes = {  # in MB
        kind: round(sum(file.stat().st_size for file in files) / 1e6)
        for kind, files in kept(book).items()
    }
    data = "".join(f' data-{kind}="{mb}"' for kind, mb in sizes.items() if mb)
    html, boxes = BOX.subn(f'<div class="keep-offline"{data}>', first.read_text("utf-8"))
    assert boxes == 1, f"{first.name} needs one box for the book without a network"
    first.write_text(html, "utf-8")
    worker = WORKER.read_text("utf-8")
    listed = {kind: [entry(book, file) for file in files] for kind, files in kept(book).items()}
    listed["worker"] = digest(worker.encode())  # another worker has another cache
    text = json.dumps(listed, separators=(",", ":"))
    (book / LIST).write_text(text, "utf-8")
    (book / "sw.js").write_text(f'const VERSION = "{digest(text.encode())}";\n{worker}', "utf-8")


def entry(book, file):
    content = file.read_bytes()
    return [file.relative_to(book).as_posix(), digest(content), len(content)]


def kept(book):
    """The files of the pages, and those of Python."""
    files = {"pages": [], "python": []}
    for file in sorted(book.rglob("*")):
        path = file.relative_to(book).as_posix()
        if file.is_file() and not UNREAD.match(path):
            files["python" if PYTHON.match(path) else "pages"].append(file)
    return files


def digest(content):
    """As a browser's check of a file's integrity has it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
