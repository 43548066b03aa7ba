"""Formulas with all their digits next to a zero that is no float."""

import math

import numpy as np

BITS = 400  # of a root: also one that is a float then is exact


def short_of(size, square):
    """``1 - size**2 / square``, also where the two are all but equal.

    The square is a fraction, a pair of integers.  With r its root the result is ``(r - size)
    (r + size) / r**2``.  The root is held as a pair of floats, which has twice the digits of one,
    and all is scaled by a power of two, so that the lower one never underflows.
    """
    above, below = square
    k = (above.bit_length() - below.bit_length()) // 2
    root = math.isqrt((above << 2 * (BITS + max(-k, 0))) // (below << 2 * max(k, 0)))
    high = root / 2**BITS
    low = (root - int(math.ldexp(high, BITS))) / 2**BITS
    size = np.ldexp(size, -k)
    return ((high - size) + low) / high * (1 + size / high)
