"""Where a formula may have a peak, a kink, a jump or an end."""

from functools import lru_cache
from itertools import combinations

import numpy as np
import sympy as sp

from ..noise.integral import scan
from .compiling import compiled
from .notation import ERROR


@lru_cache(maxsize=256)
def places(formula):
    """The errors where a part of the formula turns from negative to positive or back.  Such a part
    is a factor, the base of a power, the argument of a function, or the difference of what is
    compared, but not the error itself, whose zero is 0."""
    found, others = set(), []
    for part in set(parts(formula)):
        slope = part.diff(ERROR)
        if slope and not slope.has(ERROR):
            found.add(float(-part.xreplace({ERROR: sp.S.Zero}) / slope))
        elif slope and not (part.is_nonnegative or part.is_nonpositive):
            others.append(compiled(part))
    for _ in range(2 if others else 0):  # the second look is closer around what the first has found
        errors = scan(sorted(found))
        found.update(float(zero) for part in others for zero in turns(part, errors))
    return np.array(sorted(found))


def parts(formula):
    for node in sp.preorder_traversal(formula):
        if isinstance(node, sp.Pow):
            inside = [node.base]
        elif isinstance(node, (sp.Max, sp.Min)):
            inside = [a - b for a, b in combinations(node.args, 2)]
        elif isinstance(node, sp.core.relational.Relational):
            inside = [node.lhs - node.rhs]
        elif node.is_Mul:
            factors = [factor for factor in node.args if factor.has(ERROR)]
            inside = factors if len(factors) > 1 else []
        elif isinstance(node, sp.Function) and not isinstance(node, (sp.Piecewise, sp.exp)):
            inside = node.args
        else:
            continue
        yield from (part for part in inside if part.has(ERROR) and part != ERROR)


def turns(function, errors):
    """The zeros of a function between errors where its sign is another; of many, the 16 nearest
    to 0."""
    signs = np.sign(function(errors))
    errors, signs = errors[np.abs(signs) == 1], signs[np.abs(signs) == 1]
    k = np.flatnonzero(signs[1:] != signs[:-1])
    k = k[np.argsort(np.abs(errors[k]), kind="stable")[:16]]
    low, high, sign = errors[k], errors[k + 1], signs[k]
    for _ in range(64 if len(k) else 0):
        middle = low + (high - low) / 2
        same = np.sign(function(middle)) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high
