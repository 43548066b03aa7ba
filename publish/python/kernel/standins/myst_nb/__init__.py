"""What the page has of `myst_nb`."""

from output import display as show
from values import bundle

__all__ = ["glue"]


def glue(name, variable, display=True):
    """Show a value; with `display=False`, as data that only the text of a chapter takes up."""
    prefix = "" if display else "application/papermill.record/"
    show({prefix + kind: text for kind, text in bundle(variable).items()}, raw=True)
