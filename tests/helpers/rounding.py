"""Texts of two computers: the same words, and numbers that differ by their rounding alone."""

import re

# With the blanks before it: a column of numbers is aligned by its longest.
NUMBER = re.compile(r" *-?\d+\.(\d*)(?:e([-+]\d+))?")


def agree(one, other):
    """Whether texts, or lists and dictionaries of texts, are equal but for rounding."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(agree, one, other))
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    return all(map(close, NUMBER.finditer(one), NUMBER.finditer(other)))


def close(one, other):
    """Another NumPy, SciPy and C library round each step elsewhere, by 1e-16 of the number, and a
    minimiser stops elsewhere: what is printed may fall to the other side of its last digit."""
    a, b = float(one[0]), float(other[0])
    return a == b or (unit(one) == unit(other) and abs(a - b) <= 1.001 * unit(one))


def unit(number):
    return 10.0 ** (int(number[2] or 0) - len(number[1]))
