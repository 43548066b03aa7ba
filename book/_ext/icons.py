"""The theme's icon font, less the icons that no page shows."""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
THEME = Path(pydata_sphinx_theme.__file__).parent
SOURCE = THEME / "theme/pydata_sphinx_theme/static" / FONT
NAMED = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\(\w+)')
OTHER = re.compile(
    r'"\\([ef]\w{3})|"([\ue000-\uf8ff])"'
)  # as a number, or as it is


def setup(app):
    app.connect("build-finished", trim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def trim(app, failure):
    if failure or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    options = subset.Options(flavor="woff2")
    font = subset.load_font(SOURCE, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=in_use(Path(app.outdir)))
    subsetter.subset(font)
    subset.save_font(font, static / FONT, options)


def in_use(folder):
    """The code points of the icons that pages name, and of those that style sheets insert."""
    pages = "".join(
        page.read_text("utf-8") for page in folder.rglob("*.html")
    )
    styles = "".join(
        sheet.read_text("utf-8")
        for sheet in folder.glob("_static/**/*.css")
    )
    shown = set(re.findall(r"\bfa-[a-z-]+", pages))
    named = {
        int(code, 16)
        for names, code in NAMED.findall(styles)
        if shown.intersection(re.findall(r"fa-[\w-]+", names))
    }
    inserted = {
        ord(character) if character else int(code, 16)
        for code, character in OTHER.findall(NAMED.sub("", styles))
    }
    return named | inserted
