"""From a loss back to the noise that implies it."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from .. import losses
from ..losses.base import quiet, require_loss
from ..losses.checks import symbolic
from ..losses.lazy import exact, sp
from .base import LocationNoise, Noise
from .integral import area
from .logs import by_branch
from .mixture import MixtureLoss
from .models import NOISES, Categorical, Gaussian, Laplace, StudentT
from .ordered import OrderedLogistic


@dataclass(frozen=True)
class Implied(LocationNoise):
    """The noise that any loss of the error implies: ``exp(-loss) / normaliser``.

    The normaliser is integrated numerically, with a relative error of at most 1e-6, as far as
    quadrature can tell.  Where a parameter of the loss is a SymPy symbol, the normaliser stays an
    integral.  `ValueError` if the integral cannot be found to that precision, or if it does not
    exist: then no noise has that loss.

    Beyond errors of 1e300 the density is extrapolated by a power of the error, or by 1/error times
    a power of its log.  What this law gets wrong of the area between 1e150 and 1e300 is in doubt.
    For a power that falls faster than ``abs(error)**-1.5``, the area from 1e280 on is enough.  If a
    part of the loss overflows before 1e300, what is in doubt instead is ``abs(error)`` times the
    density, at the largest error that can be computed.

    A loss may have `places`, errors where its density may have narrow peaks.  A peak can be missed
    if it is at none of them, and lies between two neighbours in ``integral.SCAN``, a grid of errors
    of every size.
    """

    loss: losses.ResidualLoss
    name = "implied"
    minimiser = "an M-estimate, which a search can find"

    def __post_init__(self):
        if not self.unknown:
            self.area  # noqa: B018  raises where there is none

    def __str__(self):
        return f"that of the loss {self.loss}"

    @property
    def unknown(self):
        """The names of the symbols in the loss, without ``error``, the variable of a typed
        formula."""
        given = (getattr(self.loss, f.name) for f in fields(self.loss))
        symbols = (symbol for value in given for symbol in getattr(value, "free_symbols", ()))
        return {symbol.name for symbol in symbols} - {"error"}

    @cached_property
    def area(self):
        """The :class:`.integral.Area` under ``exp(-loss)``."""
        return area(self.loss, getattr(self.loss, "places", ()))

    @property
    def normaliser(self):
        return float(np.exp(self.area.log))

    @quiet
    def density(self, prediction, target):
        prediction, target = self.loss.check(prediction, target)
        error = prediction - target
        density = np.exp(-self.area.log - self.loss.rho(error))
        return np.where(np.isinf(error), density.dtype.type(0), density)

    @property
    def log_unit(self):
        return self.area.log

    def normaliser_expression(self):
        if not self.unknown:
            return sp.exp(sp.Float(self.area.log))
        u = sp.Symbol("u", real=True)
        return sp.Integral(self.shape(u), (u, -sp.oo, sp.oo))

    def shape(self, error):
        return by_branch(lambda rho: sp.exp(-rho), self.loss.expression(error))

    def expression(self, error):
        return self.shape(error) / self.normaliser_expression()

    def errors(self, shape, rng):
        return self.area.draw(int(np.prod(shape)), rng).reshape(shape)


def of(loss: losses.Loss) -> Noise:
    """The noise model that implies `loss`.  If a model of :data:`NOISES` does, it is that model,
    with scale or shape 1 if the loss has none of its own.  For ordered classes it is
    :class:`OrderedLogistic`, for the loss of a :class:`Mixture` that mixture, and for any other
    loss of the error :class:`Implied`.

    `ValueError` says why there is no such model: no factor that is the same for all predictions
    makes ``exp(-loss)`` a density of the target; or, for ``Tweedie``, the density has no closed
    form.  For other losses of the error, `ValueError` as :class:`Implied` raises it.
    """
    require_loss(loss)
    if (model := limit(loss)) is not None:
        return model
    for model in NOISES.values():
        same = {f.name: getattr(loss, f.name) for f in fields(model) if hasattr(loss, f.name)}
        # a loss that has a scale of its own is no model's: its error is in other units
        if same.keys() <= {"dof", "delta", "level", "dispersion"} and model(**same).loss == loss:
            return model(**same)
    if isinstance(loss, losses.ResidualLoss):
        return Implied(loss)
    if isinstance(loss, losses.OrderedLogit):
        return OrderedLogistic(loss.cuts)
    if isinstance(loss, losses.Tweedie):
        raise ValueError(
            f"no noise with a closed form implies {loss}: the density, that of a Poisson number of "
            "Gamma amounts added up, exists, but is an infinite series"
        )
    raise ValueError(f"no noise implies {loss}: {uneven(loss)}")


def limit(loss):
    """The model of a loss that a number for its parameter makes another one, or of a mixture's,
    else None."""

    def at(parameter, number):
        return not symbolic(parameter) and float(parameter) == number

    match loss:
        case losses.Expectile(level) if at(level, 0.5):
            return Gaussian()
        case losses.EpsilonInsensitive(epsilon) if at(epsilon, 0):
            return Laplace()
        case losses.Focal(gamma) if at(gamma, 0):
            return Categorical()
        case losses.GeneralRobust(alpha, scale) if at(alpha, 2):
            return Gaussian(scale)
        case losses.GeneralRobust(alpha, scale) if at(alpha, 0):  # Cauchy
            return StudentT(1, sp.sqrt(2) * exact(scale))
        case MixtureLoss(mixture):
            return mixture


def uneven(loss):
    """Why a loss of labels or classes has no noise: ``exp(-loss)`` has no constant sum."""
    if isinstance(loss, losses.MarginLoss):
        totals = [np.exp(-loss([s, s], [-1, 1])).sum() for s in (0.0, 3.0)]
        where = "score is 0", "score is 3"
    else:
        totals = [np.exp(-loss([[s, 0, 0]] * 3, [0, 1, 2])).sum() for s in (0.0, 3.0)]
        where = "logits are equal", "first of three logits is 3 ahead"
    digits = next((k for k in (4, 8) if f"{totals[0]:.{k}g}" != f"{totals[1]:.{k}g}"), 17)
    first, second = (f"{total:.{digits}g}" for total in totals)
    return (
        "exp(-loss), summed over the possible targets, is "
        f"{first} where the {where[0]} and {second} where the {where[1]}; "
        "probabilities would need the same sum everywhere"
    )
