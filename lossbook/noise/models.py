"""The noise models that have a name."""

import math
from dataclasses import dataclass

import numpy as np

from .. import losses
from ..losses.base import quiet
from ..losses.checks import LEVEL, POSITIVE, parameter, real_array
from ..losses.lazy import exact, sp
from .amounts import Gamma, NegativeBinomial, Poisson
from .base import LocationNoise, Noise


@dataclass(frozen=True)
class Gaussian(LocationNoise):
    """Gaussian noise, ``exp(-error**2 / (2 scale**2)) / (scale sqrt(2 pi))``.

    A sum of independent causes is nearly Gaussian if each is small beside the spread of the sum.
    `scale` in (0, ∞), the standard deviation, has the error's unit.  Loss: ``SquaredError``.
    Source: Gauss (1809).
    """

    scale: float = parameter(1, POSITIVE)
    name = "Gaussian"
    minimiser = "the mean"
    loss = losses.SquaredError()
    unit = math.sqrt(2 * math.pi)

    def normaliser_expression(self):
        return exact(self.scale) * sp.sqrt(2 * sp.pi)

    def expression(self, error):
        shape = sp.exp(-(error**2) / (2 * exact(self.scale) ** 2))
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        return rng.normal(0, float(self.scale), shape)


@dataclass(frozen=True)
class Laplace(LocationNoise):
    """Laplace noise, mostly near and sometimes far: ``exp(-|error| / scale) / (2 scale)``.

    `scale` in (0, ∞), the mean of ``|error|``, has the error's unit.  Loss: ``AbsoluteError``.
    Source: Laplace (1774).
    """

    scale: float = parameter(1, POSITIVE)
    name = "Laplace"
    minimiser = "the median"
    loss = losses.AbsoluteError()
    unit = 2.0

    def normaliser_expression(self):
        return 2 * exact(self.scale)

    def expression(self, error):
        return sp.exp(-sp.Abs(error) / exact(self.scale)) / self.normaliser_expression()

    def errors(self, shape, rng):
        return rng.laplace(0, float(self.scale), shape)


@dataclass(frozen=True)
class AsymmetricLaplace(LocationNoise):
    """Laplace noise that falls at a different rate on each side: ``level (1 - level) / scale``
    times ``exp(-(1 - level) error / scale)`` where the error is positive, and
    ``exp(level error / scale)`` where it is negative.

    `level` in (0, 1): the target is above the prediction with probability ``1 - level``.
    `scale` in (0, ∞) has the error's unit.  Loss: ``Quantile``.
    Source: Koenker and Machado (1999).
    """

    level: float = parameter(0.5, LEVEL)
    scale: float = parameter(1, POSITIVE)
    name = "asymmetric Laplace"
    minimiser = "the quantile at the chosen level"

    @property
    def loss(self):
        return losses.Quantile(self.level)

    @property
    def unit(self):
        level = float(self.level)
        return 1 / level / (1 - level)

    @property
    def log_unit(self):
        level = float(self.level)
        return -math.log(level) - math.log1p(-level)

    def normaliser_expression(self):
        level = exact(self.level)
        return exact(self.scale) / (level * (1 - level))

    def expression(self, error):
        level, scale = exact(self.level), exact(self.scale)
        above, below = (1 - level) * error, -level * error
        arms = (sp.exp(-above / scale), error >= 0), (sp.exp(-below / scale), True)
        return sp.Piecewise(*arms) / self.normaliser_expression()

    def errors(self, shape, rng):
        above, below = rng.exponential(size=(2, *shape))
        level = float(self.level)
        return float(self.scale) * (above / (1 - level) - below / level)


@dataclass(frozen=True)
class HuberNoise(LocationNoise):
    """A Gaussian centre up to `delta`, Laplace tails beyond: with ``u = error / scale``,
    ``exp(-u**2 / 2)`` where ``|u| <= delta``, else ``exp(-delta (|u| - delta / 2))``, divided by
    the normaliser.  Among all noises symmetric about 0 that are Gaussian except for a given share
    of outliers, this one is the *least favourable*: it tells least about the location (its Fisher
    information is smallest).  The share of outliers sets `delta`.

    `delta` in (0, ∞) is in units of the scale; `scale` in (0, ∞), the standard deviation of the
    Gaussian whose centre this is, has the error's unit.  Loss: ``Huber``, of ``error / scale``.
    Source: Huber (1964).
    """

    delta: float = parameter(1, POSITIVE)
    scale: float = parameter(1, POSITIVE)
    name = "Huber"
    minimiser = "the Huber M-estimate"

    @property
    def loss(self):
        return losses.Huber(self.delta)

    @property
    def masses(self):
        """The integrals of ``exp(-loss)`` over the centre and both tails, times `share`, which is
        ``min(delta, 1)``: without this factor, the tails of a tiny delta would overflow."""
        delta = float(self.delta)
        centre = math.sqrt(2 * math.pi) * math.erf(delta / math.sqrt(2)) * self.share
        return centre, 2 * math.exp(-delta * delta / 2) * (self.share / delta)

    @property
    def share(self):
        return min(float(self.delta), 1.0)

    @property
    def unit(self):
        return sum(self.masses) / self.share

    @quiet
    def density(self, prediction, target):
        prediction, target = self.loss.check(prediction, target)
        error, scale = prediction - target, float(self.scale)
        shape = np.exp(-self.loss.rho(error.astype(float) / scale))
        return (shape / sum(self.masses) * self.share / scale).astype(error.dtype)

    @property
    def log_unit(self):
        return math.log(sum(self.masses)) - math.log(self.share)

    def normaliser_expression(self):
        delta = exact(self.delta)
        centre = sp.sqrt(2 * sp.pi) * sp.erf(delta / sp.sqrt(2))
        return exact(self.scale) * (centre + 2 * sp.exp(-(delta**2) / 2) / delta)

    def expression(self, error):
        u, delta = error / exact(self.scale), exact(self.delta)
        size = sp.Abs(u)
        centre, tail = sp.exp(-(u**2) / 2), sp.exp(-delta * (size - delta / 2))
        shape = sp.Piecewise((centre, size <= delta), (tail, True))
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        from scipy.special import ndtri

        (centre, tails), delta = self.masses, float(self.delta)
        half = math.erf(delta / math.sqrt(2)) / 2  # of a Gaussian, from 0 to delta
        inside = ndtri(0.5 + half * rng.random(shape))
        outside = delta + rng.exponential(size=shape) / delta
        size = np.where(rng.random(shape) * (centre + tails) < centre, inside, outside)
        return float(self.scale) * size * rng.choice([-1, 1], shape)


@dataclass(frozen=True)
class StudentT(LocationNoise):
    """Student's t: ``(1 + error**2 / (dof scale**2))**(-(dof + 1) / 2) / normaliser``.

    It is a Gaussian whose spread is itself uncertain, so that far errors are no surprise.  `dof` in
    (0, ∞), the degrees of freedom; `scale` in (0, ∞) has the error's unit.  Loss: ``StudentT``, of
    ``error / scale``.  Source: Student (1908); Lange, Little and Taylor (1989).
    """

    dof: float = parameter(3, POSITIVE)
    scale: float = parameter(1, POSITIVE)
    name = "Student t"
    minimiser = "the Student t M-estimate"

    @property
    def loss(self):
        return losses.StudentT(self.dof)

    @property
    def unit(self):
        dof = float(self.dof)  # gamma(dof / 2) overflows for a small one, gamma(dof / 2 + 1) not
        return 2 * math.sqrt(math.pi) / math.sqrt(dof) * half_step(dof / 2)

    def normaliser_expression(self):
        dof, scale = exact(self.dof), exact(self.scale)
        if dof.is_number and dof > 100:  # exact, it would be a fraction of ever more digits
            return scale * sp.Float(self.unit)
        return scale * sp.sqrt(sp.pi * dof) * sp.gamma(dof / 2) / sp.gamma((dof + 1) / 2)

    def expression(self, error):
        dof, scale = exact(self.dof), exact(self.scale)
        shape = (1 + error**2 / (dof * scale**2)) ** (-(dof + 1) / 2)
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        return float(self.scale) * rng.standard_t(float(self.dof), shape)


def half_step(x):
    """``gamma(x + 1) / gamma(x + 1/2)`` for x > 0, with a relative error of 1e-15."""
    factors = []
    while x < 10:
        factors.append((x + 0.5) / (x + 1))
        x += 1
    # The asymptotic series of Fields (1966) in w**-2, for gamma(w + 3/4) / gamma(w + 1/4).
    w, series = x + 0.25, 0.0
    for numerator, power in FIELDS:
        series = (series + numerator / 2**power) / w / w
    return math.sqrt(w) * math.prod(factors) * (1 + series)


FIELDS = (
    (-7334801895, 40),
    (20491783, 33),
    (-174317, 27),
    (631, 19),
    (-19, 13),
    (1, 6),
)


class TwiceLogCosh(losses.LogCosh):
    """The loss that logistic noise implies, ``2 log(cosh(error / 2))``."""

    name = "twice the log-cosh of half the error"

    def rho(self, error):
        return 2 * super()._rho(error / 2)

    def psi(self, error):
        return np.tanh(error / 2)

    def psi_prime(self, error):
        far = np.exp(-np.abs(error))
        return 2 * far / (1 + far) ** 2

    def expression(self, error):
        return 2 * sp.log(sp.cosh(error / 2))


@dataclass(frozen=True)
class Logistic(LocationNoise):
    """Logistic noise, nearly Gaussian in the centre and Laplace in the tails:
    ``1 / (4 scale cosh(error / (2 scale))**2)``.

    The distribution function is the sigmoid of ``error / scale``: whether an observation with this
    noise lies above a threshold is a Bernoulli label.  `scale` in (0, ∞) has the error's unit; the
    standard deviation is ``pi / sqrt(3)`` times the scale.  Loss: ``2 log(cosh(u / 2))`` with
    ``u = error / scale``, twice the ``LogCosh`` of half of u.  Source: Verhulst (1845).
    """

    scale: float = parameter(1, POSITIVE)
    name = "logistic"
    minimiser = "the logistic M-estimate"
    loss = TwiceLogCosh()
    unit = 4.0

    def normaliser_expression(self):
        return 4 * exact(self.scale)

    def expression(self, error):
        return 1 / sp.cosh(error / (2 * exact(self.scale))) ** 2 / self.normaliser_expression()

    def errors(self, shape, rng):
        return rng.logistic(0, float(self.scale), shape)


@dataclass(frozen=True)
class Bernoulli(Noise):
    """One of two labels, -1 and +1: ``1 / (1 + exp(-margin))``, with ``margin = label * score``.

    The prediction, the score, is the log of the odds of +1.  Loss: ``Logistic``.
    Source: Berkson (1944) for the log-odds.
    """

    name = "Bernoulli"
    minimiser = "the log of the observed odds"
    loss = losses.Logistic()

    def expression(self, margin):
        return 1 / (1 + sp.exp(-margin))

    def draw(self, location, rng):
        above = self.density(location, np.ones(location.shape))
        return np.where(rng.random(location.shape) < above, 1, -1)


@dataclass(frozen=True)
class Categorical(Noise):
    """One of K classes, with the probabilities ``softmax(logits)``.

    The prediction is ``(n, K)`` logits.  ``sample`` takes ``(..., K)`` logits, so one row ``(K,)``
    too; its result holds classes and has no axis of length K.  Loss: ``CrossEntropy``.  Source:
    Bridle (1990).
    """

    name = "categorical"
    minimiser = "the log of the observed class frequencies"
    loss = losses.CrossEntropy()

    def expression(self, logits, target):
        """The probability of the class, from logits and a row with a single 1; or, for any K, from
        an indexed symbol (its indices run from 1 to K) and the index of the class."""
        if isinstance(logits, sp.IndexedBase):
            j, K = sp.Symbol("j", integer=True), sp.Symbol("K", integer=True, positive=True)
            return sp.exp(logits[target]) / sp.Sum(sp.exp(logits[j]), (j, 1, K))
        own = sum(q * z for q, z in zip(target, logits, strict=True))
        return sp.exp(own) / sum(map(sp.exp, logits))

    def sample(self, location, size, rng):
        logits, rng = real_array(location, "location"), np.random.default_rng(rng)
        if logits.ndim == 0 or logits.shape[-1] == 0:
            raise ValueError(f"location has shape {logits.shape}; allowed: (..., K) with K >= 1")
        shape = logits.shape[:-1] if size is None else size
        gumbel = rng.gumbel(size=(*np.atleast_1d(shape).astype(int), logits.shape[-1]))
        return (logits + gumbel).argmax(axis=-1)  # Gumbel's trick: no softmax needed


NOISES: dict[str, type[Noise]] = {
    model.__name__: model
    for model in (
        Gaussian,
        Laplace,
        AsymmetricLaplace,
        HuberNoise,
        StudentT,
        Logistic,
        Poisson,
        NegativeBinomial,
        Gamma,
        Bernoulli,
        Categorical,
    )
}
"""Every noise model that has a name."""
