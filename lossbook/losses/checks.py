"""What a loss may be given: intervals of numbers, and errors that name what is outside."""

from dataclasses import dataclass, field, fields
from numbers import Real

import numpy as np


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`; `ends` are its brackets: round ones leave the end out."""

    low: float
    high: float
    ends: str = "()"

    def __str__(self):
        inside = f"{self.low:g}, {self.high:g}".replace("inf", "∞").replace("-", "−")
        return self.ends[0] + inside + self.ends[1]

    def holds(self, values):
        """Whether each of the values is inside; NaN never is."""
        above = np.greater_equal if self.ends[0] == "[" else np.greater
        below = np.less_equal if self.ends[1] == "]" else np.less
        return above(values, self.low) & below(values, self.high)

    def check(self, array, name, what, missing=False):
        """Raise unless all of an array is inside, or, where it may be `missing`, NaN."""
        if array.size and not self.holds([array.min(), array.max()]).all():
            inside = self.holds(array) | (missing & np.isnan(array))
            first_bad(array, ~inside, name, f"{what} in {self}")

    def require(self, value, name):
        """Raise unless a parameter is a number inside; a SymPy expression is taken as it is."""
        if symbolic(value):
            return
        if not isinstance(value, Real) or isinstance(value, bool):
            raise TypeError(f"{name} must be a real number in {self}, got {value!r}")
        if not self.holds(value):
            raise ValueError(f"{name} must be in {self}, got {value!r}")


POSITIVE = Interval(0, np.inf)
NOT_NEGATIVE = Interval(0, np.inf, "[)")
LEVEL = Interval(0, 1)
PROBABILITY = Interval(0, 1, "[]")


def parameter(default, interval):
    """A parameter, which is a field of a frozen value, with what it may be."""
    return field(default=default, metadata={"interval": interval})


def check_parameters(instance):
    """Raise unless every parameter is in its interval."""
    for f in fields(instance):
        if "interval" in f.metadata:
            f.metadata["interval"].require(getattr(instance, f.name), f.name)


def symbolic(value):
    """Whether a parameter is a SymPy expression, told without importing SymPy."""
    return hasattr(value, "free_symbols")


def real_array(values, name):
    """`values` as an array of float32 or float64; other real numbers become float64."""
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array.astype(np.float64)


def same_shape(prediction, target):
    if target.shape != prediction.shape:
        raise ValueError(
            f"target has shape {target.shape}, prediction {prediction.shape}; "
            "allowed: the shape of the prediction"
        )


def first_bad(array, bad, name, allowed):
    """Raise if any element is bad, naming the first."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        index = f"[{', '.join(map(str, where))}]" if where else ""
        raise ValueError(f"{name}{index} is {array[where]}; allowed: {allowed}")
