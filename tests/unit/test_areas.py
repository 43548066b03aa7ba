"""The area under a density that is typed, or that a loss implies, is right or refused, wherever its
mass lies; and its samples lie there too."""

from itertools import product
from math import acos, erf, exp, gamma, inf, log, pi, sin, sqrt

import numpy as np
import pytest
from mpmath import mp

import lossbook
from lossbook import noise
from lossbook.symbolic import custom
from lossbook.symbolic.places import places

ROOT = sqrt(2 * pi)
TURN = acos(-0.3)
SPIKES = sqrt(pi) / sin(
    TURN
)  # the area of each spike of exp(-(1e9*(cos(error) + 0.3))**2), 1e9 high
DRAWS = np.random.default_rng(17)


def bump(centre, width, height=1):
    return f"{height}*exp(-((error - {centre})/{width})**2/2)"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        # in several places, far out, narrow
        ("exp(-error**2/2) + exp(-(error - 500)**2/2)", 2 * ROOT),
        ("exp(-error**2/2) + exp(-(error + 1000000)**2/2)", 2 * ROOT),
        ("exp(-(error - 1000)**2/2)", ROOT),
        ("exp(-(error - 1e9)**2/2)", ROOT),
        (f"{bump(30, 0.01)} + 0*error", ROOT * 0.01),
        (f"{bump(0, 1)} + {bump(30, 0.000001, 10000)}", ROOT * 1.01),
        (f"{bump(0, 1)} + {bump(30, 0.01)} + {bump(-700, 20, 0.001)}", ROOT * 1.03),
        ("exp(-abs(error)) + exp(-abs(error - 300)/100)", 202),
        ("exp(-(error**2 - 900)**2/1800)", 2.5076752533346),
        ("exp(-(error - 3)**2*(error + 40)**2/2)", 0.1165875662238),
        ("exp(-error**2/2 + 30*error - 450)", ROOT * exp(450)),  # the constant is not in the loss
        ("1 if abs(error - 30) < 0.001 else 0", 0.002),
        ("1/cosh((error - 7)*1000)", pi / 1000),
        ("exp(-cosh((error + 200)*1e6))*1e6", 2 * float(mp.besselk(0, 1)) / 1e6),  # 1e6 dropped
        # one-sided, bounded, with jumps
        ("exp(error) if error < 0 else 0", 1),
        ("exp(-(error - 50)) if error > 50 else 0", 1),
        ("sqrt(max(0, 1 - (error/1000)**2))", 500 * pi),
        ("exp(-abs(error))*(1 if error < 30 else 3)", 2),
        ("exp(-abs(error/5000)**20)", 10000 * gamma(1.05)),
        # heavy tails: beyond all numbers lies up to half
        ("1/(1 + error**2)", pi),
        ("1/(1 + abs(error)**1.2)", 2 * pi / 1.2 / sin(pi / 1.2)),
        ("(1 + error**2)**-0.505", sqrt(pi) * gamma(0.005) / gamma(0.505)),
        ("1/(1 + abs(error))**1.001", 2000),
        ("1/((2 + abs(error))*log(2 + abs(error))**2)", 2 / log(2)),
        ("1/((3 + abs(error))*log(3 + abs(error))**1.5)", 4 / sqrt(log(3))),
        ("exp(-abs(error)**0.05)", 2 * gamma(21)),
        ("exp(-abs(error)**0.02)", 2 * gamma(51)),
        # what overflows or cancels far out, where nothing lies
        ("(pi/2 - atan(abs(error)))**3", 3.9508339541),
        (
            "1/cosh(error)**0.001",
            sqrt(pi) * gamma(0.0005) / gamma(0.5005),
        ),  # half where cosh overflows
        ("1/cosh(error)**0.1", 2**0.1 * 10 * gamma(1.05) ** 2 / gamma(1.1) * 2),
        (
            "exp(-abs(error)) + exp(-(1e9*(cos(error) + 0.3))**2 - abs(error))*1e9",
            2 + 2 * SPIKES * (exp(-TURN) + exp(TURN - 2 * pi)) / (1 - exp(-2 * pi)),
        ),
        ("exp(-abs(error)**3)*(1 + cos(50*error)/2)", 2 * gamma(4 / 3)),
    ],
)
def test_areas(text, area):
    assert custom(text).normaliser == pytest.approx(area, rel=1e-6)


def test_random_mixtures_are_found_wherever_they_are():
    for _ in range(60):
        count = DRAWS.integers(2, 5)
        centres = DRAWS.choice([-1, 1], count) * 10 ** DRAWS.uniform(-3, 8, count)
        widths = np.abs(centres) * 10 ** DRAWS.uniform(-6, 1, count)
        heights = 10 ** DRAWS.uniform(-2, 2, count) / widths
        parts = zip(
            *([f"{v:.6g}" for v in values] for values in (centres, widths, heights)), strict=True
        )
        triples = [tuple(map(float, part)) for part in parts]
        own = custom(" + ".join(bump(*triple) for triple in triples))
        shares = np.array([width * height * ROOT for _, width, height in triples])
        assert own.area.log == pytest.approx(log(shares.sum()), abs=1e-6), triples


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1/(1 + abs(error))", "does not integrate .*, or its tail .* goes like |error|..-1; let"),
        (
            "1/((1 + abs(error))*log(3 + abs(error)))",
            "does not integrate .*, or its tail falls too slowly",
        ),
        ("1/((9 + abs(error))*log(9 + abs(error))*log(log(9 + abs(error)))**2)", "too slowly"),
        ("exp(-sqrt(log(1 + abs(error))))", "does not integrate .*, or its tail falls too slowly"),
        # a slow part that only shows far out
        ("1/(1 + error**2) + 1e-200/(1 + abs(error))", "too slowly .* follows no single power"),
        ("1/(1 + error**2) + 1e-149/(1 + abs(error))", "too slowly"),
        ("exp(-error**2) + 1e-280/(9 + abs(error))**0.9", "too slowly"),
        ("exp(-1e-290*abs(error))", "too slowly .* follows no single power"),  # 2e290
        ("exp(-abs(error)**0.001)", "its tail falls too slowly to tell"),  # 2 gamma(1001)
        ("1 if error > 0 else 0", "does not integrate .*: far out the density goes to 1"),
        ("exp(-error**2) + 1e-300", "does not integrate"),
        ("exp(error)", "does not integrate"),
        ("pi/2 - atan(abs(error))", "does not settle"),  # like 1/|error|, until its digits cancel
        ("sqrt(1 + error**2) - abs(error)", "does not settle|not a finite"),
        ("(2 + cos(error))/(1 + error**2)", "does not settle"),  # has one: too many waves
        ("1/(error**2 - 0.09)**2", "does not settle|not a finite number"),
        ("1/(error - 0.3)**2", "not a finite number at error 0.3"),
        ("exp(-abs(error)) + 1/abs(error - 0.1)**0.5", "not a finite number at error 0.1"),
        (f"{bump(0, 1)} + {bump(30, '1e-15', '1e9')}", "does not settle"),  # between two floats
        ("exp(-abs(error))*(error - 7.77)*(error - 7.78)", "is negative at error 7.7"),
        ("exp(-abs(error - 500))*(1 if error <= 500 else -1)", "is negative at error 500"),
    ],
)
def test_what_has_no_area_or_none_that_can_be_told_is_refused(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        custom(text)


@pytest.mark.parametrize("scale", [1e-200, 1e-18, 1e-3, 1.0, 1e9, 1e200])
@pytest.mark.parametrize(
    ("alpha", "area"),
    [(1.0, 2 * exp(1) * float(mp.besselk(1, 1))), (0.0, sqrt(2) * pi), (2.0, ROOT)],
)
def test_a_loss_may_have_any_scale(alpha, area, scale):
    loss = lossbook.GeneralRobust(alpha, scale)
    assert noise.Implied(loss).normaliser == pytest.approx(area * scale, rel=1e-9)


def test_a_bounded_loss_has_no_noise_however_slowly_it_gets_there():
    for alpha in (-inf, -2.0, -1e-3, -1e-12):
        with pytest.raises(ValueError, match="does not integrate"):
            noise.of(lossbook.GeneralRobust(alpha))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exp(-(error - 20)**2/2)", [20]),
        ("exp(-abs(3*error + 1)) if error < c else 0*c", [-1 / 3, 2.5]),
        ("exp(-(log(abs(error)) - 3)**2*1000000)", [-exp(3), exp(3)]),
        ("exp(-max(error, -2*error))", [0]),
        ("exp(-error**2)*(1 + cos(7*error)/2)", [0]),
        ("1 if abs(error - 30) < 0.001 else 0", [29.999, 30, 30.001]),
    ],
)
def test_places_are_the_zeros_of_the_parts(text, expected):
    given = {"c": 2.5} if "c" in text.replace("cos", "") else {}
    np.testing.assert_allclose(places(custom(text, **given).loss.formula), expected, atol=1e-300)


def normal(errors, centre, width):
    return np.array([(1 + erf((e - centre) / width / sqrt(2))) / 2 for e in errors])


@pytest.mark.parametrize(
    "parts",
    [
        [(0, 1, 0.5), (20, 1, 0.5)],
        [(1000, 1, 1)],
        [(500, 0.01, 0.3), (-3, 2, 0.6), (1e6, 1e4, 0.1)],
        [(-30, 1e-6, 0.5), (0, 1, 0.5)],
    ],
)
def test_samples_lie_where_the_mass_lies(parts):
    text = " + ".join(bump(centre, f"{width:.9f}", share / width) for centre, width, share in parts)
    errors = -custom(text).sample(0.0, 4000, np.random.default_rng(3))
    shares = sum(share * normal(errors, *part) for *part, share in parts)
    # the shares of uniform draws, at most 1.95 / sqrt(n) off with probability 0.999
    assert np.abs(np.sort(shares) - (np.arange(4000) + 0.5) / 4000).max() < 1.95 / sqrt(4000)


def test_samples_of_tails_beyond_1e300():
    """Half of this mass is beyond 1e300, where the sample goes on by the power, or is infinite."""
    errors = np.abs(custom("1/(1 + abs(error))**1.001").sample(0.0, 4000, np.random.default_rng(3)))
    for reach in (1e10, 1e200, 1e305):
        share = (1 + reach) ** -0.001
        assert np.mean(errors > reach) == pytest.approx(share, abs=0.03)


def test_samples_have_any_shape_and_repeat():
    own = custom("exp(-abs(error)) + exp(-abs(error - 9))")
    for shape in ((), (0,), 5, (2, 3)):
        first, again = (own.sample(0.0, shape, np.random.default_rng(1)) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        assert first.shape == np.empty(shape).shape


def test_a_density_of_errors_that_overflow_is_0():
    for text, sign in product(("exp(-error**2/2)", "(1 + error**2)**-0.6"), (-1, 1)):
        assert custom(text).density([sign * 1.7e308], [-sign * 1.7e308]).tolist() == [0]
