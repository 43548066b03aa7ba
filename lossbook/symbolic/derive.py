"""From a noise model to its loss, gradient and minimiser, step by step, in SymPy; and from a loss
to its curvature."""

from dataclasses import dataclass, fields, replace
from typing import Any

import sympy as sp

from ..losses import CategoricalLoss, Loss, MarginLoss, ResidualLoss
from ..losses.base import require_loss
from ..losses.lazy import exact
from ..noise import Categorical, LocationNoise, Noise
from ..noise.logs import by_branch, log, prices
from .compiling import second_derivative
from .densities import CustomLoss, custom, with_integers
from .notation import ERROR, notation
from .typeset import inside, latex, lines, price, product, tidy

__all__ = ["Derivation", "Step", "curvature", "steps"]

EXAMPLE, COUNT = sp.symbols("i n", integer=True, positive=True)  # example i of n
CONSTANT, TARGET = sp.Symbol("theta", real=True), sp.IndexedBase("y", real=True)
TOTAL = r"\sum_{i=1}^{n}"


@dataclass(frozen=True)
class Step:
    """What is done, the SymPy expression that results, its LaTeX, and the reason."""

    name: str
    expression: sp.Basic
    latex: str
    reason: str


@dataclass(frozen=True)
class Derivation:
    """The steps from the density of `noise` to its minimiser.

    Index it by a step's name or number; `KeyError` or `IndexError` if no step has it.  Its `loss`
    is that of the noise.  A notebook shows it as mathematics.
    """

    noise: Noise
    steps: tuple[Step, ...]

    @property
    def loss(self) -> Loss:
        return self.noise.loss

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, key: str | int) -> Step:
        if isinstance(key, str):
            return {step.name: step for step in self.steps}[key]
        return self.steps[key]

    def __repr__(self) -> str:
        lines = [f"Noise: {self.noise}"]
        for k, step in enumerate(self.steps, start=1):
            lines += [f"{k}. {step.name}: {step.reason}", f"   {tidy(step.expression)}"]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        return "\n".join(
            f"{k}. **{step.name.capitalize()}.** {step.reason}\n\n   $$\n   {step.latex}\n   $$\n"
            for k, step in enumerate(self.steps, start=1)
        )


def steps(noise: Noise | str | sp.Expr, /, **parameters: Any) -> Derivation:
    """The derivation of the loss of a noise model, as a :class:`Derivation`.

    It starts from the density, multiplies the densities of all observations, takes the log (which
    turns the product into a sum), and changes the sign (which leaves a price for each observation).
    Then it drops the terms that do not depend on the prediction, and ends with the loss, its
    gradient, and the condition for the best constant.

    `noise` is either a model, or a density of the error (text or SymPy) with values for the
    density's `parameters`; :func:`lossbook.symbolic.custom` reads the density and raises its
    errors.
    """
    if not isinstance(noise, Noise):
        noise = custom(noise, **parameters)
    density, minus_log, kept, free = parts(noise)
    factor, loss = without_scale(noise, kept)
    gradient = slope(loss, notation(noise).prediction)
    return Derivation(
        noise,
        (
            density_step(noise, density),
            joint_step(noise, density),
            log_step(noise, density),
            negative_step(noise, density, minus_log, kept, free),
            drop_step(noise, kept, free),
            loss_step(noise, factor, loss),
            gradient_step(noise, gradient),
            minimiser_step(noise, gradient),
        ),
    )


def curvature(loss: Loss, *arguments: Any) -> sp.Expr | list[sp.Expr]:
    """The second derivative of a loss in the prediction, in SymPy; for logits it is a list, the
    diagonal of the Hessian.

    `arguments` are what ``loss.expression`` takes.  If they are not given, symbols stand for them:
    the `error`; the `margin`; the logits `z1`, `z2` and `z3` of three classes, the first of which
    is the example's; or the `prediction` and the `target`.  At a kink the infinite part, Dirac's
    delta, is left out.  `TypeError` for what is no loss.
    """
    require_loss(loss)
    arguments = arguments or arguments_of(loss)
    value, prediction = loss.expression(*arguments), arguments[0]
    if isinstance(loss, CategoricalLoss):
        return [second_derivative(value, logit) for logit in prediction]
    return second_derivative(value, prediction)


def arguments_of(loss):
    """Symbols for what the ``expression`` of a loss takes."""
    match loss:
        case ResidualLoss():
            return (ERROR,)
        case MarginLoss():
            return (sp.Symbol("margin", real=True),)
        case CategoricalLoss():
            return sp.symbols("z1:4", real=True), (1, 0, 0)
    return sp.symbols("prediction target", real=True)


# The steps


def density_step(noise, density):
    if isinstance(noise, LocationNoise):
        reason = "The error (prediction minus observation) has this density, whatever the "
        reason += "prediction."
    else:
        reason = f"This is the {kind(noise)} of an observation, given the prediction."
    front, shape = around_the_shape(noise, density)
    return Step(kind(noise), density, product(notation(noise).density, shape, front), reason)


def joint_step(noise, density):
    many = {"density": "densities", "probability": "probabilities"}[kind(noise)]
    return Step(
        f"joint {kind(noise)}",
        sp.Product(of_example(noise, density), (EXAMPLE, 1, COUNT)),
        rf"L = \prod_{{i=1}}^{{n}} {notation(noise).example}",
        f"The observations are independent, so their {many} multiply: the product is the "
        "likelihood.",
    )


def log_step(noise, density):
    return Step(
        "log",
        summed(noise, log(density)),
        rf"\log L = {TOTAL} \log {notation(noise).example}",
        "The log turns the product into a sum, which has its maximum at the same place.",
    )


def negative_step(noise, density, minus_log, kept, free):
    front, _ = around_the_shape(noise, density)
    if free.free_symbols & set().union(*(a.free_symbols for a in notation(noise).arguments)):
        front = 1  # what is dropped has more in it
    return Step(
        "negative",
        summed(noise, minus_log),
        price(rf"-\log {notation(noise).density}", kept, free, front),
        "The maximum becomes a minimum, and the sum has one price for each observation.",
    )


def drop_step(noise, kept, free):
    reason = (
        "Here every term depends on the prediction, so nothing is dropped."
        if free == 0
        else "A term that does not depend on the prediction has slope 0, so dropping it leaves the "
        "minimum where it is."
    )
    return Step("drop", summed(noise, kept), TOTAL + inside(of_example(noise, kept)), reason)


def loss_step(noise, factor, loss):
    rho, rows = notation(noise).loss, []
    reason = f"This is {called(noise.loss)}."
    if factor != 1:
        rows = [rf"{latex(factor)} \, {rho}"]
        reason += " The positive factor scales the gradient, and leaves the minimum where it is."
    elif exact(getattr(noise, "scale", 1)) != 1:
        reason = f"This is {called(noise.loss)}, with the error in units of the scale."
    return Step("loss", loss, lines(*rows, f"{rho} = {latex(loss)}"), reason)


def gradient_step(noise, gradient):
    return Step(
        "gradient",
        gradient,
        f"{notation(noise).gradient} = {latex(gradient)}",
        "The slope of the loss as the prediction moves: the signal that a model learns from.",
    )


def minimiser_step(noise, gradient):
    balance = summed(noise, gradient, constant=True)
    if isinstance(gradient, sp.Piecewise) or sp.count_ops(gradient) > 12:  # for narrow screens
        shown = rf"{TOTAL} \rho'(\theta - y_i)"
    else:
        shown = latex(balance)
    return Step(
        "minimiser",
        sp.Eq(balance, 0, evaluate=False),
        f"{shown} = 0",
        f"The best constant is {noise.minimiser}. There the signals of all observations cancel, "
        "unless the risk has a kink or a jump at this constant.",
    )


# What the steps are made of


def kind(noise):
    return "density" if isinstance(notation(noise).support, sp.Interval) else "probability"


def called(loss):
    """The loss by its name, as a sentence has it."""
    if isinstance(loss, CustomLoss):
        return "the loss"
    text = str(loss)
    if text.startswith("that of"):
        return text.replace("that", "the loss", 1)
    name, *numbers = text.split(", ", 1)
    if name == "Huber":
        name = "Huber's loss"
    elif not name.endswith(("error", "entropy")):
        name = f"the {name} loss"
    return f"{name} ({numbers[0]})" if numbers else name


def around_the_shape(noise, density):
    """The factor of a density that has none of its arguments, and the rest."""
    return density.as_independent(*notation(noise).arguments, as_Add=False)


def parts(noise):
    """The density; minus its log; what of this depends on the prediction, and what does not."""
    density = with_integers(noise.expression(*notation(noise).arguments))
    terms = prices(density)
    learnt = notation(noise).prediction.free_symbols
    kept = sp.Add(*[term for term in terms if term.free_symbols & learnt])
    free = sp.Add(*[term for term in terms if not term.free_symbols & learnt])
    return density, kept + free, kept, free


def without_scale(noise, kept):
    """The factor that the scale, or the shape of a Gamma noise, puts before the loss, if that is
    all it does, and the loss."""
    names = [f.name for f in fields(noise) if f.name in ("scale", "shape")]
    if all(exact(getattr(noise, name)) == 1 for name in names):
        return 1, kept
    _, _, loss, _ = parts(replace(noise, **dict.fromkeys(names, 1)))
    factors = {sp.cancel(a / b) for a, b in zip(branches(kept), branches(loss), strict=True)}
    if len(factors) == 1 and not (factor := factors.pop()).has(*notation(noise).arguments):
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
        over, under = sp.fraction(sp.together(expr))
        forms = expr, sp.powsimp(expr), sp.factor_terms(expr), sp.factor(expr)
        return min(*forms, with_integers(sp.expand(over)) / under, key=sp.count_ops)

    return by_branch(short, loss)


def summed(noise, expr, constant=False):
    return sp.Sum(of_example(noise, expr, constant), (EXAMPLE, 1, COUNT))


def of_example(noise, expr, constant=False):
    """The expression for example i; the prediction is its own, or one constant for all."""
    arguments, learnt = notation(noise).arguments, notation(noise).prediction
    if isinstance(noise, LocationNoise):
        own = sp.IndexedBase("error", real=True)[EXAMPLE]
        return expr.xreplace({ERROR: CONSTANT - TARGET[EXAMPLE] if constant else own})
    if isinstance(noise, Categorical):
        logits, label = arguments
        expr = expr.xreplace({label: sp.IndexedBase("c", integer=True)[EXAMPLE]})
        if constant:
            return expr
        return expr.replace(
            lambda e: isinstance(e, sp.Indexed) and e.base == logits,
            lambda e: logits[(EXAMPLE, *e.indices)],
        )
    of_each = {s for a in arguments for s in a.free_symbols} - {constant and learnt}
    return expr.xreplace({s: sp.IndexedBase(s)[EXAMPLE] for s in of_each})
