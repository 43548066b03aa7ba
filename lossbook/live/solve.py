"""The two computations behind a figure: a minimum and a descent.  live.js does the same."""

import numpy as np


@np.errstate(all="ignore")  # a trial step may leave the domain; it is then taken back
def minimise(objective, start):
    """Where a function of a few unknowns is least: `objective` gives its value, then its gradient.

    NaN if the function is not finite at the start.

    BFGS with the line search of Lewis and Overton (2013), which needs no smoothness: it walks down
    to the kinks of absolute error and hinge too.  The approximate inverse Hessian is kept as its
    factor W, so that it stays positive definite where unknowns differ much in scale.
    """
    x = np.array(start, float)
    best, least = np.full(len(x), np.nan), np.inf
    value, *gradient = objective(*x)
    steep = np.abs(gradient)
    W = np.diag(1 / np.maximum(steep, 1e-6 * steep.max() or 1))
    for _ in range(20):
        for k in range(300):
            p = (
                -np.array(gradient) @ W
            )  # downhill, in coordinates where the Hessian is the identity
            slope = -p @ p
            if not slope < -1e-15 * abs(value):
                break
            low, high, t = 0.0, np.inf, 1.0
            for _ in range(40):
                nearby = x + t * (W @ p)
                level, *gradient = objective(*nearby)
                q = np.array(gradient) @ W
                if not level <= value + 1e-4 * t * slope:
                    high = t
                elif q @ p < 0.9 * slope:
                    low = t
                else:
                    break
                t = (low + high) / 2 if high < np.inf else 2 * low
            else:  # no slope to meet, as before a jump: go as far as it went down
                if low > 0:
                    x = x + low * (W @ p)
                    value, *gradient = objective(*x)
                break
            s, y, step = t * p, q + p, nearby - x
            x, value = nearby, level
            if k == 0:  # its first step shows the size of things
                c = np.sqrt(s @ y / (y @ y))
                W, s, y = c * W, s / c, c * y
            W += np.outer(step, s / np.sqrt(s @ y * (s @ s)) - y / (s @ y))
        if not value < least - 1e-12 * abs(value):
            break
        # Begin anew, with what was learnt of scales, beside a kink that it may sit on.
        best, least = x, value
        scales = np.linalg.norm(W, axis=1)
        W, x = np.diag(scales), best + 0.01 * scales * np.sqrt([2, 3, 5][: len(x)])
        value, *gradient = objective(*x)
    return list(best)


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
