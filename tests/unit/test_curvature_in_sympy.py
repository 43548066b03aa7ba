"""The second derivative of formulas: of a loss in SymPy, and of a density that is typed."""

import numpy as np
import pytest
import sympy as sp
from mpmath import mp

import lossbook
from lossbook import AbsoluteError, Huber, SquaredError, StudentT, derive, noise
from lossbook.symbolic import ERROR, custom

# A typed loss


TYPED = [
    "exp(-error**2/2)",
    "exp(-abs(error)**1.5)",
    "1/cosh(error)",
    "(1 + error**2/3)**(-2)",
    "exp(-error)/(1 + exp(-error))**2",
    "exp(-error**2/2) + exp(-(error - 4)**2/2)/3",
    "exp(-2*sinh(abs(error)))",
]


@pytest.mark.parametrize("density", TYPED)
def test_a_typed_loss_has_a_curvature(density):
    loss = custom(density).loss
    error = np.append(np.linspace(-6.1, 6.1, 40), [-60.3, 45.7, 201.0])
    h = 1e-4
    estimate = [
        (loss.psi(error + step) - loss.psi(error - step)) / (2 * step) for step in (h, h / 2)
    ]
    expected = (4 * estimate[1] - estimate[0]) / 3
    found = loss.psi_prime(error)
    near = 1e-6 * np.abs(expected) + 1e-9 * (1 + np.abs(loss.psi(error)))
    assert (np.abs(found - expected) <= near).all()
    assert loss.psi_prime(error.astype(np.float32)).dtype == np.float32


def test_a_typed_curvature_where_the_formula_overflows():
    loss = custom("1/cosh(error)").loss
    for e in (300.0, 720.0):
        right = float(1 / mp.cosh(e) ** 2)
        assert loss.psi_prime(e) == pytest.approx(right, rel=1e-9, abs=0)
    loss = custom("exp(-cosh(error))").loss  # its curvature is cosh(error)
    np.testing.assert_allclose(loss.psi_prime([0.0, 700.0]), np.cosh([0, 700.0]), rtol=1e-11)
    loss = custom("exp(-sqrt(1 + error**4))").loss  # far out the square of the error
    np.testing.assert_allclose(loss.psi_prime([-1e100, 1e90]), [2, 2], rtol=1e-10)


@pytest.mark.parametrize(
    ("density", "limit"),
    [
        ("exp(-error**2)", 2),
        ("exp(-abs(error))", np.inf),
        ("exp(-max(0.2*error, -0.8*error))", np.inf),
        ("exp(-error**4)", 0),
        ("exp(-(error - 1)**2)", np.nan),
        ("1/cosh(error)", 1),
    ],
)
def test_the_weight_of_a_typed_loss_at_0(density, limit):
    loss = custom(density).loss
    assert loss.weight(0.0) == pytest.approx(limit, nan_ok=True)
    error = np.array([-3.0, 0.25, 7.0])
    np.testing.assert_allclose(loss.weight(error), loss.psi(error) / error, rtol=1e-15)
    assert loss.weight(error.astype(np.float32)).dtype == np.float32


def test_the_curvature_of_a_kink_has_no_infinite_part():
    assert custom("exp(-abs(error) - error**2)").loss.psi_prime(0.0) == 2


# In SymPy


def test_the_arguments_of_a_curvature():
    margin, z = sp.Symbol("margin", real=True), sp.symbols("z1:4", real=True)
    assert derive.curvature(SquaredError()) == 1
    assert derive.curvature(AbsoluteError()) == derive.curvature(lossbook.Hinge()) == 0
    assert derive.curvature(lossbook.Exponential()) == sp.exp(-margin)
    rate = sp.Symbol("prediction", real=True)
    assert derive.curvature(lossbook.Poisson()) == sp.exp(rate)
    p = [sp.exp(logit) / sum(map(sp.exp, z)) for logit in z]
    for found, share in zip(derive.curvature(lossbook.CrossEntropy()), p, strict=True):
        assert sp.simplify(found - share * (1 - share)) == 0
    x = sp.Symbol("x", real=True)
    assert derive.curvature(StudentT(3), x).xreplace({x: sp.sqrt(3)}) == 0
    soft = derive.curvature(lossbook.CrossEntropy(), z[:2], (sp.Rational(1, 3), sp.Rational(2, 3)))
    assert len(soft) == 2
    delta = sp.Symbol("delta", positive=True)
    assert derive.curvature(Huber(delta)).subs(ERROR, 2 * delta) == 0
    with pytest.raises(TypeError, match="loss must be a loss"):
        derive.curvature(noise.Gaussian())
