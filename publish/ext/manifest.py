"""What makes the book an app that can be installed: its description, and icons made of the favicon.

Chromium (since version 112) and Safari install any site with such a description, whether or not it
has a service worker.
"""

import json
from pathlib import Path
from xml.etree import ElementTree

FAVICON = Path(__file__).parents[1] / "assets/favicon.svg"
MANIFEST = "manifest.webmanifest"
# A launcher may cut all but a circle of four fifths of an icon's width out of a `maskable` one.
ICONS = {"icon-192": (192, "any"), "icon-512": (512, "any"), "icon-maskable": (512, "maskable")}
SHORT = "Loss functions"  # under an icon


def setup(app):
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(app):
    if app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    for name, (size, purpose) in ICONS.items():
        icon(size, purpose).savefig(static / f"{name}.png", metadata={"Software": None})
    Path(app.outdir, MANIFEST).write_text(json.dumps(described(app.config), indent=1), "utf-8")


def described(config):
    return {
        "name": config.html_title,
        "short_name": SHORT,
        "lang": config.language,
        "start_url": f"{config.root_doc}.html",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "icons": [
            {
                "src": f"_static/{name}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, (size, purpose) in ICONS.items()
        ],
    }


def icon(size, purpose):
    """The favicon's square, whole and with a margin where it may be cut, and the curve on it."""
    from fontTools.pens.recordingPen import RecordingPen  # here, for all this takes its time
    from fontTools.svgLib.path import parse_path
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch, PathPatch
    from matplotlib.path import Path as Curve

    svg = ElementTree.parse(FAVICON).getroot()
    square, curve = svg
    side = float(square.get("width"))
    margin = side / 8 if purpose == "maskable" else 0
    fill = square.get("fill")
    figure = Figure(figsize=(1, 1), dpi=size, facecolor=fill if margin else "none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(-margin, side + margin), ylim=(side + margin, -margin))
    ax.axis("off")
    shape = f"round, pad=0, rounding_size={square.get('rx')}"
    ax.add_patch(FancyBboxPatch((0, 0), side, side, shape, facecolor=fill, lw=0))
    pen = RecordingPen()
    parse_path(curve.get("d"), pen)
    kinds = {"moveTo": Curve.MOVETO, "lineTo": Curve.LINETO, "qCurveTo": Curve.CURVE3}
    steps = [(kinds[kind], point) for kind, points in pen.value for point in points]
    codes, points = zip(*steps, strict=True)
    width = float(curve.get("stroke-width")) * 72 / (side + 2 * margin)  # in points of the inch
    line = {"edgecolor": curve.get("stroke"), "lw": width, "capstyle": curve.get("stroke-linecap")}
    ax.add_patch(PathPatch(Curve(points, codes), fill=False, **line))
    return figure
