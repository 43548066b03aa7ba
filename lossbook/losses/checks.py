"""What a loss may be given: intervals of numbers, and errors that name what is outside."""

import math
import operator
from dataclasses import dataclass, field, fields
from itertools import pairwise
from numbers import Complex, Integral, Number, Real

import numpy as np


@dataclass(frozen=True)
class Interval:
    """The numbers from `low` to `high`; `ends` are its brackets: round ones leave the end out."""

    low: float
    high: float
    ends: str = "()"
    dimensions = 0

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
        """A parameter as it is kept; raises unless it is a real number inside.

        Python's int or float, for a NumPy scalar would make float64 of float32.  Of SymPy's numbers
        those that are no integers stay as they are, exact in the twin; symbols cannot be checked.
        """
        if symbolic(value):
            return value
        try:
            number = python_number(value)
        except TypeError:
            raise TypeError(f"{name} must be a real number in {self}, got {value!r}") from None
        if not self.holds(number):
            raise ValueError(f"{name} must be in {self}, got {value!r}")
        whole = isinstance(value, Integral)
        return value if hasattr(value, "free_symbols") and not whole else number


POSITIVE = Interval(0, np.inf)
NOT_NEGATIVE = Interval(0, np.inf, "[)")
LEVEL = Interval(0, 1)
PROBABILITY = Interval(0, 1, "[]")


class Increasing:
    """One or more finite numbers, each greater than the one before."""

    dimensions = 1

    def __str__(self):
        return f"{FINITE}, strictly increasing"

    def require(self, values, name):
        """A parameter as it is kept, a tuple of numbers as `Interval` keeps them."""
        given = values if isinstance(values, (list, tuple)) else plain_array(values, name)
        if not isinstance(given, (list, tuple)) and given.ndim != 1:
            raise TypeError(f"{name} must be real numbers in {self}, got {values!r}")
        numbers = tuple(FINITE.require(x, f"{name}[{k}]") for k, x in enumerate(given))
        known = [pair for pair in pairwise(numbers) if not symbolic(pair)]
        fall = any(float(low) >= float(high) for low, high in known)
        if fall or not numbers:
            raise ValueError(f"{name} must be in {self}, got {values!r}")
        return numbers


FINITE = Interval(-np.inf, np.inf)


def parameter(default, interval):
    """A parameter, which is a field of a frozen value, with what it may be."""
    return field(default=default, metadata={"interval": interval})


def check_parameters(instance):
    """Raise unless every parameter is in its interval; keep it as a number of Python."""
    for f in fields(instance):
        if "interval" in f.metadata:
            value = f.metadata["interval"].require(getattr(instance, f.name), f.name)
            object.__setattr__(instance, f.name, value)


def symbolic(value):
    """Whether a parameter has SymPy symbols in it, told without importing SymPy."""
    if isinstance(value, tuple):
        return any(map(symbolic, value))
    return bool(getattr(value, "free_symbols", ()))


def python_number(value):
    """Any real number (Python's, NumPy's, SymPy's, a fraction, a decimal) as a float, or as an int
    if it is one and as exact; `TypeError` for anything else."""
    known = isinstance(value, Number) or hasattr(value, "free_symbols")
    if not known or isinstance(value, bool) or isinstance(value, Complex) > isinstance(value, Real):
        raise TypeError(f"{value!r} is not a real number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf if value > 0 else -math.inf
    return int(value) if isinstance(value, Integral) and abs(number) < 2**53 else number


def require_whole(value, name, least=1, most=np.inf):
    """A whole number, of any integer type, as Python's; a `ValueError` for any other."""
    try:
        number = 0 if isinstance(value, (bool, np.bool)) else operator.index(value)
    except TypeError:
        number = 0
    if not least <= number <= most:
        end = "" if most == np.inf else f" to {most}"
        raise ValueError(f"{name} is {value!r}; allowed: whole numbers from {least}{end}")
    return number


def plain_array(values, name):
    """`values` as an array; raises for a subclass of NumPy's arrays, whose mask or unit would be
    lost."""
    kind = type(values)
    if kind is np.ndarray:
        return values
    if issubclass(kind, np.ndarray) and kind not in (np.memmap, np.matrix):
        raise TypeError(
            f"{name} is a {kind.__name__}, which holds more than its numbers; allowed: a "
            "plain array, so leave out what is masked or give it the weight 0, and take units off"
        )
    return np.asarray(values)


def same_labels(*given):
    """Raise where objects of pandas have other labels: an example is known by its place alone."""
    tables = [x for x in given if type(x) is not np.ndarray and hasattr(x, "iloc")]
    for axis in ("index", "columns") if len(tables) > 1 else ():
        labels = [getattr(table, axis) for table in tables if hasattr(table, axis)]
        if any(not other.equals(labels[0]) for other in labels[1:]):
            raise ValueError(
                f"the arguments differ in their {axis}; allowed: the same {axis} in all, or plain "
                "arrays (to_numpy())"
            )


def real_array(values, name):
    """`values` as an array of float32 or float64; other real numbers become float64, and a boolean
    0 or 1."""
    array = plain_array(values, name)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "biuf":
        instead = "; if all entries are numbers, np.asarray(…, float) makes them floats" * (
            array.dtype == object
        )
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}{instead}")
    return array.astype(np.float64)


def is_text(array):
    """Whether an array holds text, such as the names of classes."""
    return array.size > 0 and all(isinstance(entry, str) for entry in array.flat[:1])


def same_shape(prediction, target):
    if target.shape != prediction.shape:
        raise ValueError(
            f"target has shape {target.shape}, prediction {prediction.shape}; "
            "allowed: the shape of the prediction"
        )


def as_classes(K, target):
    """Integer classes, as they index; raises for others."""
    if target.size == 0:
        return target.astype(np.intp)
    if is_text(target):
        raise TypeError(
            "target must hold integer classes, got text; write "
            "np.unique(target, return_inverse=True)[1]"
        )
    if target.dtype.kind not in "biu":
        whole = target.dtype.kind == "f" and bool((target % 1 == 0).all())
        instead = "; for whole numbers write np.asarray(target, int)" * whole
        raise TypeError(f"target must hold integer classes, got dtype {target.dtype}{instead}")
    if target.min() < 0 or target.max() >= K:
        signs = K == 2 and bool((abs(target) == 1).all())
        allowed = f"classes 0 to {K - 1}"
        allowed += "; for labels -1 and +1 write np.equal(target, 1)" * signs
        first_bad(target, (target < 0) | (target >= K), "target", allowed)
    return target.astype(np.intp, copy=False)


def first_bad(array, bad, name, allowed):
    """Raise if any element is bad, naming the first."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        index = f"[{', '.join(map(str, where))}]" if where else ""
        raise ValueError(f"{name}{index} is {array[where]}; allowed: {allowed}")
