"""Densities that a reader types: read, refused and computed in the page as Python does."""

import random
import string

import numpy as np
import pytest
import sympy as sp
from densities import density
from figures import View, document
from tabs import watched

from lossbook import live
from lossbook.live import typed

ERRORS = [-5.9, -2.3, -0.9, -0.31, 0.07, 0.45, 1.3, 3.7, 5.8]
PRESETS = {
    "Laplace": ("exp(-abs(error)/b)", {"b": 2}),
    "Gaussian": ("exp(-error**2/2)", {}),
}

# What the page says of a density: its faces as text, since JSON knows no infinity; or the refusal.
ASK = """([value, errors]) => {
    try {
        const [noise] = lossbook.toState.density({}, value);
        return ["density", "loss", "gradient"].map(face => errors.map(t => `${noise[face](t)}`))
            .concat([[`${noise.area}`]]);
    } catch (refusal) { return `${refusal.message}`; }
}"""


@pytest.fixture(scope="module")
def figure():
    fig = live.Figure(alt="A typed density")
    (ax,) = fig.axes
    ax.set(xlim=(-3, 3), ylim=(0, 1))
    shape, loss, gradient, area = fig.density("Density", PRESETS)
    t = sp.Symbol("t", real=True)
    fig.curve(ax, shape(t), t)
    fig.readout("area {:.4f}, loss {:.4f}, gradient {:.4f}", area, loss(1), gradient(1))
    return fig


@pytest.fixture
def view(page, figure):
    page.set_content(document(figure))
    return View(page)


@pytest.fixture(scope="module")
def reader(browser, figure):
    """A tab that is only asked what it makes of a text."""
    context = browser.new_context()
    with watched(context) as page:
        page.set_content(document(figure))
        yield page
    context.close()


def field(view):
    return view.root.get_by_role("textbox", name="Density")


def said(view):
    return view.root.locator(".lossbook-said")


def asked(page, text, parameters=None):
    return page.evaluate(ASK, [{"text": text, "parameters": parameters or {}}, ERRORS])


def number(text):
    return float(text.replace("Infinity", "inf"))


def compare(page, text, given):
    value = {"text": text, "parameters": typed.parameters(text, given)}
    answer = asked(page, **value)
    try:
        own = typed.noise(value)
    except ValueError:
        own = None
    assert isinstance(answer, str) == (own is None), (value, answer)
    if own is None:
        return False
    *faces, area = ([number(v) for v in column] for column in answer)
    errors = np.array(ERRORS)
    expected = own.density(errors), own.loss(errors), own.gradient(errors)
    for found, wanted in zip(faces, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6, err_msg=str(value))
    assert area == pytest.approx([own.area()], rel=1e-6)
    return True


def test_random_densities_are_those_of_python(reader):
    rng = random.Random(12)
    assert sum(compare(reader, *density(rng)) for _ in range(80)) > 60


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("exp(-error**2/2)", {}),  # its log is exact where it underflows
        ("exp(-(error - g)**2/(2*s**2)) + exp(-(error + g)**2/(2*s**2))", {"g": 2, "s": 0.05}),
        ("exp(-error**2/2 - 2000)", {}),
        ("1/cosh(error)**constructor", {"constructor": 2}),
        ("exp(-σ*abs(error)**2**-1)", {"σ": 2}),
        ("exp(-error**2/2) + exp(-(error - 500)**2/2)", {}),
        ("exp(-error**2/2) + exp(-((error - 30)/0.0001)**2/2)", {}),
        ("1 if abs(error - 30) < 0.001*w else 0", {"w": 3}),
        ("1/((2 + abs(error))*log(2 + abs(error))**2)", {}),
        ("1/(1 + abs(error))**(1 + g)", {"g": 0.05}),
        ("(1 + error**2)**(-0.5 - g)", {"g": 0.05}),
        ("exp(-abs(error)**0.05)", {}),
    ],
)
def test_particular_densities_are_those_of_python(reader, text, given):
    assert compare(reader, text, given)
    far = reader.evaluate(ASK, [{"text": text, "parameters": given}, [50.0]])
    own = typed.noise({"text": text, "parameters": given})
    assert number(far[1][0]) == pytest.approx(float(own.loss(np.array(50.0))), rel=1e-6)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "The text ends where a number"),
        ("exp(-error", "ends where “)” should be"),
        ("exp(-error))", "“)” at character 12 stands where"),
        ("exp(-error^2)", "“^” at character 11 has no meaning here; for a power write **"),
        ("2error", "Between “2” and “error”, at character 2"),
        ("exp(-|error|)", "“|” at character 6 has no meaning here; for |x| write abs(x)"),
        ("exp(-abs(e))", "“e” at character 10 cannot name a parameter; write error, or exp(1)"),
        ("exp(-error**2)/sqrt(π)", "“π” at character 21 cannot name a parameter; write pi"),
        ("error error", "“error” at character 7 stands where"),
        ("exp(-abs(error)) $ 2", "“$” at character 18"),
        ("gamma(error)", "no function “gamma”"),
        ("exp", "“(”"),
        ("exp()", "stands where a number"),
        ("exp(error, 2)", "exp at character 1 takes one argument"),
        ("lambda*error", "“lambda” at character 1 is a word of Python"),
        ("__proto__*error", "two underscores"),
        ("+error", "“+” at character 1"),
        ("'error'", "“'” at character 1"),
        ("error.free", "“.” at character 6"),
        ("007*error", "begins with 0"),
        ("(error > 0)*2", "A comparison"),
        ("error > 0", "A comparison alone is not a density"),
        ("error if error else 1", "a comparison should follow"),
        ("1 if 0 < error < 1 else 0", "one at a time"),
        ("1 if error == 1 else 0", "“=”"),
        ("1/0 + error", "not a real number"),
        ("sqrt(-1)*error", "not a real number"),
        ("1e999*error", "not a real number"),
        ("9**9**9*error", "too large"),
        ("exp(-1e10)*error", "too large"),
        ("x" * 301, "301 characters; allowed: up to 300"),
        ("(" * 90 + "error" + ")" * 90, "nested more than 60 deep"),
        ("-" * 200 + "error", "nested more than 60 deep"),
        ("+".join("abcdfghij") + "+error", "more than 8 parameters"),
        ("exp(-b)", "does not depend on error"),
        ("1/(1 + abs(error))", "does not integrate"),
        ("exp(abs(error))", "does not integrate"),
        ("cos(error)*exp(-abs(error))", "is negative at error"),
        ("1/abs(error)", "not a finite number at error 0"),
        ("1/(error - 0.3)**2", "not a finite number at error 0.3"),
        (
            "1/((1 + abs(error))*log(3 + abs(error)))",
            "does not integrate, or its tail falls too slowly",
        ),
        ("1/(1 + error**2) + 1e-200/(1 + abs(error))", "follows no single power of the error"),
        ("exp(-abs(error)**0.001)", "does not integrate, or its tail falls too slowly to tell"),
        ("pi/2 - atan(abs(error))", "does not settle"),
        ("(2 + cos(error))/(1 + error**2)", "does not settle"),
        ("exp(-abs(error))*(error - 7.77)*(error - 7.78)", "is negative at error 7.77"),
        ("exp(-abs(error - 500))*(1 if error <= 500 else -1)", "is negative at error 500"),
    ],
)
def test_what_is_no_density_is_refused_with_its_place(reader, text, complaint):
    assert complaint in asked(reader, text)
    with pytest.raises(ValueError, match=r"."):
        typed.noise({"text": text, "parameters": {}}) if len(text) < 301 else typed.parameters(
            text, {}
        )


def test_random_text_is_refused_and_nothing_else(reader):
    """No exception of another kind, no hang, nothing run."""
    rng = random.Random(5)
    words = ["error", "exp(", "abs(", ")", "if", "else", "<", "**", "max(", ",", "b", "2", "-", " "]
    words += [
        "alert(1)",
        "window",
        "${1}",
        "constructor",
        "toString",
        "0",
        ".",
        "\\u0061",
        "é",
        "😀",
    ]
    texts = [
        "".join(rng.choices(words if k % 2 else string.printable, k=rng.randrange(120)))[:300]
        for k in range(2000)
    ]
    texts += [
        "exp(-" * 59 + "error" + ")" * 59,
        "error**" * 58 + "2",
        "*".join(["sin(error)"] * 27),
    ]
    result = reader.evaluate(
        """texts => {
            let longest = 0, kinds = new Set();
            for (const text of texts) {
                const began = performance.now();
                try { lossbook.toState.density({}, { text, parameters: {} }); kinds.add("taken"); }
                catch (problem) { kinds.add(problem.constructor.name); }
                longest = Math.max(longest, performance.now() - began);
            }
            return [[...kinds].sort(), longest];
        }""",
        texts,
    )
    assert set(result[0]) <= {"Refusal", "taken"}
    assert result[1] < 2000


def test_typing_moves_the_figure_and_makes_sliders(page, view):
    before = view.path("mark0")
    field(view).fill("exp(-2*abs(error/b)**p)")
    assert view.path("mark0") != before
    assert view.values["Density"] == {
        "text": "exp(-2*abs(error/b)**p)",
        "parameters": {"b": 2, "p": 1},
    }
    view.root.get_by_role("slider", name="p").press("ArrowRight")
    assert view.values["Density"]["parameters"] == {"b": 2, "p": 1.05}
    field(view).fill("exp(-abs(error)**p)")
    assert view.root.get_by_role("slider", name="b").count() == 0
    assert view.values["Density"]["parameters"] == {"p": 1.05}
    view.button("Reset").click()
    assert field(view).input_value() == PRESETS["Laplace"][0]
    view.root.get_by_role("radio", name="Gaussian").check()
    assert view.readouts == ["area 2.5066, loss 1.4189, gradient 1.0000"]


def test_what_cannot_be_read_leaves_the_figure_and_says_so(page, view):
    before = view.picture()
    field(view).fill("1/(1 + abs(error))")
    assert said(view).inner_text() == ""  # while the reader types
    said(view).get_by_text("does not integrate").wait_for()
    assert said(view).get_attribute("aria-live") == "polite"
    assert field(view).get_attribute("aria-invalid") == "true"
    field(view).fill(PRESETS["Laplace"][0])
    assert view.picture() == before
    assert said(view).inner_text() == ""
    assert field(view).get_attribute("aria-invalid") == "false"


def test_a_link_carries_the_density(browser, figure, tmp_path):
    path = tmp_path / "figure.html"
    path.write_text(
        document(figure).replace("<figure", '<figure data-embed="its-own.html"'), "utf-8"
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    view = View(page)
    field(view).fill("exp(-abs(error)**density/b) if error < 1 else exp(-error)")
    view.root.get_by_role("slider", name="density").press("Home")
    view.button("More").click()
    view.button("Copy link").click()
    view.root.locator(".lossbook-news").get_by_text("link").wait_for()
    other = context.new_page()
    other.goto(page.url)
    other.wait_for_function("document.activeElement.matches('figure')")
    assert View(other).values == view.values
    assert View(other).readouts == view.readouts
    for wrong in ("exp(", "exp(-error**2/b);b=9;c=1;__proto__=1"):
        other.evaluate(
            "hash => { location.hash = hash }",
            f"{page.url.split('&')[0].split('#')[1]}&Density={wrong}",
        )
        other.wait_for_timeout(50)
        b = {"b": 1} if "b" in wrong else {"b": 2}
        assert View(other).values["Density"]["parameters"] == b
    other.goto(path.as_uri() + "?density=<img src=x onerror=alert(1)>%3Cscript%3E&b=9")
    said(View(other)).get_by_text("“=” at character 9").wait_for()
    assert View(other).root.locator("img").count() == 0
    assert View(other).values["Density"]["text"] == PRESETS["Laplace"][0]
    other.goto(path.as_uri() + "?density=exp(-abs(error)/b)&b=99#somewhere")
    assert View(other).values["Density"]["parameters"] == {"b": 5}
    context.close()


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=x&density=exp(-abs(error)/b)&b=3",
        "b=3&density=exp(-abs(error)/b)",
        "density=exp(-abs(error)/b)&utm_campaign=a%20b&b=3&fbclid=1#:~:text=typed",
        "b=3&utm_source&density=exp(-abs(error)/b)#density=no",
    ],
)
def test_a_link_is_read_wherever_its_density_stands(context, figure, tmp_path, query):
    path = tmp_path / "figure.html"
    path.write_text(document(figure), "utf-8")
    page = context.new_page()
    page.goto(f"{path.as_uri()}?{query}")
    assert View(page).values["Density"] == {
        "text": "exp(-abs(error)/b)",
        "parameters": {"b": 3},
    }


def test_a_widget_can_be_typed_into(page, figure):
    widget = figure.widget
    widget._repr_mimebundle_()
    page.set_content(f"<style>{widget._css}</style><div></div>")
    page.evaluate(
        """async ([module, state]) => {
            const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
            const { default: widget } = await import(url);
            const quiet = { on: () => {}, off: () => {}, save_changes: () => {} };
            const set = (name, value) => { state[name] = value; };
            const model = { ...quiet, get: name => state[name], set };
            window.state = state;
            widget.render({ model, el: document.querySelector("div") });
        }""",
        [widget._esm, {"markup": widget.markup, "values": figure.values}],
    )
    view = View(page)
    view.button("More").click()
    entries = view.root.locator(".lossbook-menu button").all_inner_texts()
    assert entries == [
        "Present",
        "Save as SVG",
        "Save as PNG",
    ]  # a notebook's address leads elsewhere
    field(view).fill("1/(1 + error**2)")
    typed_there = page.evaluate("state.values")
    assert typed_there["Density"] == {"text": "1/(1 + error**2)", "parameters": {}}
    assert f"area {figure.evaluate(typed_there)[1][0][0]:.4f}" in view.readouts[0]
    with pytest.raises(ValueError, match="does not integrate"):
        figure.values = {"Density": {"text": "1/(1 + abs(error))", "parameters": {}}}
