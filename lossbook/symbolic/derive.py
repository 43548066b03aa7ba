"""From a noise model to its loss, gradient and minimiser, step by step, in SymPy."""

from dataclasses import dataclass, replace

import sympy as sp

from ..noise import (
    ERROR,
    Bernoulli,
    Categorical,
    LocationNoise,
    Noise,
    Poisson,
    by_branch,
    log,
    prices,
)
from .densities import CustomLoss, custom

__all__ = ["Derivation", "Step", "steps"]

EXAMPLE, COUNT = sp.symbols("i n", integer=True, positive=True)  # example i of n
CONSTANT, TARGET = sp.Symbol("theta", real=True), sp.IndexedBase("y", real=True)
# How the density, that of example i, the loss and its gradient are written.
NAMES = {
    Poisson: (r"p(y \mid f)", r"p(y_i \mid f_i)", r"\ell", r"\frac{\partial \ell}{\partial f}"),
    Bernoulli: (r"p(y \mid s)", r"p(y_i \mid s_i)", r"\ell", r"\frac{\partial \ell}{\partial s}"),
    Categorical: (
        r"p(c \mid z)",
        r"p(c_i \mid z_i)",
        r"\ell",
        r"\frac{\partial \ell}{\partial z_k}",
    ),
}
OF_ERROR = r"p(\varepsilon)", r"p(\varepsilon_i)", r"\rho(\varepsilon)", r"\frac{d \rho}{d \hat y}"
ROOT, LOG = sp.symbols("sqrt(2*pi) log(2*pi)", positive=True)
LETTERS = {ROOT: r"\sqrt{2\pi}", LOG: r"\log 2\pi", ERROR: r"\varepsilon"}


@dataclass(frozen=True)
class Step:
    """What is done, the SymPy expression that this gives, the same as LaTeX, and why."""

    name: str
    expression: sp.Basic
    latex: str
    reason: str


@dataclass(frozen=True)
class Derivation:
    """The steps from the density of `noise` to its minimiser.

    Index it by a step's name or number.  A notebook shows it as mathematics.
    """

    noise: Noise
    steps: tuple

    @property
    def loss(self):
        return self.noise.loss

    def __len__(self):
        return len(self.steps)

    def __getitem__(self, key):
        if isinstance(key, str):
            return self.steps[[step.name for step in self.steps].index(key)]
        return self.steps[key]

    def __repr__(self):
        lines = [f"Noise: {self.noise}"]
        for k, step in enumerate(self.steps, start=1):
            lines += [f"{k}. {step.name}: {step.reason}", f"   {tidy(step.expression)}"]
        return "\n".join(lines)

    def _repr_markdown_(self):
        return "\n".join(
            f"{k}. **{step.name.capitalize()}.** {step.reason}\n\n   $$\n   {step.latex}\n   $$\n"
            for k, step in enumerate(self.steps, start=1)
        )


def steps(noise, /, **parameters):
    """The derivation of the loss of a noise model, as a :class:`Derivation`.

    `noise` is a model, or what :func:`lossbook.symbolic.custom` takes: a density of the error, as
    text or in SymPy, with values for its `parameters`.
    """
    if not isinstance(noise, Noise):
        noise = custom(noise, **parameters)
    density, minus_log, kept, free = parts(noise)
    factor, loss = without_scale(noise, kept)
    gradient = slope(loss, noise.prediction)
    balance = summed(noise, gradient, constant=True)

    p, p_i, rho, slope_name = NAMES.get(type(noise), OF_ERROR)
    kind, kinds = "probability", "probabilities"
    if noise.support == sp.S.Reals:
        kind, kinds = "density", "densities"
    additive = isinstance(noise, LocationNoise)
    start = (
        "The error, prediction minus observation, is spread like this, wherever the prediction is."
    )
    if not additive:
        start = "So probable is an observation, given the prediction."
    drop = "What is free of the prediction has no slope: it moves no minimum."
    if free == 0:
        drop = "Here nothing is free of the prediction, so nothing is dropped."
    name = "This is the loss"
    name += "." if isinstance(noise.loss, CustomLoss) else f": {noise.loss}."
    rescaled = [rf"{latex(factor)} \, {rho}"] if factor != 1 else []
    if factor == 1 and getattr(noise, "scale", 1) != 1:
        name = f"This is the loss, with the error in units of the scale: {noise.loss}."
    if rescaled:
        name += " The positive factor before it scales its gradient, not where it is least."
    front, shape = density.as_independent(*noise.arguments, as_Add=False)
    total = r"\sum_{i=1}^{n}"
    balanced = latex(balance)
    if isinstance(gradient, sp.Piecewise) or sp.count_ops(gradient) > 12:  # for narrow screens
        balanced = rf"{total} \rho'(\theta - y_i)"
    return Derivation(
        noise,
        (
            Step(kind, density, product(p, shape, front), start),
            Step(
                f"joint {kind}",
                sp.Product(of_example(noise, density), (EXAMPLE, 1, COUNT)),
                rf"L = \prod_{{i=1}}^{{n}} {p_i}",
                f"The examples are independent, so their {kinds} multiply.",
            ),
            Step(
                "log",
                summed(noise, log(density)),
                rf"\log L = {total} \log {p_i}",
                "The log makes a sum of the product, and is largest where the product is.",
            ),
            Step(
                "negative",
                summed(noise, minus_log),
                price(rf"-\log {p}", kept, free, front),
                "Largest becomes least: each example adds a price.",
            ),
            Step("drop", summed(noise, kept), total + inside(of_example(noise, kept)), drop),
            Step("loss", loss, lines(*rescaled, f"{rho} = {latex(loss)}"), name),
            Step(
                "gradient",
                gradient,
                f"{slope_name} = {latex(gradient)}",
                "Its slope as the prediction moves: the signal that a model learns from.",
            ),
            Step(
                "minimiser",
                sp.Eq(balance, 0, evaluate=False),
                f"{balanced} = 0",
                f"The best constant is where the signals of all cancel: {noise.minimiser}.",
            ),
        ),
    )


def parts(noise):
    """The density; minus its log; what of this depends on the prediction, and what does not."""
    density = noise.expression(*noise.arguments)
    whole = {x: sp.Integer(int(x)) for x in density.atoms(sp.Float) if x == int(x)}
    density = density.xreplace(whole)
    terms = prices(density)
    learnt = noise.prediction.free_symbols
    kept = sp.Add(*[term for term in terms if term.free_symbols & learnt])
    free = sp.Add(*[term for term in terms if not term.free_symbols & learnt])
    return density, kept + free, kept, free


def without_scale(noise, kept):
    """The factor that the scale puts before the loss, if that is all it does, and the loss."""
    if not hasattr(noise, "scale") or noise.scale == 1:
        return 1, kept
    _, _, loss, _ = parts(replace(noise, scale=1))
    factors = {sp.cancel(a / b) for a, b in zip(branches(kept), branches(loss), strict=True)}
    if len(factors) == 1 and not (factor := factors.pop()).has(ERROR):
        return factor, loss
    return 1, kept


def branches(expr):
    return [branch for branch, _ in expr.args] if isinstance(expr, sp.Piecewise) else [expr]


def slope(loss, prediction):
    """The derivative with respect to the prediction, in the shortest of a few forms."""

    def short(expr):
        expr = expr.diff(prediction)
        # A sum over the classes j with a Kronecker delta of j and k is its term j = k.
        expr = expr.replace(
            lambda e: isinstance(e, sp.Sum) and e.has(sp.KroneckerDelta),
            lambda e: e.doit().args[0][0],
        )
        return min(expr, sp.powsimp(expr), sp.factor_terms(expr), sp.factor(expr), key=sp.count_ops)

    return by_branch(short, loss)


def summed(noise, expr, constant=False):
    return sp.Sum(of_example(noise, expr, constant), (EXAMPLE, 1, COUNT))


def of_example(noise, expr, constant=False):
    """The expression for example i; the prediction is its own, or one constant for all."""
    if isinstance(noise, LocationNoise):
        own = sp.IndexedBase("error", real=True)[EXAMPLE]
        return expr.xreplace({ERROR: CONSTANT - TARGET[EXAMPLE] if constant else own})
    if isinstance(noise, Categorical):
        logits, label = noise.arguments
        expr = expr.xreplace({label: sp.IndexedBase("c", integer=True)[EXAMPLE]})
        if constant:
            return expr
        return expr.replace(
            lambda e: isinstance(e, sp.Indexed) and e.base == logits,
            lambda e: logits[(EXAMPLE, *e.indices)],
        )
    of_each = {s for a in noise.arguments for s in a.free_symbols} - {constant and noise.prediction}
    return expr.xreplace({s: sp.IndexedBase(s)[EXAMPLE] for s in of_each})


def tidy(expr):
    """The same to read: 2 pi under one root and in one log, |error| before its bound, numbers
    with four digits."""
    expr = expr.replace(lambda e: e.is_number and e.has(sp.Float), lambda e: e.n(4))
    root, log_2pi = ROOT / sp.sqrt(2), LOG - sp.log(2)
    forms = expr, expr.subs(sp.sqrt(sp.pi), root), expr.subs(sp.log(sp.pi), log_2pi)
    expr = min(forms, key=sp.count_ops)

    def facing(*pairs):
        turned = [
            (e, c.reversed if c.has(sp.Abs) and not c.lhs.has(sp.Abs) else c) for e, c in pairs
        ]
        return sp.Piecewise(*turned, evaluate=False)

    return expr.replace(sp.Piecewise, facing)


def latex(expr):
    text = sp.latex(tidy(expr), symbol_names=LETTERS)
    return text.replace(r"\text{for}\: ", "").replace("otherwise", "else")


def inside(expr):
    return rf"\left({latex(expr)}\right)" if expr.is_Add else latex(expr)


def lines(*rows):
    return r"\begin{aligned} &" + r" \\[1ex] &".join(rows) + r" \end{aligned}"


def product(left, shape, front):
    if front == 1:
        return f"{left} = {latex(shape)}"
    if wide(shape, front):
        return lines(left, f"= {latex(shape)}", rf"\times {latex(front)}")
    return rf"{left} = {latex(front)} \, {latex(shape)}"


def price(left, kept, free, front):
    if free == 0:
        return f"{left} = {latex(kept)}"
    constant = latex(free) if front == 1 else rf"\log \left({latex(1 / front)}\right)"
    if wide(kept, free):
        return lines(left, f"= {latex(kept)}", f"+ {constant}")
    return f"{left} = {latex(kept)} + {constant}"


def wide(first, second):
    """Whether two terms take more than the width of a telephone."""
    return (
        isinstance(first, sp.Piecewise) or sp.count_ops(tidy(second)) > 6 or second.has(sp.Integral)
    )
