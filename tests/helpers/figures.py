"""Live figures on a page: a page of their own, and what a reader sees and moves of one."""

import re

import numpy as np
import sympy as sp

from lossbook import live
from lossbook.live import asset

t, a, b, c = sp.symbols("t a b c", real=True)
i = sp.Symbol("i", integer=True)


def document(*figures):
    css, *scripts = map(asset, ("live.css", "live.js", "typed.js", "to-go.js"))
    body = "".join(fig.html() for fig in figures)
    return f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Test</title>
        <style>body {{ margin: 0 }} {css}</style><body>{body}
        {"".join(f"<script>{script}</script>" for script in scripts)}</body></html>"""


def every_kind():
    """A figure with every kind of input, of derived quantity and of mark."""
    fig = live.Figure(2, alt="Every input and every mark")
    left, right = fig.axes
    left.set(xlim=(0, 4), ylim=(-1, 3))
    right.set(xlim=(0.1, 100), ylim=(0.01, 10), xscale="log", yscale="log")
    slope = fig.slider("slope", -2, 2, start=1, play=True)
    power = fig.choice("power", {"one": (t, a), "two": (t**2, b)})[0]
    double = fig.toggle("double", start=True)
    x, y, n = fig.points(left, [1, 2, 3], [0, 1, 2], label="point", drag="y")
    level, half = fig.minimise(sp.Sum(sp.Abs(a + b * x[i] - y[i]), (i, 0, n - 1)), (a, b))
    path = fig.descend([2 * c - slope], [c], start=[2], rate=0.1, steps=10)[0]
    known = fig.let("known", level + half)
    table = fig.table([[1, 2, np.nan], [3, 4, 5]])
    fig.curve(left, slope * power, t, label="curve")
    fig.area(left, sp.log(t), t, base=-1)
    fig.bars(left, [known, slope, double], width=0.5)
    fig.line(left, i, path[i], i, 10)
    fig.dots(left, i, table[1, i], i, 2)
    fig.dots(left, 1, known)
    fig.hline(left, known, color="muted")
    fig.vline(right, 1 + double)
    fig.arrow(right, (1, 1), (10, 2 + double))
    fig.curve(right, 1 / t, t)
    fig.readout("known {:.3f}, half {:.0%}, tiny {:.2e}", known, half, level / 1e6)
    return fig


def numbers(path):
    return [float(v) for v in re.findall(r"-?[\d.]+", path)]


def places(path):
    """The points of lines, whether the path says where they are or the steps between them."""
    runs = [(run, np.reshape(numbers(run), (-1, 2))) for run in path.split("M")[1:]]
    return np.concatenate([np.cumsum(all, 0) if "l" in run else all for run, all in runs])


class View:
    """One live figure in a page."""

    def __init__(self, page, nth=0):
        self.page, self.root = page, page.locator(".lossbook-live").nth(nth)
        self.slope = self.root.get_by_role("slider", name="slope")
        self.double = self.root.get_by_role("checkbox", name="double")
        self.place = self.root.get_by_role("slider", name="place")

    def point(self, k):
        return self.root.get_by_role("slider", name=f"point {k}")

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    @property
    def values(self):
        return self.root.evaluate("figure => figure.lossbook.values")

    @property
    def readouts(self):
        return self.root.locator(".lossbook-readout").all_inner_texts()

    def path(self, mark):
        return self.root.locator(f'[id^="{mark}-"] > path').get_attribute("d")

    def picture(self):
        """All that a reader sees."""
        return self.root.evaluate("""figure => [
            ...figure.querySelectorAll("path, .lossbook-readout, input"),
        ].map(e => [e.getAttribute("d"), e.textContent, e.value, e.checked])""")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
