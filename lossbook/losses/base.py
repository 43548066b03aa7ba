"""What every loss has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from operator import gt
from typing import Any, ClassVar, overload

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    check_parameters,
    plain_array,
    real_array,
    same_labels,
    same_shape,
    symbolic,
)
from .shown import Shown

GREEK = {"delta": "δ", "alpha": "α", "gamma": "γ", "epsilon": "ε"}

Formula = Callable[..., Any]
"""A method that each loss has, for type checkers: it is written where the formula is known."""

quiet = np.errstate(all="ignore")
"""Around every computation: a true overflow, underflow or limit is the answer, not an accident."""


def of_numbers(formula):
    """A formula of a float array, made to take a number, a list or an array of any shape.  The
    result is in memory of its own; for one number it is one number."""
    name = formula.__code__.co_varnames[1]

    @wraps(formula)
    @quiet
    def call(self, numbers):
        numbers = real_array(numbers, name)
        result = formula(self, numbers)
        return (result.copy() if np.may_share_memory(result, numbers) else result)[()]

    call.__doc__ = formula.__doc__ or f"``{formula.__name__}({name})``, element by element."
    return call


OFFERED = {
    *("name", "expression", "card", "plot", "kinks", "soft_targets"),
    *("grad", "value_and_grad", "curvature", "hessian_product"),
    *("strongly_convex", "strictly_convex", "convex", "smooth", "lipschitz", "bound"),
    *("redescending", "strictly_proper", "proper", "classification_calibrated", "functional"),
}
"""What there is to ask of a loss, with its parameters and formulas.  The rest of its names are for
its family and for the risk, which have checked what they hand over."""


@dataclass(frozen=True)
class Loss(Shown):
    """The price of a prediction, and the signal it sends back: the derivative of the price.

    A loss is a frozen value that holds its parameters.  It charges every example on its own; sums
    and means over examples are in :mod:`lossbook.risk`.  A parameter may be any real number, and is
    kept as a number of Python.  A number of SymPy is kept as it is, so that it stays exact in the
    symbolic twin, ``expression``.  If a parameter is a symbol, only the twin can be used.

    Prediction and target are matched by position: arrays, lists and numbers go in, NumPy's arrays
    and numbers come out.  Two objects of pandas must have the same labels.

    A family (residual, amount, margin, categorical) says what its losses take, and its method
    ``both`` applies the chain rule; each loss supplies only its formulas.  ``constant(target,
    weights)`` is the best constant, for examples along one axis and positive weights.  Every loss
    raises ``ValueError`` for shapes, targets or parameters outside what it states.  It raises
    ``TypeError`` for what is not a real number, for what is not an integer where a class is asked
    for, and for an array that holds more than its numbers, such as a masked one.
    """

    name: ClassVar[str]
    parallel: ClassVar[bool] = False
    """Whether the risk gains by a second thread, as measured."""
    formulas: ClassVar[tuple[str, ...]] = ()
    """The names of the methods of one array that a loss of this family has.  Under its name each
    takes any numbers; with an underscore it is as it was written, for float arrays."""

    both: ClassVar[Formula]
    second: ClassVar[Formula]
    constant: ClassVar[Formula]
    expression: ClassVar[Formula]

    def __new__(cls, *parameters: Any, **named: Any):
        taken = [f.name for f in fields(cls)]
        dimensions = [getattr(f.metadata.get("interval"), "dimensions", 0) for f in fields(cls)]
        if len(parameters) > len(taken) or any(map(gt, map(np.ndim, parameters), dimensions)):
            raise TypeError(
                f"{cls.__name__} takes {' and '.join(taken) or 'no parameters'} and makes a loss, "
                f"which takes arrays: {cls.__name__}()(prediction, target)"
            )
        return super().__new__(cls)

    def __init_subclass__(cls):
        for name in vars(cls).keys() & cls.formulas:
            formula = vars(cls)[name]
            setattr(cls, f"_{name}", formula)
            setattr(cls, name, of_numbers(formula))

    def __post_init__(self):
        check_parameters(self)

    def __dir__(self) -> list[str]:
        """For completion: without what is ours and not offered."""
        offered = {*OFFERED, *self.formulas, *(f.name for f in fields(self))}
        ours = (vars(c) for c in type(self).__mro__ if c.__module__.startswith("lossbook."))
        inner = {name for names in ours for name in names} - offered
        return [name for name in super().__dir__() if name.startswith("_") or name not in inner]

    # What is true for all predictions, targets and numbers of classes is declared, by a class or,
    # where it depends on a parameter, by a property.  What is not declared follows from something
    # stronger, or is not claimed; but a gradient is continuous unless a loss says it is not.

    @property
    def strongly_convex(self) -> bool:
        """Whether the loss stays convex when some positive multiple of the squared prediction, the
        same for all targets, is subtracted from it.  No loss of logits is strongly convex, because
        adding one number to all logits changes nothing."""
        return False

    @property
    def strictly_convex(self) -> bool:
        """Whether each chord lies above the graph of the loss, except at its ends.  For logits, a
        chord is exempt if its ends differ only by a constant added to all logits.  A strongly
        convex loss is strictly convex."""
        return self.strongly_convex

    @property
    def convex(self) -> bool:
        """Whether no part of a chord lies below the graph of the loss.  A strictly convex loss is
        convex."""
        return self.strictly_convex

    @property
    def smooth(self) -> bool:
        """Whether the gradient is continuous."""
        return True

    @property
    def lipschitz(self) -> float:
        """The Lipschitz constant of the loss in the prediction: the supremum of the (Euclidean)
        length of the gradient, which need not be reached.  Soft targets are taken to sum to exactly
        1."""
        return np.inf

    @property
    def bound(self) -> float:
        """The supremum of the loss, which need not be reached.  Soft targets are taken to sum to
        exactly 1."""
        return np.inf

    @property
    def redescending(self) -> bool:
        """Whether, for each target, the gradient goes to 0 as the prediction goes to ∞ and to −∞;
        for logits, as the largest and the smallest move ever farther apart, whatever the others
        do."""
        return False

    @property
    def strictly_proper(self) -> bool:
        """Whether honest probabilities cost least.  More exactly, for any positive probabilities q
        of the classes: some prediction states exactly q, and the predictions that do so, and no
        others, have under q the smallest expected loss.  A prediction states the sigmoid of a score
        or the softmax of logits; for ``OrderedLogit``, the probabilities that its docstring
        gives."""
        return False

    @property
    def proper(self) -> bool:
        """Whether honest probabilities cost no more than others: as ``strictly_proper``, except
        that other predictions may have the same expected loss.  A strictly proper loss is
        proper."""
        return self.strictly_proper

    @property
    def classification_calibrated(self) -> bool:
        """Whether minimising the expected loss puts a likeliest class in the lead.  More exactly,
        whatever the probabilities of the classes: if the expected loss of a sequence of predictions
        tends to the least possible value, then from some point on only likeliest classes lead.  The
        sign of a score or the largest logit tells which class leads; for ``OrderedLogit``, the
        largest probability does.  The strictly proper losses of the package are calibrated; a loss
        that is only proper need not be, and a constant loss is not."""
        return self.strictly_proper

    @property
    def functional(self) -> str | tuple[str, float] | None:
        """What the best constant estimates, if that has a name: ``"mean"``, ``"median"``,
        ``("quantile", level)``, ``("expectile", level)``, ``"log-mean"``, ``"log-odds"``, ``"half
        log-odds"``, ``"log-probabilities"``, or ``"majority"``, the class with more than half of
        the weight if there is one."""
        return None

    @overload
    def __call__(self, prediction: float, target: float) -> np.float64: ...
    @overload
    def __call__(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray: ...
    @quiet
    def __call__(self, prediction: ArrayLike, target: ArrayLike) -> np.float64 | np.ndarray:
        """The loss of each example."""
        return self.value(*self.check(prediction, target))[()]

    @overload
    def grad(self, prediction: float, target: float) -> np.float64: ...
    @overload
    def grad(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray: ...
    @quiet
    def grad(self, prediction: ArrayLike, target: ArrayLike) -> np.float64 | np.ndarray:
        """The gradient of each example's loss with respect to the prediction, in the prediction's
        shape and (float) dtype."""
        return self.gradient(*self.check(prediction, target))[()]

    @overload
    def value_and_grad(self, prediction: float, target: float) -> tuple[np.float64, np.float64]: ...
    @overload
    def value_and_grad(
        self, prediction: ArrayLike, target: ArrayLike
    ) -> tuple[np.ndarray, np.ndarray]: ...
    @quiet
    def value_and_grad(self, prediction: ArrayLike, target: ArrayLike) -> tuple:
        """The loss of each example and its gradient; what the two share is computed once where that
        matters."""
        value, gradient = self.both(*self.check(prediction, target))
        return value[()], gradient[()]

    @overload
    def curvature(self, prediction: float, target: float) -> np.float64: ...
    @overload
    def curvature(self, prediction: ArrayLike, target: ArrayLike) -> np.ndarray: ...
    @quiet
    def curvature(self, prediction: ArrayLike, target: ArrayLike) -> np.float64 | np.ndarray:
        """The second derivative of each example's loss with respect to the prediction, in the
        prediction's shape and (float) dtype; for logits, the diagonal of the Hessian.  It is 0
        where the loss is straight, and negative where the loss bends down.  At a kink the infinite
        part is left out: between two straight pieces, 0 remains."""
        return self.second(*self.check(prediction, target))[()]

    @quiet
    def hessian_product(
        self, prediction: ArrayLike, target: ArrayLike, vector: ArrayLike
    ) -> np.ndarray:
        """The Hessian of each example's loss times `vector`, which has the prediction's shape.

        It is as exact as a sum of the Hessian's entries times those of the vector can be; an entry
        too small for a normal number of the dtype may count as 0.
        """
        same_labels(prediction, target, vector)
        prediction, target = self.check(prediction, target)
        vector = real_array(vector, "vector").astype(prediction.dtype, copy=False)
        if vector.shape != prediction.shape:
            raise ValueError(f"vector has shape {vector.shape}; allowed: {prediction.shape}")
        return self.hessian_times(prediction, target, vector)[()]

    def check(self, prediction, target):
        """Prediction and target as arrays that the formulas can take, or an error that names what
        is wrong."""
        prediction, target = self.arrays(prediction, target)
        return prediction, self.targets(prediction, target)

    def arrays(self, prediction, target):
        """Prediction and target as arrays whose shapes fit; the target's numbers are not looked
        at."""
        same_labels(prediction, target)
        prediction, target = real_array(prediction, "prediction"), plain_array(target, "target")
        self.shapes(prediction, target)
        return prediction, target

    def shapes(self, prediction, target):
        """Every example has one number for a prediction, and one for a target."""
        same_shape(prediction, target)

    def targets(self, prediction, target):
        """The target as the formulas take it, numbers in the prediction's dtype; raises for what is
        no target of this loss."""
        return real_array(target, "target").astype(prediction.dtype, copy=False)

    def examples(self, prediction):
        """The shape of the loss: every number is an example."""
        return prediction.shape

    def zeros_for(self, target):
        """Predictions in the shape that the target asks for."""
        return np.zeros(target.shape)

    def some(self, target):
        """A valid target, to stand in for one that is left out."""
        return 1

    def value(self, prediction, target):
        return self.both(prediction, target)[0]

    def gradient(self, prediction, target):
        return self.both(prediction, target)[1]

    def hessian_times(self, prediction, target, vector):
        """The Hessian of each example times `vector`.  An example has one number for a prediction,
        so its Hessian is one number too."""
        return self.second(prediction, target) * vector

    def weighted(self, prediction, target, weights, out):
        """Write weights x gradient into `out`; return the sum of weights x loss.

        :func:`lossbook.risk_and_grad` runs this on one block of examples.  `weights` is a number,
        or one for each example.  A loss overrides this method only where that is measurably faster.
        If the sum is not finite, :func:`lossbook.risk_and_grad` takes the gradient from ``Loss``'s
        own ``weighted``, and sums the losses again with more care.
        """
        value, gradient = self.both(prediction, target)
        np.multiply(gradient.T, weights, out=out.T)  # turned: an example's weight is for its row
        return inner(value, weights)

    def __str__(self) -> str:
        given: list[tuple[str, Any, Any]] = [
            (f.name, getattr(self, f.name), f.default) for f in fields(self)
        ]
        numbers = [
            f"{GREEK.get(name, name.replace('_', ' '))} = {written(value)}"
            for name, value, default in given
            if not symbolic(value) and not np.array_equal(np.array(value, float), default)
        ]
        return ", ".join([self.name, *numbers])


def written(value):
    """A parameter as labels show it."""
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))})"
    return f"{float(value):g}".replace("-", "−")


def require_loss(loss: object) -> None:
    """Raise unless it is a loss; the message says what to do."""
    if isinstance(loss, Loss):
        return
    given = f"{loss!r}; lossbook.LOSSES has all of them by name"
    if isinstance(loss, type) and issubclass(loss, Loss):
        given = f"the class {loss.__name__}: make one, {loss.__name__}()"
    elif hasattr(loss, "loss"):
        given = f"{loss!r}, which has one: its .loss"
    raise TypeError(f"loss must be a loss, such as Huber(), not {given}")


def inner(a: np.ndarray, b: Any) -> float:
    """``sum a * b`` over a block as a float; `b` may be one number.

    A sum for every 1024 examples: short enough for float32 to keep its digits, and for BLAS not to
    start threads.
    """
    k = len(a) // 1024
    if np.ndim(b) == 0:
        rows, rest = a[: 1024 * k].reshape(k, 1024).sum(axis=1), a[1024 * k :].sum()
        return float(b * (rows.sum(dtype=float) + float(rest)))
    rows = [x[: 1024 * k].reshape(k, 1024) for x in (a, b)]
    return float(np.vecdot(*rows).sum(dtype=float) + np.vdot(a[1024 * k :], b[1024 * k :]))
