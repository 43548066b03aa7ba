"""Addresses that lead on: the book's folder to its first page, a page's former name to the page."""

from os.path import relpath
from pathlib import Path

MOVED = {"book/12-choosing": "book/18-choosing"}

DOOR = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="canonical" href="{to}.html">
<script src="{static}/forwards.js"></script>
<meta http-equiv="refresh" content="0; url={to}.html">
</head>
<body><main><h1><a href="{to}.html">{title}</a></h1></main></body>
</html>
"""


def setup(app):
    app.connect("build-finished", write_doors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_doors(app, failure):
    if failure or app.builder.name != "html":
        return
    for address, to in {"index": app.config.root_doc, **MOVED}.items():
        door, folder = Path(app.outdir, f"{address}.html"), str(Path(address).parent)
        title = app.env.titles[to].astext() if address in MOVED else app.config.html_title
        to, static = relpath(to, folder), relpath("_static", folder)
        door.write_text(DOOR.format(title=title, to=to, static=static), encoding="utf-8")
