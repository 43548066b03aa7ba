"""What may be promised of a loss: the words, and whether its traits keep them."""

from math import inf

from .. import traits

__all__ = ["PROMISES", "kept"]

PROMISES = {
    "mean": ("minimum at the mean", lambda t: t.loss.functional == "mean"),
    "mean of logs": ("minimum at the mean of the logs", lambda t: t.loss.functional == "mean"),
    "median": ("minimum at the median", lambda t: t.loss.functional == "median"),
    "median of logs": (
        "minimum at the median of the logs",
        lambda t: t.loss.functional == "median",
    ),
    "quantile": (
        "minimum at the quantile of the level that you set",
        lambda t: "quantile" in (t.loss.functional or ()),
    ),
    "expectile": (
        "minimum at the expectile of the level that you set",
        lambda t: "expectile" in (t.loss.functional or ()),
    ),
    "log mean": (
        "minimum at the log of the mean, so the predicted mean is never negative",
        lambda t: t.loss.functional == "log-mean",
    ),
    "probabilities": ("gives the probabilities of the labels", lambda t: t.loss.strictly_proper),
    "soft": (
        "takes probabilities as targets",
        lambda t: getattr(t.loss, "soft_targets", False),
    ),
    "ordered": (
        "gives the classes probabilities in their order, from one score",
        lambda t: hasattr(t.loss, "cuts"),
    ),
    "consistent": (
        "puts the likeliest class first, however little it leads",
        lambda t: t.consistent,
    ),
    "convex": ("convex: a valley, once found, is the lowest", lambda t: t.loss.convex),
    "smooth": ("has no kink", lambda t: t.loss.smooth),
    "bounded": ("no example pulls beyond a bound", lambda t: t.loss.lipschitz < inf),
    "lets go": (
        "an example that is far off hardly pulls at all",
        lambda t: set(t.signals.values()) <= {"fading", "nothing"},
    ),
    "capped": ("no example costs more than a bound", lambda t: t.loss.bound < inf),
    "tolerant": (
        "charges nothing for an error within a tolerance",
        lambda t: getattr(t.loss, "epsilon", 0) > 0,
    ),
    "silent": (
        "charges nothing beyond the margin, so an example there has no say",
        lambda t: t.charges.get("right side") == "nothing",
    ),
    "turns away": (
        "easy examples, whose class has more than half of the probability, pull less than under "
        "cross-entropy",
        lambda t: t.turns_away,
    ),
}
"""What may speak for a loss: the words, and whether they are true of its traits."""


def kept(promise, loss, target):
    """Whether a loss keeps a promise for a target, with two classes or with more."""
    return PROMISES[promise][1](traits.of(loss, K=2 if target == "one of two classes" else 3))
