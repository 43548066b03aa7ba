"""A loss or a noise model at a glance: its card and its plot, as ``loss.card()``, ``loss.plot()``,
``noise.card()`` and ``noise.plot()`` give them.
"""

from .card import Card, card
from .plot import plot

__all__ = ["Card", "card", "plot"]
