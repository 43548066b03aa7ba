"""The reader's own noise: a density that is typed in, and its loss."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from ..losses import ResidualLoss
from ..losses.checks import Interval
from ..noise import Implied
from ..noise.integral import scan, survey
from ..noise.logs import prices
from .compiling import compiled, compiled_curvature, compiled_slope, second_derivative
from .far import far
from .notation import ERROR
from .places import places
from .reading import parse

__all__ = ["CustomLoss", "custom"]

FINITE = Interval(-np.inf, np.inf)


@dataclass(frozen=True)
class CustomLoss(ResidualLoss):
    """A loss of the error from a formula in SymPy: value, gradient and curvature are the formula
    and its derivatives, compiled.  The log of a sum of positive terms is as exact as its largest
    term, even where all of them underflow.  Where a part of the formula overflows, as
    ``cosh(error)`` does in ``log(cosh(error))``, all of these are computed from logs of the parts,
    with some 12 digits.  The terms of a derivative may cancel, and leave it fewer digits.

    Nothing is claimed of it: ``convex`` and ``smooth`` are false, ``bound`` is infinite, whatever
    the formula.

    `formula` is written in ``lossbook.symbolic.ERROR``; with another symbol in it only
    ``expression`` can be used, and calling the loss raises `ValueError`.  Where ``abs`` or ``max``
    has a kink, the gradient is the mean of the slopes on both sides, and the curvature leaves out
    its infinite part.
    """

    formula: sp.Expr
    name = "custom"
    smooth = False

    def __str__(self):
        return str(self.formula)

    def rho(self, error):
        value = compiled(self.formula)(error)
        value = mended(value, ~np.isfinite(value), self.formula, error)
        value[np.isnan(value) & np.isinf(error)] = np.inf  # infinity less infinity: no density
        return value

    def psi(self, error):
        value, slope = compiled(self.formula)(error), compiled_slope(self.formula)(error)
        lost = ~np.isfinite(value) | np.isinf(slope) | ((slope == 0) & (np.abs(error) > 1))
        return mended(slope, lost, self.formula.diff(ERROR), error)

    def psi_prime(self, error):
        value, bend = compiled(self.formula)(error), compiled_curvature(self.formula)(error)
        lost = ~np.isfinite(value) | np.isinf(bend) | ((bend == 0) & (np.abs(error) > 1))
        return mended(bend, lost, second_derivative(self.formula), error)

    def weight(self, error):
        """At 0 the weight is ∞ if the slopes on both sides have the sign of the error, and −∞ if
        both have the opposite sign.  If both slopes are 0 it is the curvature; else it is NaN,
        because there is no limit."""
        away = self._psi(np.array([-1e-200, 1e-200])) * [-1, 1]
        away[np.abs(away) < 1e-9] = 0
        limit = np.mean(away * np.inf) if away.any() else self._psi_prime(np.zeros(1))[0]
        return np.where(error == 0, limit, self._psi(error) / error).astype(error.dtype)

    def expression(self, error):
        return self.formula.xreplace({ERROR: error})

    @property
    def places(self):
        """The errors where the loss may have a narrow minimum, a kink or a jump, or become
        infinite."""
        return places(self.formula)

    @property
    def wells(self):
        """The places, and what else shows on a scan."""
        return survey(self.rho, self.places)[0]


def mended(result, lost, formula, error):
    """The result of a formula, with what was lost at finite errors computed from logs."""
    lost = (lost | np.isnan(result)) & np.isfinite(error)
    if lost.any():
        found = far(formula, error[lost])
        result[lost] = np.where(np.isnan(found), result[lost], found)
    return result


def custom(density: str | sp.Expr, /, **parameters: Any) -> Implied:
    """The noise model of a density of the error: its `loss` is a :class:`CustomLoss`.

    `density` is text or a SymPy expression in `error` and parameters; its integral need not be 1.
    Text is made of numbers, ``+ - * / **``, ``a if b < c else d``, ``pi``, names, and ``abs``,
    ``atan``, ``cos``, ``cosh``, ``exp``, ``log``, ``max``, ``min``, ``sin``, ``sinh``, ``sqrt`` and
    ``tanh``; it is read, never run.  `parameters` maps names to numbers in (−∞, ∞) or to SymPy
    symbols; a parameter without a value stays a positive symbol.

    `ValueError` if the text cannot be read, and for a parameter that the density lacks or that is
    not finite.  It is also raised if the density is negative or not a finite number at a value of
    `error` that is tried.  The values tried are of every size up to 100, and around each place
    where a part of the formula changes sign.  A `ValueError` is raised, too, if the density does
    not integrate, or if the area under it cannot be told with a relative error of 1e-6, as
    :class:`.noise.Implied` says.  Parameters without a value are tried at ½, 1 and 2, and one
    choice must pass.  `TypeError` for a density that is neither text nor an expression, and for a
    value that is not a real number.
    """
    density = with_values(density, parameters)
    loss = CustomLoss(sp.Add(*[price for price in prices(density) if price.has(ERROR)]))
    complaints = []
    free = sorted(density.free_symbols - {ERROR}, key=str)
    for trial in product((1, sp.Rational(1, 2), 2), repeat=len(free)):
        at = dict(zip(free, trial, strict=True))
        try:
            own = CustomLoss(loss.formula.subs(at))
            check(density.subs(at), own.places)
            Implied(own)
            return Implied(loss)
        except ValueError as complaint:
            where = ", ".join(f"{symbol} = {value}" for symbol, value in at.items())
            complaints.append(f"{complaint} (at {where})" if where else str(complaint))
    raise ValueError(complaints[0])


def with_values(density, parameters):
    """The density as an expression in `ERROR`, its parameters replaced by their values."""
    if isinstance(density, str):
        density = parse(density)
    if not isinstance(density, sp.Expr):
        raise TypeError(f"the density must be text or a SymPy expression, got {density!r}")
    names = {symbol.name: symbol for symbol in density.free_symbols}
    if "error" not in names:
        instead = f"; write error for {' or '.join(sorted(names))}" if names else ""
        raise ValueError(f"the density {density} does not depend on error{instead}")
    values = {names.pop("error"): ERROR}
    for name, value in parameters.items():
        if name not in names:
            known = ", ".join(sorted(names)) or "none"
            raise ValueError(f"{density} has no parameter {name}; it has: {known}")
        values[names[name]] = sp.sympify(FINITE.require(value, name))
    return with_integers(density.xreplace(values))


def with_integers(expr):
    """The same with whole floats as integers: to SymPy a ``Float(2)`` is no 2."""
    floats = ((x, float(x)) for x in expr.atoms(sp.Float))
    whole = {x: sp.Integer(int(n)) for x, n in floats if n.is_integer() and abs(n) < 2**53}
    return expr.xreplace(whole)


def check(density, places):
    """`ValueError` where the density is negative or no finite number."""
    errors = scan(places)
    errors = errors[np.abs(errors) <= max([100, *1.1 * np.abs(places)])]
    values = compiled(density)(errors)
    negative = values < (
        -np.inf if density.is_nonnegative else -1e-12 * values.max()
    )  # not rounded
    for bad, what, instead in (
        (~np.isfinite(values), "is not a finite number", "it must be one"),
        (negative, "is negative", "it must be 0 or more"),
    ):
        if bad.any():
            k = np.argmax(bad)
            raise ValueError(
                f"the density {density} {what} at error {errors[k]:.4g}: {values[k]:.4g}; "
                f"{instead} at every error"
            )
