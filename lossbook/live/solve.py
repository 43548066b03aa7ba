"""The two computations behind a figure: a minimum and a descent.  solve.js does the same."""

from typing import NamedTuple

import numpy as np


class Place(NamedTuple):
    """A place of the unknowns, with what the objective says there."""

    x: np.ndarray
    value: float
    gradient: np.ndarray


@np.errstate(all="ignore")  # a trial step may leave the domain; it is then taken back
def minimise(objective, start):
    """Where a function of a few unknowns is least: `objective` gives its value, then its gradient.

    NaN if the function is not finite at the start.

    BFGS with the line search of Lewis and Overton (2013), which needs no smoothness: it walks down
    to the kinks of absolute error and hinge too.  The approximate inverse Hessian is kept as its
    factor W, so that it stays positive definite where unknowns differ much in scale.
    """

    def at(x):
        value, *gradient = objective(*x)
        return Place(x, value, np.array(gradient))

    here = at(np.array(start, float))
    best, least = np.full(len(here.x), np.nan), np.inf
    steep = np.abs(here.gradient)
    W = np.diag(1 / np.maximum(steep, 1e-6 * steep.max() or 1))
    for _ in range(20):
        (x, value, _), W = _walk(at, here, W)
        if not value < least - 1e-12 * abs(value):
            break
        # Begin anew, with what was learnt of scales, beside a kink that it may sit on.
        best, least = x, value
        scales = np.linalg.norm(W, axis=1)
        W = np.diag(scales)
        here = at(best + 0.01 * scales * np.sqrt([2, 3, 5][: len(x)]))
    return list(best)


def _walk(at, here, W):
    """Where steps down from `here` end, and the W that they leave."""
    for k in range(300):
        p = -here.gradient @ W  # downhill, in coordinates where the Hessian is the identity
        if not -p @ p < -1e-15 * abs(here.value):
            break
        t, there = _step(at, here, W, p)
        if t is None:
            return there, W
        s, y, step = t * p, there.gradient @ W + p, there.x - here.x
        if k == 0:  # its first step shows the size of things
            c = np.sqrt(s @ y / (y @ y))
            W, s, y = c * W, s / c, c * y
        W = W + np.outer(step, s / np.sqrt(s @ y * (s @ s)) - y / (s @ y))
        here = there
    return here, W


def _step(at, here, W, p):
    """How far to go along p, and the place there: lower by a part of what the slope promises, with
    a flatter slope.  If 40 trials find no such place, None and the farthest that was lower."""
    slope, direction = -p @ p, W @ p
    low, high, t = 0.0, np.inf, 1.0
    for _ in range(40):
        there = at(here.x + t * direction)
        if not there.value <= here.value + 1e-4 * t * slope:
            high = t
        elif there.gradient @ W @ p < 0.9 * slope:
            low = t
        else:
            return t, there
        t = (low + high) / 2 if high < np.inf else 2 * low
    # No slope to meet, as before a jump: go as far as it went down.
    return None, at(here.x + low * direction) if low > 0 else here


def lowest(objective, places):
    """The first of the places where the objective is least, up to rounding; from there a descent
    begins if there are several valleys."""
    levels = np.array([objective(*place)[0] for place in places])
    levels[np.isnan(levels)] = np.inf
    return places[np.argmax(levels <= levels.min() + 1e-9 * np.abs(levels.min()))]


@np.errstate(all="ignore")  # a descent may diverge
def descend(gradient, start, rate, steps):
    """The path of each unknown under gradient descent, start included."""
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k] - rate * np.array(gradient(*path[k]))
    return list(path.T)
