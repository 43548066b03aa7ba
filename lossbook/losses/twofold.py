"""Twice the digits of float64: a number as an unevaluated sum ``high + low``.

A few losses subtract near-equal numbers, or raise a rounded number to a large power; there a
plain float64 has too few digits to end with all of its own right.
Source: Dekker (1971), Knuth (1969).
"""

import numpy as np

SPLITTER = 2.0**27 + 1
LOG2 = (
    0.6931471805582987,
    1.6465949582866463e-12,
    3.061840736018652e-24,
)  # 36 bits, 36 bits, the rest


def two_sum(a, b):
    """``a + b``, exactly."""
    high = a + b
    part = high - a
    return high, (a - (high - part)) + (b - part)


def halves(a):
    """`a` as a sum of two numbers of 26 bits."""
    big = SPLITTER * a
    high = big - (big - a)
    return high, a - high


def two_product(a, b):
    """``a * b``, exactly, for sizes up to 1e150."""
    high = a * b
    (a1, a2), (b1, b2) = halves(a), halves(b)
    return high, a2 * b2 - (((high - a1 * b1) - a2 * b1) - a1 * b2)


def quotient(a, b, b_low=0.0):
    """``a / (b + b_low)`` as high and low, for sizes up to 1e150."""
    high = a / b
    product, low = two_product(high, b)
    return high, ((a - product) - low - high * b_low) / b


def exp(x):
    """``exp(x)`` as high and low: 2**k times the series of ``exp(x - k log 2)``."""
    k = np.rint(x / LOG2[0])
    r, r_low = two_sum(x - k * LOG2[0], -k * LOG2[1])
    r_low = r_low - k * LOG2[2]
    high, low = np.ones_like(x), np.zeros_like(x)
    for n in range(24, 0, -1):  # Horner: 1 + r/1 (1 + r/2 (1 + r/3 (…)))
        product, rest = two_product(r, high)
        rest = rest + (r * low + r_low * high)
        part, part_low = quotient(product, float(n))
        high, low = two_sum(1.0, part)
        low = low + (part_low + rest / n)
    k = k.astype(int)
    return np.ldexp(high, k), np.ldexp(low, k)
