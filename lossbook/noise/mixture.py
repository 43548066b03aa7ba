"""Noise that is now of one sort and now of another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..losses import ResidualLoss
from ..losses.checks import POSITIVE
from ..losses.lazy import exact, sp
from .base import LocationNoise
from .logs import log


def check_parts(instance):
    """Raise unless there is one positive weight for each of some noises that add."""
    for name in "models", "weights":
        if not isinstance(given := getattr(instance, name), Iterable):
            raise TypeError(f"{name} must be several, as a list, not {given!r}")
    models = tuple(instance.models)
    for model in models:
        if not isinstance(model, LocationNoise):
            raise TypeError(f"models must hold noise that adds, such as Gaussian(2), not {model!r}")
    weights = tuple(POSITIVE.require(weight, "a weight") for weight in instance.weights)
    if len(weights) != len(models) or not models:
        raise ValueError(
            f"{len(models)} models and {len(weights)} weights; allowed: one weight for each model"
        )
    object.__setattr__(instance, "models", models)
    object.__setattr__(instance, "weights", weights)


@dataclass(frozen=True)
class Mixture(LocationNoise):
    """Each error comes from one of the `models`, drawn with a probability in proportion to its
    weight: the density is the weighted mean of theirs.

    `models` are noises that add, as ``LocationNoise`` says, all around the same prediction;
    `weights` in (0, ∞), one for each, need not sum to 1.  A Gaussian with a share of a much wider
    one is the contaminated normal.  Loss: minus the log of the density,
    ``-log(sum(shares * densities))``.  Far errors, for which the wider model is the likelier
    source, pull less than under the narrower model alone; on the way there the loss may bend down.
    Source: Pearson (1894); Tukey (1960) for contamination.
    """

    models: Sequence[LocationNoise]
    weights: Sequence[float]
    name = "mixture"
    minimiser = "an M-estimate, which a search can find"
    unit = 1.0

    def __post_init__(self):
        check_parts(self)

    def __str__(self):
        parts = (f"{w} × ({m})" for w, m in zip(self.weights, self.models, strict=True))
        return f"mixture of {' and '.join(parts)}"

    @property
    def loss(self):
        return MixtureLoss(self)

    @property
    def log_shares(self):
        """The log of each weight's share of the sum of all weights, even if that sum is too large
        for a float."""
        logs = np.log(np.array(self.weights, float))
        return logs - np.logaddexp.reduce(logs)

    def normaliser_expression(self):
        return sp.Integer(1)

    def expression(self, error):
        weights = [exact(weight) for weight in self.weights]
        densities = (model.expression(error) for model in self.models)
        return sum(
            w / sum(weights) * density for w, density in zip(weights, densities, strict=True)
        )

    def errors(self, shape, rng):
        which = rng.choice(len(self.models), shape, p=np.exp(self.log_shares))
        return np.choose(which, [model.errors(shape, rng) for model in self.models])


@dataclass(frozen=True)
class MixtureLoss(ResidualLoss):
    """Minus the log of a mixture's density.  Its derivative is the mean of what the models' would
    be, each weighted by its share of the density there."""

    mixture: Mixture
    name = "mixture"

    def __str__(self):
        return f"that of a {self.mixture}"

    @property
    def parts(self):
        """The losses of the models, each with the scale of its error."""
        return [(model.loss, float(model.scale)) for model in self.mixture.models]

    @property
    def kinks(self) -> tuple[float, ...]:
        return tuple({kink * scale for loss, scale in self.parts for kink in loss.kinks})

    @property
    def wells(self) -> tuple[float, ...]:
        return tuple({well * scale for loss, scale in self.parts for well in loss.wells})

    def logs(self, error):
        """The log of what each model adds to the density, and that of the density."""
        mixture = self.mixture
        each = zip(mixture.models, map(float, mixture.log_shares), strict=True)
        logs = np.stack([model.log_of(error) + share for model, share in each])
        return logs, np.logaddexp.reduce(logs)

    def shares(self, error):
        """The models' shares of the density."""
        logs, whole = self.logs(near(error))
        return np.exp(logs - whole)

    def pulls(self, error):
        return np.stack([loss._psi(error / scale) / scale for loss, scale in self.parts])

    def rho(self, error):
        return -self.logs(error)[1]

    def psi(self, error):
        shares = self.shares(error)
        return np.where(shares == 0, 0, shares * self.pulls(error)).sum(axis=0)

    def psi_prime(self, error):
        """The mean of the models' curvatures, less the variance of their pulls."""
        error = near(error)
        shares, pulls = self.shares(error), self.pulls(error)
        bends = [loss._psi_prime(error / scale) / scale**2 for loss, scale in self.parts]
        away = pulls - (shares * pulls).sum(axis=0)
        return (shares * (np.stack(bends) - away**2)).sum(axis=0)

    def expression(self, error):
        return -log(self.mixture.expression(error))


def near(error):
    """The error, or the farthest of its sign whose square surely is a number: from there on nothing
    changes in who has which share."""
    far = np.finfo(error.dtype).max ** 0.3
    return np.clip(error, -far, far)
