"""LaTeX of what a derivation finds, narrow enough for a telephone."""

import sympy as sp

from .notation import ERROR

ROOT, LOG = sp.symbols("sqrt(2*pi) log(2*pi)", positive=True)
LETTERS = {ROOT: r"\sqrt{2\pi}", LOG: r"\log 2\pi", ERROR: r"\varepsilon"}


def tidy(expr):
    """The same to read: 2 pi under one root and in one log, |error| before its bound, numbers
    with four digits."""
    expr = expr.replace(lambda e: e.is_number and e.has(sp.Float), lambda e: e.n(4))
    root, log_2pi = ROOT / sp.sqrt(2), LOG - sp.log(2)
    forms = expr, expr.subs(sp.sqrt(sp.pi), root), expr.subs(sp.log(sp.pi), log_2pi)
    expr = min(forms, key=sp.count_ops)

    def facing(*pairs):
        turned = [
            (e, c.reversed if c.has(sp.Abs) and not c.lhs.has(sp.Abs) else c) for e, c in pairs
        ]
        return sp.Piecewise(*turned, evaluate=False)

    return expr.replace(sp.Piecewise, facing)


def latex(expr):
    """The LaTeX of a SymPy expression, made tidy, with ε for the error."""
    expr = tidy(expr).replace(sp.loggamma, lambda x: sp.log(sp.gamma(x)))
    text = sp.latex(expr, symbol_names=LETTERS)
    return text.replace(r"\text{for}\: ", "").replace("otherwise", "else")


def inside(expr):
    return rf"\left({latex(expr)}\right)" if expr.is_Add else latex(expr)


def lines(*rows):
    return r"\begin{aligned} &" + r" \\[1ex] &".join(rows) + r" \end{aligned}"


def product(left, shape, front):
    """A density: its factor before the shape, or on a line of its own."""
    if front == 1:
        return f"{left} = {latex(shape)}"
    if wide(shape, front):
        return lines(left, f"= {latex(shape)}", rf"\times {latex(front)}")
    return rf"{left} = {latex(front)} \, {latex(shape)}"


def price(left, kept, free, front):
    """Minus the log of a density: what depends on the prediction, and the constant behind it."""
    if free == 0:
        return f"{left} = {latex(kept)}"
    constant = latex(free) if front == 1 else rf"\log \left({latex(1 / front)}\right)"
    added = constant if constant.startswith("-") else f"+ {constant}"
    if wide(kept, free):
        return lines(left, f"= {latex(kept)}", added)
    return f"{left} = {latex(kept)} {added}"


def wide(first, second):
    """Whether two terms take more than the width of a telephone."""
    return (
        isinstance(first, sp.Piecewise) or sp.count_ops(tidy(second)) > 6 or second.has(sp.Integral)
    )
