"""What a loss should be: its symbolic twin, evaluated by mpmath with hundreds of digits."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import sympy as sp
from mpmath import mpf

import lossbook
from lossbook import CategoricalLoss, MarginLoss, OrderedLogit, ResidualLoss, derive
from lossbook.symbolic.compiling import second_derivative, without_deltas

PARAMETERS = [
    lossbook.Huber(delta=1e-3),
    lossbook.Huber(delta=40.5),
    lossbook.Quantile(level=0.9),
    lossbook.Quantile(level=1e-6),
    lossbook.Expectile(level=0.9),
    lossbook.Expectile(level=1e-6),
    lossbook.EpsilonInsensitive(epsilon=0.0),
    lossbook.EpsilonInsensitive(epsilon=7.3),
    lossbook.Tukey(c=0.01),
    lossbook.Tukey(c=30.7),
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
    *(lossbook.NegativeBinomial(dispersion) for dispersion in (1e-3, 0.4, 40.5)),
    *(lossbook.Tweedie(power) for power in (1.001, 1.2, 1.9)),
    lossbook.CrossEntropy(label_smoothing=0.1),
    lossbook.Focal(gamma=0.0),
    lossbook.Focal(gamma=0.5),
    lossbook.Focal(gamma=5.0),
    lossbook.OrderedLogit(cuts=(0.7,)),
    lossbook.OrderedLogit(cuts=(-30.5, -1e-9, 1e-9, 2.0, 40.25)),
]
INSTANCES = [*(loss() for loss in lossbook.LOSSES.values()), *PARAMETERS]
"""Each loss as it comes, and again with parameters of other sizes."""


def of(*families):
    return [loss for loss in INSTANCES if isinstance(loss, families)]


def example(loss, n=12, K=4, seed=0, dtype=np.float64, spread=3.0):
    """A prediction and a target that the loss takes, away from kinks."""
    rng = np.random.default_rng(seed)
    if isinstance(loss, CategoricalLoss):
        return (spread * rng.normal(size=(n, K))).astype(dtype), rng.integers(0, K, n)
    prediction = (spread * rng.normal(size=n)).astype(dtype)
    if isinstance(loss, MarginLoss):
        return prediction, rng.choice([-1, 1], n)
    if isinstance(loss, OrderedLogit):
        return prediction, rng.integers(0, len(loss.cuts) + 1, n)
    target = spread * rng.normal(size=n)
    return prediction, (target if isinstance(loss, ResidualLoss) else abs(target)).astype(dtype)


def both_signs(*parts, dtype):
    positive = np.concatenate([np.atleast_1d(part) for part in parts])
    return np.concatenate([positive, -positive]).astype(dtype)


def errors(dtype, rng):
    top = 38 if dtype is np.float32 else 300
    return both_signs(
        [0, np.finfo(dtype).tiny * 1.5, 0.5, 1.5, 3, 19.5, 26.5, 37, 40.5, 88],
        10.0 ** np.linspace(-8, 8, 17),
        10.0 ** (np.array([-1, -0.67, -0.5, 0.5, 0.53, 0.67, 1]) * top),
        rng.normal(size=12),
        20 * rng.normal(size=12),
        10 ** rng.uniform(-18, 18, 12),
        dtype=dtype,
    )


def rows(count, dtype):
    """Logits of a class and of groups of rivals: near, far, very far, one dominant.

    The rivals of a group tie; the groups do not, for there a hinge has a kink.
    """
    rng = np.random.default_rng(count)
    random = rng.normal(size=(4, count)) * np.array([[1], [1], [20], [20]])
    ramp = np.linspace(0, 3, count)
    lead = np.array([30, -30, 60, -60, 345, -345, 1e4, -1e4, 0.5, -0.5, 40, 1e-3])[:, None]
    one_apart = ramp + lead * np.eye(count)[[0, 1] * 4 + [0] * 4]
    return np.concatenate([random, 1e4 * rng.random((1, count)), one_apart]).astype(dtype)


def exact(number):
    """A float as a SymPy number, without rounding."""
    if isinstance(number, tuple):
        return tuple(map(exact, number))
    return sp.sympify(number) if np.isinf(number) else sp.Rational(float(number))


@cache
def twin(loss, sizes=()):
    """Value and derivatives of the symbolic twin, as one function of mpmath numbers.

    The argument is the error or the margin, or the prediction and the target.  For a categorical
    loss the class comes first and the rivals come in groups of `sizes` that share one logit: the
    arguments are the logit of the class and those of the groups.
    """
    x, value, slopes = formulas(loss, sizes)
    return function(loss, x, [value, *slopes])


@cache
def bent_twin(loss, sizes=()):
    """The second derivatives of the symbolic twin, in a list, as a function of the same numbers.

    For a categorical loss they are entries of the Hessian's diagonal: that of the class, and one
    for each group, of one rival in it.
    """
    x, _, _ = formulas(loss, sizes)
    if not isinstance(loss, CategoricalLoss):
        return function(loss, x, [derive.curvature(exactly(loss), *x)])
    bends, own = [], sp.Symbol("own", real=True)
    for k, z in enumerate(x):
        value = loss_of_groups(loss, x, sizes, {k: own})
        bends.append(second_derivative(value, own).xreplace({own: z}))
    return function(loss, x, bends)


@cache
def product_twin(loss, sizes):
    """The Hessian of a categorical loss times a vector, as a function of the logits of class and
    groups and then of the vector's entries there: that of the class, and one for each group."""
    x, _, slopes = formulas(loss, sizes)
    v = sp.symbols(f"v:{len(x)}", real=True)
    rows = [sum(a * slope.diff(z) for z, a in zip(x, v, strict=True)) for slope in slopes]
    return function(loss, (*x, *v), [without_deltas(row) for row in rows])


@cache
def formulas(loss, sizes):
    """The arguments of a twin, its value and its derivatives."""
    x = sp.symbols(f"x:{len(sizes) + 1}", real=True)
    if isinstance(loss, CategoricalLoss):
        value = loss_of_groups(loss, x, sizes)
        return x, value, [value.diff(z) / size for z, size in zip(x, (1, *sizes), strict=True)]
    if not isinstance(loss, (ResidualLoss, MarginLoss)):
        x = (*x, sp.Symbol("t", real=True))
    value = exactly(loss).expression(*x)
    return x, value, [value.diff(x[0])]


def loss_of_groups(loss, x, sizes, own=None):
    """The value in logits that groups share, but for those that one of a group has of its `own`."""
    logits = [z for z, size in zip(x, (1, *sizes), strict=True) for _ in range(size)]
    for k, z in (own or {}).items():
        logits[logits.index(x[k])] = z
    return exactly(loss).expression(logits, [1] + [0] * (len(logits) - 1))


def exactly(loss):
    """The loss with parameters without rounding; a large one is a symbol, for a loss keeps no more
    than a float of an integer from 2**53 on, and powers would become numbers of many digits."""
    exactly = {f.name: exact(getattr(loss, f.name)) for f in fields(loss)}
    return replace(loss, **exactly | large(loss))


def large(loss):
    """Symbols for the finite parameters from 1000 on, where no formula is another one."""
    given = {f.name: getattr(loss, f.name) for f in fields(loss)}
    values = {name: float(value) for name, value in given.items() if np.ndim(value) == 0}
    return {
        name: sp.Symbol(name, real=True, positive=value > 0)
        for name, value in values.items()
        if 1000 <= abs(value) < np.inf
    }


def function(loss, arguments, results):
    """Of mpmath numbers; a step is 0 at its own place."""
    step = {"Heaviside": lambda x, at_0=None: mpf(x > 0)}
    symbols = large(loss)
    call = sp.lambdify((*arguments, *symbols.values()), results, [step, "mpmath"], cse=True)
    given = [float(getattr(loss, name)) for name in symbols]
    return lambda *numbers: call(*numbers, *map(mpf, given))
