"""The address of the book's folder leads to its first page."""

from pathlib import Path

DOOR = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0; url={first}.html">
</head>
<body><main><h1><a href="{first}.html">{title}</a></h1></main></body>
</html>
"""


def setup(app):
    app.connect("builder-inited", write_door)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_door(app):
    if app.builder.format == "html":
        door = DOOR.format(title=app.config.html_title, first=app.config.root_doc)
        Path(app.outdir, "index.html").write_text(door, encoding="utf-8")
