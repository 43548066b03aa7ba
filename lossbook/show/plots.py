"""Price, signal and curvature of a loss side by side; before them the density of a noise model."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp

from .. import style
from ..losses import Loss
from ..losses.base import quiet
from ..noise import Noise
from ..symbolic.derive import kind
from ..symbolic.notation import notation
from .views import MEAN, OfAmount, view

COLOURS = "green", "blue", "red", "purple"
LOOKS = ("-", "o"), ("--", "s"), (":", "^"), ("-.", "D")
NEAR = 1e-9
"""A jump leaves a gap of twice this share of the axis."""


@dataclass(frozen=True)
class Panel:
    """A function of one number, drawn within `limits`; of whole numbers it is dots."""

    title: str
    curve: Callable[[np.ndarray], np.ndarray]
    axis: str
    limits: tuple[float, float]
    whole: bool = False


def plot(given: Loss | Noise, axes: np.ndarray | None = None) -> np.ndarray:
    """Draw a loss or a noise model with matplotlib, and return the axes.

    A loss has three panels: its price, its signal (the gradient) and its curvature.  They are drawn
    over the error, the margin, the log of the mean (for a target of 3), the logit of the right one
    of two classes, or the score (for the second of the ordered classes).  A noise model has four
    panels: its density, or its probabilities, comes first.

    If `axes` are given, the plot is drawn over what they already show.  `ValueError` if there are
    not as many axes as panels.
    """
    panels = of_loss(given) if isinstance(given, Loss) else of_noise(given)
    axes = fresh(len(panels)) if axes is None else np.ravel(axes)
    if len(axes) != len(panels):
        titles = ", ".join(panel.title for panel in panels)
        raise ValueError(f"axes has {len(axes)}; allowed: {len(panels)}, for {titles}")
    for ax, panel, colour in zip(axes, panels, COLOURS[-len(panels) :], strict=True):
        if not ax.has_data():
            ax.set(title=panel.title, xlabel=panel.axis, xlim=panel.limits)
        draw(ax, panel, color=style.LIGHT[colour], label=str(given))
    axes[0].legend()
    return axes


def of_loss(loss):
    """The panels of a loss."""
    seen = view(loss)
    curves = {"price": loss, "signal": loss.grad, "curvature": loss.curvature}
    return [
        Panel(title, along(curve, seen), seen.axis, seen.limits) for title, curve in curves.items()
    ]


def of_noise(model):
    """The panels of a noise model, its density first: over the error, or of an amount over the
    amount; of a label or a class the probability of the right one."""
    seen = view(model.loss)
    panels = of_loss(model.loss)
    if isinstance(seen, OfAmount):
        return [of_amounts(model), *panels]
    (low, high), scale = seen.limits, float(getattr(model, "scale", 1))
    if "scale" in vars(model):  # which the loss does not know
        panels = [replace(panel, axis="error / scale") for panel in panels]
    density = along(model.density, seen)
    return [Panel(kind(model), density, seen.axis, (scale * low, scale * high)), *panels]


def of_amounts(model):
    """The panel of the density of an amount or a count."""

    def density(amounts):
        return model.density(np.full(amounts.shape, np.log(MEAN)), amounts)

    whole = bool(notation(model).support.is_subset(sp.S.Integers))
    limits = 0 if whole else MEAN / 100, 4 * MEAN  # at 0 a density may be infinite
    return Panel(kind(model), density, f"target, for a mean of {MEAN}", limits, whole)


def along(curve, seen):
    """A function of a prediction and a target as one of the view's number."""

    def of_numbers(numbers):
        values = curve(*seen.places(numbers))
        return values if values.ndim == 1 else values[:, 0]

    return of_numbers


def fresh(count):
    """So many axes side by side."""
    import matplotlib as mpl  # slow to import, as is what draws with it
    import matplotlib.pyplot as plt

    with mpl.rc_context(style.STYLE | {"figure.facecolor": "white"}):
        return plt.subplots(1, count, figsize=(3 * count, 2.6), layout="constrained")[1]


def draw(ax, panel, **look):
    """One more curve, told from those before it by its dashes, or the shape of its dots."""
    low, high = ax.get_xlim()
    line, dot = LOOKS[len(ax.lines) % len(LOOKS)]
    if panel.whole:
        numbers = np.arange(np.ceil(low), high + 1)
        ax.plot(numbers, panel.curve(numbers), dot, **look)
    else:
        ax.plot(*with_gaps(panel.curve, np.linspace(low, high, 801)), line, **look)
    ax.set_xlim(low, high)
    ax.relim()
    ax.autoscale(axis="y")


@quiet
def with_gaps(curve, numbers):
    """Numbers and values of a curve; where it jumps, a point on either side and a gap between."""
    near = NEAR * (numbers[-1] - numbers[0])
    jumps = where_it_jumps(curve, numbers)
    clear = np.abs(np.subtract.outer(numbers, jumps)).min(axis=1, initial=np.inf) > near
    numbers = np.sort(np.concatenate([numbers[clear], jumps - near, jumps, jumps + near]))
    return numbers, np.where(np.isin(numbers, jumps), np.nan, curve(numbers))


def where_it_jumps(curve, numbers):
    """The places of jumps: of each interval the half in which the curve changes more is kept, and
    a change that stays when no number is left between its ends is a jump."""
    low, high = numbers[:-1], numbers[1:]
    for _ in range(60):
        middle = (low + high) / 2
        at_low, at_middle, at_high = map(curve, (low, middle, high))
        first = np.abs(at_middle - at_low) >= np.abs(at_high - at_middle)
        low, high = np.where(first, low, middle), np.where(first, middle, high)
    change, whole = np.abs(curve(high) - curve(low)), np.ptp(curve(numbers))
    return np.unique(middle[change > 1e-6 * whole])
