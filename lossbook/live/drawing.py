"""From matplotlib's axes to themed SVG, with the moving marks put in place.

live.js repeats `path` and `sentence` for every later state.
"""

import io
from xml.etree import ElementTree

import numpy as np

from .. import style

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
HEAD = 7  # length of an arrow's head, in points
FAR = 1e4  # where coordinates are cut off, in points; renderers lose larger ones


def draw(ax, marks):
    """SVG of one panel, and its frame: how data units map to the drawing's points.

    `marks` is {id: (shape, places in data units)}.
    """
    figure, text = ax.figure, io.StringIO()
    if ax.get_legend_handles_labels()[0] and not ax.get_legend():
        ax.legend()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    frame = _frame(ax)
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", XLINK[1:-1])
    root = ElementTree.fromstring(text.getvalue())
    for metadata in root.findall(f"{SVG}metadata"):
        root.remove(metadata)
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g")}
    for gid, (shape, places) in marks.items():
        _place(groups[gid], shape, to_points(frame, places))
    return style.themed(ElementTree.tostring(root, encoding="unicode")), frame


def _frame(ax):
    """Each axis as (offset, scale, is it logarithmic, low, high): points = offset + scale * value."""
    height = ax.figure.bbox.height
    (x0, y0), (x1, y1) = ax.transAxes.transform([(0, 0), (1, 1)])
    frame = {}
    for name, p0, p1 in (("x", x0, x1), ("y", height - y0, height - y1)):
        low, high = getattr(ax, f"get_{name}lim")()
        log = getattr(ax, f"get_{name}scale")() == "log"
        v0, v1 = np.log10((low, high)) if log else (low, high)
        scale = (p1 - p0) / (v1 - v0)
        frame[name] = [float(v) for v in (p0 - scale * v0, scale)] + [
            log,
            float(low),
            float(high),
        ]
    return frame


def to_points(frame, places):
    """Places in data units as points of the drawing."""
    columns = []
    for values, (offset, scale, log, _, _) in zip(
        np.transpose(places), frame.values(), strict=True
    ):
        with np.errstate(all="ignore"):
            columns.append(offset + scale * (np.log10(values) if log else values))
    return np.clip(np.stack(columns, 1), -FAR, FAR)


def path(shape, points):
    """SVG path data; a point that is not a number leaves a gap."""
    points = [[float(x), float(y)] for x, y in points]
    if shape == "arrow":
        points = _arrow(*points)
    data, pen = [], "M"
    for x, y in points:
        if x != x or y != y:
            pen = "M"
        else:
            data.append(f"{pen}{x:.4f} {y:.4f}")
            pen = "L"
    return "".join(data)


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
    if shape != "dots":
        group.find(f"{SVG}path").set("d", path(shape, points))
        return
    holder = next(g for g in group.iter(f"{SVG}g") if g.find(f"{SVG}use") is not None)
    first, *others = holder.findall(f"{SVG}use")
    for dot in (first, *others):
        holder.remove(dot)
    for x, y in np.where(np.isfinite(points), points, -FAR):
        dot = ElementTree.SubElement(holder, f"{SVG}use", first.attrib)
        dot.set("x", f"{x:.4f}")
        dot.set("y", f"{y:.4f}")


def sentence(spec, numbers):
    """A readout in words, with a true minus sign and no negative zero."""
    words = [spec["text"][0]]
    for literal, (digits, kind), number in zip(
        spec["text"][1:], spec["formats"], numbers, strict=True
    ):
        if not np.isfinite(number):
            words += ["—", literal]
            continue
        shown = f"{number:.{digits}{kind}}"
        if kind == "e":
            mantissa, exponent = shown.split("e")
            shown = f"{mantissa}e{int(exponent)}"
        if float(shown.strip("%")) == 0:
            shown = shown.lstrip("-")
        words += [shown.replace("-", "−"), literal]
    return "".join(words)
