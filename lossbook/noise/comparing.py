"""Which noise model fits: prices on data that the parameters have not seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from ..losses.base import quiet
from ..losses.checks import plain_array, require_whole, same_labels
from .base import LocationNoise, Noise
from .fitting import best, checked, parameters, prices

COLUMNS = "model", "price", "difference", "standard error"


@dataclass(frozen=True)
class Row:
    """What ``compare`` found for one model: the `model` with the parameters that fit all targets
    best; its mean held-out `price`; the `difference` of this price from that of the best model; and
    the `standard_error` of the difference."""

    model: Noise
    price: float
    difference: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """The result of ``compare``: its `rows`, each a :class:`Row`, begin with the lowest price.
    `prices` is an array with a row for each model, in the order of the `rows`, and a column for
    each target: what the model charged that target when it was held out.

    It prints as a table, and shows as one in a notebook.  Its length is that of the rows, and an
    index gives one of them.
    """

    rows: tuple[Row, ...]
    prices: np.ndarray = field(repr=False)
    note: str

    @property
    def best(self) -> Noise:
        """The model with the lowest price, with the parameters that fit all targets best."""
        return self.rows[0].model

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, k: int) -> Row:
        return self.rows[k]

    def cells(self):
        """The table as texts; the best row has no difference."""
        yield COLUMNS
        for k, row in enumerate(self.rows):
            numbers = [f"{x:.4f}" for x in (row.price, row.difference, row.standard_error)]
            yield str(row.model), *(numbers if k else (numbers[0], "", ""))

    def __repr__(self):
        table = [*self.cells()]
        first, *widths = (max(map(len, column)) for column in zip(*table, strict=True))
        lines = [
            "  ".join([name.ljust(first), *map(str.rjust, numbers, widths)]).rstrip()
            for name, *numbers in table
        ]
        return "\n".join([*lines, self.note])

    def _repr_markdown_(self):
        head, *rows = ("| " + " | ".join(cells) + " |" for cells in self.cells())
        return "\n".join([head, "|:---|---:|---:|---:|", *rows, "", self.note])


@quiet
def compare(
    models: Iterable[type[Noise] | Noise],
    target: ArrayLike,
    prediction: ArrayLike | None = None,
    folds: int | ArrayLike = 5,
) -> Comparison:
    """Compare noise models by the mean price that each charges held-out targets, and by how far
    this is from the best; the result is a :class:`Comparison`.

    `models` are classes, whose parameters are fitted as :func:`.noise.fit` does, or instances,
    which stay as they are.  `prediction` is what the targets scatter around, as in ``fit``; if the
    targets are residuals already, give 0.  With a `prediction`, the models must all be
    `LocationNoise`, or none of them.  Without one, every model has its own best constant.  Each
    fold in turn is held out: the model is fitted to the others, and a held-out target costs minus
    the log of its density, in nats.  `folds` is the number of folds, with target i in fold ``i %
    folds``, or an array with a label for each target; targets that depend on one another belong in
    one fold.  Each prediction, too, should be made without the target that it predicts, because a
    flexible predictor comes too close to targets that it has seen.

    The standard error is that of the mean of the differences, target by target: their standard
    deviation, divided by the root of their number.  It takes the targets as independent and the
    fitted parameters as given.  It leaves out how much the parameters would change with other data,
    so it is somewhat too small.  It also leaves out that among many models one comes out best by
    luck.

    Where the best shape parameter lies at an end of its range, as the degrees of freedom do for
    Gaussian residuals, that end is taken.  Apart from that, `ValueError` is raised as ``fit``
    raises it, and also for no models, for fewer than two targets, and for folds that do not divide
    the targets into two or more parts.
    """
    models = several(models, prediction)
    same_labels(prediction, target, folds)
    given = [checked(parameters(model, {})[2], target, prediction) for model in models]
    labels = fold_of(folds, plain_array(target, "target"), len(given[0][1]))
    held_out = np.stack([priced(*each, labels) for each in zip(models, given, strict=True)])
    means = held_out.mean(axis=1)
    order = np.argsort(means, kind="stable")
    rows = []
    for k in order:
        gap = held_out[k] - held_out[order[0]]
        error = gap.std(ddof=1) / np.sqrt(len(gap))
        model = best(models[k], target, prediction)[0].model
        rows += [Row(model, *map(float, (means[k], gap.mean(), error)))]
    note = f"price in nats, held out: {len(labels)} targets in {len(np.unique(labels))} folds"
    return Comparison(tuple(rows), held_out[order], note)


def several(models, prediction):
    """The models as a list; raises for what is no list of models that take one prediction."""
    if isinstance(models, (Noise, type)):
        raise TypeError(
            f"models must be several, as [noise.Gaussian, noise.StudentT], not {models!r}"
        )
    models = list(models)
    if not models:
        raise ValueError("there are no models to compare")
    adds = {issubclass(parameters(model, {})[0], LocationNoise) for model in models}
    if prediction is not None and len(adds) == 2:
        raise ValueError(
            "the prediction is the target's centre for some of the models and not for others; "
            "allowed: models that all add noise, or none that does"
        )
    return models


def fold_of(folds, target, count):
    """A label of its fold for each target."""
    if count < 2:
        raise ValueError("target has one number; allowed: two or more, to hold some out")
    if np.ndim(folds) == 0:
        return np.arange(count) % require_whole(folds, "folds", 2, count)
    labels = plain_array(folds, "folds")
    if labels.size != count or labels.shape != target.shape[: labels.ndim]:
        raise ValueError(
            f"folds has shape {labels.shape}; allowed: a label for each of {count} targets"
        )
    if len(np.unique(labels)) < 2:
        raise ValueError("all targets are in one fold; allowed: two folds or more")
    return labels.ravel()


def priced(model, given, labels):
    """What the model charges each target when it is fitted to the other folds."""
    prediction, target = given
    result = np.empty(len(target))
    for label in np.unique(labels):
        out = labels == label
        inside, outside = (None if prediction is None else prediction[rows] for rows in (~out, out))
        try:
            fit, _ = best(model, target[~out], inside)
        except ValueError as complaint:
            name = parameters(model, {})[0].__name__
            raise ValueError(f"{name} without fold {label}: {complaint}") from None
        result[out] = prices(fit.model, fit.location if outside is None else outside, target[out])
    return result
