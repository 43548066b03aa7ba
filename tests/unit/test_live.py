"""Live figures, the Python half: expressions, their errors, and drawing."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp
from figures import every_kind, places
from scipy import special

from lossbook import live
from lossbook.live import drawing
from lossbook.live.assets import HERE, SCRIPTS
from lossbook.live.graph import Environment, _Printer
from lossbook.live.javascript import javascript

HELPERS = Path(__file__).parents[1] / "helpers"

e, t = sp.symbols("e t", real=True)
a, b, c = sp.symbols("a b c", real=True)
i, j = sp.symbols("i j", integer=True)


def figure(**limits):
    fig = live.Figure(alt="A figure for a test")
    fig.axes[0].set(**{"xlim": (0, 4), "ylim": (-1, 3), **limits})
    return fig


def specification(fig):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', fig.html())[1])


# Printing


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        (sp.Abs(e) + sp.sign(e), "Math.abs(v0) + Math.sign(v0)"),
        (sp.Max(0, 1 - e), "Math.max(0, 1 - v0)"),
        (sp.Rational(1, 2) * e, "(1/2)*v0"),
        (0.1 * e, "0.1*v0"),
        (sp.root(e, 3), "Math.pow(v0, 1/3)"),
        (sp.Piecewise((e, e > 0), (sp.nan, True)), "((v0 > 0) ? ( v0 ) : ( NaN ))"),
        (sp.Piecewise((e, (e > 0) & (e < 1)), (0, True)), "((v0 > 0 && v0 < 1) ? ( v0 ) : ( 0 ))"),
        (sp.erf(e) * sp.loggamma(e), "erf(v0)*loggamma(v0)"),
        (sp.Sum(e**i, (i, 0, 3)), "sum(0, 3, i1 => Math.pow(v0, i1))"),
        (sp.Sum(i * j, (i, 0, 3), (j, 1, 2)), "sum(1, 2, i1 => sum(0, 3, i2 => i2*i1))"),
        ([e, [e, 1]], "[v0, [v0, 1]]"),
    ],
)
def test_javascript(expr, printed):
    assert javascript(expr, {e: "v0"}) == printed


@pytest.mark.parametrize(
    ("expr", "named"),
    [
        (a + e, "the symbol a"),
        (sp.IndexedBase("heights")[0], "heights"),
        (sp.besselj(0, e), "besselj"),
        (sp.Function("mystery")(e), "mystery"),
        (sp.Integral(sp.exp(-(e**4)), (e, 0, 1)), "Integral"),
    ],
)
def test_what_javascript_cannot_say_is_named(expr, named):
    with pytest.raises(ValueError, match=named):
        javascript(expr, {e: "v0"})


def test_environment_computes_sums_over_tables():
    table, n = sp.IndexedBase("table"), 3
    env = Environment({table: np.arange(6.0).reshape(2, 3), a: 2.0})
    inner = sp.Sum(table[j, i] * a**j, (j, 0, 1))
    assert env.values([sp.Sum(inner, (i, 0, n - 1)), sp.Sum(a, (i, 1, 4))]) == [27, 8]
    columns = env.along([t, sp.Sum(table[0, i] * t, (i, 0, n - 1))], t, np.array([0.0, 1, 2]))
    assert columns.tolist() == [[0, 0], [1, 3], [2, 6]]


def test_help_shows_what_a_figure_takes():
    takes = inspect.signature(live.Figure).parameters
    assert {name: takes[name].default for name in takes} == {
        "panels": 1,
        "alt": inspect.Parameter.empty,
        "size": (4, 3),
    }
    assert takes["alt"].kind is inspect.Parameter.KEYWORD_ONLY


# Errors, at the author's line


def test_mistakes_raise_where_they_are_made():
    fig = figure()
    ax = fig.axes[0]
    size = fig.slider("size", 0, 2, start=1)
    fig.points(ax, [1, 2], [0, 1], label="point")
    for mistake, named in [
        (lambda: live.Figure(alt=" "), "alt"),
        (lambda: fig.slider("size", 0, 1, start=0), "'size'"),
        (lambda: fig.slider("other", 0, 1, start=2), "start of 'other' is 2"),
        (lambda: fig.slider("other", 0, 1, start=0.123), "start of 'other' is 0.123"),
        (lambda: fig.slider("other", 0, 1.05, step=0.1, start=0), "high of 'other' is 1.05"),
        (lambda: fig.points(ax, [9], [0], label="far"), "'far': x"),
        (lambda: fig.points(ax, [1], [0], label="odd", drag="z"), "'odd': drag is 'z'"),
        (lambda: fig.points(ax, [1, 2], [0], label="uneven"), "'uneven'.*2 x and 1 y"),
        (lambda: fig.curve(ax, e * t, t), "the symbol e"),
        (lambda: fig.curve(ax, size, size), "size stands for something else"),
        (lambda: fig.readout("{:.2f} and {:.2f}", size), "does not take 1 values"),
        (lambda: fig.descend([2 * e], [e], start=[1], rate=0.1, steps=size), "whole.*size"),
        (lambda: fig.dots(ax, 0, fig.table([1, 2])[size]), "size must be whole"),
        (lambda: fig.readout("{:d}", size), "does not take 1 values"),
        (lambda: fig.minimise((sp.Symbol("z") - 1) ** 2, [sp.Symbol("z")]), "must be real"),
        (lambda: fig.minimise((size - 1) ** 2, [size]), "size is defined twice"),
        (lambda: fig.curve(figure().axes[0], t, t), "not in list"),
        (lambda: fig.curve(ax, t, t, marker="o"), "only dots have markers"),
        (lambda: setattr(fig, "values", {"shape": 1}), "no input 'shape'"),
    ]:
        with pytest.raises(ValueError, match=named):
            mistake()


def test_a_colour_outside_the_palette_is_named():
    fig = figure()
    fig.curve(fig.axes[0], t, t, color="red", label="a")
    fig.axes[0].plot([0, 1], [0, 1], color="C3")
    fig.axes[0].text(1, 1, "black becomes ink", color="black")
    colours = set(re.findall(r"#[0-9a-f]{6}\b|var\(--[a-z-]+", fig.html()))
    assert {"var(--lossbook-red", "var(--lossbook-purple"} <= colours
    fig.axes[0].axvspan(0, 1, color="pink")
    with pytest.raises(ValueError, match="#ffc0cb"):
        fig.html()


# Drawing


def test_the_same_figure_gives_the_same_bytes():
    assert every_kind().html() == every_kind().html()
    fig = every_kind()
    assert fig.html() == fig.html()


def test_a_figure_brings_no_style_for_the_page_around_it():
    assert "<style" not in every_kind().html()


def test_values_can_be_set_in_part():
    fig = every_kind()
    fig.values = {"double": False}
    assert fig.values["slope"] == 1
    assert fig.evaluate()[0]["mark3"][2, 1] == 0
    assert fig.evaluate({"double": True})[0]["mark3"][2, 1] == 1


def test_a_figure_and_its_widget_have_the_same_values():
    fig, heard = every_kind(), []
    before = fig.values
    fig.widget.observe(heard.append, names="values")
    assert fig.widget.values == before
    fig.values = {"double": False}
    assert fig.widget.values == fig.values == {**before, "double": False}
    fig.widget.set_state({"values": {"slope": -1}})  # as a message of JupyterLab does
    assert fig.widget.values == fig.values == {**before, "double": False, "slope": -1}
    assert [change["new"] for change in heard] == [{**before, "double": False}, fig.values]
    fig.density("noise", {"Laplace": ("exp(-abs(error))", {})})  # an input that comes later
    assert fig.widget.values == fig.values
    assert fig.values["noise"]["text"] == "exp(-abs(error))"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"slope": 2, "shape": 1}, "no input 'shape'"),
        ({"noise": {"text": "1/(1 + abs(error))", "parameters": {}}}, "does not integrate"),
    ],
)
def test_values_that_cannot_be_change_nothing(given, named):
    fig = every_kind()
    fig.density("noise", {"Laplace": ("exp(-abs(error))", {})})
    before = fig.values
    for holder in (fig, fig.widget):
        with pytest.raises(ValueError, match=named):
            holder.values = given
        assert fig.values == fig.widget.values == before


# Where it is shown


def python(script):
    """What a Python of its own prints."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HELPERS)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


ALONE = """
import sys
sys.modules |= dict.fromkeys({missing}, None)  # as if they were not installed
from figures import every_kind
data, _ = every_kind()._repr_mimebundle_()
assert data["text/html"].count("<svg") == 2 and data["text/html"] == every_kind().html()
print(*sorted(data))
"""


def test_a_figure_is_made_and_drawn_without_the_libraries_of_widgets():
    missing = ["anywidget", "ipywidgets", "traitlets", "IPython"]
    assert python(ALONE.format(missing=missing)) == ["text/html", "text/plain"]


SHOWN = """
import sys
from {module} import {shell} as Shell
from lossbook import live
{before}
fig = live.Figure(alt='plain')
data, _ = Shell.instance().display_formatter.format(fig)
assert data["text/html"] == fig.html() and data["text/plain"] == repr(fig)
print(*sorted(data))
"""
KERNEL = {"module": "ipykernel.zmqshell", "shell": "ZMQInteractiveShell"}
TERMINAL = {"module": "IPython.core.interactiveshell", "shell": "InteractiveShell"}
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize(
    ("where", "before", "more"),
    [
        (KERNEL, "", [WIDGET]),
        (KERNEL, "sys.modules['anywidget'] = None", []),  # as if it were not installed
        (TERMINAL, "", []),
    ],
    ids=["in a kernel", "without anywidget", "in a terminal"],
)
def test_a_figure_is_html_and_in_jupyter_a_widget_too(where, before, more):
    shown = python(SHOWN.format(**where, before=before))
    assert shown == [*more, "text/html", "text/plain"]


def test_the_widget_brings_what_moves_the_figure():
    fig = every_kind()
    assert "render" in fig.widget._esm  # at once: a front end takes it as the widget is made
    fig.widget._repr_mimebundle_()
    assert fig.widget.markup == fig.html()
    assert fig.widget._css == live.asset("live.css")
    assert fig.widget._esm.startswith(live.asset("live.js"))
    assert live.asset("to-go.js") in fig.widget._esm
    assert live.asset("typed.js") not in fig.widget._esm
    fig.density("noise", {"Laplace": ("exp(-abs(error))", {})})
    fig.widget._repr_mimebundle_()
    assert fig.widget.markup == fig.html()
    assert live.asset("typed.js") in fig.widget._esm


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_a_classic_one_with_all_its_modules(name):
    script = live.asset(name)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    scripts = set(SCRIPTS)
    read = {
        file
        for module in SCRIPTS[name]
        for file in re.findall(r'from "./(.*?)"', (HERE / module).read_text("utf-8"))
    }
    assert read - scripts == set(SCRIPTS[name]) - scripts


def test_each_module_comes_after_those_that_it_imports():
    for modules in SCRIPTS.values():
        for k, module in enumerate(modules):
            imported = re.findall(r'from "./(.*?)"', (HERE / module).read_text("utf-8"))
            assert set(imported) <= {*modules[:k], "live.js"}, module


def test_marks_lie_where_matplotlib_would_draw_them():
    fig = live.Figure(2, alt="Two lines, twice each")
    fig.axes[0].set(xlim=(-1, 4), ylim=(7, -1), title="upside down")
    fig.axes[1].set(xlim=(0.1, 100), ylim=(0.01, 50), xscale="log", yscale="log", ylabel="y")
    x = np.linspace(0.5, 3.5, 5)
    for ax in fig.axes:
        ax.plot(x, x**2 / 2, lw=7.75)  # by which it is found
        fig.curve(ax, t**2 / 2, t, domain=(0.5, 3.5), count=5)
    for svg in re.findall(r"<svg.*?</svg>", fig.html(), re.DOTALL):
        drawn = ElementTree.fromstring(svg)
        (own,) = (next(iter(g)) for g in drawn.iter() if g.get("id", "").startswith("mark"))
        (theirs,) = (path for path in drawn.iter() if "7.75" in path.get("style", ""))
        own, theirs = (places(path.get("d")) for path in (own, theirs))
        np.testing.assert_allclose(own, theirs, atol=1e-2)


def test_a_stored_path_is_short_and_the_same():
    """Steps instead of places, which do not add up the rounding; letters keep their curves."""
    t = np.linspace(0, 300, 1001)
    points = np.stack([t, 100 + 80 * np.sin(t / 7)], 1)
    points[500] = np.nan
    long = f' d="{drawing.path("line", points)}"'
    short = drawing.LENGTHS.sub(drawing._shorten, long)
    assert len(short) < 0.7 * len(long)
    np.testing.assert_allclose(places(short), points[np.isfinite(points[:, 0])], atol=0.00501)
    letter = ' d="M 3 4  L 10.25 4  L 1.00049 -7  Q 1 2 3 4  z M 0 0  L 3 3  z "'
    steps = ' d="M3 4l7.25 0 -9.25 -11Q1 2 3 4zM0 0l3 3z"'
    assert drawing.LENGTHS.sub(drawing._shorten, letter) == steps


@pytest.mark.parametrize(
    ("shape", "points", "data"),
    [
        ("line", [[0, 1], [2, 3]], "M0.0000 1.0000 2.0000 3.0000"),
        ("line", [[0, 1], [np.nan, 3], [4, 5]], "M0.0000 1.0000M4.0000 5.0000"),
        (
            "area",
            [[0, 1, 9], [2, 3, 9]],
            "M0.0000 1.0000 2.0000 3.0000 2.0000 9.0000 0.0000 9.0000Z",
        ),
        ("bars", [[0, 1, 9, 2], [3, np.nan, 9, 4]], "M0.0000 1.0000H2.0000V9.0000H0.0000Z"),
        ("arrow", [[0, 0], [0.1, 0]], ""),
    ],
)
def test_path(shape, points, data):
    assert drawing.path(shape, points) == data


def test_what_is_not_finite_leaves_a_gap():
    frame = {axis: [0, 1, False, 0, 1] for axis in "xy"}
    points = drawing.to_points(frame, [[0, np.inf], [1, np.nan], [2, 1e9]])
    np.testing.assert_array_equal(points, [[0, np.nan], [1, np.nan], [2, drawing.FAR]])


@pytest.mark.parametrize(
    ("text", "number", "sentence"),
    [
        ("{:.1f} m", -0.04, "0.0 m"),
        ("{:.2f}", -1.125, "−1.13"),
        ("{:.0%}", 0.5, "50%"),
        ("{:.2e}", 0, "0.00"),
        ("{:.2e}", -1.234, "−1.23"),
        ("{:.2e}", -1234, "−1.23e3"),
        ("{:.2f}", sp.nan, "—"),
    ],
)
def test_readout(text, number, sentence):
    fig = figure()
    fig.readout(text, number)
    assert f">{sentence}</p>" in fig.html()


def test_a_hole_in_a_table_is_valid_json():
    fig = figure()
    table = fig.table([1, np.nan, np.inf])
    fig.dots(fig.axes[0], i, table[i], i, 2)
    assert specification(fig)["tables"][0]["values"] == [1, None, None]
    assert np.isnan(fig.evaluate()[0]["mark0"][1:, 1]).all()


def test_a_step_is_numpy_s_and_special_functions_are_scipy_s():
    step, env = sp.Heaviside(t), Environment({a: 2.0})
    assert _Printer().doprint(step) == "numpy.heaviside(t, 1/2)"
    at = np.array([-1.0, -0.0, 0, 3, np.nan])
    columns = env.along([step, sp.erf(t) + sp.loggamma(a + 1)], t, at)
    np.testing.assert_array_equal(columns[:, 0], [0, 0.5, 0.5, 1, np.nan])
    np.testing.assert_array_equal(columns[:, 1], special.erf(at) + special.gammaln(3))
