"""A loss or a noise model at a glance: its card and its plot, as ``loss.card()``, ``loss.plot()``,
``noise.card()`` and ``noise.plot()`` give them.
"""

from .cards import Card, card
from .plots import plot

__all__ = ["Card", "card", "plot"]
