"""The table of names: that each library's loss is what the table says, by running the library."""

from collections import Counter
from dataclasses import replace

import numpy as np

from lossbook import MarginLoss
from lossbook.names import NAMES

from . import report
from .elsewhere import (
    PREDICTIONS,
    PRICES,
    REDUCTIONS,
    TARGETS,
    by_fit,
    by_leaf,
    by_price,
    by_stages,
    example,
    off,
)
from .remarks import REMARKS, hold

VERSIONS = "torch", "keras", "optax", "scikit-learn", "xgboost-cpu", "lightgbm"


def check(name, **changed):
    """The difference between library and table, and how large it may be."""
    name, rng = replace(name, **changed), np.random.default_rng(0)
    if not name.fitted:
        assert name.extra in ("", "perfect"), name
        return by_price(name, rng), 3e-6  # Keras keeps 1e-7 away from 0
    assert PREDICTIONS[name.prediction] is np.asarray, name  # what is fitted is our prediction
    if name.library in ("XGBoost", "LightGBM"):
        return by_leaf(name, rng), 1e-4  # they count in float32
    if name.name.startswith("ensemble"):
        return by_stages(name, rng), 1e-9
    return by_fit(name, rng), 3e-3  # its solvers stop early


def proportional(name):
    """How far what is taken for our loss is from any multiple of it, in prices of examples, or in a
    booster's gradients."""
    assert not name.extra, name
    if name.fitted:
        scales = np.geomspace(0.1, 10, 41)
        return min(check(name, scale=scale)[0] for scale in scales)
    prediction, target = example(name, np.random.default_rng(0))
    [form] = TARGETS[name.target](target)
    rows = [slice(k, k + 1) for k in range(len(target))]
    theirs = np.array([float(PRICES[name.library](name, prediction[k], form[k])) for k in rows])
    whole = PRICES[name.library](name, prediction, form)
    assert off(REDUCTIONS[name.reduction](theirs), whole) < 1e-6, name
    ours = name.loss(prediction, target)
    return off(theirs @ ours / (ours @ ours) * ours, theirs)


def either(name, allowed):
    """Whether it takes labels −1, +1 and 0, 1."""
    try:
        return check(name, target="either")[0] < allowed
    except (ValueError, RuntimeError):
        return False


def checked(name):
    """The difference; raises unless it is small, and large for another scale or reduction."""
    if name.scale is None:
        assert proportional(name) > 0.05, name
        return "another loss"
    found, allowed = check(name)
    assert found < allowed, (name, found)
    others = [{"scale": name.scale / 2}, {"scale": name.scale * 2}]
    others += [{"reduction": other} for other in ("mean", "sum") if other != name.reduction]
    for other in others:
        assert check(name, **other)[0] > 10 * allowed, (name, other)
    if isinstance(name.loss, MarginLoss) and name.target != "either":
        assert not either(name, allowed), name
    return f"{found:.0e}" if found else "0"


def main():
    said = {(name.library, name.differs) for name in NAMES if name.differs}
    assert said == set(REMARKS), said ^ set(REMARKS)
    rows = []
    for name in NAMES:
        if name.differs:
            hold(name)
        scale = "" if name.scale is None else f"{name.scale:g}"
        rows.append([str(name.loss), name.library, f"`{name.name}`", scale, checked(name)])
    counts = Counter(name.library for name in NAMES)
    report.write(
        "names",
        "The table of names",
        "Each name in the reference's table, run in its library: "
        + ", ".join(f"{library} {count}" for library, count in counts.items())
        + ". A metric or loss must return what the table computes from lossbook's prices. Of an "
        "estimator of scikit-learn, the objective that the table states must have its minimum at "
        "the coefficients found; of a boosting library, gradient and curvature are read off its "
        "trees. The difference is relative: to the largest price, to the slope of the penalty, to "
        "the largest gradient or curvature. Every check refuses half and twice the scale, and the "
        f"other reduction. The {len(REMARKS)} remarks of the last column are run too.",
        report.table(["loss", "library", "name", "times ours", "difference"], rows),
        libraries=VERSIONS,
    )


if __name__ == "__main__":
    main()
