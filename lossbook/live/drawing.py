"""From matplotlib's axes to themed SVG, with the moving marks put in place.

js/drawing.js repeats `to_points`, `path` and `sentence`, for this state and every later one.
"""

import io
import re
import zlib
from decimal import ROUND_HALF_UP, Decimal, localcontext
from xml.etree import ElementTree

import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from .. import style

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
LETTERS = 9  # points, in every drawing
COLUMN, PHONE, GAP = 656, 341, 16  # pixels for panels side by side in windows of 1280 and 390
BASIS, LARGEST = 0.95, 1.35  # pixels for each point of a panel's size, as live.css has them
HEAD = 7  # length of an arrow's head, in points
FAR = 1e4  # where coordinates are cut off, in points; renderers lose larger ones
LENGTHS = re.compile(r' d="[^"]*"| [xy]="[^"]*"|translate\([^)]*\)')
STROKE = re.compile(r"M([-\d.]+(?:[ L][-\d.]+){3,})")  # of two points or more
AXES = "xyyx"  # of the columns of places: x, y; the base of areas and bars; a bar's other side


def panels(count, size):
    """The axes of so many panels, drawn so small that letters have 11 pixels or more in a window
    of 1280, and 10 in one of 390, where a page shows panels of this `size`."""
    width = 72 * size[0]
    row = min(count, int((COLUMN + GAP) // (BASIS * width + GAP)))
    shown = [
        (min(width * LARGEST, (COLUMN + GAP) / row - GAP), 11),
        (min(width * LARGEST, PHONE), 10),
    ]
    scale = min(1, *(pixels / width * LETTERS / least for pixels, least in shown))
    figures = (
        Figure(figsize=np.multiply(size, scale), dpi=72, layout="constrained") for _ in range(count)
    )
    return [figure.add_subplot() for figure in figures]


def draw(ax, marks, width):
    """SVG of one panel, and its frame: how data units map to the drawing's points.

    `marks` is {id: (shape, places in data units)}, `width` the panel's in inches.
    """
    figure, text = ax.figure, io.StringIO()
    if ax.get_legend_handles_labels()[0] and not ax.get_legend():
        ax.legend()
    _lay_out(figure)
    FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    frame = _frame(ax)
    figure.set_layout_engine("constrained")
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", XLINK[1:-1])
    root = ElementTree.fromstring(text.getvalue())
    for part in ("metadata", "defs[style]"):  # a style within a page is one for the whole page
        for found in root.findall(part, {"": SVG[1:-1]}):
            root.remove(found)
    root.set("style", f"--width:{72 * width:g}")  # live.css sizes the panel by it
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g")}
    for gid, (shape, places) in marks.items():
        _place(groups[gid], shape, to_points(frame, places))
    svg = re.sub(r">\s+<", "><", ElementTree.tostring(root, encoding="unicode"))
    used = {*marks, *re.findall(r"(?<=#)[\w-]+", svg)}
    svg = re.sub(r' id="([^"]*)"', lambda id: id[0] if id[1] in used else "", svg)
    return style.themed(LENGTHS.sub(_shorten, svg)), frame


def _shorten(lengths):
    """A hundredth of a point is enough to see; live.js draws what moves anew."""
    rounded = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", lengths[0])
    return STROKE.sub(_steps, re.sub(" *([A-Z]|z) *", r"\1", rounded))


def _steps(stroke):
    """From point to point: along a smooth curve these numbers are short and alike."""
    points = np.rint(100 * np.reshape(re.split("[ L]", stroke[1]), (-1, 2)).astype(float))
    first, *steps = np.diff(points, axis=0, prepend=0) / 100
    words = (" ".join(f"{x:.8g} {y:.8g}" for x, y in run) for run in ([first], steps))
    return "M" + "l".join(words)


def _lay_out(figure):
    """The constrained layout, rounded: it depends a little on where the axes were before."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for ax in figure.axes:
        ax.set_position(np.round(ax.get_position().bounds, 6))


def _frame(ax):
    """Each axis as (offset, scale, logarithmic?, low, high): point = offset + scale * value."""
    height = ax.figure.bbox.height
    (x0, y0), (x1, y1) = ax.transAxes.transform([(0, 0), (1, 1)])
    frame = {}
    for name, p0, p1 in (("x", x0, x1), ("y", height - y0, height - y1)):
        low, high = getattr(ax, f"get_{name}lim")()
        log = getattr(ax, f"get_{name}scale")() == "log"
        v0, v1 = np.log10((low, high)) if log else (low, high)
        scale = (p1 - p0) / (v1 - v0)
        frame[name] = [float(v) for v in (p0 - scale * v0, scale)] + [log, float(low), float(high)]
    return frame


def to_points(frame, places):
    """Places in data units as points of the drawing; what is not finite is not a number there."""
    columns = []
    for axis, values in zip(AXES, np.transpose(places), strict=False):
        offset, scale, log, _, _ = frame[axis]
        with np.errstate(all="ignore"):
            points = offset + scale * (np.log10(values) if log else values)
        columns.append(np.where(np.isfinite(points), np.clip(points, -FAR, FAR), np.nan))
    return np.stack(columns, 1)


def path(shape, points):
    """SVG path data; a point that is not a number leaves a gap."""
    runs: list[list] = [[]]
    for point in _arrow(*points) if shape == "arrow" else points:
        if np.isfinite(point).all():
            runs[-1].append([f"{v:.4f}" for v in point])
        else:
            runs.append([])
    return "".join(PIECES[shape](run) for run in runs if run)


def _line(run):
    return "M" + " ".join(f"{x} {y}" for x, y in run)


def _area(run):
    back = [(x, base) for x, _, base in reversed(run)]
    return _line([(x, y) for x, y, _ in run] + back) + "Z"


def _bars(run):
    return "".join(f"M{left} {y}H{right}V{base}H{left}Z" for left, y, base, right in run)


PIECES = {"line": _line, "dots": _line, "arrow": _line, "area": _area, "bars": _bars}
FILLED = {"area", "bars"}


def _arrow(tail, head):
    dx, dy = head[0] - tail[0], head[1] - tail[1]
    length = np.hypot(dx, dy)
    if not length > 0.5:
        return []
    size = min(HEAD, length / 2) / length
    barbs = [
        [head[0] - size * (dx - s * dy / 2), head[1] - size * (dy + s * dx / 2)] for s in (1, -1)
    ]
    gap = [np.nan, np.nan]
    return [tail, head, gap, barbs[0], head, barbs[1]]


def _place(group, shape, points):
    if shape == "dots":
        _dot_corners(group)
    group.find(f"{SVG}path").set("d", path(shape, points))


def _dot_corners(group):
    """For matplotlib's element for each dot, one path with a dot at each corner and no line."""
    holder = group.find(f"{SVG}g")
    dot = holder.find(f"{SVG}use")
    group.remove(holder)
    del dot.attrib["x"], dot.attrib["y"]
    # In a page without scripts ids of several figures meet: let equal ids mean equal dots.
    name = f"{zlib.crc32(ElementTree.tostring(dot)):x}-{group.get('id')}"
    marker = {"id": f"dot{name}", "markerUnits": "userSpaceOnUse", "overflow": "visible"}
    ElementTree.SubElement(group, f"{SVG}marker", marker).append(dot)
    look = {**holder.attrib, "style": f"fill:none;marker:url(#dot{name})"}
    ElementTree.SubElement(group, f"{SVG}path", look)


def sentence(spec, numbers):
    """A readout in words, with a true minus sign and no negative zero."""
    first, *literals = spec["text"]
    shown = [_shown(v, *format) for format, v in zip(spec["formats"], numbers, strict=True)]
    return first + "".join(n + text for n, text in zip(shown, literals, strict=True))


def _shown(number, digits, kind):
    if not np.isfinite(number):
        return "—"
    with localcontext(rounding=ROUND_HALF_UP):  # as JavaScript does
        if kind == "%":
            text = f"{Decimal(100 * number):.{digits}f}"
        else:
            text = f"{Decimal(number):.{digits}{kind}}".replace("+", "").removesuffix("e0")
    if float(text) == 0:
        text = text.lstrip("-").split("e")[0]
    return text.replace("-", "−") + ("%" if kind == "%" else "")
