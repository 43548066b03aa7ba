"""The parameters of a noise model by maximum likelihood."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from ..losses import CategoricalLoss
from ..losses.base import quiet
from ..losses.checks import first_bad, plain_array, real_array, same_labels
from ..risk import minimiser
from .base import LocationNoise, Noise
from .located import ALIKE, SEARCHED, located

LIMITS = {
    ("dof", 0): "and the tails are heavier still: give a dof",
    ("dof", 1): "where the model is Gaussian in all but name: fit Gaussian",
    ("delta", 0): "where the model is Laplace in all but name: fit Laplace",
    ("delta", 1): "where the model is Gaussian in all but name: fit Gaussian",
    ("shape", 0): "where almost all amounts are near 0: give a shape",
    ("shape", 1): "where almost every target equals its prediction: give a shape",
    ("dispersion", 0): "where the model is Poisson in all but name: fit Poisson",
    ("dispersion", 1): "where almost all counts are 0: give a dispersion",
}
"""What the model is at the lower and at the upper end."""


@dataclass(frozen=True, repr=False)
class Fit:
    """What maximum likelihood found: the `model` with its parameters; the `location`, which is the
    constant prediction that was found or the prediction that was given; and the `price`.  The price
    is minus the log of the density, in nats, averaged over the `count` targets."""

    model: Noise
    location: float | np.ndarray
    price: float
    count: int

    def __repr__(self):
        rows = [str(self.model)]
        if np.size(self.location) <= 12:
            rows += ["  location " + "".join(f" {x:.5g}" for x in np.ravel(self.location))]
        rows += [f"  price     {self.price:.5g} nats, the mean over {self.count} targets"]
        return "\n".join(rows)


def fit(
    model: type[Noise] | Noise,
    target: ArrayLike,
    prediction: ArrayLike | None = None,
    **fixed: float,
) -> Fit:
    """The noise model under which the targets are likeliest, as a :class:`Fit`.

    `model` is a class such as ``StudentT``, whose parameters are found, all but those that `fixed`
    gives by name; or an instance, whose parameters stay.  `prediction` is one number for all
    targets, or an array as the loss takes it; without it the best constant is found too.  If the
    targets are residuals already, give the prediction 0.

    A shape parameter is searched for in the range that ``noise.SEARCHED`` gives, for example the
    degrees of freedom from 0.2 to 1000.  Of several maxima in that range, the highest that a grid
    shows is found.  The likelihood of Student's t also grows without bound where the location is
    one of the targets, the scale goes to 0 and the degrees of freedom are few.  The search leaves
    that corner out.

    `ValueError` where the likelihood has its maximum at a border.  The message names the border and
    what to use instead:

    - the scale goes to 0, because too many targets equal the location;
    - a level goes to 0 or 1;
    - a constant prediction goes to infinity;
    - a shape parameter goes to an end of its range, because another model fits as well.

    `ValueError` also for no targets, for values that are not finite, and for what the model's loss
    refuses; `TypeError` for what is not a noise model and for a name that is not a parameter.
    """
    found, border = best(model, target, prediction, **fixed)
    if border:
        name, end = border
        low, high = SEARCHED[name]
        raise ValueError(
            f"the likelihood of {type(found.model).__name__} has no maximum for a {name} between "
            f"{low:g} and {high:g}: it grows up to {(low, high)[end]:g}, {LIMITS[border]}"
        )
    return found


@quiet
def best(model, target, prediction=None, **fixed):
    """The :class:`Fit`, and None, or the shape parameter whose best value lies at an end of where
    it is sought, with 0 for the lower end and 1 for the upper."""
    kind, free, known = parameters(model, fixed)
    prediction, target = checked(known, target, prediction)
    fixed, border = {name: getattr(known, name) for name in fixed}, None
    if not free:
        model, location = constant(known, target, prediction)
    elif issubclass(kind, LocationNoise):
        model, location, border = located(kind, fixed, target, prediction)
    else:
        [name] = free
        model, location, border = shaped(kind, name, fixed, target, prediction)
    location = location if np.ndim(location) else float(location)
    return Fit(model, location, price(model, location, target), len(target)), border


def parameters(model, fixed):
    """The class of a model, the names of the parameters that are to be found, and a model that has
    the others."""
    if isinstance(model, Noise):
        if fixed:
            raise TypeError(
                f"{', '.join(fixed)} cannot be given for {model!r}, whose parameters all stay; "
                f"allowed: the class {type(model).__name__} and some of its parameters"
            )
        return type(model), [], model
    if not (isinstance(model, type) and issubclass(model, Noise)):
        raise TypeError(f"model must be a noise model, such as noise.StudentT, not {model!r}")
    names = [f.name for f in fields(model)] if "name" in vars(model) else ["model"]
    if not {*names} <= {"scale", "level", *SEARCHED}:
        raise TypeError(f"the class {model.__name__} cannot be fitted; allowed: an instance of it")
    if unknown := sorted(fixed.keys() - {*names}):
        raise TypeError(
            f"{model.__name__} has no parameter {', '.join(unknown)}; "
            f"it has: {', '.join(names) or 'none'}"
        )
    return model, [name for name in names if name not in fixed], model(**fixed)


def checked(model, target, prediction):
    """Both as arrays of float64 with the examples along one axis; None for no prediction."""
    same_labels(prediction, target)
    loss, target = model.loss, plain_array(target, "target")
    guess = loss.zeros_for(target)
    if prediction is not None:
        guess = real_array(prediction, "prediction").astype(float)
        row = guess.ndim == isinstance(loss, CategoricalLoss)
        guess = spread(guess, target, loss) if row else guess
    guess, target = loss.check(guess, target)
    if not target.size:
        raise ValueError("there are no targets to fit a noise model to")
    for array, name in (guess, "prediction"), (target, "target"):
        first_bad(array, ~np.isfinite(array), name, "finite numbers")
    examples = loss.examples(guess)
    guess, target = (a.reshape(-1, *a.shape[len(examples) :]) for a in (guess, target))
    return None if prediction is None else guess, target


def spread(constant, target, loss):
    """One prediction, a number or a row of logits, for each target."""
    shape = target.shape[:1] if isinstance(loss, CategoricalLoss) else target.shape
    return np.broadcast_to(constant, (*shape, *np.shape(constant)))


def prices(model, location, target):
    """Minus the log of the density of each target."""
    one = np.ndim(location) == isinstance(model.loss, CategoricalLoss)
    prediction = spread(location, target, model.loss) if one else location
    return -model.log_density(prediction, target)


def price(model, location, target):
    return float(prices(model, location, target).mean())


def constant(model, target, prediction):
    """The model and its best constant prediction, or the one that is given."""
    if prediction is not None:
        return model, prediction
    scale = float(model.scale) if isinstance(model, LocationNoise) else 1
    location = minimiser(model.loss, target if scale == 1 else target / scale) * scale
    if not np.isfinite(location).all():
        raise ValueError(
            f"the likelihood of {model} has no maximum: it grows as the prediction goes to "
            f"{location}; allowed: counts that are not all 0, labels and classes that all occur, "
            "or a given prediction"
        )
    return model, location


def shaped(kind, name, fixed, target, prediction):
    """The model with the best shape parameter, its location, and at which end of where the
    parameter is sought it lies, if it does.  The best constant is the same for all its values, and
    targets that are alike are asked once."""
    from scipy.optimize import minimize_scalar

    known, location = constant(kind(**fixed), target, prediction)
    guess = spread(location, target, known.loss) if prediction is None else location
    pairs, counts = np.unique(np.stack([guess, target]), axis=1, return_counts=True)

    def solved(log_shape):
        return kind(**fixed, **{name: float(np.exp(log_shape))})

    def profile(log_shape):
        return -solved(log_shape).log_density(*pairs) @ counts / len(target)

    ends = np.log(SEARCHED[name])
    grid = np.linspace(ends[0], ends[1], 25)
    k = int(np.argmin([profile(x) for x in grid]))
    around = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
    x = minimize_scalar(profile, bounds=around, method="bounded", options={"xatol": 1e-9}).x
    end = int(x > ends.mean())
    if profile(ends[end]) < profile(x) + ALIKE:
        return kind(**fixed, **{name: SEARCHED[name][end]}), location, (name, end)
    return solved(x), location, None
