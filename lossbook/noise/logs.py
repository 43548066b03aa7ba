"""The log of a density in SymPy, as a sum."""

from typing import Any

from ..losses.lazy import sp


def by_branch(function, expr):
    """``function(expr)``, inside the branches of a Piecewise."""
    if isinstance(expr, sp.Piecewise):
        return sp.Piecewise(*[(by_branch(function, branch), case) for branch, case in expr.args])
    return function(expr)


def log(expr: Any) -> Any:
    """``log(expr)`` of a density in SymPy as a sum: products, powers and branches are taken
    apart."""
    if expr == 0:
        return -sp.oo

    def expanded(inside):
        if isinstance(inside, sp.gamma):
            return sp.loggamma(inside.args[0])
        if isinstance(inside, sp.Pow) and isinstance(inside.base, sp.Integral):
            return inside.exp * sp.log(inside.base)
        return by_branch(log if isinstance(inside, sp.Piecewise) else sp.log, inside)

    return sp.expand_log(sp.log(expr)).replace(sp.log, expanded)


def prices(density):
    """Minus the log of a density, term by term."""
    return [by_branch(lambda e: sp.factor_terms(-e), e) for e in sp.Add.make_args(log(density))]
