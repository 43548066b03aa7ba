"""What a page's live figures show at any setting, against what NumPy computes."""

import json
import random
import re
import warnings
from functools import cache
from pathlib import Path

import jupytext
import matplotlib as mpl
import numpy as np
import pytest
from built import soup
from cells import Program
from densities import density
from IPython.core.interactiveshell import InteractiveShell

from lossbook import live
from lossbook.live import drawing, typed

ROOT = Path(__file__).parents[2]
SETTINGS = 8
# The chapters for both browsers.
IN_BOTH = ["book/06-learning-the-scale", "book/10-hinge-and-margins", "book/design-your-noise"]
NUMBER = re.compile(r"−?\d+(?:\.(\d+))?(?:e(−?\d+))?")


def statements(path, chapter):
    """Those of a chapter's code cells that show live figures, and those that they need."""
    if path.suffix == ".md":  # the page's cells have no names
        cells = jupytext.read(path, fmt="md:myst").cells
        return [cell.source for cell in cells if cell.cell_type == "code"]
    cells = jupytext.read(path).cells
    views = soup(f"{chapter}.html").select(".lossbook-live")
    showing = {view.find_parent(class_="cell")["id"].removeprefix("cell-") for view in views}
    program = Program({cell.id: cell.source for cell in cells if cell.cell_type == "code"})
    units = {i for cell in showing for i in (*program.needed(cell), *program.spans[cell])}
    return [program.units[i].text for i in sorted(units)]


@cache
def shown_by(chapter):
    """The live figures that a chapter's cells display, in order, each with its HTML."""
    path = next(p for p in map((ROOT / chapter).with_suffix, (".ipynb", ".md")) if p.exists())
    shown = []
    bundle = live.Figure._repr_mimebundle_

    def record(figure, **kwargs):
        data, metadata = bundle(figure, **kwargs)
        shown.append((figure, data["text/html"]))
        return data, metadata

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(), mpl.rc_context():
        patch.setattr(live.Figure, "_repr_mimebundle_", record)
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        patch.chdir(path.parent)
        warnings.simplefilter("ignore")  # the build shows them
        for text in statements(path, chapter):
            shell.run_cell(text).raise_error()
    return shown


def specification(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def compare(page, chapter):
    """All figures of a chapter's page, as they stand, at random settings and after random keys."""
    shown = shown_by(chapter)
    views = page.locator(".lossbook-live").all()
    built = [json.loads(v.locator("script").text_content()) for v in views]
    assert built == [specification(html) for _, html in shown], "the page's figures are others"
    rng = random.Random(chapter)
    for (figure, _), view, spec in zip(shown, views, built, strict=True):
        compare_figure(figure, view, spec, rng)


def compare_figure(figure, view, spec, rng):
    settings = [
        {node["label"]: anywhere(node, spec, rng) for node in spec["inputs"]}
        for _ in range(SETTINGS)
    ]
    settings.insert(0, {})  # as it stands
    for wanted, state in zip(settings, states(view, spec, settings), strict=True):
        for label, value in wanted.items():
            exact = not isinstance(value, float)
            assert state["values"][label] == (value if exact else pytest.approx(value, abs=1e-9))
        check(figure, spec, state)
    for control in view.locator("input[type=range], .lossbook-handle").all():
        control.press(rng.choice(["Home", "End", "ArrowLeft", "ArrowUp", "PageDown"]))
        check(figure, spec, *states(view, spec, [{}]))


def anywhere(node, spec, rng):
    """A random value of an input, such as a reader could set."""
    if node["kind"] == "slider":
        count = round((node["high"] - node["low"]) / node["step"])
        return node["low"] + rng.randint(0, count) * node["step"]
    if node["kind"] == "choice":
        return rng.choice(node["options"])
    if node["kind"] == "toggle":
        return rng.random() < 0.5
    if node["kind"] == "density":
        return typed_density(node, rng)
    (panel,) = (m["panel"] for m in spec["marks"] if m["id"] == node["mark"])
    places = {axis: list(node["start"][axis]) for axis in "xy"}
    for axis in node["drag"]:
        low, high = spec["panels"][panel][axis][3:]
        places[axis] = [rng.uniform(low, high) for _ in places[axis]]
    return places


def typed_density(node, rng):
    """A preset, or a random text, that is a density at the random values of its parameters."""
    while True:
        text = rng.choice(node["presets"])["text"] if rng.random() < 0.5 else density(rng)[0]
        names = typed.parameters(text, {})
        value = {"text": text, "parameters": {name: rng.randint(4, 60) / 20 for name in names}}
        try:
            typed.noise(value)
            return value
        except ValueError:
            pass  # such as a tilt beyond 1


# Sliders, choices and toggles through their controls; points, which many moves would set, directly.
SET = """(figure, values) => {
    const named = text => [...figure.querySelectorAll("label, fieldset")]
        .find(e => e.querySelector("span, legend").textContent === text);
    for (const [label, value] of Object.entries(values)) {
        if (typeof value === "object") { figure.lossbook.set({ [label]: value }); continue; }
        const inputs = [...named(label).querySelectorAll("input")];
        const input = inputs.find(e => e.type !== "radio" || e.value === value);
        if (input.type === "range") {
            input.value = value;
            input.dispatchEvent(new Event("input", { bubbles: true }));
        } else if (input.type === "radio" || input.checked !== value) input.click();
    }
}"""

READ = """(figure, ids) => ({
    values: structuredClone(figure.lossbook.values),
    readouts: [...figure.querySelectorAll(".lossbook-readout")].map(e => e.textContent),
    marks: ids.map(id => figure.querySelector(`[id^="${id}-"] > path`).getAttribute("d")),
})"""


def states(view, spec, settings):
    """What the page shows at one setting after the other; none of a label leaves it as it is."""
    return view.evaluate(
        f"""(figure, [settings, ids]) => settings.map(values => {{
            ({SET})(figure, values);
            return ({READ})(figure, ids);
        }})""",
        [settings, [mark["id"] for mark in spec["marks"]]],
    )


def check(figure, spec, read):
    """The page, as read, against NumPy at the values that the page holds."""
    marks, readouts = figure.evaluate(read["values"])
    where = f"{figure!r} at {read['values']}"
    for mark, text in zip(spec["marks"], read["marks"], strict=True):
        frame = spec["panels"][mark["panel"]]
        points = drawing.to_points(frame, marks[mark["id"]])
        span = min(abs(scale * (limits(high, log) - limits(low, log)))
                   for _, scale, log, low, high in frame.values())  # fmt: skip
        expected = drawing.path(mark["shape"], points)
        assert re.findall("[MLHVZ]", text) == re.findall("[MLHVZ]", expected), where
        same_numbers(numbers(expected), text, 1e-6 * span, where)
    for node, values, text in zip(spec["readouts"], readouts, read["readouts"], strict=True):
        same_sentence(drawing.sentence(node, values), text)


def limits(value, log):
    return np.log10(value) if log else value


def numbers(text):
    return np.array(re.findall(r"-?\d+\.?\d*", text), float)


def same_numbers(expected, text, tolerance, where):
    np.testing.assert_allclose(numbers(text), expected, rtol=0, atol=tolerance, err_msg=where)


def same_sentence(expected, text):
    """The same words; each number within one unit of its last digit."""
    assert NUMBER.sub("#", text) == NUMBER.sub("#", expected)
    for mine, theirs in zip(NUMBER.finditer(text), NUMBER.finditer(expected), strict=True):
        one, other = (float(m[0].replace("−", "-")) for m in (mine, theirs))
        exponent = int((mine[2] or "0").replace("−", "-"))
        assert abs(one - other) <= 1.001 * 10.0 ** (exponent - len(mine[1] or "")), (text, expected)
