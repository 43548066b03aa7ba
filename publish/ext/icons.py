"""The theme's icon font and the rules for it, less the icons that no page shows."""

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
SHEET = "styles/pydata-sphinx-theme.css"
THEME = Path(pydata_sphinx_theme.__file__).parent
SOURCE = THEME / "theme/pydata_sphinx_theme/static"
NAMED = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"\\(\w+)"\}')
OTHER = re.compile(r'"\\([ef]\w{3})|"([\ue000-\uf8ff])"')  # as a number, or as it is


def setup(app):
    app.connect("build-finished", trim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def trim(app, failure):
    if failure or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    sheet = (SOURCE / SHEET).read_text("utf-8")
    shown = named(sheet, static.parent)
    (static / SHEET).write_text(
        NAMED.sub(
            lambda rule: rule[0] if int(rule[2], 16) in shown else "",
            sheet,
        ),
        "utf-8",
    )
    options = subset.Options(flavor="woff2")
    font = subset.load_font(SOURCE / FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=shown | inserted(static))
    subsetter.subset(font)
    subset.save_font(font, static / FONT, options)


def named(sheet, folder):
    """The code points of the icons that pages name, in the theme's templates for the most part."""
    pages = "".join(page.read_text("utf-8") for page in folder.rglob("*.html"))
    shown = set(re.findall(r"\bfa-[a-z-]+", pages))
    return {
        int(code, 16)
        for names, code in NAMED.findall(sheet)
        if shown.intersection(re.findall(r"fa-[\w-]+", names))
    }


def inserted(static):
    """Those that style sheets insert."""
    styles = "".join(sheet.read_text("utf-8") for sheet in static.rglob("*.css"))
    return {
        ord(character) if character else int(code, 16)
        for code, character in OTHER.findall(NAMED.sub("", styles))
    }
