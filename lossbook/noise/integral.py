"""The area under exp(-loss): where it lies, how much it is, and how far it is in doubt.

All that is known of a loss here are its values.  The line is cut at *places*, such as the errors
where a part of a formula vanishes, and around each place every scale is searched: an error is
``place ± exp(u)``, and equal steps of u get equal care.  A peak is found at any distance from 0 and
as narrow as floats can tell, if it is at one of the places or shows on the grid `SCAN`.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev

from ..losses.base import quiet

FAR = 690  # log of the farthest error, 1e300: a multiple of it is still a number
NEAR = 2.0**-48  # of its place, the distance from it below which rounding shows
SETTLED = 1e-6  # of the area, how much may be in doubt
CENTRE = [-40, -10, -4, -2, 0, 2, 4, 10, 40]
STEPS = np.array([*range(-690, -40, 130), *CENTRE, 86, 172, FAR / 2, 517, FAR - 46, FAR])

CLOSE = np.geomspace(1e-12, 0.1, 23)
SIZES = [*np.geomspace(1e-300, 1e300, 151), *np.geomspace(1e-6, 1e4, 201), *np.arange(41) / 2]
SCAN = np.union1d(np.negative(SIZES), SIZES) + 0.0
"""Errors of every size, dense where errors mostly lie."""


def scan(places):
    """`SCAN`, the places, and errors at every scale around them."""
    around = np.multiply.outer(places, 1 + np.array([0, *-CLOSE, *CLOSE]))
    return np.union1d(SCAN, around)


def curtis(n):
    """The weights of the rule of Clenshaw and Curtis (1960) for n intervals."""
    k, j = np.arange(n + 1), np.arange(1, n // 2 + 1)
    terms = np.cos(2 * np.pi * np.outer(k, j) / n) / (4 * j**2 - 1) * np.where(j < n / 2, 2, 1)
    return (1 - terms.sum(axis=1)) * np.where(k % n, 2, 1) / n


# The rule has nodes at both ends of a piece, so no jump hides there.
NODES, FINE, COARSE = np.cos(np.pi * np.arange(17) / 16), curtis(16), curtis(8)
TO_SERIES = np.linalg.inv(chebyshev.chebvander(NODES, 16))


@dataclass(frozen=True, eq=False)
class Area:
    """The area under ``exp(-loss)`` in parts, which hold `masses` times ``exp(-least)``.

    First the `pieces`, rows of place, side, low and high: the error is ``place + side * exp(u)``
    for u from low to high, and `values` is what is integrated over u, at the nodes.  Then the
    `points`: what is nearer to a place than `NEAR`.  Then the `tails`, what is beyond 1e300: rows
    of side, fall, and whether it falls like a power of the error's log, not of the error.
    """

    least: float
    pieces: np.ndarray
    values: np.ndarray
    points: np.ndarray
    tails: np.ndarray
    masses: np.ndarray

    @property
    def log(self):
        """The log of the area."""
        return float(np.log(self.masses.sum()) - self.least)

    @quiet
    def draw(self, size, rng):
        """Random errors: a part by its mass, then a place in it."""
        which = rng.choice(len(self.masses), size, p=self.masses / self.masses.sum())
        share, first, last = rng.random(size), len(self.pieces), len(self.masses) - len(self.tails)
        errors = self.points[np.clip(which - first, 0, len(self.points) - 1)]
        for some in np.array_split(np.flatnonzero(which < first), size // 2**16 + 1):
            errors[some] = self.within(which[some], share[some])
        far = which >= last
        side, fall, logs = self.tails[which[far] - last].T
        steps = -np.log1p(-share[far]) / fall
        errors[far] = side * np.exp(np.where(logs, FAR * np.exp(steps), FAR + steps))
        return errors

    def within(self, which, share):
        """The errors up to which the given pieces hold these shares of their masses."""
        sums = chebyshev.chebint(TO_SERIES @ self.values[which].T, lbnd=-1)
        aim = share * chebyshev.chebval(1, sums)
        low, high = -np.ones(len(which)), np.ones(len(which))
        for _ in range(40):
            middle = (low + high) / 2
            short = chebyshev.chebval(middle, sums, tensor=False) < aim
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        place, side, start, end = self.pieces[which].T
        return place + side * np.exp(start + (low + 1) / 2 * (end - start))


@quiet
def area(loss, places=()):
    """The :class:`Area` under ``exp(-loss)``, or `ValueError` that says why there is none.

    `places` are errors that a search might miss: of narrow peaks, and where the density begins or
    ends.
    """
    price = loss.rho
    places, least, ends = survey(price, places)
    sides = halves(places, [reach for reach, _ in ends])
    pieces, values, masses, doubts = refined(lambda errors: np.exp(least - price(errors)), sides)
    width = np.exp(sides[:, 2])
    points = sides[:, 0] + sides[:, 1] * width
    near, at = (width * np.exp(least - price(errors)) for errors in (points, sides[:, 0]))
    near, at = (np.where(np.isnan(mass), 0, mass) for mass in (near, at))  # 0, rounded below it
    tails = [
        (side, *tail(price, least, side, pieces, masses))
        for side, (reach, _) in zip((-1, 1), ends, strict=True)
        if reach == FAR
    ]
    *rows, beyond, unsure = np.reshape(tails, (-1, 5)).T
    masses = np.concatenate([masses, near, beyond])
    total = masses.sum()
    if not np.all(unsure <= SETTLED * total):
        raise ValueError(slow(loss))
    cut = sum(np.exp(least - rest) for _, rest in ends)
    doubt = doubts.sum() + np.abs(near - at).sum() + unsure.sum() + cut
    if not doubt <= SETTLED * total < np.inf:
        raise ValueError(
            f"the area under exp(-loss) does not settle for the loss {loss}: "
            f"{total * np.exp(-least):.4g} ± {doubt * np.exp(-least):.1g}; avoid many waves, very "
            "narrow peaks, infinite heights and digits that cancel"
        )
    return Area(float(least), pieces, values, points, np.transpose(rows), masses)


def survey(price, places):
    """The places, with 0 and the valleys that the scan shows; the least price; and the `end` on
    both sides."""
    errors = scan(places)
    prices = price(errors)
    finite = np.isfinite(prices)
    places = np.unique([0.0, *places, *valleys(price, errors, prices, places)])
    first = np.diff(places, prepend=-np.inf) > 2.0**-40 * np.abs(places)
    places = places[np.lexsort((price(places), np.cumsum(first)))[first]]  # of each group the best
    ends = [
        end(errors[::side], finite[::side], prices[::side], place)
        for side, place in ((-1, places[0]), (1, places[-1]))
    ]
    return places, np.min(prices, where=finite, initial=np.inf), ends


def valleys(price, errors, prices, known):
    """The errors at which the price is least, as far as they show and none is `known` nearby; of
    many, the 16 of least price."""
    around = np.lib.stride_tricks.sliding_window_view(prices, 5)
    middle = around[:, 2]
    least = np.isfinite(middle) & (middle <= around[:, 1]) & (middle <= around[:, 3])
    k = np.flatnonzero(least & (np.ptp(around, axis=1) > 1e-3)) + 2
    hinted = np.searchsorted(known, errors[k - 1]) < np.searchsorted(known, errors[k + 1], "right")
    k = k[~hinted]
    k = k[np.argsort(prices[k])[:16]]
    low, high = errors[k - 1], errors[k + 1]
    for _ in range(48 if len(k) else 0):
        step = (3 - 5**0.5) / 2 * (high - low)  # golden sections
        left = price(low + step) <= price(high - step)
        low, high = np.where(left, low, low + step), np.where(left, high - step, high)
    return np.sort((low + high) / 2)


def end(errors, finite, prices, place):
    """How far to look beyond the outermost place of a side: the log of a distance, -∞ for not at
    all; and where the density ends at no place, the price of all that may lie beyond.

    The arguments are those of the scan, from the other side on.
    """
    edge = np.flatnonzero(finite)[-1] if finite.any() else 0
    if edge == len(errors) - 1:
        return FAR, np.inf
    distance = (errors[edge] - place) * np.sign(errors[-1])
    if not distance > 1e-12 * abs(place):
        return -np.inf, np.inf
    return np.log(distance), prices[edge] - np.log(abs(errors[edge]))


def halves(places, ends):
    """Both sides of every place, halfway to the next: rows of place, side, and u from and to."""
    half = np.log(np.diff(places) / 2)
    low = np.log(np.maximum(np.abs(places) * NEAR, 1e-300))
    left = zip(places, -np.ones_like(places), low, [ends[0], *half], strict=True)
    right = zip(places, np.ones_like(places), low, [*half, ends[1]], strict=True)
    return np.array([row for row in (*left, *right) if row[2] < row[3]])


def refined(height, sides):
    """The pieces of an :class:`Area`, what is integrated at their nodes, its integrals and their
    doubts: each piece is halved until what is in doubt is little, or too many are."""

    def weighed(pieces):
        place, side, low, high = pieces.T[..., None]
        u = (low + high) / 2 + (high - low) / 2 * NODES
        return (high - low) / 2 * np.exp(u) * height(place + side * np.exp(u))

    pieces = new = np.array(
        [
            (place, side, *ends)
            for place, side, low, high in sides
            for ends in pairwise([low, *STEPS[(low < STEPS) & (high > STEPS)], high])
        ]
    )
    values = np.empty((0, 17))
    for _ in range(60):
        values = np.concatenate([values, weighed(new)])
        masses = values @ FINE
        doubts = np.abs(masses - values[:, ::2] @ COARSE)
        bad = doubts > 1e-9 * masses.sum() / len(masses)
        if doubts.sum() <= 1e-9 * masses.sum() or not bad.any() or len(pieces) > 1000:
            break
        place, side, low, high = pieces[bad].T
        middle = (low + high) / 2
        new = np.concatenate(
            [np.transpose([place, side, low, middle]), np.transpose([place, side, middle, high])]
        )
        pieces, values = np.concatenate([pieces[~bad], new]), values[~bad]
    return pieces, values, masses, doubts


def tail(price, least, side, pieces, masses):
    """What lies beyond ``exp(FAR)``, by the law that holds from some error up to there, where the
    area between the two is known: fall, whether of the log, mass and doubt.

    In the log t of the error, or in its log, the area under a power falls like ``exp(-fall * t)``.
    It must fall at the end too: a slower part may only begin to show there.
    """
    laws = [(np.inf, np.nan, 0, np.nan)]
    for start, logs, least_fall in (FAR / 2, 0, 1e-6), (FAR / 2, 1, 1e-6), (FAR - 46, 0, 0.5):
        between = masses[(pieces[:, 1] == side) & (pieces[:, 2] > start - 1)].sum()
        u = np.array([start, FAR - 23, FAR])
        log = u + least - price(side * np.exp(u))
        t, h = (np.log(u), log + np.log(u)) if logs else (u, log)
        fall, last = (h[:2] - h[2]) / (t[2] - t[:2])
        near, far = np.exp(h[[0, 2]]) / fall
        if min(fall, last) > least_fall and not np.isfinite(price(np.array([side * np.inf]))[0]):
            laws.append((abs(near - far - between), fall, logs, far))
    doubt, fall, logs, mass = min(laws)
    return fall, logs, mass, doubt


def slow(loss):
    """Why there is no area: the density does not go to 0, or not fast enough; and what to do."""
    limits = loss.rho(np.array([-np.inf, np.inf]))
    if np.isfinite(limits).any():
        height = np.exp(-np.nanmin(limits))
        return (
            f"exp(-loss) does not integrate for the loss {loss}: far out the density goes to "
            f"{height:.4g}; it must fall to 0, and faster than 1/|error|"
        )
    near, far = (loss.rho(np.exp(u) * np.array([-1.0, 1.0])) for u in (FAR / 2, FAR))
    power = np.nanmin(far - near) / (FAR / 2)
    if power <= 0:
        return (
            f"exp(-loss) does not integrate for the loss {loss}: between errors of 1e150 "
            "and 1e300 the density grows; it must fall to 0, and faster than 1/|error|"
        )
    how = f"goes like |error|**{-power:.4g}"
    if power > 1.1:  # on the whole it is fast enough
        how = "follows no single power of the error or of its log"
    return (
        f"exp(-loss) does not integrate for the loss {loss}, or its tail falls too "
        f"slowly to tell: between errors of 1e150 and 1e300 it {how}; let it fall faster, for "
        "example like 1/(1 + abs(error))**1.5"
    )
