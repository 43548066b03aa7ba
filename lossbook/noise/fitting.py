"""The parameters of a noise model by maximum likelihood."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from ..losses import CategoricalLoss
from ..losses.base import quiet
from ..losses.checks import first_bad, plain_array, real_array, same_labels
from ..risk import minimiser
from .base import LocationNoise, Noise
from .models import AsymmetricLaplace

SEARCHED = {
    "dof": (0.2, 1e3),
    "delta": (0.05, 8.0),
    "shape": (1e-3, 1e6),
    "dispersion": (1e-6, 1e4),
}
"""From where to where the best value of a shape parameter is sought."""

LIMITS = {
    ("dof", 0): "where almost no scale describes the targets",
    ("dof", 1): "where the model is Gaussian in all but name: fit Gaussian",
    ("delta", 0): "where the model is Laplace in all but name: fit Laplace",
    ("delta", 1): "where the model is Gaussian in all but name: fit Gaussian",
    ("shape", 0): "where almost all amounts are 0",
    ("shape", 1): "where almost every target equals its prediction",
    ("dispersion", 0): "where the model is Poisson in all but name: fit Poisson",
    ("dispersion", 1): "where almost all counts are 0",
}
"""What the model is at the lower and at the upper end."""


@dataclass(frozen=True, repr=False)
class Fit:
    """What maximum likelihood found: the `model` with its parameters; the `location`, the constant
    prediction that was found or the prediction that was given; and the `price`, minus the log of
    the density in nats, its mean over the `count` targets."""

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


ALIKE = 1e-9  # nats a target: what two fits may differ by and say the same


class Collapsed(ValueError):
    """The likelihood grows without bound as the scale goes to 0."""


def fit(
    model: type[Noise] | Noise,
    target: ArrayLike,
    prediction: ArrayLike | None = None,
    **fixed: float,
) -> Fit:
    """The noise model under which the targets are likeliest, as a :class:`Fit`.

    `model` is a class such as ``StudentT``, whose parameters are found, all but those that `fixed`
    gives by name; or an instance, whose parameters stay.  `prediction` is one number for all
    targets, or an array as the loss takes it; without it the best constant is found too.  Of
    residuals, target minus prediction, it is 0.

    A shape parameter is sought where ``noise.SEARCHED`` says, for one the degrees of freedom from
    0.2 to 1000; of several maxima there, the highest that a grid shows is found.  Student's t has
    besides an unbounded likelihood, where the location is one of the targets, the scale goes to 0
    and the degrees of freedom are few; that corner is left out.

    `ValueError` where the likelihood has its maximum at a border: the scale goes to 0, because too
    many targets equal the location; a level goes to 0 or 1; a constant prediction goes to infinity;
    or a shape parameter goes to an end of where it is sought, because another model fits as well.
    The message names the border and what to use instead.  `ValueError` also for no targets, for
    what is not finite, and for what the model's loss refuses; `TypeError` for what is no noise
    model and for a name that is no parameter.
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
        found = constant(known, target, prediction)
    elif kind is AsymmetricLaplace and "level" in free:
        found = tilted(fixed, target, prediction)
    elif shapes := [name for name in free if name != "scale"]:
        *found, border = shaped(kind, shapes[0], fixed, target, prediction)
    else:
        found = scaled(kind, fixed, target, prediction)
    model, location = found
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
        raise TypeError(f"model must be a noise model, such as StudentT, not {model!r}")
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


# What is found when all is known, all but the scale, all but the scale and the shape


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


def scaled(kind, fixed, target, prediction):
    """The model with the best scale, and the best constant prediction or the one given.

    Where the best constant is the same at every scale, it is found first, else together with the
    scale."""
    if "scale" in fixed or not issubclass(kind, LocationNoise):
        return constant(kind(**fixed), target, prediction)
    loss = kind(**fixed).loss
    centre, unit, error = standardised(target, prediction)
    shift = 0.0
    if prediction is None:
        shift = minimiser(loss, -error) if loss.functional else together(loss, error)
    model = kind(**fixed, scale=best_scale(loss, shift + error) * unit)
    return model, centre + shift * unit if prediction is None else prediction


def standardised(target, prediction):
    """A centre, which is the median if there is no prediction, a unit, and the errors there in this
    unit, a power of 2 near the median of their sizes."""
    centre = np.median(target) if prediction is None else prediction
    error = centre - target
    first_bad(error, ~np.isfinite(error), "prediction - target", "finite numbers")
    size = np.abs(error[error != 0])
    if not size.size:
        raise Collapsed(collapse(len(error), len(error)))
    unit = 2.0 ** np.floor(np.log2(np.median(size)))
    return centre, unit, error / unit


def collapse(ties, count):
    return (
        f"the likelihood grows without bound as the scale goes to 0, because {ties} of {count} "
        "targets equal the prediction; allowed: targets that scatter more, or a given scale"
    )


def best_scale(loss, error):
    """The scale at which ``psi(u) * u``, with ``u = error / scale``, has the mean 1: there the
    slope of the likelihood is 0."""
    from scipy.optimize import brentq

    def excess(log_scale):
        u = error * np.exp(-log_scale)
        return np.log(np.mean(loss._psi(u) * u))

    if not excess(-60) > 0:
        raise Collapsed(collapse(np.sum(np.abs(error) < 1e-20), len(error)))
    return np.exp(brentq(excess, -60, 60, xtol=1e-15))


def together(loss, error):
    """The shift of all errors that is best together with its best scale, from the median on."""
    from scipy.optimize import minimize

    def price_and_slope(at):
        shift, scale = at[0], np.exp(at[1])
        u = (error + shift) / scale
        psi = loss._psi(u)
        return np.mean(loss._rho(u)) + at[1], np.array([np.mean(psi) / scale, 1 - np.mean(psi * u)])

    start = [0, np.log(best_scale(loss, error))]
    end = minimize(price_and_slope, start, jac=True, method="BFGS", options={"gtol": 1e-10}).x
    if not end[1] > -20:
        raise Collapsed(collapse("some", len(error)))
    return end[0]


def shaped(kind, name, fixed, target, prediction):
    """The model with the best shape parameter too, the location, and at which end of where it is
    sought it lies, if it does."""
    from scipy.optimize import minimize_scalar

    ends = np.log(SEARCHED[name])
    grid = np.linspace(*ends, 25)

    def solved(log_shape):
        return scaled(kind, {**fixed, name: float(np.exp(log_shape))}, target, prediction)

    def profile(log_shape):
        try:
            return price(*solved(log_shape), target)
        except Collapsed:
            return np.inf

    heights = np.array([profile(x) for x in grid])
    k = int(np.argmin(heights))
    around = grid[max(k - 1, 0)], grid[min(k + 1, len(grid) - 1)]
    if not np.isfinite(heights[max(k - 1, 0)]):  # the price falls to where there is no scale
        solved(around[0])
    x = minimize_scalar(profile, bounds=around, method="bounded", options={"xatol": 1e-9}).x
    end = int(x > ends.mean())
    if profile(ends[end]) < profile(x) + ALIKE:
        model, location = scaled(kind, {**fixed, name: SEARCHED[name][end]}, target, prediction)
        return model, location, (name, end)
    return *solved(x), None


def tilted(fixed, target, prediction):
    """The asymmetric Laplace model with the best level, and the location, in closed form.

    With A and B the mean sizes of the errors above 0 and below 0, each 0 on the other side, the
    best level is ``sqrt(A) / (sqrt(A) + sqrt(B))`` and the best scale ``sqrt(A * B)``.  Between two
    targets the best price is concave in the location, so a target is the best location (Hinkley and
    Revankar 1977).
    """
    centre, unit, error = standardised(target, prediction)
    shifts, above, below = arms(error) if prediction is None else both_arms(error)
    if "scale" in fixed:
        scale = np.full(above.shape, float(fixed["scale"]) / unit)
        tilt = (below - above) / scale
        level = 2 / (tilt + 2 + np.hypot(tilt, 2))
        merit = above / scale + level * tilt - np.log(level) - np.log1p(-level)
    else:
        merit = np.sqrt(above) + np.sqrt(below)
        level, scale = np.sqrt(above) / merit, np.sqrt(above * below)
    k = np.argmin(merit)
    if not 0 < level[k] < 1:
        raise ValueError(
            f"the likelihood of AsymmetricLaplace has no maximum: it grows as the level goes to "
            f"{level[k]:g}, where all errors are on one side; allowed: a given level"
        )
    model = AsymmetricLaplace(float(level[k]), float(scale[k] * unit))
    return model, centre + shifts[k] * unit if prediction is None else prediction


def both_arms(error, shifts=(0.0,)):
    """Shifts, and the mean sizes of the errors above 0 and below 0 after each."""
    sides = (np.maximum(side * np.add.outer(shifts, error), 0).mean(axis=1) for side in (1, -1))
    return shifts, *sides


def arms(error):
    """The same for the shifts that make an error 0, from sums in their order."""
    y = np.sort(-error)
    count, passed, ahead = np.arange(1, len(y) + 1), np.cumsum(y), np.cumsum(y[::-1])[::-1]
    return y, *(np.maximum(a, 0) / len(y) for a in (count * y - passed, ahead - count[::-1] * y))
