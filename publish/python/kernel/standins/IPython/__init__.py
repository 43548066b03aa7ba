"""What the page has of `IPython`: what cells show with it, and what matplotlib asks."""

version_info = (8, 0, 0)


def get_ipython():
    """No shell runs the page's cells."""
