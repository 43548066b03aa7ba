"""Formulas with all their digits next to a zero that is no float."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np


def short_of(size, square):
    """``1 - size**2 / square`` for a fraction, also where the two are all but equal.

    With r the root of the square it is ``(r - size) (r + size) / r**2``.  The root is a pair of
    floats, whose sum has twice their digits, and all is scaled by a power of two, so that the low
    one is never lost.  A root that is a float is exact.
    """
    k = (square.numerator.bit_length() - square.denominator.bit_length()) // 2
    square /= Fraction(4) ** k
    with localcontext(prec=120):
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
        high = float(root)
        low = float(root - Decimal(high))
    size = np.ldexp(size, -k)
    return ((high - size) + low) / high * (1 + size / high)
