"""Scores of forecasts: what a whole forecast is charged once the outcome is known.

Each score is a loss: lower is better, and the target, which is the outcome, is given after the
prediction.

- A forecast of a number is a distribution, given by location and scale or by samples, or an
  interval.  Prediction and target have one shape, any shape (samples have one more axis, the
  last), and one unit, that of the score too.
- A forecast of an event is its probability; the target, of the same shape, is 1 where the event
  came and 0 where it did not.
- A forecast of one of K classes is a row of probabilities that sum to 1, shape ``(..., K)``; the
  target, shape ``(...)``, holds integer classes 0 … K - 1.

A score has the dtype of the prediction.  NaN in a prediction or in an observed number passes
through to its own example; a score that is a mean over examples refuses NaN.  ``ValueError`` is for
what is outside what a score states.  ``TypeError`` is for what is not a real number, for what is
not an integer where a class is asked for, and for an array that holds more than its numbers, such
as a masked one.
"""

from . import calibration, distributions, probabilities
from .calibration import *  # noqa: F403
from .distributions import *  # noqa: F403
from .probabilities import *  # noqa: F403

__all__ = [*distributions.__all__, *probabilities.__all__, *calibration.__all__]
