"""Each live figure as a file of its own, for the frame of a course system or of a slide.

The file holds all that it needs and asks for nothing, so that it lives on a disk and in a frame
that may only run scripts. Its name is that of the page and of the cell that makes the figure, which
stays when the figure is improved or others come. A page whose cells have no names numbers its
figures. The figure in the page knows its file, and the one in the file its page.
"""

from collections import Counter
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes

FOLDER = "_static/embed"
TEMPLATE = Path(__file__).parents[1] / "templates/embed.html"
FIGURE = '<figure class="lossbook-live"'


def setup(app):
    app.connect("env-updated", remove_orphans)
    app.connect("doctree-resolved", write_embeds, priority=400)  # before outputs.py changes them
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def remove_orphans(app, env):
    """Those of pages that are gone; a page that is written anew removes its own."""
    pages = {Path(page).name for page in env.found_docs}
    for file in Path(app.outdir, FOLDER).glob("*.html"):
        if file.stem.rpartition("-")[0] not in pages:
            file.unlink()


def write_embeds(app, doctree, page):
    if app.builder.name != "html":
        return
    name, folder = Path(page).name, Path(app.outdir, FOLDER)
    for old in folder.glob("*.html"):
        if old.stem.rpartition("-")[0] == name:
            old.unlink()
    for number, (output, cell) in enumerate(figures(app, doctree, page), 1):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}-{cell or number}.html"
        file.write_text(embed(app, page, output.astext(), cell), "utf-8")
        place = f"{'../' * page.count('/')}{FOLDER}/{file.name}"
        text = output.astext().replace(FIGURE, f'{FIGURE} data-embed="{place}"')
        output.replace_self(nodes.raw(text, text, **output.attributes))


def figures(app, doctree, page):
    """Each output that is a live figure, with the name of its cell; of a cell's second one, with
    that and its number."""
    source, seen = Path(app.env.doc2path(page)), Counter()
    cells = nbformat.read(source, as_version=4).cells if source.suffix == ".ipynb" else []
    for output in list(doctree.findall(nodes.raw)):
        if not output.astext().startswith(FIGURE):
            continue
        holder = output.parent
        while holder and "cell_index" not in holder:
            holder = holder.parent
        cell = cells[holder["cell_index"]].id if cells and holder else ""
        seen[cell] += 1
        yield output, f"{cell}.{seen[cell]}" if cell and seen[cell] > 1 else cell


def embed(app, page, figure, cell):
    from lossbook.live import asset  # here, for it loads SymPy and matplotlib

    address = app.config.html_baseurl + app.builder.get_target_uri(page)
    anchor = f"#cell-{cell.partition('.')[0]}" if cell else ""
    scripts = ["live.js", *["typed.js"] * ('"kind": "density"' in figure), "to-go.js"]
    return TEMPLATE.read_text("utf-8").format(
        title=escape(app.env.titles[page].astext()),
        book=escape(app.config.html_title),
        page=address,
        css=asset("live.css"),
        figure=figure.replace(FIGURE, f'{FIGURE} data-page="{address}{anchor}"'),
        js="\n".join(map(asset, scripts)),
    )
