"""What the value of a figure's input may be."""

from numbers import Real

import numpy as np

from . import typed


def check_value(spec, value):
    """Raise unless the input can have this value."""
    start = spec["start"]
    match spec["kind"]:
        case "density":
            typed.noise(value)
            return
        case "slider":
            allowed = f"{spec['low']:g} to {spec['high']:g}"
            fits = isinstance(value, Real) and spec["low"] <= value <= spec["high"]
        case "choice":
            allowed = ", ".join(spec["options"])
            fits = isinstance(value, str) and value in spec["options"]
        case "toggle":
            allowed, fits = "True or False", isinstance(value, (bool, int)) and value in (0, 1)
        case "points":
            allowed = f"{{'x': …, 'y': …}} with {len(start['x'])} finite numbers each"
            fits = isinstance(value, dict) and value.keys() == start.keys()
            fits = fits and all(_finite(value[axis], len(start[axis])) for axis in start)
    if not fits:
        raise ValueError(f"the value of {spec['label']!r} is {value!r}; allowed: {allowed}")


def _finite(values, count):
    """Whether they are as many finite numbers."""
    values = np.asarray(values)
    return values.shape == (count,) and values.dtype.kind in "iuf" and np.isfinite(values).all()
