"""Noise models of counts and amounts, whose prediction is the log of their mean."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .. import losses
from ..losses.base import quiet
from ..losses.checks import POSITIVE, first_bad, parameter, real_array
from ..losses.lazy import exact, sp
from ..losses.logarithm import log_ratio
from .base import Formula, Noise


def counts(target):
    """The target as whole numbers, or an error that names the first number that is not whole."""
    count = real_array(target, "target").astype(float)
    first_bad(count, count != np.floor(count), "target", "counts 0, 1, 2, …")
    return count


def amounts(target):
    return real_array(target, "target").astype(float)


# Of many, log-probabilities are differences of terms of the size y log(y).  Loader (2000) leaves
# out what cancels: what remains is `away`, of the log of a ratio, and the rests of `stirling`.


def away(d):
    """``exp(d) - 1 - d``."""
    from scipy.special import hyp1f1

    near = np.clip(d, -0.5, 0.5)
    far = np.expm1(d) - np.minimum(d, 1e300)  # at infinity, infinity
    return np.where(near == d, d * d / 2 * hyp1f1(1, 3, near), far)


def stirling(x):
    """What ``log(gamma(x + 1))`` is more than ``(x + 1/2) log(x) - x + log(2 pi) / 2``."""
    from scipy.special import gammaln

    few, many = np.minimum(x, 16), np.maximum(x, 16)
    small = gammaln(few + 1) - (few + 0.5) * np.log(few) + few - math.log(2 * math.pi) / 2
    v = 1 / (many * many)
    large = (1 / 12 - v * (1 / 360 - v * (1 / 1260 - v * (1 / 1680 - v / 1188)))) / many
    return np.where(x < 16, small, large)


def events(rate, rng):
    """Counts of events with these rates."""
    allowed = f"rates up to {MOST:g}; the location is the log of the mean rate"
    first_bad(rate, ~(rate <= MOST), "rate", allowed)
    return rng.poisson(rate)


MOST = 9e18
"""The rate up to which counts surely are 64-bit integers."""


class AmountNoise(Noise):
    """Noise around the exp of the prediction, from `logs`, the logs of the densities in float64."""

    observed = staticmethod(counts)
    logs: ClassVar[Formula]

    @quiet
    def density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        prediction, log = self.checked_logs(prediction, target)
        return np.exp(log).astype(prediction.dtype)[()]

    @quiet
    def log_density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        prediction, log = self.checked_logs(prediction, target)
        return log.astype(prediction.dtype)[()]

    def checked_logs(self, prediction, target):
        target = self.observed(target)
        prediction, _ = self.loss.check(prediction, target)
        return prediction, self.logs(prediction.astype(float), target)


@dataclass(frozen=True)
class Poisson(AmountNoise):
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

    def logs(self, f, count):
        from scipy.special import gammaln

        y = np.maximum(count, 16)
        many = -y * away(log_ratio(f, y)) - stirling(y) - np.log(2 * math.pi * y) / 2
        return np.where(count < 16, -self.loss(f, count) - gammaln(count + 1), many)

    def draw(self, location, rng):
        return events(np.exp(location), rng)


@dataclass(frozen=True)
class NegativeBinomial(AmountNoise):
    """Counts that scatter more than Poisson's, because their rates scatter too.  Each count has a
    Poisson distribution whose rate is drawn from a Gamma distribution with mean
    ``mu = exp(prediction)`` and variance ``dispersion mu**2``.  With d the `dispersion` and r = 1 /
    d, the probability of a count is:

    ``gamma(count + r) / (gamma(r) count!) * (d mu)**count / (1 + d mu)**(count + r)``.

    `dispersion` in (0, ∞): the variance of the count is ``mu + d mu**2``, which tends to Poisson's
    as d goes to 0.  The count is 0, 1, 2, …; any other target is a `ValueError`.
    Loss: ``NegativeBinomial``.  Source: Greenwood and Yule (1920); Lawless (1987).
    """

    dispersion: float = parameter(1, POSITIVE)
    name = "negative binomial"
    minimiser = "the log of the mean"

    @property
    def loss(self):
        return losses.NegativeBinomial(self.dispersion)

    def expression(self, log_mean, count):
        d = exact(self.dispersion)
        ways = sp.gamma(count + 1 / d) / (sp.gamma(1 / d) * sp.gamma(count + 1))
        odds = d**count * sp.exp(count * log_mean)
        return ways * odds * (1 + d * sp.exp(log_mean)) ** -(count + 1 / d)

    def logs(self, f, count):
        d, y = float(self.dispersion), np.maximum(count, 1)
        # logs of ratios: of 1 + d y to 1 + d mu, and of the odds at a mean mu to those at y
        close, (_, up) = log_ratio(f, y), self.loss.pulls(f, y)
        signal = np.where(np.abs(close) < 0.5, up * np.expm1(close), self.loss.grad(f, y))
        far = np.logaddexp(0, np.log(d) + np.log(y)) - np.logaddexp(0, np.log(d) + f)
        excess = np.where(d * signal < 0.5, np.log1p(-d * signal), far)
        odds = np.where(signal > -0.5 * y, np.log1p(signal / y), f - np.log(y) + excess)
        price = away(excess) / d + y * away(odds)
        rests = stirling(y) + stirling(1 / d) - stirling(y + 1 / d)
        some = -price - rests - np.log(2 * math.pi * y) / 2 - np.log1p(d * y) / 2
        return np.where(count == 0, -self.loss(f, 0 * y), some)

    def draw(self, location, rng):
        shape = min(1 / float(self.dispersion), 1e300)
        return events(np.exp(location) * rng.standard_gamma(shape, location.shape) / shape, rng)


@dataclass(frozen=True)
class Gamma(AmountNoise):
    """Positive amounts whose spread is proportional to their mean ``mu = exp(prediction)``, with
    the density

    ``(shape / mu)**shape * amount**(shape - 1) * exp(-shape amount / mu) / gamma(shape)``.

    `shape` in (0, ∞): the standard deviation is ``mu / sqrt(shape)``.  Shape 1 gives the
    exponential distribution.  The amount is in (0, ∞).  Loss: ``Gamma``, times the shape, a factor
    that leaves the minimum where it is.  Source: McCullagh and Nelder (1989).
    """

    shape: float = parameter(1, POSITIVE)
    name = "Gamma"
    minimiser = "the log of the mean"
    loss = losses.Gamma()
    observed = staticmethod(amounts)

    def expression(self, log_mean, amount):
        k = exact(self.shape)
        price = k * (log_mean + amount * sp.exp(-log_mean))
        return k**k * amount ** (k - 1) * sp.exp(-price) / sp.gamma(k)

    def logs(self, f, amount):
        shape = float(self.shape)
        height = math.log(shape / (2 * math.pi)) / 2 - stirling(shape)
        return height - shape * away(-log_ratio(f, amount)) - np.log(amount)

    def draw(self, location, rng):
        shape = float(self.shape)
        amount = np.exp(location) * rng.standard_gamma(shape, location.shape) / shape
        return np.maximum(amount, np.finfo(float).smallest_subnormal)  # never 0
