"""Live figures: matplotlib draws them, SymPy says what they show, JavaScript moves them."""

from .figure import Figure, assets

__all__ = ["Figure", "assets"]
