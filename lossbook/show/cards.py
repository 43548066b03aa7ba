"""What a loss or a noise model is, on one card: its formulas and what is known of it."""

import textwrap
from dataclasses import dataclass

import sympy as sp

from .. import noise
from ..losses import Loss
from ..losses.shown import described
from ..symbolic.densities import with_integers
from ..symbolic.derive import around_the_shape, kind, slope
from ..symbolic.notation import ERROR, notation
from ..symbolic.typeset import LOG, ROOT, latex, product, tidy
from .views import view

LETTERS = {ROOT: sp.sqrt(2 * sp.pi), LOG: sp.log(2 * sp.pi)}


@dataclass(frozen=True)
class Card:
    """What is known of a loss or of a noise model.

    A terminal shows it as text, a notebook as mathematics.  `formulas` gives the SymPy expression
    and the LaTeX of each formula by its name, and `variable` is the symbol in them.  `facts` gives
    all else by its name, as text.
    """

    title: str
    summary: str
    formulas: dict[str, tuple[sp.Basic, str]]
    variable: sp.Symbol
    facts: dict[str, str]

    def __repr__(self) -> str:
        lines = [self.title, folded(self.summary)]
        for name, (expression, _) in self.formulas.items():
            shown = tidy(expression).xreplace(LETTERS)
            drawn = sp.pretty(shown, use_unicode=True, wrap_line=False)
            lines += ["", f"{name}:", *(f"    {line}".rstrip() for line in drawn.splitlines())]
        facts = [f"{name}: {text}" for name, text in self.facts.items()]
        lines += ["", *(folded(fact.replace(VARIABLE, str(self.variable))) for fact in facts)]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        head = f"**`{self.title}`**\n\n{self.summary}\n"
        formulas = [f"$$\n{text}\n$$\n" for _, text in self.formulas.values()]
        facts = [f"- {name}: {text}" for name, text in self.facts.items()]
        shown = "\n".join([head, *formulas, *facts])
        return shown.replace(VARIABLE, f"${latex(self.variable)}$")


def card(given: Loss | noise.Noise) -> Card:
    """The :class:`Card` of a loss or of a noise model.

    Of a loss: price, gradient and curvature from its symbolic twin, the noise that implies it, and
    the items of its docstring.  Of a noise model: its density, its loss and its minimiser.
    """
    summary, items = described(given)
    if not isinstance(given, Loss):
        facts = {"Loss": f"``{given.loss!r}``", "Minimiser": given.minimiser}
        return Card(repr(given), summary, {kind(given): density(given)}, ERROR, facts)
    seen = view(given)
    facts = {"Here": f"{VARIABLE} is {seen.given}", **items, "Noise": implied(given)}
    facts.pop("Gradient", None)
    return Card(repr(given), summary, dict(formulas(given, seen)), seen.symbol, facts)


VARIABLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""In the place of the variable, which a terminal and a notebook write in their own ways."""


def folded(text):
    """Text in lines for a terminal, without the marks of code."""
    return textwrap.fill(text.replace("`", ""), 79, subsequent_indent="    ")


def implied(loss):
    """The noise of a loss, or why it has none."""
    try:
        return f"``noise.{noise.of(loss)!r}``"
    except TypeError:  # a symbol among the numbers of which `noise.of` takes a sum
        return "none that is known while a parameter is a symbol"
    except ValueError as none:
        return f"none: {str(none).removeprefix(f'no noise implies {loss}: ')}"


def formulas(loss, seen):
    """Name, and expression and LaTeX, of the price and of its derivatives; nothing for a loss that
    has no symbolic twin."""
    if not hasattr(loss, "expression"):
        return
    expression = with_integers(in_branches(loss.expression(*seen.arguments)))
    of = latex(seen.symbol)
    for name, mark in (("price", ""), ("gradient", "'"), ("curvature", "''")):
        yield name, (expression, f"{seen.latex}{mark}({of}) = {latex(expression)}")
        expression = slope(expression, seen.symbol).replace(sp.DiracDelta, lambda *place: sp.S.Zero)


def in_branches(expression):
    """In branches what is a maximum, of which a derivative would be steps; with fractions for
    floats, which SymPy cannot compare."""
    if not expression.has(sp.Max):
        return expression
    exact = {number: sp.nsimplify(number, rational=True) for number in expression.atoms(sp.Float)}
    branches = expression.xreplace(exact).rewrite(sp.Max, sp.Piecewise)
    branches = branches.replace(lambda e: isinstance(e, sp.Rel), lambda e: e.simplify())
    return branches.xreplace({fraction: number for number, fraction in exact.items()})


def density(model):
    """The density of a noise model, and its LaTeX."""
    whole = model.expression(*notation(model).arguments)
    front, shape = around_the_shape(model, whole)
    return whole, product(notation(model).density, shape, front)
