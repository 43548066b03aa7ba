"""What losses and noise models say of themselves when they are asked."""


class Shown:
    """A value that has a card and a plot, which are made in :mod:`lossbook.show`."""

    def card(self):
        """What it is, as a :class:`.show.Card`: its formulas and what is known of it, text in a
        terminal and mathematics in a notebook."""
        from .. import show  # and SymPy, when it is asked for

        return show.card(self)

    def plot(self, axes=None):
        """Draw it side by side on matplotlib's axes, which are returned: for a loss price, signal
        (its gradient) and curvature, for a noise model the density first.  On `axes` from an
        earlier call it is drawn once more, over what they show."""
        from .. import show

        return show.plot(self, axes)

    def _repr_markdown_(self):
        return self.card()._repr_markdown_()
