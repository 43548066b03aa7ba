"""The difference of a log and another number where all digits of the two agree."""

import numpy as np

# log 2 in three parts: a whole number of up to 11 bits times the first two is exact
LOG_2 = 0.6931471803691238, 1.9082149292687043e-10, 1.8835029794789685e-22
HALVINGS = 14


def log_ratio(x, y):
    """``x - log(y)`` for positive y, to about 1e-26 or the last digits, whichever is more.

    With l the float log(y), x - l is exact where it is small; what l is short of log(y) follows
    from exp(l), computed here in pairs of floats, a high and a low one, whose sum is the number.
    """
    log = np.log(y)
    m, k = np.frexp(y)
    m, k = np.where(m < 0.7, 2 * m, m), np.where(m < 0.7, k - 1, k)
    # exp(l) = 2**k exp(t); the exp of t / 2**HALVINGS is near 1, and is squared again
    high = log - k * LOG_2[0]
    high, low = added(high, -k * LOG_2[1], -k * LOG_2[2])
    high, low = high / 2**HALVINGS, low / 2**HALVINGS
    square, rest = squared(high, low)
    cube = high * square / 6 * (1 + high / 4 * (1 + high / 5 * (1 + high / 6)))
    high, low = added(high, square / 2, low + rest / 2 + cube)
    for _ in range(HALVINGS):  # exp(2 t) - 1 from exp(t) - 1
        square, rest = squared(high, low)
        high, low = added(2 * high, square, 2 * low + rest)
    return (x - log) + np.log1p(((high - (m - 1)) + low) / m)


def added(a, b, low):
    """``a + b + low`` as a pair, for any a and b, and a low that is small beside them."""
    high = a + b
    part = high - a
    low = (a - (high - part)) + (b - part) + low
    total = high + low
    return total, low - (total - high)


def squared(high, low):
    """The square of a pair, by the product of Dekker (1971)."""
    square, (head, foot) = high * high, halves(high)
    return square, ((head * head - square) + 2 * head * foot) + foot * foot + 2 * high * low


def halves(x):
    """Two floats of half as many digits, whose sum is x and whose products are exact."""
    shifted = 134217729.0 * x
    head = shifted - (shifted - x)
    return head, x - head
