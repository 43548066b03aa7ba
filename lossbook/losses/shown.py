"""What losses and noise models say of themselves when they are asked."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from ..show import Card

ITEM = re.compile(r"^:(\w+):\s+(.*(?:\n\s+.*)*)", re.MULTILINE)
ROLE = re.compile(r":\w+:`[~.]*([^`]+)`")


class Shown:
    """A value that has a card and a plot, which are made in :mod:`lossbook.show`."""

    def card(self) -> Card:
        """The formulas and what else is known, as a :class:`.show.Card`, which a terminal shows as
        text and a notebook as mathematics."""
        from .. import show  # and SymPy, when it is asked for

        return show.card(self)  # type: ignore[arg-type]

    def plot(self, axes: np.ndarray | None = None) -> np.ndarray:
        """Plot price, signal (the gradient) and curvature side by side, and return matplotlib's
        axes.  For a noise model the density comes first.  If `axes` are given, the plot is drawn
        over what they already show."""
        from .. import show

        return show.plot(self, axes)  # type: ignore[arg-type]

    def _repr_markdown_(self) -> str:
        return self.card()._repr_markdown_()


def described(given):
    """The first paragraph of a docstring, and its items by their names."""
    text = ROLE.sub(r"``\1``", inspect.getdoc(type(given)) or "")
    words = {name: " ".join(item.split()).rstrip(".") for name, item in ITEM.findall(text)}
    return " ".join(text.partition("\n\n")[0].split()), words
