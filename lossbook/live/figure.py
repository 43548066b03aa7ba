"""The live figure: what an author writes; it draws itself as HTML, and in Jupyter as a widget."""

import json
import re
import sys
from functools import cached_property, partial
from html import escape
from importlib.util import find_spec
from typing import Any

import numpy as np
import sympy as sp

from ..losses.checks import plain_array
from . import drawing, solve, typed
from .graph import Graph
from .values import check_value

# In the place of the controls, until there are some.
STILL = (
    "This figure stands still because its script is not running here. It needs JavaScript, which a "
    "reader, an extension or a host can switch off, and a browser from spring 2022 or later."
)


class Figure:
    """A live figure of one or more panels, side by side, or one above the other where the page is
    narrow.

    `alt` says in words what the figure shows: `ValueError` if it is empty.  `size` is the width and
    height of each panel in inches of 72 points.  `axes` are the panels' matplotlib axes: set their
    limits, labels and titles first, and draw on them what does not move.  Inputs (`slider`,
    `choice`, `toggle`, `points`, `density`) and derived quantities (`let`, `minimise`, `descend`)
    are SymPy symbols or functions; marks and readouts are expressions in them.  Places are in data
    units, and `look` sets matplotlib's properties of the line, or, for areas and bars, of the
    patch.

    A cell that ends in a figure shows it: as a widget where a kernel runs and anywidget is
    installed, else as HTML.

    Each method checks its arguments when it is called.  It raises `ValueError` for a label or a
    symbol that is taken, for a symbol that the figure does not know, for a function that JavaScript
    cannot compute, and for an index that is not known to be whole.
    """

    def __init__(self, panels: int = 1, *, alt: str, size: tuple[float, float] = (4, 3)):
        if not alt.strip():
            raise ValueError("alt is empty: say in words what the figure shows")
        self.alt = alt
        self._graph = Graph()
        self._values: dict[str, Any] = {}
        self.axes, self._width = drawing.panels(panels, size), size[0]

    def __repr__(self):
        return f"Figure(alt={self.alt!r})"

    # Inputs

    def slider(self, label, low, high, *, start, step=None, play=False):
        """A number between `low` and `high`; `play` adds a button that runs it from end to end.

        If `step` is not given, it is a power of ten that leaves at least 100 steps from end to end.
        Returns a symbol, which stands for whole numbers if `low` and `step` are whole.
        `ValueError` if `start` or `high` is not a whole number of steps from `low`.
        """
        step = 10.0 ** np.floor(np.log10((high - low) / 100)) if step is None else step
        for name, value in (("start", start), ("high", high)):
            if (
                not low <= value <= high
                or abs((value - low) / step - round((value - low) / step)) > 1e-9
            ):
                raise ValueError(
                    f"{name} of {label!r} is {value}; allowed: {low} to {high} in steps of {step:g}"
                )
        whole = all(float(v).is_integer() for v in (low, step))
        symbol = sp.Symbol(label, integer=True) if whole else sp.Symbol(label, real=True)
        self._input(label, start, [symbol], kind="slider", low=low, high=high, step=step, play=play)
        return symbol

    def choice(self, label: str, options: dict) -> Any:
        """A choice among named expressions, or named tuples of expressions; the first is chosen at
        the start.

        Returns the expression, or the tuple of expressions, of the chosen name.
        """
        symbol, names = sp.Symbol(label, integer=True), list(options)
        self._input(label, names[0], [symbol], kind="choice", options=names)
        if not isinstance(options[names[0]], tuple):
            return _nth(options.values(), symbol)
        return tuple(_nth(column, symbol) for column in zip(*options.values(), strict=True))

    def toggle(self, label: str, start: bool = False) -> sp.Symbol:
        """A box to tick: 1 when it is ticked, else 0."""
        symbol = sp.Symbol(label, integer=True)
        self._input(label, bool(start), [symbol], kind="toggle")
        return symbol

    def density(self, label, presets):
        """A density of the error, typed by the reader as `lossbook.symbolic.custom` reads it.

        `presets` are {name: (text, {parameter: value})} to start from; a parameter is 1 if it has
        no value.  The figure starts with the first preset.  Returns four things: three functions of
        an error, which are the normalised density, its loss (minus its log) and the gradient of
        this loss; and the integral of what was typed.  `ValueError` if the first preset cannot be
        read or is not a density.
        """
        symbol = sp.Symbol(f"typed {label}")  # no identifier, so it cannot hide a function
        options = [
            {"name": name, "text": text, "parameters": typed.parameters(text, given)}
            for name, (text, given) in presets.items()
        ]
        start = {key: options[0][key] for key in ("text", "parameters")}
        self._input(label, start, [symbol], kind="density", presets=options)
        faces = (partial(face, symbol) for face in (typed.Density, typed.Loss, typed.Gradient))
        return *faces, typed.Area(symbol)

    def points(self, ax, x, y, *, label, drag="xy", **look):
        """Points that the reader drags in "x", in "y" or in "xy", within the limits of `ax`.

        Returns x and y, which take an index, and the number of points.  `ValueError` if a point
        lies beyond the limits, or if `x` and `y` differ in length.
        """
        if drag not in ("x", "y", "xy") or len(x) != len(y):
            raise ValueError(
                f"{label!r}: drag is {drag!r}, with {len(x)} x and {len(y)} y; allowed: a drag of "
                "'x', 'y' or 'xy', and as many y as x"
            )
        for axis, places in (("x", x), ("y", y)):
            low, high = sorted(getattr(ax, f"get_{axis}lim")())
            if not all(low <= v <= high for v in places):
                raise ValueError(f"{label!r}: {axis} is not within {low:g} and {high:g}: {places}")
        bases = [sp.IndexedBase(f"{axis}{len(self._graph.inputs)}", real=True) for axis in "xy"]
        start = {"x": [float(v) for v in x], "y": [float(v) for v in y]}
        spec = self._input(label, start, bases, kind="points", drag=drag)
        i, n = sp.Symbol("i", integer=True), len(x)
        look = {"linestyle": "", "marker": "o", "markersize": 9, "zorder": 4, **look}
        spec["mark"] = self._mark(ax, "dots", i, [base[i] for base in bases], (0, n - 1, n), look)
        return *bases, n

    def table(self, values):
        """Numbers computed beforehand, such as data or a training run: an array of one or two
        dimensions, to be indexed by whole numbers.  What is not finite leaves a gap."""
        values = plain_array(values, "values")
        if values.ndim not in (1, 2):
            raise ValueError(f"values have shape {values.shape}; allowed: one or two dimensions")
        base = sp.IndexedBase(f"table{len(self._graph.tables)}", real=True)
        (name,) = self._graph.know([base])
        values = np.where(np.isfinite(values), values, np.array(None)).tolist()
        self._graph.tables.append(({"name": name, "values": values}, base))
        return base

    def _input(self, label, start, symbols, **spec):
        if label in self.values:
            raise ValueError(f"two inputs have the label {label!r}")
        spec = {"label": label, "start": start, "out": self._graph.know(symbols), **spec}
        self._graph.inputs.append((spec, symbols))
        self.values = {label: start}
        return spec

    # The inputs' values

    @property
    def values(self) -> dict[str, Any]:
        """The present value of each input, by its label.

        If you set some of them, the others stay as they are, and the figure shown by JupyterLab
        follows.  `ValueError` for a label that no input has, and for a value that its input cannot
        have.
        """
        return self._values

    @values.setter
    def values(self, given):
        self._values = self._merged(given)
        if "widget" in vars(self):
            self.widget.values = self._values

    def _merged(self, given):
        """The present values, with those that are `given` in place of theirs."""
        specs = {spec["label"]: spec for spec, _ in self._graph.inputs}
        for label, value in given.items():
            if label not in specs:
                raise ValueError(f"the figure has no input {label!r}")
            check_value(specs[label], value)
        return {**self._values, **given}

    @cached_property
    def widget(self):
        """The figure as an anywidget, whose trait `values` follows the reader in JupyterLab:
        `widget.observe(f, names="values")` calls `f` at each change."""
        from .widget import Widget  # needs anywidget, which drawing does without

        return Widget(self)

    # Derived quantities

    def let(self, name: str, expr: sp.Expr) -> sp.Symbol:
        """A symbol that stands for `expr`, computed once for all that use it."""
        symbol = sp.Symbol(name, real=True)
        spec = {"kind": "let", "js": self._graph.js([expr])}
        self._graph.derive([symbol], spec, lambda env: env.values([expr]))
        return symbol

    def minimise(self, objective, over, start=None):
        """The one to three real unknowns at which `objective` is smallest, searched from `start`
        (zeros).

        `start` is one place or several.  With several, the search begins at the one where the
        objective is smallest, which matters if the objective has several valleys.  Returns the
        unknowns, which other expressions may now use; they are NaN if the objective is finite at no
        start.  Kinks are allowed.  If the objective is smallest on a whole stretch, `start` decides
        which place of the stretch is found.  `ValueError` for unknowns that are not real.
        """
        if not all(symbol.is_real for symbol in over):
            raise ValueError(
                f"unknowns must be real, such as symbols('a b', real=True), not {over}"
            )
        starts = np.atleast_2d([0.0] * len(over) if start is None else start).astype(float)
        exprs = [objective, *(objective.diff(symbol) for symbol in over)]
        spec = {"kind": "minimise", "starts": starts.tolist()}

        def run(env):
            start = solve.lowest(env.function([objective], over), starts)
            return solve.minimise(env.function(exprs, over), start)

        self._graph.derive(over, spec, run)
        js = partial(self._graph.js, over=over)
        spec |= {"objective": js([objective]), "js": js(exprs)}
        return over

    def descend(self, gradient, over, *, start, rate, steps):
        """Gradient descent, `over <- over - rate * gradient`, `steps` times.

        Returns for each unknown its whole path, to be indexed by 0 (the start) to `steps`.
        `ValueError` if `steps` is not known to be whole.
        """
        graph, k = self._graph, len(self._graph.derived)
        if not sp.sympify(steps).is_integer:
            raise ValueError(f"the steps must be whole, as a slider's with step=1, not {steps}")
        names = {symbol: f"p{i}" for i, symbol in enumerate(over)}
        spec = {
            "kind": "descend",
            "js": graph.js(gradient, names),
            "plan": graph.js([start, rate, steps]),
        }

        def run(env):
            *first, pace, count = env.values([*start, rate, steps])
            return solve.descend(env.function(gradient, over), first, pace, int(count))

        paths = [sp.IndexedBase(f"path{k}_{i}", real=True) for i in range(len(over))]
        graph.derive(paths, spec, run)
        return paths

    # Marks

    def curve(self, ax, expr, t, *, x=None, domain=None, count=200, **look):
        """The curve of `expr` against `x` as `t` runs over `domain`.  If they are not given, `x` is
        `t` itself and `domain` the limits of the x-axis."""
        low, high = ax.get_xlim() if domain is None else domain
        self._mark(ax, "line", t, (t if x is None else x, expr), (low, high, count), look)

    def line(self, ax, x, y, index, last, **look):
        """The path through (x, y) for index = 0 … last, such as that of a descent."""
        self._mark(ax, "line", index, (x, y), (0, last, last + 1), look)

    def dots(self, ax, x, y, index=None, last=0, **look):
        """Dots at (x, y) for index = 0 … last, which follow the inputs but cannot be dragged."""
        index = sp.Symbol("i", integer=True) if index is None else index
        look = {"linestyle": "", "marker": "o", "markersize": 6, "zorder": 3, **look}
        self._mark(ax, "dots", index, (x, y), (0, last, last + 1), look)

    def area(self, ax, expr, t, *, base=0, x=None, domain=None, count=200, **look):
        """The area between `expr` and `base`, both drawn as `curve` does."""
        low, high = ax.get_xlim() if domain is None else domain
        look = {"alpha": 0.25, "linewidth": 0, **look}
        self._mark(ax, "area", t, (t if x is None else x, expr, base), (low, high, count), look)

    def bars(self, ax, heights, index=None, last=None, *, x=None, base=0, width=0.8, **look):
        """Bars from `base` to `heights`, an expression of index = 0 … last or a list of
        expressions.

        The bars stand at `x`, by default at the index itself; name them with the ticks of `ax`.
        """
        if index is None:
            index, last = sp.Symbol("i", integer=True), len(heights) - 1
            heights = _nth(heights, index)
        x = index if x is None else x
        places = (x - width / 2, heights, base, x + width / 2)
        look = {"linewidth": 0, **look}
        self._mark(ax, "bars", index, places, (0, last, last + 1), look)

    def vline(self, ax, x, **look):
        """A vertical line as high as the panel."""
        low, high = ax.get_ylim()
        self._segment(ax, "line", (x, low), (x, high), look)

    def hline(self, ax, y, **look):
        """A horizontal line as wide as the panel."""
        low, high = ax.get_xlim()
        self._segment(ax, "line", (low, y), (high, y), look)

    def arrow(self, ax, tail, head, **look):
        """An arrow between two places."""
        self._segment(ax, "arrow", tail, head, look)

    def readout(self, text: str, *values: Any) -> None:
        """A sentence below the figure; `{:.2f}`, `{:.2e}` or `{:.0%}` stand for the values.

        `ValueError` if there are not as many of them as values.
        """
        literal, places = re.split(r"\{[^}]*\}", text), re.findall(r"\{:\.\d+[fe%]\}", text)
        if not len(literal) - 1 == len(places) == len(values):
            raise ValueError(f"the text {text!r} does not take {len(values)} values")
        spec = {
            "text": literal,
            "formats": [[int(p[3:-2]), p[-2]] for p in places],
            "js": self._graph.js(values),
        }
        self._graph.readouts.append((spec, lambda env: env.values(values)))

    def _segment(self, ax, shape, tail, head, look):
        k = sp.Symbol("k", integer=True)
        places = [a + (b - a) * k for a, b in zip(tail, head, strict=True)]
        self._mark(ax, shape, k, places, (0, 1, 2), look)

    def _mark(self, ax, shape, t, places, span, look):
        """The places of `shape` as `t` runs over span = (low, high, count): (x, y), and what
        `drawing.AXES` adds for areas and bars."""
        if shape != "dots" and "marker" in look:
            raise ValueError("only dots have markers: draw dots at the same places")
        gid = f"mark{len(self._graph.marks)}"
        spec = {
            "id": gid,
            "panel": self.axes.index(ax),
            "shape": shape,
            "js": self._graph.js(places, {t: "t"}),
            "span": self._graph.js(span),
        }

        def run(env):
            low, high, count = env.values(span)
            at = low + (high - low) * np.arange(int(count)) / max(int(count) - 1, 1)
            return env.along(places, t, np.rint(at) if t.is_integer else at)

        ax.autoscale(False)
        # Somewhere in the panel: drawing.py puts it in place.
        artist = ax.fill if shape in drawing.FILLED else ax.plot
        artist([0.4, 0.6], [0.5, 0.5], transform=ax.transAxes, gid=gid, **look)
        self._graph.marks.append((spec, run))
        return gid

    # The picture

    def evaluate(self, values=None):
        """What NumPy computes for the figure at `values`, a dict by label; an input without a value
        here keeps its present one.

        Returns two things.  The first is {id: array} of the marks, with one row for each place:
        (x, y), for an area (x, y, base), or for bars (left, y, base, right).  The second is a list
        that holds, for each readout, the list of its numbers.
        """
        env = self._graph.evaluate({**self.values, **(values or {})})
        marks = {spec["id"]: run(env) for spec, run in self._graph.marks}
        return marks, [run(env) for _, run in self._graph.readouts]

    def html(self) -> str:
        """The figure as HTML in its state at the start, with all that its `scripts` need to move
        it.

        `ValueError` for a colour that is not of the palette.
        """
        start = {spec["label"]: spec["start"] for spec, _ in self._graph.inputs}
        marks, readouts = self.evaluate(start)
        panels, frames = [], []
        for k, ax in enumerate(self.axes):
            own = {
                s["id"]: (s["shape"], marks[s["id"]])
                for s, _ in self._graph.marks
                if s["panel"] == k
            }
            svg, frame = drawing.draw(ax, own, self._width)
            panels.append(svg)
            frames.append(frame)
        sentences = (
            escape(drawing.sentence(spec, numbers))
            for (spec, _), numbers in zip(self._graph.readouts, readouts, strict=True)
        )
        said = [
            f'<p class="lossbook-readout" aria-live="polite">{words}</p>' for words in sentences
        ]
        spec = json.dumps({**self._graph.spec(), "panels": frames}, ensure_ascii=False)
        spec = spec.replace("<", "\\u003c")  # no end of the script within it
        return (
            f'<figure class="lossbook-live" aria-label="{escape(self.alt)}">'
            f'<div data-name="{self._graph.name}">'
            f'<div class="lossbook-panels">{"".join(panels)}</div>'
            f'<p class="lossbook-still">{STILL}</p>{"".join(said)}</div>'
            f'<script type="application/json">{spec}</script><script>{self.code}</script></figure>'
        )

    @property
    def code(self) -> str:
        """The figure's expressions as a script, which `html` holds too."""
        return self._graph.script

    @property
    def scripts(self) -> list[str]:
        """The names of the files that move the figure, each an `asset`."""
        kinds = {spec["kind"] for spec, _ in self._graph.inputs}
        return ["live.js", "typed.js"] if "density" in kinds else ["live.js"]

    def _repr_mimebundle_(self, **kwargs):
        if _in_jupyter():
            return self.widget._repr_mimebundle_(**kwargs)
        return {"text/plain": repr(self), "text/html": self.html()}, {}


def _in_jupyter():
    """Whether a kernel runs this, which a terminal has not, and a widget can be made."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return hasattr(shell, "kernel") and find_spec("anywidget") is not None


def _nth(expressions, k):
    """The expression number `k` (a symbol) of several."""
    cases = [(expr, sp.Eq(k, n)) for n, expr in enumerate(expressions)]
    return sp.Piecewise(*cases[:-1], (cases[-1][0], True))
