"""Products with exp(x) where the product is a normal number and exp(x) is none, and where x is
itself a product."""

import numpy as np

from .logarithm import halves


def times_exp(factor, x, low=0.0, over=1.0):
    """``factor / over * exp(x + low)``, with a `low` that is small beside x.

    By quarters of x: each product lies between the one before and the result, so that none
    overflows, or loses digits as it underflows, unless an end does.
    """
    quarter = np.exp(x / 4) * (1 + low / 4)
    return factor * quarter * quarter / over * quarter * quarter


def product(a, x):
    """``a * x`` for a number a as a pair, whose sum it is: rounded, and the rest (Dekker, 1971)."""
    x = np.clip(x, -1e300, 1e300)  # exp tells no more apart
    high, (head, foot), (a_head, a_foot) = a * x, halves(x), halves(a)
    return high, ((head * a_head - high) + head * a_foot + foot * a_head) + foot * a_foot
