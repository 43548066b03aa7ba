"""The cards and the plots of losses and noise models say what the formulas compute."""

import re

import matplotlib as mpl
import numpy as np
import pytest
import sympy as sp
from cases import default, every
from in_kernel import Page, standins  # noqa: F401
from oracle import INSTANCES
from sympy.abc import delta

import lossbook
from lossbook import (
    CrossEntropy,
    Hinge,
    Huber,
    Quantile,
    ResidualLoss,
    SquaredError,
    noise,
)
from lossbook.show.plots import LOOKS, with_gaps
from lossbook.show.views import MEAN, view
from lossbook.symbolic import custom
from lossbook.symbolic.notation import COUNT

mpl.use("Agg")
import matplotlib.pyplot as plt

MODELS = [model() for model in noise.NOISES.values()]
TYPED = custom("exp(-abs(error)**3)")


def drawn(given, axes=None):
    """The axes of a plot, whose figure is closed."""
    axes = given.plot(axes)
    plt.close(axes[0].figure)
    return axes


def computed(loss, numbers):
    """Price, gradient and curvature of a loss at the places of its view."""
    given = view(loss).places(numbers)
    values = loss(*given), loss.grad(*given), loss.curvature(*given)
    return [value if value.ndim == 1 else value[:, 0] for value in values]


# Cards


@every
def test_the_formulas_of_a_card_are_the_loss(loss):
    card, seen = loss.card(), view(loss)
    assert list(card.formulas) == ["price", "gradient", "curvature"]
    numbers = np.array([-2.3, -0.7, -0.11, 0.13, 0.8, 2.9])
    for (expression, _), expected in zip(
        card.formulas.values(), computed(loss, numbers), strict=True
    ):
        assert not expression.has(sp.Max, sp.Heaviside, sp.DiracDelta)  # branches show it
        at = [expression.subs({COUNT: MEAN, seen.symbol: sp.Float(x, 60)}) for x in numbers]
        np.testing.assert_allclose([float(value.evalf(30)) for value in at], expected, 1e-9, 1e-12)


@every
def test_a_card_in_a_terminal_and_in_a_notebook(loss):
    card = loss.card()
    shown, markdown = repr(card), card._repr_markdown_()
    assert shown.startswith(f"{loss!r}\n")
    assert markdown == loss._repr_markdown_()
    assert f"`{loss!r}`" in markdown
    assert {"Here", "Domain", "Minimiser", "Noise", "Smoothness"} <= card.facts.keys()
    for name, (_, latex) in card.formulas.items():
        assert f"\n{name}:\n    " in shown
        assert f"$$\n{latex}\n$$" in markdown
    for name in card.facts:
        assert f"\n{name}: " in shown
        assert f"\n- {name}: " in markdown
    words = shown.partition("\nprice:")[0] + "Here:" + shown.partition("\nHere:")[2]
    assert max(map(len, words.splitlines())) <= 79
    assert not {"`", "\N{OBJECT REPLACEMENT CHARACTER}"} & {*shown}
    assert "\N{OBJECT REPLACEMENT CHARACTER}" not in markdown


@every
def test_a_card_names_the_noise_or_why_there_is_none(loss):
    said = loss.card().facts["Noise"]
    if said.startswith("none: "):
        with pytest.raises(ValueError, match=re.escape(said.removeprefix("none: ")) + "$"):
            noise.of(loss)
    else:
        names = {"noise": noise, "inf": np.inf, "sqrt": sp.sqrt, **lossbook.LOSSES}
        assert eval(said.strip("`"), names) == noise.of(loss)


def test_a_card_is_written_as_it_reads():
    card = Huber(1.5).card()
    assert repr(card).splitlines()[:3] == [
        "Huber(delta=1.5)",
        "Squared up to delta, then straight: error**2 / 2 where |error| <= delta, else",
        "    delta * (|error| - delta / 2).",
    ]
    assert "Here: error is prediction - target" in repr(card)
    assert r"- Here: $\varepsilon$ is ``prediction - target``" in card._repr_markdown_()
    assert card.facts["Domain"] == "`delta` in (0, ∞), in the unit of the error"
    assert "Gradient" not in card.facts  # it is a formula


def test_a_maximum_is_in_branches():
    price, gradient, curvature = (e for e, _ in Quantile(0.9).card().formulas.values())
    error = view(Quantile()).symbol
    assert [case for _, case in price.args] == [error <= 0, True]
    assert [float(branch.subs(error, 2)) for branch, _ in price.args] == pytest.approx([-1.8, 0.2])
    assert [float(branch) for branch, _ in gradient.args] == pytest.approx([-0.9, 0.1])
    assert curvature == 0


@pytest.mark.parametrize("model", [*MODELS, TYPED, noise.Gaussian(2.5)], ids=str)
def test_the_card_of_a_noise_model(model):
    card = model.card()
    [(name, (expression, latex))] = card.formulas.items()
    assert name in ("density", "probability")
    assert expression == model.expression(*lossbook.symbolic.notation(model).arguments)
    assert card.facts == {"Loss": f"``{model.loss!r}``", "Minimiser": model.minimiser}
    assert repr(card).startswith(f"{model!r}\n")
    assert f"$$\n{latex}\n$$" in model._repr_markdown_()


@pytest.mark.parametrize("loss", [Huber(delta), Quantile(delta), CrossEntropy(delta)], ids=repr)
def test_a_card_keeps_a_symbol(loss):
    price, _ = loss.card().formulas["price"]
    assert delta in price.free_symbols
    assert "δ" in repr(loss.card())


class Quartic(ResidualLoss):
    """The fourth power."""

    name = "quartic"

    def rho(self, error):
        return error**4

    def psi(self, error):
        return 4 * error**3

    def psi_prime(self, error):
        return 12 * error**2


def test_a_loss_of_one_s_own_without_a_twin():
    card = Quartic().card()
    assert card.formulas == {}
    assert "The fourth power." in card._repr_markdown_()
    assert len(drawn(Quartic())) == 3


def test_a_loss_of_no_family_says_so():
    class Other(lossbook.Loss):
        name = "other"

    for show in (Other().card, Other().plot):
        with pytest.raises(
            TypeError, match="has neither card nor plot; allowed: losses of a family"
        ):
            show()


def test_the_page_shows_a_card():
    [message, _] = Page("import lossbook\nlossbook.Hinge()").run(0)
    assert message["data"]["text/plain"] == "Hinge()"
    assert message["data"]["text/markdown"] == Hinge()._repr_markdown_()
    assert r"\[\varphi(m) = " in message["data"]["text/html"]
    [message, _] = Page("import lossbook\nlossbook.Hinge").run(0)
    assert message["data"].keys() == {"text/plain"}


# Plots


@every
def test_a_plot_draws_the_loss(loss):
    axes = drawn(loss)
    assert [ax.get_title() for ax in axes] == ["price", "signal", "curvature"]
    for ax, at in zip(axes, range(3), strict=True):
        [line] = ax.lines
        x, y = line.get_data()
        there = np.isfinite(y)
        np.testing.assert_array_equal(y[there], computed(loss, x[there])[at])
        assert (x[0], x[-1]) == ax.get_xlim() == view(loss).limits
        assert ax.get_xlabel() == view(loss).axis
        assert there.mean() > 0.99
    assert axes[0].get_legend().get_texts()[0].get_text() == str(loss)


@default
def test_a_jump_is_a_gap(loss):
    for ax in drawn(loss):
        x, y = ax.lines[0].get_data()
        steps = np.abs(np.diff(y))[np.diff(x) < 1e-6 * np.ptp(x)]
        assert not (steps > 1e-3).any()  # no line stands upright
    smooth = all(np.isfinite(drawn(loss)[1].lines[0].get_ydata()))
    assert smooth == loss.smooth


@pytest.mark.parametrize("at", [0.0, 0.3, 1.0, -2.99, 1 / 3])
@pytest.mark.parametrize("middle", [0.0, 0.5, 1.0])
def test_gaps_are_where_the_jumps_are(at, middle):
    def step(x):
        return np.heaviside(x - at, middle) + np.sin(x)

    x, y = with_gaps(step, np.linspace(-3, 3, 801))
    gaps = x[np.isnan(y)]
    assert len(gaps) in (1, 2)
    np.testing.assert_allclose(gaps, at, atol=1e-12)
    both = np.flatnonzero(np.isnan(y))[[0, -1]] + [-1, 1]
    assert y[both[1]] - y[both[0]] == pytest.approx(1, abs=1e-6)
    assert x[both[1]] - x[both[0]] < 2e-8
    assert not np.isnan(with_gaps(np.tanh, 1e6 * x)[1]).any()  # steep, and no jump


@pytest.mark.parametrize(
    ("loss", "reach"),
    [
        (SquaredError(), 3),
        (lossbook.AbsoluteError(), 3),
        (Huber(0.01), 0.05),
        (Huber(100), 500),
        (lossbook.StudentT(4.0), 5),
    ],
    ids=repr,
)
def test_a_plot_reaches_to_where_the_loss_is_another(loss, reach):
    low, high = drawn(loss)[0].get_xlim()
    assert -low == high == pytest.approx(reach, rel=0.3)


def test_one_more_is_drawn_over_what_the_axes_show():
    axes = drawn(SquaredError())
    axes[0].set_xlim(-1, 1)
    again = drawn(Huber(0.5), axes)
    for ax, same in zip(axes, again, strict=True):
        assert ax is same
        first, second = ax.lines
        assert first.get_color() == second.get_color()
        assert [first.get_linestyle(), second.get_linestyle()] == [LOOKS[0][0], LOOKS[1][0]]
        assert tuple(second.get_xdata()[[0, -1]]) == ax.get_xlim()
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == [
        "squared error",
        "Huber, δ = 0.5",
    ]
    low, high = axes[1].get_ylim()
    assert low < -1
    assert high > 1


@pytest.mark.parametrize("given", [SquaredError(), noise.Gaussian()], ids=repr)
def test_axes_of_another_number(given):
    with pytest.raises(ValueError, match=r"axes has 2; allowed: ., for .*price, signal, curvature"):
        given.plot(plt.subplots(1, 2)[1])


@pytest.mark.parametrize("model", [*MODELS, TYPED, noise.of(lossbook.LogCosh())], ids=str)
def test_the_plot_of_a_noise_model_begins_with_its_density(model):
    axes = drawn(model)
    assert [ax.get_title() for ax in axes[1:]] == ["price", "signal", "curvature"]
    x, y = axes[0].lines[0].get_data()
    if isinstance(model.loss, lossbook.AmountLoss):
        if isinstance(model, (noise.Poisson, noise.NegativeBinomial)):
            assert axes[0].lines[0].get_marker() == LOOKS[0][1]
            np.testing.assert_array_equal(x, np.arange(13))
        np.testing.assert_array_equal(y, model.density(np.full(x.shape, np.log(MEAN)), x))
        assert axes[0].get_xlabel() == "target, for a mean of 3"
    else:
        np.testing.assert_array_equal(y, model.density(*view(model.loss).places(x)))
    np.testing.assert_array_equal(
        axes[1].lines[0].get_ydata(), drawn(model.loss)[0].lines[0].get_ydata()
    )


def test_axes_of_one_s_own_are_set_up_too():
    own = drawn(Huber(), axes=plt.subplots(3, 1)[1])
    for ax, other in zip(own, drawn(Huber()), strict=True):
        assert ax.get_title() == other.get_title()
        assert ax.get_xlabel() == other.get_xlabel() == "error"
        assert ax.get_xlim() == other.get_xlim()


def test_a_scale_widens_the_density_and_is_the_unit_of_the_loss():
    plain, wide = drawn(noise.Gaussian()), drawn(noise.Gaussian(2.5))
    for axes in plain, wide:  # on which noise of another scale may be drawn
        assert [ax.get_xlabel() for ax in axes] == ["error", *["error / scale"] * 3]
    mixed = drawn(noise.Mixture([noise.Gaussian()], [1]))
    assert [ax.get_xlabel() for ax in mixed] == ["error"] * 4
    assert wide[0].get_xlim() == tuple(2.5 * np.array(plain[0].get_xlim()))
    x, y = wide[0].lines[0].get_data()
    np.testing.assert_allclose(y, noise.Gaussian().density(x / 2.5, 0 * x) / 2.5, rtol=1e-14)


def test_where_a_density_is_infinite_at_0_the_rest_of_it_is_seen():
    panel = drawn(noise.Gamma(0.5))[0]
    low, high = panel.get_ylim()
    (at_mean,) = noise.Gamma(0.5).density(np.log([3.0]), [3.0])
    assert at_mean > 0.02 * (high - low)


def test_a_plot_leaves_matplotlib_s_style_alone():
    before = dict(mpl.rcParams)
    axes = drawn(Huber())
    assert dict(mpl.rcParams) == before
    assert axes[0].figure.get_facecolor() == (1, 1, 1, 1)  # to be read on a dark ground, too


def test_what_cannot_be_computed_cannot_be_drawn():
    with pytest.raises(TypeError, match="float"):
        drawn(Huber(delta))


def test_there_is_a_card_for_each_loss():
    assert {type(loss) for loss in INSTANCES} == {*lossbook.LOSSES.values()}
