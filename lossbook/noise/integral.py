"""Integrals over all errors, by adaptive quadrature."""

from itertools import pairwise

import numpy as np

from ..losses.base import quiet


@quiet
def mass(loss):
    """The integral of ``exp(-loss)`` over all errors, a float, or `ValueError` if there is none."""

    def price(errors):
        return loss(errors, np.zeros_like(errors))

    # Cauchy's condensation: from some error on, each doubling must cost more than log 2.
    far = 2.0**64 * np.array([-1.0, 1.0])
    growth = price(2 * far) - price(far)
    if not np.all((growth > np.log(2) + 1e-6) | (price(far) == np.inf)):
        raise ValueError(
            f"exp(-loss) does not integrate for the loss {loss}: far out, wherever the error "
            f"doubles the loss must grow by more than log 2 = 0.6931; it grows {growth.min():.4g}"
        )

    def integrand(u):  # error = ± exp(u): every scale is as wide as any other
        return np.exp(u - price(-np.exp(u))) + np.exp(u - price(np.exp(u)))

    # from errors of 1e-17 to those of 1e147, where the loss has been seen to grow without end
    total, doubt = integral(integrand, [-40, *range(-35, 60, 5), 340])
    if not (0 < total < np.inf and doubt < 1e-6 * total):
        raise ValueError(
            f"exp(-loss) has no integral that settles for {loss}: {total:.4g} ± {doubt:.1g}"
        )
    return float(total)


def curtis(n):
    """The weights of the rule of Clenshaw and Curtis (1960) for n intervals."""
    k, j = np.arange(n + 1), np.arange(1, n // 2 + 1)
    terms = np.cos(2 * np.pi * np.outer(k, j) / n) / (4 * j**2 - 1) * np.where(j < n / 2, 2, 1)
    return (1 - terms.sum(axis=1)) * np.where(k % n, 2, 1) / n


# The rule has nodes at both ends of a piece, so no jump hides there.
NODES, FINE, COARSE = np.cos(np.pi * np.arange(17) / 16), curtis(16), curtis(8)


def integral(f, places):
    """The integral of f from the first of the places to the last, and how far it is in doubt."""

    def piece(low, high):
        values = f((low + high) / 2 + (high - low) / 2 * NODES) * (high - low) / 2
        fine, coarse = FINE @ values, COARSE @ values[::2]
        return abs(fine - coarse), fine, low, high

    pieces = [piece(*ends) for ends in pairwise(places)]
    for _ in range(2000):
        doubt, total = (sum(p[k] for p in pieces) for k in (0, 1))
        if not doubt > 1e-10 * total:
            break
        *_, low, high = worst = max(pieces)
        pieces.remove(worst)
        pieces += [piece(low, (low + high) / 2), piece((low + high) / 2, high)]
    return total, doubt
