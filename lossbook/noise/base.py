"""What every noise model has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from ..losses import Loss, ResidualLoss
from ..losses.base import Formula, quiet
from ..losses.checks import check_parameters, real_array
from ..losses.shown import Shown
from .logs import log


class Noise(Shown):
    """How observations scatter around a prediction, ``p(target | prediction)``.

    A model is a frozen value that holds its parameters.  Its `loss` is the loss that the model
    implies; its `minimiser` says in words which constant has the least risk.

    ``expression`` is the density in SymPy, for counts and classes the probability.  It takes what
    the loss's own ``expression`` takes: an error; a log mean and a count or amount; a margin;
    logits and a row with a single 1; or a score and an ordered class.  A parameter may be a SymPy
    symbol: then only what is symbolic can be used.

    `ValueError` for a parameter outside its interval, `TypeError` for what is not a real number.
    """

    name: ClassVar[str]
    minimiser: ClassVar[str]
    expression: ClassVar[Formula]
    draw: ClassVar[Formula]

    if TYPE_CHECKING:  # a field in some, else of the class
        __dataclass_fields__: ClassVar[dict[str, Any]]

        @property
        def loss(self) -> Loss: ...

    __str__ = Loss.__str__

    def __post_init__(self):
        check_parameters(self)

    def log_expression(self, *arguments: Any) -> Any:
        """The log of ``expression``, normaliser included, taken apart into a sum."""
        return log(self.expression(*arguments))

    @quiet
    def density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        """The density of each target, or its probability.

        Takes prediction and target in the shapes that the loss takes; the result has the shape of
        the loss and the prediction's dtype.  `ValueError` and `TypeError` as the loss raises them.
        """
        return np.exp(self.log_density(prediction, target))

    def log_density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        """The log of ``density``, also where the density is too small for a float."""
        return -self.loss(prediction, target)

    @quiet
    def sample(
        self,
        location: ArrayLike,
        size: int | tuple[int, ...] | None,
        rng: np.random.Generator | int,
    ) -> np.ndarray:
        """Random observations around `location`, which is what the loss calls prediction.

        `size` is the shape of the result, or None for that of the location; `rng` is a NumPy
        Generator, or a seed for one.  `TypeError` for a location that is no real number.
        """
        location, rng = real_array(location, "location"), np.random.default_rng(rng)
        return self.draw(np.broadcast_to(location, location.shape if size is None else size), rng)


class LocationNoise(Noise):
    """Noise that adds: an observation is the prediction minus an error, and the error has one
    density wherever the prediction is:

    ``density = exp(-loss(error / scale)) / normaliser``.

    The `normaliser`, a float, does not depend on the prediction, so minus the log of the density is
    the loss plus a constant.  The normaliser is the scale times `unit`, which is the integral of
    ``exp(-loss)``; in SymPy it is ``normaliser_expression()``.
    """

    scale: float = 1
    errors: ClassVar[Formula]
    if TYPE_CHECKING:

        @property
        def loss(self) -> ResidualLoss: ...

        @property
        def unit(self) -> float: ...

    @property
    def normaliser(self) -> float:
        return self.unit * float(self.scale)

    @quiet
    def density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        loss = self.loss
        prediction, target = loss.check(prediction, target)
        error, scale = prediction - target, float(self.scale)
        density = np.exp(-loss.rho(error.astype(float) / scale)) / self.unit / scale
        return density.astype(error.dtype)

    @quiet
    def log_density(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray:
        prediction, target = self.loss.check(prediction, target)
        return self.log_of(prediction - target)[()]

    def log_of(self, error):
        """The log of the density of an array of errors."""
        scale = float(self.scale)
        log = -self.loss._rho(error.astype(float) / scale) - (self.log_unit + math.log(scale))
        return log.astype(error.dtype)

    @property
    def log_unit(self):
        return math.log(self.unit)

    def draw(self, location, rng):
        return location - self.errors(location.shape, rng)
