"""How each noise model is written: its symbols, where its observations lie, and its LaTeX."""

from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from ..noise import (
    Bernoulli,
    Categorical,
    Gamma,
    NegativeBinomial,
    Noise,
    OrderedLogistic,
    Poisson,
)

ERROR = sp.Symbol("error", real=True)
"""The error, prediction minus target, in every formula."""


@dataclass(frozen=True)
class Notation:
    """The symbols and the LaTeX of a noise model.

    `arguments` are what its ``expression`` takes, `prediction` is the symbol in them that a model
    would learn, `support` the set of possible observations.  The other fields are LaTeX: of the
    density, of the density of example i, of the loss, and of the loss's gradient.
    """

    arguments: tuple[Any, ...]
    prediction: sp.Basic
    support: sp.Set
    density: str
    example: str
    loss: str
    gradient: str


OF_ERROR = Notation(
    arguments=(ERROR,),
    prediction=ERROR,  # d error / d prediction is 1
    support=sp.S.Reals,
    density=r"p(\varepsilon)",
    example=r"p(\varepsilon_i)",
    loss=r"\rho(\varepsilon)",
    gradient=r"\frac{d \rho}{d \hat y}",
)
LOG_MEAN, COUNT = sp.Symbol("f", real=True), sp.Symbol("y", integer=True, nonnegative=True)
OF_COUNT = Notation(
    arguments=(LOG_MEAN, COUNT),
    prediction=LOG_MEAN,
    support=sp.S.Naturals0,
    density=r"p(y \mid f)",
    example=r"p(y_i \mid f_i)",
    loss=r"\ell",
    gradient=r"\frac{\partial \ell}{\partial f}",
)
OF_AMOUNT = replace(
    OF_COUNT,
    arguments=(LOG_MEAN, sp.Symbol("y", positive=True)),
    support=sp.Interval.open(0, sp.oo),
)
SCORE, LABEL = sp.symbols("s y", real=True)
LOGITS, CLASS = sp.IndexedBase("z", real=True), sp.Symbol("c", integer=True)
NOTATION = {
    Poisson: OF_COUNT,
    NegativeBinomial: OF_COUNT,
    Gamma: OF_AMOUNT,
    Bernoulli: Notation(
        arguments=(LABEL * SCORE,),
        prediction=SCORE,
        support=sp.FiniteSet(-1, 1),
        density=r"p(y \mid s)",
        example=r"p(y_i \mid s_i)",
        loss=r"\ell",
        gradient=r"\frac{\partial \ell}{\partial s}",
    ),
    Categorical: Notation(
        arguments=(LOGITS, CLASS),  # with indices, for any number of classes
        prediction=LOGITS[sp.Symbol("k", integer=True)],
        support=sp.Range(1, sp.Symbol("K", integer=True, positive=True) + 1),
        density=r"p(c \mid z)",
        example=r"p(c_i \mid z_i)",
        loss=r"\ell",
        gradient=r"\frac{\partial \ell}{\partial z_k}",
    ),
    OrderedLogistic: Notation(
        arguments=(SCORE, CLASS),
        prediction=SCORE,
        support=sp.S.Naturals0,  # up to the number of cuts
        density=r"p(c \mid s)",
        example=r"p(c_i \mid s_i)",
        loss=r"\ell",
        gradient=r"\frac{\partial \ell}{\partial s}",
    ),
}


def notation(noise: Noise) -> Notation:
    """The :class:`Notation` of a noise model; any noise that adds is written in the error."""
    found = NOTATION.get(type(noise), OF_ERROR)
    if isinstance(noise, OrderedLogistic):
        return replace(found, support=sp.Range(len(noise.cuts) + 1))
    return found
