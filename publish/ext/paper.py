"""Paper is light, whatever the theme of the page that is printed from.

A rule for the dark theme, in any style sheet of the book, is for the screen; one for the light
theme holds on paper in the dark theme too.
"""

import re
from pathlib import Path

THEME = re.compile(r"""\[data-theme=["']?(light|dark)["']?\]""")
RULE = re.compile(rf"[^{{}};/]*{THEME.pattern}[^{{}};/]*\{{[^{{}}]*\}}")


def setup(app):
    app.connect("build-finished", print_light, priority=900)  # when all sheets are there
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def print_light(app, failure):
    if failure or app.builder.name != "html":
        return
    for sheet in Path(app.outdir, "_static").rglob("*.css"):
        sheet.write_text(RULE.sub(for_paper, sheet.read_text("utf-8")), "utf-8")


def for_paper(rule):
    if rule[1] == "dark":
        return f"@media not print{{{rule[0]}}}"
    return f"{rule[0]}@media print{{{THEME.sub('[data-theme=dark]', rule[0])}}}"
