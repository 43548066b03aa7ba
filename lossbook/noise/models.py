"""The noise models that have a name."""

import math
from dataclasses import dataclass

import numpy as np

from .. import losses
from ..losses.base import quiet
from ..losses.checks import LEVEL, POSITIVE, first_bad, parameter, real_array
from ..losses.lazy import exact, sp
from .base import LocationNoise, Noise


@dataclass(frozen=True)
class Gaussian(LocationNoise):
    """``exp(-error**2 / (2 scale**2)) / (scale sqrt(2 pi))``.

    What independent causes add up to, nearly, if each is small beside the spread of the sum.
    `scale` in (0, ∞), the standard deviation, has the error's unit. Loss: ``SquaredError``.
    Source: Gauss (1809).
    """

    scale: float = parameter(1, POSITIVE)
    name = "Gaussian"
    minimiser = "the mean"
    loss = losses.SquaredError()

    @property
    def normaliser(self):
        return float(self.scale) * math.sqrt(2 * math.pi)

    def normaliser_expression(self):
        return exact(self.scale) * sp.sqrt(2 * sp.pi)

    def expression(self, error):
        shape = sp.exp(-(error**2) / (2 * exact(self.scale) ** 2))
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        return rng.normal(0, float(self.scale), shape)


@dataclass(frozen=True)
class Laplace(LocationNoise):
    """``exp(-|error| / scale) / (2 scale)``: mostly near, sometimes far.

    `scale` in (0, ∞), the mean of ``|error|``, has the error's unit.  Loss: ``AbsoluteError``.
    Source: Laplace (1774).
    """

    scale: float = parameter(1, POSITIVE)
    name = "Laplace"
    minimiser = "the median"
    loss = losses.AbsoluteError()

    @property
    def normaliser(self):
        return 2 * float(self.scale)

    def normaliser_expression(self):
        return 2 * exact(self.scale)

    def expression(self, error):
        return sp.exp(-sp.Abs(error) / exact(self.scale)) / self.normaliser_expression()

    def errors(self, shape, rng):
        return rng.laplace(0, float(self.scale), shape)


@dataclass(frozen=True)
class AsymmetricLaplace(LocationNoise):
    """Laplace, tilted: ``level (1 - level) / scale`` times ``exp(-(1 - level) error / scale)``
    where the error is positive, and ``exp(level error / scale)`` where it is negative.

    `level` in (0, 1): the target is above the prediction with probability ``1 - level``.
    `scale` in (0, ∞) has the error's unit.  Loss: ``Quantile``.
    Source: Koenker and Machado (1999).
    """

    level: float = parameter(0.5, LEVEL)
    scale: float = parameter(1, POSITIVE)
    name = "asymmetric Laplace"
    minimiser = "the quantile at the level"

    @property
    def loss(self):
        return losses.Quantile(self.level)

    @property
    def normaliser(self):
        level = float(self.level)
        return float(self.scale) / level / (1 - level)

    def normaliser_expression(self):
        level = exact(self.level)
        return exact(self.scale) / (level * (1 - level))

    def expression(self, error):
        level, scale = exact(self.level), exact(self.scale)
        above, below = (1 - level) * error, -level * error
        arms = (sp.exp(-above / scale), error >= 0), (sp.exp(-below / scale), True)
        return sp.Piecewise(*arms) / self.normaliser_expression()

    def errors(self, shape, rng):
        above, below = rng.exponential(float(self.scale), (2, *shape))
        level = float(self.level)
        return above / (1 - level) - below / level


@dataclass(frozen=True)
class HuberNoise(LocationNoise):
    """A Gaussian centre up to `delta`, Laplace tails beyond: ``exp(-error**2 / 2)`` where
    ``|error| <= delta``, else ``exp(-delta (|error| - delta / 2))``, divided by the normaliser.
    It is the least favourable of the noises that are Gaussian but for a few outliers.

    `delta` in (0, ∞) has the error's unit.  Loss: ``Huber``.  Source: Huber (1964).
    """

    delta: float = parameter(1, POSITIVE)
    name = "Huber"
    minimiser = "the Huber M-estimate"

    @property
    def loss(self):
        return losses.Huber(self.delta)

    @property
    def masses(self):
        """The integrals of the density before it is divided, over the centre and both tails."""
        delta = float(self.delta)
        centre = math.sqrt(2 * math.pi) * math.erf(delta / math.sqrt(2))
        return centre, 2 * math.exp(-delta * delta / 2) / delta

    @property
    def normaliser(self):
        return sum(self.masses)

    def normaliser_expression(self):
        delta = exact(self.delta)
        centre = sp.sqrt(2 * sp.pi) * sp.erf(delta / sp.sqrt(2))
        return centre + 2 * sp.exp(-(delta**2) / 2) / delta

    def expression(self, error):
        size, delta = sp.Abs(error), exact(self.delta)
        centre, tail = sp.exp(-(error**2) / 2), sp.exp(-delta * (size - delta / 2))
        shape = sp.Piecewise((centre, size <= delta), (tail, True))
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        from scipy.special import ndtri

        (centre, tails), delta = self.masses, float(self.delta)
        half = centre / math.sqrt(8 * math.pi)  # of a Gaussian, between 0 and delta
        inside = ndtri(0.5 + half * rng.random(shape))
        outside = delta + rng.exponential(1 / delta, shape)
        size = np.where(rng.random(shape) * (centre + tails) < centre, inside, outside)
        return size * rng.choice([-1, 1], shape)


@dataclass(frozen=True)
class StudentT(LocationNoise):
    """Student's t: ``(1 + error**2 / (dof scale**2))**(-(dof + 1) / 2) / normaliser``.

    A Gaussian whose spread is itself uncertain, so that far errors are no surprise.  `dof` in
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
    def normaliser(self):
        dof = float(self.dof)  # gamma(dof / 2) overflows for a small one, gamma(dof / 2 + 1) not
        return 2 * float(self.scale) * math.sqrt(math.pi) / math.sqrt(dof) * half_step(dof / 2)

    def normaliser_expression(self):
        dof = exact(self.dof)
        scale = exact(self.scale)
        return scale * sp.sqrt(sp.pi * dof) * sp.gamma(dof / 2) / sp.gamma((dof + 1) / 2)

    def expression(self, error):
        dof, scale = exact(self.dof), exact(self.scale)
        shape = (1 + error**2 / (dof * scale**2)) ** (-(dof + 1) / 2)
        return shape / self.normaliser_expression()

    def errors(self, shape, rng):
        return float(self.scale) * rng.standard_t(float(self.dof), shape)


def half_step(x):
    """``gamma(x + 1) / gamma(x + 1/2)`` for x > 0, to 1e-13 of itself."""
    if x < 100:
        return math.gamma(x + 1) / math.gamma(x + 0.5)
    # Before gamma overflows: the asymptotic series of Tricomi and Erdélyi (1951).
    u = 1 / (8 * x)
    return math.sqrt(x) * (1 + u * (1 + u / 2 * (1 - 5 * u * (1 + u * (21 / 20 - 399 / 20 * u)))))


@dataclass(frozen=True)
class Poisson(Noise):
    """Counts of independent events: ``exp(count f - exp(f)) / count!``, with the prediction f the
    log of their rate.

    The count is 0, 1, 2, …; any other target is a `ValueError`.  Loss: ``Poisson``.
    Source: Poisson (1837).
    """

    name = "Poisson"
    minimiser = "the log of the mean"
    loss = losses.Poisson()

    def expression(self, log_rate, count):
        return sp.exp(count * log_rate - sp.exp(log_rate)) / sp.factorial(count)

    @quiet
    def density(self, prediction, target):
        from scipy.special import gammaln

        count = real_array(target, "target")
        first_bad(count, count != np.floor(count), "target", "counts 0, 1, 2, …")
        price = self.loss(prediction, count)
        return np.exp(-price - gammaln(count + 1)).astype(price.dtype)

    def draw(self, location, rng):
        return rng.poisson(np.exp(location))


@dataclass(frozen=True)
class Bernoulli(Noise):
    """One of two labels, -1 and +1: ``1 / (1 + exp(-margin))``, with ``margin = label * score``.

    The prediction, the score, is the log of the odds of +1.  Loss: ``Logistic``.
    Source: Berkson (1944) for the log-odds.
    """

    name = "Bernoulli"
    minimiser = "the log of the odds"
    loss = losses.Logistic()

    def expression(self, margin):
        return 1 / (1 + sp.exp(-margin))

    def draw(self, location, rng):
        above = self.density(location, np.ones(location.shape))
        return np.where(rng.random(location.shape) < above, 1, -1)


@dataclass(frozen=True)
class Categorical(Noise):
    """One of K classes, with the probabilities ``softmax(logits)``.

    The prediction is ``(n, K)`` logits; for a sample also ``(K,)``, and the sample has no K.
    Loss: ``CrossEntropy``.  Source: Bridle (1990).
    """

    name = "categorical"
    minimiser = "the log of the class frequencies"
    loss = losses.CrossEntropy()

    def expression(self, logits, target):
        """Logits and a row with a single 1; or, for any K, an indexed symbol, whose indices run
        from 1 to K, and the index of the class."""
        if isinstance(logits, sp.IndexedBase):
            j, K = sp.Symbol("j", integer=True), sp.Symbol("K", integer=True, positive=True)
            return sp.exp(logits[target]) / sp.Sum(sp.exp(logits[j]), (j, 1, K))
        own = sum(q * z for q, z in zip(target, logits, strict=True))
        return sp.exp(own) / sum(map(sp.exp, logits))

    def sample(self, location, size, rng):
        logits, rng = np.asarray(location), np.random.default_rng(rng)
        shape = logits.shape[:-1] if size is None else size
        gumbel = rng.gumbel(size=(*np.atleast_1d(shape).astype(int), logits.shape[-1]))
        return (logits + gumbel).argmax(axis=-1)  # Gumbel's trick: no softmax needed


NOISES = {
    model.__name__: model
    for model in (
        Gaussian,
        Laplace,
        AsymmetricLaplace,
        HuberNoise,
        StudentT,
        Poisson,
        Bernoulli,
        Categorical,
    )
}
"""Every noise model that has a name."""
