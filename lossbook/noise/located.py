"""The best scale and shape of noise that adds, and the best constant with them."""

import math
from dataclasses import fields

import numpy as np

from ..losses.checks import first_bad
from ..risk import minimiser
from .models import AsymmetricLaplace

SEARCHED = {
    "dof": (0.2, 1e3),
    "delta": (0.05, 8.0),
    "shape": (1e-3, 1e6),
    "dispersion": (1e-6, 1e4),
}
"""From where to where the best value of a shape parameter is sought."""

ALIKE = 1e-9  # nats a target: fits that differ by less say the same
FEW = 2000  # targets that are enough to tell where to look
REACH = 60  # of the log of a scale, below the unit of the errors and above the largest error
WIDE = 400  # powers of 2 from the unit to the largest error, whose square stays a number
FAR = 1e100  # in units of the scale
STEP = 1e-5  # in the log of a shape parameter, for a slope from differences


class Collapsed(ValueError):
    """The likelihood grows without bound as the scale goes to 0."""


def located(kind, fixed, target, prediction):
    """The model with the best parameters, the best constant or the prediction that was given, and
    None, or the shape parameter that is best at an end of where it is sought, with 0 or 1 for the
    end."""
    centre, unit, error = standardised(target, prediction)
    given = dict(fixed)
    if "scale" in given:
        given["scale"] = float(given["scale"]) / unit
    moves = prediction is None
    if kind is AsymmetricLaplace and "level" not in fixed:
        found, border = tilted(given, error, moves), None
    else:
        found, border = searched(kind, given, error, moves)
    shift = found.pop("shift")
    model = kind(**{**found, "scale": found["scale"] * unit, **fixed})
    return model, centre + shift * unit if moves else prediction, border


def standardised(target, prediction):
    """A centre, which is a target in the middle if there is no prediction, a unit, and the errors
    there in this unit, a power of 2 near the median of their sizes."""
    centre = np.quantile(target, 0.5, method="lower") if prediction is None else prediction
    error = centre - target
    first_bad(error, ~np.isfinite(error), "prediction - target", "finite numbers")
    size = np.log2(np.abs(error[error != 0]))
    unit = 2.0 ** np.floor(max(np.median(size), size.max() - WIDE)) if size.size else 1.0
    return centre, unit, error / unit


def collapse(ties, count):
    return (
        "the likelihood grows without bound as the scale goes to 0: it is enough that "
        f"{ties} of {count} targets equal the prediction; allowed: more targets, targets that "
        "scatter more, or a given scale"
    )


def most_alike(error, moves):
    """How many errors are 0, or can be by one shift of all."""
    return int(np.unique(error, return_counts=True)[1].max() if moves else np.sum(error == 0))


def searched(kind, given, error, moves):
    """The best parameters with the shift of all errors, and the border, if one is best."""
    free = [f.name for f in fields(kind) if f.name not in {"scale", *given}]
    if not free:
        return at(kind, given, error, moves), None
    [shape] = free
    grid = np.geomspace(*SEARCHED[shape], 13)
    few = np.sort(error)[:: -(-len(error) // FEW)]
    starts = [attempt(kind, {**given, shape: float(value)}, few, moves) for value in grid]
    k = int(np.argmin([height(kind, start, few) if start else np.inf for start in starts]))
    best, before = starts[k], starts[max(k - 1, 0)]
    if best is None or (before is None and falls(kind, best, shape, grid[k - 1], few, moves)):
        raise Collapsed(collapse(most_alike(error, moves), len(error)))
    names = ["shift"] * moves + ["scale"] * ("scale" not in given) + [shape]
    found = joint(kind, best, error, names)
    end = int(k > len(grid) / 2)
    edge = attempt(kind, {**given, shape: SEARCHED[shape][end]}, error, moves)
    if edge and height(kind, edge, error) < height(kind, found, error) + ALIKE:
        return edge, (shape, end)
    return found, None


def falls(kind, some, shape, none, error, moves):
    """Whether the price falls from a shape that has a scale towards one that has none."""
    given = {name: value for name, value in some.items() if name not in ("shift", "scale")}
    for _ in range(12):
        middle = attempt(kind, {**given, shape: math.sqrt(none * some[shape])}, error, moves)
        if middle is None:
            none = math.sqrt(none * some[shape])
        elif height(kind, middle, error) > height(kind, some, error):
            return False
        else:
            some = middle
    return True


def at(kind, given, error, moves):
    """The best shift and scale where all else is given.  Where the best constant is the same at
    every scale, it comes first, else both together.

    There is a scale unless, as it goes to 0, the errors that stay 0 outweigh all others: those pull
    it up with ``psi(u) * u`` far out, which for Student's t is its degrees of freedom and 1.
    """
    loss, start = kind(**given).loss, {"shift": 0.0, **given}
    ties, count = most_alike(error, moves), len(error)
    if "scale" not in given and (1 - ties / count) * loss.psi(FAR) * FAR <= 1:
        raise Collapsed(collapse(ties, count))
    if moves and loss.functional:
        start["shift"] = float(minimiser(loss, -error))
    free = ["shift"]
    if "scale" not in given:
        start["scale"] = best_scale(loss, start["shift"] + error)
        free += ["scale"]
    return joint(kind, start, error, free) if moves and not loss.functional else start


def attempt(*arguments):
    """The same, or None where there is no scale."""
    try:
        return at(*arguments)
    except Collapsed:
        return None


def best_scale(loss, error):
    """The scale at which ``psi(u) * u``, with ``u = error / scale``, has the mean 1: there the
    slope of the likelihood is 0."""
    from scipy.optimize import brentq

    def excess(log_scale):
        u = error * np.exp(-log_scale)
        return np.log(np.mean(loss._psi(u) * u))

    return float(np.exp(brentq(excess, *reach(error), xtol=1e-15)))


def reach(error):
    """From where to where the log of the scale is sought."""
    return -REACH, REACH + math.log(np.abs(error).max(initial=1))


def height(kind, values, error):
    """The mean price of the shifted errors."""
    values = dict(values)
    shift = values.pop("shift")
    return -np.mean(kind(**values).log_of(error + shift))


def joint(kind, start, error, names):
    """What the named values become when all of them move downhill from the start: the shift, and
    the logs of the others."""
    from scipy.optimize import minimize

    def values(x):
        moved = (z if name == "shift" else np.exp(z) for name, z in zip(names, x, strict=True))
        return {**start, **dict(zip(names, map(float, moved), strict=True))}

    def price_and_slope(x):
        now = values(x)
        u = (error + now["shift"]) / now["scale"]
        psi = kind(**{k: v for k, v in now.items() if k != "shift"}).loss._psi(u)
        slopes = {"shift": np.mean(psi) / now["scale"], "scale": 1 - np.mean(psi * u)}
        for name in {*names} - {*slopes}:
            ends = ({**now, name: now[name] * math.exp(h)} for h in (STEP, -STEP))
            slopes[name] = np.subtract(*(height(kind, end, error) for end in ends)) / (2 * STEP)
        return height(kind, now, error), np.array([slopes[name] for name in names])

    bounds = {"shift": (None, None), "scale": reach(error)}
    bounds |= {name: tuple(np.log(ends)) for name, ends in SEARCHED.items()}
    x = minimize(
        price_and_slope,
        [start[name] if name == "shift" else math.log(start[name]) for name in names],
        jac=True,
        method="L-BFGS-B",
        bounds=[bounds[name] for name in names],
        options={"ftol": 1e-15, "gtol": 1e-10},
    ).x
    return values(x)


def tilted(given, error, moves):
    """The asymmetric Laplace model with the best level, and the shift, in closed form.

    With A and B the mean sizes of the errors above 0 and below 0, each 0 on the other side, the
    best level is ``sqrt(A) / (sqrt(A) + sqrt(B))`` and the best scale ``sqrt(A * B)``.  The price
    that they give is concave in the location between two targets, so a target is the best location.
    """
    shifts, above, below = arms(error) if moves else both_arms(error)
    if "scale" not in given and not error.any():
        raise Collapsed(collapse(len(error), len(error)))
    if "scale" in given:
        scale = np.full(above.shape, given["scale"])
        tilt = (below - above) / scale
        level = 2 / (tilt + 2 + np.hypot(tilt, 2))
        merit = above / scale + level * tilt - np.log(level) - np.log1p(-level)
    else:
        merit = np.sqrt(above) + np.sqrt(below)
        level, scale = np.sqrt(above) / merit, np.sqrt(above * below)
    k = np.argmin(merit)
    if not 0 < level[k] < 1:
        raise ValueError(
            f"the likelihood of {AsymmetricLaplace.__name__} has no maximum: it grows as the level "
            f"goes to {level[k]:g}, where all errors are on one side; allowed: a given level"
        )
    return {"level": float(level[k]), "scale": float(scale[k]), "shift": float(shifts[k])}


def both_arms(error):
    """No shift, and the mean sizes of the errors above 0 and below 0."""
    return np.zeros(1), *(np.mean(np.maximum(e, 0), keepdims=True) for e in (error, -error))


def arms(error):
    """The shifts that make an error 0, and the same after each, from sums in their order."""
    y = np.sort(-error)
    count, passed, ahead = np.arange(1, len(y) + 1), np.cumsum(y), np.cumsum(y[::-1])[::-1]
    return y, *(np.maximum(a, 0) / len(y) for a in (count * y - passed, ahead - count[::-1] * y))
