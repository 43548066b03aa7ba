"""Noise models: how observations scatter around a prediction, and the loss that each implies.

A model is a density, ``density = exp(-loss(error / scale)) / normaliser``, where the normaliser is
free of the prediction.  So minus the log of the density is the loss and a constant.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np
import sympy as sp
from scipy import special

from .. import losses
from ..losses.base import LEVEL, POSITIVE, first_bad, quiet, real_array, require

__all__ = [
    "AsymmetricLaplace",
    "Bernoulli",
    "Categorical",
    "Gaussian",
    "HuberNoise",
    "Implied",
    "Laplace",
    "Poisson",
    "StudentT",
]

ERROR = sp.Symbol("error", real=True)


@dataclass(frozen=True)
class Noise:
    """A noise model holds its parameters; SymPy symbols are taken for all that is symbolic.

    `loss` is the loss that it implies, `minimiser` the name of the constant that this loss is least
    at, `support` the set of possible observations.  `expression` is the density (for counts and
    classes, the probability) in SymPy; it takes what the loss's own `expression` takes, and
    `arguments` are symbols to give to it.
    """

    name: ClassVar[str]
    minimiser: ClassVar[str]
    support: ClassVar[sp.Set]
    arguments: ClassVar[tuple]
    prediction: ClassVar[sp.Basic]  # the symbol in `arguments` that a model would learn

    __str__ = losses.Loss.__str__

    def __post_init__(self):
        for field in fields(self):
            allowed = LEVEL if field.name == "level" else POSITIVE
            require(getattr(self, field.name), field.name, *allowed)

    def log_expression(self, *arguments):
        """The log of the density, normaliser included, taken apart into a sum."""
        return log(self.expression(*arguments))

    @quiet
    def density(self, prediction, target):
        """Density (or probability) of each target, with the arguments and the shape of the loss."""
        return np.exp(-self.loss(prediction, target))

    def sample(self, location, size, rng):
        """Observations around `location`, which is what the loss calls prediction.

        `size` is the shape of the result, or None for that of the location; `rng` is a NumPy
        Generator.
        """
        location = np.asarray(location)
        return self.draw(np.broadcast_to(location, location.shape if size is None else size), rng)


class LocationNoise(Noise):
    """Noise that adds: an observation is the prediction minus an error, whatever the prediction."""

    support = sp.S.Reals
    arguments = (ERROR,)
    prediction = ERROR  # d error / d prediction is 1
    scale = 1

    @quiet
    def density(self, prediction, target):
        prediction, target = real_array(prediction, "prediction"), real_array(target, "target")
        units = float(self.scale)
        return np.exp(-self.loss(prediction / units, target / units)) / float(self.normaliser)

    def draw(self, location, rng):
        return location - self.errors(location.shape, rng)


@dataclass(frozen=True)
class Gaussian(LocationNoise):
    """``exp(-error**2 / (2 scale**2)) / (scale sqrt(2 pi))``.

    Many small causes added up.

    Source: Gauss (1809).
    """

    scale: float = 1
    name = "Gaussian"
    minimiser = "the mean"
    loss = losses.SquaredError()

    @property
    def normaliser(self):
        return self.scale * sp.sqrt(2 * sp.pi)

    def expression(self, error):
        return sp.exp(-(error**2) / (2 * self.scale**2)) / self.normaliser

    def errors(self, shape, rng):
        return rng.normal(0, self.scale, shape)


@dataclass(frozen=True)
class Laplace(LocationNoise):
    """``exp(-|error| / scale) / (2 scale)``: mostly near, sometimes far.

    Source: Laplace (1774).
    """

    scale: float = 1
    name = "Laplace"
    minimiser = "the median"
    loss = losses.AbsoluteError()

    @property
    def normaliser(self):
        return 2 * sp.sympify(self.scale)

    def expression(self, error):
        return sp.exp(-sp.Abs(error) / self.scale) / self.normaliser

    def errors(self, shape, rng):
        return rng.laplace(0, self.scale, shape)


@dataclass(frozen=True)
class AsymmetricLaplace(LocationNoise):
    """Laplace, tilted: the target is above the prediction with probability ``1 - level``.

    Source: Koenker and Machado (1999).
    """

    level: float = 0.5
    scale: float = 1
    name = "asymmetric Laplace"
    minimiser = "the quantile at the level"

    @property
    def loss(self):
        return losses.Quantile(self.level)

    @property
    def normaliser(self):
        return self.scale / (self.level * (1 - sp.sympify(self.level)))

    def expression(self, error):
        above, below = (1 - self.level) * error, -self.level * error
        arms = (sp.exp(-above / self.scale), error >= 0), (sp.exp(-below / self.scale), True)
        return sp.Piecewise(*arms) / self.normaliser

    def errors(self, shape, rng):
        above, below = rng.exponential(self.scale, (2, *shape))
        return above / (1 - self.level) - below / self.level


@dataclass(frozen=True)
class HuberNoise(LocationNoise):
    """A Gaussian centre up to `delta`, Laplace tails beyond: the least favourable of the noises
    that are Gaussian but for a few outliers.

    Source: Huber (1964).
    """

    delta: float = 1
    name = "Huber"
    minimiser = "the Huber M-estimate"

    @property
    def loss(self):
        return losses.Huber(self.delta)

    @property
    def masses(self):
        """The integrals of the unnormalised density over the centre and over both tails."""
        delta = sp.sympify(self.delta)
        centre = sp.sqrt(2 * sp.pi) * sp.erf(delta / sp.sqrt(2))
        return centre, 2 * sp.exp(-(delta**2) / 2) / delta

    @property
    def normaliser(self):
        return sum(self.masses)

    def expression(self, error):
        size = sp.Abs(error)
        centre, tail = sp.exp(-(error**2) / 2), sp.exp(-self.delta * (size - self.delta / sp.S(2)))
        return sp.Piecewise((centre, size <= self.delta), (tail, True)) / self.normaliser

    def errors(self, shape, rng):
        centre, tails = map(float, self.masses)
        half = special.ndtr(self.delta) - 0.5
        inside = special.ndtri(0.5 + half * rng.random(shape))
        outside = self.delta + rng.exponential(1 / self.delta, shape)
        size = np.where(rng.random(shape) * (centre + tails) < centre, inside, outside)
        return size * rng.choice([-1, 1], shape)


@dataclass(frozen=True)
class StudentT(LocationNoise):
    """Student's t: a Gaussian whose spread is itself uncertain, so that far errors are no surprise.

    Its loss is that of ``error / scale``.  Source: Student (1908); Lange, Little and Taylor (1989).
    """

    dof: float = 3
    scale: float = 1
    name = "Student t"
    minimiser = "the Student t M-estimate"

    @property
    def loss(self):
        return losses.StudentT(self.dof)

    @property
    def normaliser(self):
        dof = sp.sympify(self.dof)
        return self.scale * sp.sqrt(sp.pi * dof) * sp.gamma(dof / 2) / sp.gamma((dof + 1) / 2)

    def expression(self, error):
        dof = sp.sympify(self.dof)
        return (1 + error**2 / (dof * self.scale**2)) ** (-(dof + 1) / 2) / self.normaliser

    def errors(self, shape, rng):
        return self.scale * rng.standard_t(self.dof, shape)


@dataclass(frozen=True)
class Implied(LocationNoise):
    """The noise that a loss of the error implies, ``exp(-loss) / normaliser``, integrated
    numerically.

    `ValueError` if it does not integrate: then no noise has that loss.
    """

    loss: losses.ResidualLoss
    name = "implied"
    minimiser = "an M-estimate, found by search"

    def __post_init__(self):
        if not self.unknown:
            self.normaliser  # noqa: B018  raises where there is none

    def __str__(self):
        return f"that of the loss {self.loss}"

    @property
    def unknown(self):
        return self.loss.expression(ERROR).free_symbols - {ERROR}

    @cached_property
    def normaliser(self):
        if self.unknown:  # a parameter is a symbol
            u = sp.Symbol("u", real=True)
            density = by_branch(lambda rho: sp.exp(-rho), self.loss.expression(u))
            return sp.Integral(density, (u, -sp.oo, sp.oo))
        return sp.Float(mass(self.loss))

    def expression(self, error):
        return by_branch(lambda rho: sp.exp(-rho), self.loss.expression(error)) / self.normaliser

    def errors(self, shape, rng):
        from scipy.stats import sampling  # takes as long to import as all the rest of lossbook

        class Density:  # as SciPy asks for it
            pdf = staticmethod(lambda error: float(self.density([error], [0.0])[0]))

        invert = sampling.NumericalInversePolynomial(Density(), random_state=rng)
        return invert.rvs(shape)


@dataclass(frozen=True)
class Poisson(Noise):
    """Counts of independent events; the prediction is the log of their rate.

    Source: Poisson (1837).
    """

    name = "Poisson"
    minimiser = "the log of the mean"
    support = sp.S.Naturals0
    loss = losses.Poisson()
    arguments = sp.Symbol("f", real=True), sp.Symbol("y", integer=True, nonnegative=True)
    prediction = arguments[0]

    def expression(self, log_rate, count):
        return sp.exp(count * log_rate - sp.exp(log_rate)) / sp.factorial(count)

    @quiet
    def density(self, prediction, target):
        count = real_array(target, "target")
        first_bad(count, count != np.floor(count), "target", "counts 0, 1, 2, …")
        return np.exp(-self.loss(prediction, count) - special.gammaln(count + 1))

    def draw(self, location, rng):
        return rng.poisson(np.exp(location))


@dataclass(frozen=True)
class Bernoulli(Noise):
    """One of two labels, -1 and +1; the score is the log of the odds of +1.

    Source: Berkson (1944) for the log-odds.
    """

    name = "Bernoulli"
    minimiser = "the log of the odds"
    support = sp.FiniteSet(-1, 1)
    loss = losses.Logistic()
    prediction = sp.Symbol("s", real=True)
    arguments = (sp.Symbol("y", real=True) * prediction,)

    def expression(self, margin):
        return 1 / (1 + sp.exp(-margin))

    def draw(self, location, rng):
        return np.where(rng.random(location.shape) < special.expit(location), 1, -1)


@dataclass(frozen=True)
class Categorical(Noise):
    """One of K classes, with the probabilities ``softmax(logits)``.

    `location` is ``(K,)`` or ``(n, K)``; the sample has no K.  `arguments` are written with
    indices, for any number of classes.  Source: Bridle (1990).
    """

    name = "categorical"
    minimiser = "the log of the class frequencies"
    support = sp.Range(1, sp.Symbol("K", integer=True, positive=True) + 1)
    loss = losses.CrossEntropy()
    arguments = sp.IndexedBase("z", real=True), sp.Symbol("c", integer=True)
    prediction = arguments[0][sp.Symbol("k", integer=True)]

    def expression(self, logits, target):
        """Logits and a row with a single 1; or an indexed symbol and the index of the class."""
        if isinstance(logits, sp.IndexedBase):
            j, K = sp.Symbol("j", integer=True), self.support.stop - 1
            return sp.exp(logits[target]) / sp.Sum(sp.exp(logits[j]), (j, 1, K))
        own = sum(q * z for q, z in zip(target, logits, strict=True))
        return sp.exp(own) / sum(map(sp.exp, logits))

    def sample(self, location, size, rng):
        logits = np.asarray(location)
        shape = logits.shape[:-1] if size is None else size
        gumbel = rng.gumbel(size=(*np.atleast_1d(shape).astype(int), logits.shape[-1]))
        return (logits + gumbel).argmax(axis=-1)  # Gumbel's trick: no softmax needed


NOISES = {
    model.__name__: model
    for model in (*LocationNoise.__subclasses__(), Poisson, Bernoulli, Categorical)
    if model is not Implied
}
"""Every noise model by name, but for :class:`Implied`, which asks for a loss."""


def of(loss):
    """The noise model that implies `loss`, of unit scale.

    `ValueError`, which says why, where there is none: exp(-loss) is not a density of the target,
    whatever the constant.
    """
    for model in NOISES.values():
        same = {f.name: getattr(loss, f.name) for f in fields(model) if hasattr(loss, f.name)}
        if same.keys() <= {"dof", "delta", "level"} and model(**same).loss == loss:
            return model(**same)
    if isinstance(loss, losses.ResidualLoss):
        return Implied(loss)
    if isinstance(loss, losses.MarginLoss):
        totals = [np.exp(-loss([s, s], [-1, 1])).sum() for s in (0.0, 3.0)]
        where = "score is 0", "score is 3"
    else:
        totals = [np.exp(-loss([[s, 0, 0]] * 3, [0, 1, 2])).sum() for s in (0.0, 3.0)]
        where = "logits are equal", "first of three logits is 3 ahead"
    raise ValueError(
        f"no noise implies {loss}: exp(-loss), summed over the possible targets, is "
        f"{totals[0]:.4g} where the {where[0]} and {totals[1]:.4g} where the {where[1]}; "
        "probabilities would need the same sum everywhere"
    )


def by_branch(function, expr):
    """``function(expr)``, inside the branches of a Piecewise."""
    if isinstance(expr, sp.Piecewise):
        return sp.Piecewise(*[(by_branch(function, branch), case) for branch, case in expr.args])
    return function(expr)


def log(expr):
    """``log(expr)`` of a density as a sum: products, powers and branches are taken apart."""
    if expr == 0:
        return -sp.oo

    def apart(inside):
        if isinstance(inside, sp.gamma):
            return sp.loggamma(inside.args[0])
        if isinstance(inside, sp.Pow) and isinstance(inside.base, sp.Integral):
            return inside.exp * sp.log(inside.base)
        return by_branch(log if isinstance(inside, sp.Piecewise) else sp.log, inside)

    return sp.expand_log(sp.log(expr)).replace(sp.log, apart)


def prices(density):
    """Minus the log of a density, term by term."""
    return [by_branch(lambda e: sp.factor_terms(-e), e) for e in sp.Add.make_args(log(density))]


@quiet
def mass(loss):
    """The integral of exp(-loss) over all errors, or `ValueError` if there is none."""

    def price(errors):
        return loss(errors, np.zeros_like(errors))

    # Cauchy's condensation: from some error on, each doubling must cost more than log 2.
    far = 2.0**64 * np.array([-1.0, 1.0])
    growth = price(2 * far) - price(far)
    if not np.all((growth > np.log(2) + 1e-6) | (price(far) == np.inf)):
        raise ValueError(
            f"exp(-loss) does not integrate for the loss {loss}: far out, wherever the error "
            f"doubles the loss must grow by more than log 2 = 0.6931; it grows {growth.min():.4g}"
        )

    def integrand(u):  # error = ± exp(u): every scale is as wide as any other
        return np.exp(u - price(-np.exp(u))) + np.exp(u - price(np.exp(u)))

    total, doubt = integral(integrand, [-40, *range(-35, 60, 5), 340])
    if not (0 < total < np.inf and doubt < 1e-6 * total):
        raise ValueError(
            f"exp(-loss) has no integral that settles for {loss}: {total:.4g} ± {doubt:.1g}"
        )
    return total


def curtis(n):
    """The weights of the rule of Clenshaw and Curtis (1960) for n intervals."""
    k, j = np.arange(n + 1), np.arange(1, n // 2 + 1)
    terms = np.cos(2 * np.pi * np.outer(k, j) / n) / (4 * j**2 - 1) * np.where(j < n / 2, 2, 1)
    return (1 - terms.sum(axis=1)) * np.where(k % n, 2, 1) / n


# The rule has nodes at both ends of a piece, so no jump hides there.
NODES, FINE, COARSE = np.cos(np.pi * np.arange(17) / 16), curtis(16), curtis(8)


def integral(f, places):
    """The integral of f from the first of the places to the last, and how far it is in doubt."""

    def piece(low, high):
        values = f((low + high) / 2 + (high - low) / 2 * NODES) * (high - low) / 2
        fine, coarse = FINE @ values, COARSE @ values[::2]
        return abs(fine - coarse), fine, low, high

    pieces = [piece(*ends) for ends in pairwise(places)]
    for _ in range(2000):
        doubt, total = (sum(p[k] for p in pieces) for k in (0, 1))
        if not doubt > 1e-10 * total:
            break
        *_, low, high = worst = max(pieces)
        pieces.remove(worst)
        pieces += [piece(low, (low + high) / 2), piece((low + high) / 2, high)]
    return total, doubt
