"""The two computations behind a figure: a minimum and a descent.  live.js does the same."""

import numpy as np
from scipy.optimize import minimize


def minimise(objective, start):
    """Nelder–Mead, begun anew from what it found until that no longer helps: kinks can stop one run."""
    best, least = np.array(start, float), objective(*start)
    for _ in range(50):
        simplex = np.vstack(
            [best, best + np.diag(np.where(best == 0, 0.5, 0.1 * np.abs(best) + 0.1))]
        )
        run = minimize(
            lambda v: objective(*v),
            best,
            method="Nelder-Mead",
            options={
                "initial_simplex": simplex,
                "xatol": 1e-10,
                "fatol": 1e-12,
                "maxfev": 4000,
            },
        )
        gain = least - run.fun
        if run.fun < least:
            best, least = run.x, run.fun
        if gain <= 1e-12 * (1 + abs(least)):
            break
    return list(best)


def descend(slopes, start, rate, steps):
    """The path of each unknown under gradient descent, start included."""
    path = np.empty((steps + 1, len(start)))
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k] - rate * np.array([slope(*path[k]) for slope in slopes])
    return list(path.T)
