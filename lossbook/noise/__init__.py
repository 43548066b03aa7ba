"""Noise models: how observations scatter around a prediction, and the loss that each implies."""

from .models import *  # noqa: F403
from .models import (
    ERROR,
    NOISES,
    LocationNoise,
    Noise,
    by_branch,
    curtis,
    integral,
    log,
    mass,
    of,
    prices,
)
