"""What a loss should be: its symbolic twin, evaluated by mpmath with hundreds of digits."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import sympy as sp
from mpmath import mpf

import lossbook
from lossbook import CategoricalLoss, MarginLoss, ResidualLoss

PARAMETERS = [
    lossbook.Huber(delta=1e-3),
    lossbook.Huber(delta=40.5),
    lossbook.Quantile(level=0.9),
    lossbook.Quantile(level=1e-6),
    lossbook.StudentT(dof=0.3),
    lossbook.StudentT(dof=40.0),
    *(
        lossbook.GeneralRobust(alpha=alpha, scale=0.3)
        for alpha in (-np.inf, -1e6, -100.3, -2, -1e-9, 0, 1e-12, 0.1, 1.7, 2 - 1e-9, 2)
    ),
    lossbook.GeneralRobust(alpha=-np.inf),
    lossbook.GeneralRobust(alpha=2 + 1e-9),
    lossbook.GeneralRobust(alpha=3.3, scale=7.7),
    lossbook.GeneralRobust(alpha=np.inf, scale=1.3),
    lossbook.CrossEntropy(label_smoothing=0.1),
    lossbook.Focal(gamma=0.0),
    lossbook.Focal(gamma=0.5),
    lossbook.Focal(gamma=5.0),
]
INSTANCES = [*(loss() for loss in lossbook.LOSSES.values()), *PARAMETERS]
"""Each loss as it comes, and again with parameters of other sizes."""


def of(*families):
    return [loss for loss in INSTANCES if isinstance(loss, families)]


def exact(number):
    """A float as a SymPy number, without rounding."""
    return sp.sympify(number) if np.isinf(number) else sp.Rational(float(number))


@cache
def twin(loss, sizes=()):
    """Value and derivatives of the symbolic twin, as one function of mpmath numbers.

    The argument is the error or the margin, or the log rate and the count.  For a categorical loss
    the class comes first and the rivals come in groups of `sizes` that share one logit: the
    arguments are the logit of the class and those of the groups.
    """
    loss = replace(loss, **{f.name: exact(getattr(loss, f.name)) for f in fields(loss)})
    x = sp.symbols(f"x:{len(sizes) + 1}", real=True)
    if isinstance(loss, CategoricalLoss):
        logits = [x[0], *(z for z, size in zip(x[1:], sizes, strict=True) for _ in range(size))]
        value = loss.expression(logits, [1] + [0] * (len(logits) - 1))
        slopes = [sp.diff(value, z) / size for z, size in zip(x, (1, *sizes), strict=True)]
    elif isinstance(loss, (ResidualLoss, MarginLoss)):
        value = loss.expression(*x)
        slopes = [sp.diff(value, *x)]
    else:
        x = (*x, sp.Symbol("t", real=True))
        value = loss.expression(*x)
        slopes = [sp.diff(value, x[0])]
    step = {"Heaviside": lambda x, at_0=None: mpf(x > 0)}
    return sp.lambdify(x, [value, *slopes], [step, "mpmath"], cse=True)
