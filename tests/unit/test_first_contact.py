"""What a new user tries first: it works, or the message names the mistake and the way on."""

import pydoc
import re
import subprocess
import sys
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cases import default
from oracle import example

import lossbook
from lossbook import (
    LOSSES,
    CategoricalLoss,
    derive,
    live,
    minimiser,
    noise,
    risk,
    risk_and_grad,
)
from lossbook.symbolic import custom

RISKS = [
    risk,
    risk_and_grad,
    lambda loss, p, t: minimiser(loss, t),
    lambda loss, p, t: noise.of(loss),
]


@default
def test_arrays_given_to_the_class_are_for_the_loss(loss):
    name = type(loss).__name__
    for given in (example(loss), [a.tolist() for a in example(loss)]):
        with pytest.raises(TypeError, match=re.escape(f"{name}()(prediction, target)")):
            type(loss)(*given)
    if not isinstance(loss, CategoricalLoss):
        with pytest.raises(TypeError, match=rf"{name} takes .* and makes a loss"):
            type(loss)(2.0, 1.0, 0.5)


@default
@pytest.mark.parametrize("function", RISKS)
def test_the_class_for_a_loss(loss, function):
    name, given = type(loss).__name__, example(loss)
    message = rf"loss must be a loss, .* not the class {name}: make one, {name}\(\)"
    with pytest.raises(TypeError, match=message):
        function(type(loss), *given)


@pytest.mark.parametrize("function", RISKS)
@pytest.mark.parametrize(
    ("given", "way"),
    [
        ("huber", r"not 'huber'; lossbook\.LOSSES has all of them by name"),
        ("Laplace", r"lossbook\.LOSSES"),
        (None, r"not None"),
        (np.square, r"lossbook\.LOSSES"),
        (noise.Laplace(), r"not Laplace\(scale=1\), which has one: its \.loss"),
    ],
    ids=str,
)
def test_what_is_no_loss(function, given, way):
    with pytest.raises(TypeError, match=f"loss must be a loss, such as Huber.*{way}"):
        function(given, [1.0], [2.0])


@pytest.mark.parametrize("model", noise.NOISES.values())
def test_a_seed_will_do(model):
    location = [0.0, 1] if model is noise.Categorical else 0.0
    draws = [
        model().sample(location, 3, seed) for seed in (0, np.int64(0), np.random.default_rng(0))
    ]
    for draw in draws[1:]:
        np.testing.assert_array_equal(draw, draws[0])
    assert np.any(model().sample(location, 30, 1) != model().sample(location, 30, 2))


def test_a_seed_will_do_for_implied_noise():
    for own in (noise.of(lossbook.LogCosh()), custom("exp(-abs(error)**3)")):
        np.testing.assert_array_equal(
            own.sample(0.0, 3, 7), own.sample(0.0, 3, np.random.default_rng(7))
        )


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("exp(-|error|)", r"for \|x\| write abs\(x\)"),
        ("exp(-|error|^2)", r"for \|x\| write abs\(x\); for a power write \*\*"),
        ("exp(-error^2)", r"for a power write \*\*"),
        ("exp(-error²)", r"for a square write \*\*2"),
        ("exp(−abs(error))", "the minus sign is -"),
        ("exp(-√(1 + error**2))", r"for a root write sqrt\(x\)"),
        ("exp(-2·abs(error))", r"for a product write \*"),
        ("exp(-2abs(error))", r"for a product write \*"),
        ("exp(-2 abs(error))", r"for a product write \*"),
        ("exp(-2(abs(error)))", r"for a product write \*"),
        ("exp(-abs(error))(1 + error)", r"for a product write \*"),
        ("exp(-abs(e))", r"'e' cannot name a parameter; write error, or exp\(1\)"),
        ("E**(-abs(error))", "'E' cannot name"),
        ("exp(-error**2/2)/sqrt(2*π)", "'π' cannot name a parameter; write pi"),
        ("exp(-abs(ε))", "'ε' cannot name a parameter; write error"),
        ("exp(-abs(x))", "does not depend on error; write error for x"),
        ("exp(-abs(r)/s)", "does not depend on error; write error for r or s"),
        ("Laplace", "does not depend on error; write error for Laplace"),
    ],
)
@pytest.mark.parametrize("function", [custom, derive.steps])
def test_a_density_that_cannot_be_read_is_told_how_it_is_written(function, text, way):
    with pytest.raises(ValueError, match=way):
        function(text)


@pytest.mark.parametrize("text", ["log10(error)", "exp(", "1 if error", "exp(-x2 + error"])
def test_no_hint_where_none_fits(text):
    with pytest.raises(ValueError, match="cannot") as refusal:
        custom(text)
    assert "for a" not in str(refusal.value)


def test_every_module_is_there_after_the_import():
    """In a Python of its own, where nothing else has imported them; none before it is asked for."""
    program = (
        "import sys, lossbook\n"
        "later = [n for n in lossbook.LATER if 'lossbook.' + n not in sys.modules]\n"
        "assert later == list(lossbook.LATER)\n"
        "for name in later: assert getattr(lossbook, name), name\n"
        "print(*later)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    package = Path(lossbook.__file__).parent
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    assert set(run.stdout.split()) == modules - {"__init__", "losses", "risk"} | {"derive"}


def test_a_module_whose_package_is_missing_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.delitem(sys.modules, "lossbook.scale", raising=False)
    monkeypatch.delattr(lossbook, "scale", raising=False)
    with pytest.raises(AttributeError, match=r"lossbook\.scale cannot be imported: "):
        lossbook.scale  # noqa: B018
    text = pydoc.plain(pydoc.render_doc(lossbook))  # which asks for every name
    assert "class Huber" in text


def test_a_name_that_is_not_there_suggests_another():
    run = subprocess.run(
        [sys.executable, "-c", "import lossbook; lossbook.huber"], capture_output=True, text=True
    )
    assert "has no attribute 'huber'. Did you mean: 'Huber'?" in run.stderr


def test_help_lists_the_losses_and_the_risks():
    text = pydoc.plain(pydoc.render_doc(lossbook))
    for name in LOSSES:
        assert f"class {name}(" in text
    for name in ("minimiser", "risk", "risk_and_grad", "softmax", "logsumexp"):
        assert re.search(rf"^    {name}\(", text, re.MULTILINE)


def test_help_shows_the_whole_on_one_screen():
    """Up to the lists that Python makes itself: 40 lines of 80 columns."""
    screen = pydoc.plain(pydoc.render_doc(lossbook)).partition("\nPACKAGE CONTENTS")[0]
    assert "DESCRIPTION" in screen
    assert len(screen.splitlines()) <= 40
    assert max(map(len, screen.splitlines())) <= 80
    words = {*re.findall(r"\w+", screen)}
    assert {*lossbook.__all__, *lossbook.LATER} <= words
    assert {"grad", "curvature", "card", "plot"} <= words


def test_dir_has_what_is_public():
    names = {name for name in dir(lossbook) if not name.startswith("_")}
    assert names == {*lossbook.__all__, *lossbook.LATER, "losses"}
    assert {"__doc__", "__version__", "__file__"} <= {*dir(lossbook)}
    assert all(hasattr(lossbook, name) for name in dir(lossbook))


OF_EVERY_LOSS = {
    *("name", "expression", "card", "plot"),
    *("grad", "value_and_grad", "curvature", "hessian_product"),
    *("strongly_convex", "strictly_convex", "convex", "smooth", "lipschitz", "bound"),
    *("redescending", "strictly_proper", "proper", "classification_calibrated", "functional"),
}
OF_FAMILY = {
    lossbook.ResidualLoss: {"rho", "psi", "psi_prime", "weight", "kinks"},
    lossbook.AmountLoss: set(),
    lossbook.MarginLoss: {"phi", "slope", "slope_prime", "kinks"},
    lossbook.CategoricalLoss: {"soft_targets"},
    lossbook.OrderedLogit: set(),
}


@default
def test_tab_completes_what_is_public(loss):
    names = {name for name in dir(loss) if not name.startswith("_")}
    [own] = [own for family, own in OF_FAMILY.items() if isinstance(loss, family)]
    assert names == OF_EVERY_LOSS | own | {f.name for f in fields(loss)}
    assert all(hasattr(loss, name) for name in dir(loss))
    assert "__call__" in dir(loss)


def test_tab_completes_what_a_user_adds():
    own = type("Own", (lossbook.Huber,), {"mine": property(str)})
    assert {*dir(own())} - {*dir(lossbook.Huber())} == {"mine"}


def test_help_on_a_formula_says_what_it_takes():
    assert "``psi(error)``, element by element." in pydoc.plain(pydoc.render_doc(lossbook.Huber))
    assert "ContextDecorator" not in pydoc.render_doc(lossbook.Huber)


def test_a_star_imports_what_computes_and_no_module():
    names = {}
    exec("from lossbook import *", names)
    assert names.keys() >= {*LOSSES, "risk", "risk_and_grad", "minimiser"}
    assert not names.keys() & {*lossbook.LATER, "sys", "import_module"}


def test_contributing_s_own_figure():
    """The code of "A live figure" in CONTRIBUTING, after `import lossbook` and SymPy."""
    guide = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
    code = guide.split("## A live figure", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    names = {}
    exec(code, names)
    assert "<figure" in names["fig"].html()


# Figures


@pytest.fixture
def figure():
    fig = live.Figure(alt="of every input")
    size = fig.slider("size", 0, 1, start=0.5)
    fig.choice("which", {"first": size, "second": -size})
    fig.toggle("on")
    fig.points(fig.axes[0], [0.1], [0.2], label="place")
    return fig


@pytest.mark.parametrize(
    ("label", "bad"),
    [
        *(("size", bad) for bad in (2, -0.1, np.nan, np.inf, "0.5", None, [0.5])),
        *(("which", bad) for bad in ("third", 0, None, ["first"])),
        *(("on", bad) for bad in ("yes", 2, None, 0.5)),
        *(("place", bad) for bad in (3, {"x": [0.1]}, {"x": [0.1], "y": [0.1, 0.2]})),
        *(("place", {"x": [0.1], "y": [bad]}) for bad in (np.nan, "a", None)),
    ],
)
def test_a_figure_takes_no_value_that_its_input_cannot_have(figure, label, bad):
    before = dict(figure.values)
    with pytest.raises(ValueError, match=f"the value of '{label}' is .* allowed: "):
        figure.values = {label: bad}
    assert figure.values == before


def test_a_figure_takes_every_value_that_its_inputs_can_have(figure):
    figure.values = {"size": 1, "which": "second", "on": 1, "place": {"x": [1], "y": [0.5]}}
    figure.values = {"size": np.float64(0.25), "on": True}
    assert figure.values["size"] == 0.25


@pytest.mark.parametrize("bad", [3.0, np.zeros((2, 2, 2)), np.zeros((1, 1, 1, 1))])
def test_a_table_has_one_or_two_dimensions(figure, bad):
    with pytest.raises(ValueError, match="allowed: one or two dimensions"):
        figure.table(bad)


@pytest.mark.parametrize("model", [*noise.NOISES.values()])
@pytest.mark.parametrize("bad", ["a", ["a", "b"], [None], [1j]], ids=str)
def test_a_location_that_is_no_number(model, bad):
    with pytest.raises(TypeError, match="location must hold real numbers"):
        model().sample(bad, None, 0)


@pytest.mark.parametrize("bad", [0.0, [], np.ones((2, 0))], ids=str)
def test_a_location_without_logits(bad):
    with pytest.raises(ValueError, match=r"location has shape .* allowed: \(\.\.\., K\)"):
        noise.Categorical().sample(bad, None, 0)


@pytest.mark.parametrize("number", [Fraction(1, 2), Decimal("0.5"), 2**70])
def test_an_array_of_objects_is_told_the_way(number):
    with pytest.raises(TypeError, match=r"got dtype object; .* makes them floats"):
        lossbook.Huber()([number], [0])
    assert lossbook.Huber()(np.asarray([number], float), [0]).dtype == float
