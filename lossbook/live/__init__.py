"""Live figures: matplotlib draws them, SymPy says what they show, JavaScript moves them.

Importing this module makes the book's style matplotlib's, so that what an author draws on a
figure's axes follows the page's theme too.
"""

from .. import style
from .assets import asset
from .figure import Figure

style.use()

__all__ = ["Figure", "asset"]
