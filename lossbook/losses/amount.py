"""Losses of a count or an amount.  The prediction is the log of its mean: any number is allowed."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .base import Formula, Loss
from .checks import NOT_NEGATIVE, POSITIVE, Interval, parameter
from .constant import mean
from .exponential import product, times_exp
from .lazy import exact, sp
from .logarithm import log_ratio

__all__ = ["AmountLoss", "Gamma", "NegativeBinomial", "Poisson", "Tweedie"]


class AmountLoss(Loss):
    """Loss of a count or an amount y >= 0 whose mean is ``mu = exp(prediction)``.

    Its gradient is ``mu (mu - y) / V(mu)``, where V says how the variance grows with the mean
    (Wedderburn, 1974): so the best constant is the log of the mean, whatever else is true of the
    noise.

    A loss supplies ``pulls``, which are ``mu**2 / V(mu)`` and ``mu y / V(mu)``; the gradient is the
    first minus the second.  It also supplies the symbolic twin and, from prediction, target and
    pulls, ``price`` (the loss) and ``bend`` (the second derivative).  Where mean and target agree
    in several digits, their difference is computed from the difference of their logs. For such a
    pair the error of the gradient is at most 3e-12 of the gradient itself (in float32 1e-7) or
    3e-25 of one pull, whichever is larger.
    """

    pulls: ClassVar[Formula]
    price: ClassVar[Formula]
    bend: ClassVar[Formula]
    amounts: ClassVar[tuple] = NOT_NEGATIVE, "counts"
    """What a target may be, and what it is called."""
    strictly_convex = True
    functional = "log-mean"

    def targets(self, prediction, target):
        target = super().targets(prediction, target)
        interval, what = self.amounts
        interval.check(target, "target", what, missing=True)
        return target

    def both(self, prediction, target):
        down, up = self.pulls(prediction, target)
        value = self.price(prediction, target, down, up)
        gradient = difference(down, up, prediction, target)
        dtype = prediction.dtype
        return value.astype(dtype, copy=False), gradient.astype(dtype, copy=False)

    def second(self, prediction, target):
        curvature = self.bend(prediction, target, *self.pulls(prediction, target))
        return curvature.astype(prediction.dtype, copy=False)

    def constant(self, target, weights):
        return np.log(mean(target, weights))


def difference(down, up, prediction, target):
    """``down - up``, whose ratio is the mean to the target."""
    gradient = np.asarray(down - up)
    near = np.asarray(np.abs(gradient) < np.finfo(gradient.dtype).eps ** 0.2 * up)
    if near.any():
        away = log_ratio(prediction[near].astype(float), target[near].astype(float))
        gradient[near] = np.asarray(up)[near] * np.expm1(away)
    return gradient


@dataclass(frozen=True)
class Poisson(AmountLoss):
    """Minus the log of Poisson's probability, without the terms that do not depend on the
    prediction: ``exp(prediction) - target * prediction``, where the prediction is the log of the
    rate.

    The value is right to a few units in the last place of the larger of these two terms.  The error
    of the gradient is at most 2e-12 of the gradient itself (in float32 1e-7) or 1e-25 of the
    target, whichever is larger.  Where rate and target agree in several digits, their difference is
    computed from the difference of their logs.

    :Domain: the target, a count, in [0, ∞), not only integers.
    :Gradient: ``exp(prediction) - target``.
    :Minimiser: the log of the mean.
    :Noise: Poisson.
    :Smoothness: smooth.
    :Convexity: convex; the loss may be negative.
    :Use: when the target is a count, or any quantity ≥ 0 whose mean you want.
    :Source: Nelder and Wedderburn (1972).
    """

    name = "Poisson"

    def pulls(self, prediction, target):
        return np.exp(prediction.astype(float)), target.astype(float)

    def price(self, prediction, target, rate, count):
        # at infinity the limit is the rate's: there the product is the smaller, or 0 times ∞
        alone = np.isinf(rate) | ((count == 0) & np.isinf(prediction))
        return np.where(alone, rate, rate - count * prediction)

    def bend(self, prediction, target, rate, count):
        return np.where(np.isnan(count), count, rate)

    def expression(self, log_rate, count):
        return sp.exp(log_rate) - count * log_rate


@dataclass(frozen=True)
class Gamma(AmountLoss):
    """Minus the log of the Gamma density, divided by its shape, without the terms that do not
    depend on the prediction: ``prediction + target * exp(-prediction)``, where the prediction is
    the log of the mean.

    The variance is proportional to the square of the mean, so the gradient depends only on the
    ratio of target and mean.  The value is right to a few units in the last place of the larger of
    its two terms, and the gradient is as exact as that of every :class:`AmountLoss`.

    :Domain: the target, an amount, in (0, ∞).
    :Gradient: ``1 - target * exp(-prediction)``.
    :Minimiser: the log of the mean.
    :Noise: Gamma, of any shape; for shape 1, the exponential distribution, the loss is minus the
        log of the density, and nothing is left out.
    :Smoothness: smooth.
    :Convexity: convex; the loss may be negative.
    :Use: when the target is an amount > 0, and its spread grows in proportion to its mean.
    :Source: Nelder and Wedderburn (1972).
    """

    name = "Gamma"
    amounts = POSITIVE, "amounts"

    def pulls(self, prediction, target):
        f, y = prediction.astype(float), target.astype(float)
        return np.ones_like(f), times_exp(y, -f)

    def price(self, prediction, target, one, ratio):
        return np.where(np.isinf(ratio), ratio, prediction + ratio)

    def bend(self, prediction, target, one, ratio):
        return ratio

    def expression(self, log_mean, amount):
        return log_mean + amount * sp.exp(-log_mean)


@dataclass(frozen=True)
class NegativeBinomial(AmountLoss):
    """Minus the log of the negative binomial probability of a count, without the terms that do not
    depend on the prediction: ``(target + 1 / d) log(1 + d mu) - target * prediction``, where the
    prediction is the log of the mean mu, and d is the `dispersion`.

    The variance is ``mu + d mu**2``, which is larger than Poisson's.  As d goes to 0 the loss tends
    to ``Poisson``.  The terms left out depend on d, so to compare values of d use the density of
    the noise model in place of the loss.  The value is right to a few units in the last place of
    the largest of three numbers: ``log(1 + d mu) / d``, the target, and ``target * prediction``
    (or, where ``d mu`` exceeds 1, ``target * log(d)``).  The gradient is as exact as that of every
    :class:`AmountLoss`.

    :Domain: `dispersion` in (0, ∞); the target, a count, in [0, ∞), not only integers.
    :Gradient: ``(mu - target) / (1 + d mu)``, between -target and ``1 / d``.
    :Minimiser: the log of the mean.
    :Noise: negative binomial of the same dispersion.
    :Smoothness: smooth.
    :Convexity: convex; the loss may be negative.
    :Use: when the target is a count that scatters more than a Poisson count.
    :Source: Lawless (1987).
    """

    dispersion: float = parameter(1, POSITIVE)
    name = "negative binomial"

    def pulls(self, prediction, target):
        f, y = prediction.astype(float), target.astype(float)
        _, excess = self.means(f)
        return 1 / (float(self.dispersion) + np.exp(-f)), self.over(y, f, excess)

    def means(self, prediction):
        """The mean mu, and ``d mu``, where d is the `dispersion`: the variance is ``1 + d mu``
        times Poisson's."""
        return np.exp(prediction), times_exp(float(self.dispersion), prediction)

    def over(self, number, prediction, excess):
        """``number / (1 + excess)``, also where the excess overflows."""
        far = times_exp(number, -prediction, over=float(self.dispersion))
        return np.where(np.isinf(excess), far, number / (1 + excess))

    def price(self, prediction, target, down, up):
        d, f = float(self.dispersion), prediction.astype(float)
        mu, excess = self.means(f)
        log = np.where(np.isinf(excess), f + np.log(d), np.log1p(excess))
        none = np.where(excess < np.finfo(float).eps, mu, log / d)  # the price of a count of 0
        each = np.where(excess < 1, log - f, np.log(d) + np.log1p(1 / excess))
        return np.where((target == 0) | np.isinf(none), none, none + target * each)

    def bend(self, prediction, target, down, up):
        d, f, y = float(self.dispersion), prediction.astype(float), target.astype(float)
        _, excess = self.means(f)
        apart = times_exp(d, f / 2) * times_exp(y, f / 2)
        more = np.where(np.isinf(d * y), apart, times_exp(d * y, f))
        none = 1 / (np.exp(-f / 2) + times_exp(d, f / 2)) ** 2  # that of a count of 0
        return none + np.where(excess < 1, more / (1 + excess) ** 2, up / (1 + 1 / excess))

    def expression(self, log_mean, count):
        d = exact(self.dispersion)
        return (count + 1 / d) * sp.log(1 + d * sp.exp(log_mean)) - count * log_mean


@dataclass(frozen=True)
class Tweedie(AmountLoss):
    """A loss for amounts that may be exactly 0:
    ``mu**(2 - p) / (2 - p) + target * mu**(1 - p) / (p - 1)``, with ``mu = exp(prediction)`` and p
    the `power`.

    The variance is ``phi mu**p``, with any phi > 0.  As p goes to 1, gradient and curvature tend to
    those of ``Poisson``; as p goes to 2, to those of ``Gamma``.  The gradient is as exact as that
    of every :class:`AmountLoss`.

    :Domain: `power` in (1, 2); the target, an amount, in [0, ∞).
    :Gradient: ``mu**(1 - p) (mu - target)``.
    :Minimiser: the log of the mean.
    :Noise: a Poisson number of Gamma amounts, added up.  Minus the log of the density is the loss
        divided by phi, apart from a term that does not depend on the prediction: the log of an
        infinite series.
    :Smoothness: smooth.
    :Convexity: convex.
    :Use: when the target is an amount that is often exactly 0, such as a claim or rainfall.
    :Source: Tweedie (1984).
    """

    power: float = parameter(1.5, Interval(1, 2))
    name = "Tweedie"
    amounts = NOT_NEGATIVE, "amounts"

    def pulls(self, prediction, target):
        return self.powers(prediction, 1.0, target.astype(float))

    def powers(self, prediction, first, second):
        """``first * mu**(2 - p)`` and ``second * mu**(1 - p)``."""
        prediction, p = prediction.astype(float), float(self.power)
        up = times_exp(second, *product(1 - p, prediction))
        return times_exp(first, *product(2 - p, prediction)), np.where(second == 0, second, up)

    def price(self, prediction, target, down, up):
        p = float(self.power)
        return down / (2 - p) + up / (p - 1)

    def bend(self, prediction, target, down, up):
        p = float(self.power)
        return sum(self.powers(prediction, 2 - p, (p - 1) * target.astype(float)))

    def expression(self, log_mean, amount):
        p = exact(self.power)
        return sp.exp((2 - p) * log_mean) / (2 - p) + amount * sp.exp((1 - p) * log_mean) / (p - 1)
