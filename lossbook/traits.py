"""The table of all losses: what each is for, and what is true of it.

What holds for every number of classes is declared by the loss itself (:class:`lossbook.Loss`).
Here stands what depends on the number of classes, and how price and gradient grow far out.  All
this is stated, not measured: what is far out in one direction need not be so in another.
``tests/unit/test_traits*.py`` search the whole space for a prediction, or for shares of the
classes, that would make a statement false.
"""

from dataclasses import dataclass
from html import escape

import numpy as np

from . import losses, noise
from .losses.shown import described

__all__ = ["CATALOGUE", "ENTRIES", "Traits", "of", "table"]

GROWTHS = (
    "nothing",
    "ever less",
    "bounded",
    "logarithmic",
    "slower than a line",
    "linear",
    "between a line and a square",
    "quadratic",
    "faster than a square",
    "exponential",
)
SIGNALS = "nothing", "fading", "bounded", "unbounded"
SIDES = {
    losses.ResidualLoss: ("a number", ("above", "below")),
    losses.Poisson: ("a count", ("above", "below")),
    losses.NegativeBinomial: ("a count", ("above", "below")),
    losses.AmountLoss: ("an amount", ("above", "below")),
    losses.MarginLoss: ("a label −1 or +1", ("wrong side", "right side")),
    losses.CategoricalLoss: ("a class", ("wrong side", "right side")),
    losses.OrderedLogit: ("a class in order", ("above", "below")),
}
"""What the losses of a family are for, and the two ways in which a prediction can be far out."""

CATALOGUE = [
    loss
    for name, kind in losses.LOSSES.items()
    for loss in {
        "Quantile": (losses.Quantile(0.9),),
        "Expectile": (losses.Expectile(0.9),),
        "GeneralRobust": (losses.GeneralRobust(1.0), losses.GeneralRobust(-2.0)),
    }.get(name, (kind(),))
]
"""Every loss of the registry, at parameters that show what it is for."""


NAMES = {
    None: "a value without a name of its own",
    "mean": "the mean",
    "median": "the median",
    "quantile": "the quantile of level {:g}",
    "expectile": "the expectile of level {:g}",
    "log-mean": "the log of the mean",
    "log-odds": "the log of the odds",
    "half log-odds": "half the log of the odds",
    "log-probabilities": "the log of the class frequencies",
    "majority": "the majority",
}
"""What `functional` of a loss is called."""


@dataclass(frozen=True)
class Traits:
    """What is true of `loss` far out, and for K classes if it is a loss of classes, as ``of`` gives
    it."""

    loss: losses.Loss
    target: str
    """What the loss is for."""
    charges: dict
    """For each side how the price grows far out: one of `GROWTHS`, the most that it does there."""
    signals: dict
    """For each side what becomes of the gradient far out: one of `SIGNALS`, the most likewise."""
    minimum: str
    """The name of the best constant; for classes, of logits whose largest entry is free."""
    strongest: float
    """The Lipschitz constant of the loss for K classes."""
    unique: bool
    """Whether there is one best constant, up to a number added to all logits, whatever the data in
    which every class occurs and not every count is 0."""
    consistent: bool
    """Whether the loss is calibrated for classification for K classes."""
    turns_away: bool = False
    """Whether every example whose class has a probability over one half pulls less than under
    cross-entropy."""

    @property
    def pull(self):
        """What becomes of the gradient far out where it is strongest: one of `SIGNALS`."""
        return max(self.signals.values(), key=SIGNALS.index)

    @property
    def noise(self):
        """The noise model that implies the loss; None if there is none."""
        try:
            return noise.of(self.loss)
        except ValueError:
            return None

    @property
    def principle(self):
        """The noise in words, or what the loss asks for without one."""
        if isinstance(self.noise, noise.Implied):
            return "its own, of density ∝ e^(−loss)"
        if self.noise:
            return self.noise.name
        if isinstance(self.loss, losses.Tweedie):
            return "a Poisson number of Gamma amounts: no closed form"
        if "right side" not in self.signals:
            return "none: e^(−loss) has no finite integral"
        if self.loss.strictly_proper:
            return "none: a strictly proper score"
        margin = self.charges["right side"] == "nothing"
        return "none: asks for a margin" if margin else "none, but the odds follow from the score"

    def row(self):
        """The cells of the table: heading, text, and what it is sorted by."""
        far = {side: what for side, what in self.signals.items() if side != "right side"}
        words = {
            "unbounded": "grows without bound",
            "fading": "back to 0",
            "nothing": "back to exactly 0",
        }
        emits = together({side: words.get(what, what) for side, what in far.items()})
        if self.strongest < np.inf:
            emits += f", at most {self.strongest:.3g}"
        minimum = self.minimum + ("" if self.unique else " (may not be unique)")
        convex = "yes" if self.loss.convex else "no"
        use = described(self.loss)[1]["Use"].removeprefix("when ")
        return [
            ("Noise or principle", self.principle, self.principle),
            ("Minimum at", minimum, minimum),
            ("Charges far out", together(self.charges), highest(GROWTHS, self.charges)),
            ("Gradient far out", emits, highest(SIGNALS, far)),
            ("Convex", convex, convex),
            ("Use when", use, use),
        ]


def of(loss: losses.Loss, K: int = 3) -> Traits:
    """The :class:`Traits` of a loss.  `K`, the number of classes, matters only for a loss of
    logits: two classes may differ from more.  What is stated for three is true of more, except the
    number `strongest` under label smoothing."""
    target, sides = next(said for family, said in SIDES.items() if isinstance(loss, family))
    entry = dict(
        minimum=name_of(loss.functional),
        strongest=loss.lipschitz,
        unique=loss.strictly_convex or loss.strictly_proper,
        consistent=loss.classification_calibrated,
    )
    entry |= ENTRIES[type(loss).__name__](loss, K)
    for key in ("charges", "signals"):
        both = entry[key] if isinstance(entry[key], tuple) else (entry[key], entry[key])
        entry[key] = dict(zip(sides, both, strict=True))
    return Traits(loss, target, **entry)


def name_of(functional):
    """In words."""
    name, *level = functional if isinstance(functional, tuple) else (functional,)
    return NAMES[name].format(*map(float, level))


def cross_entropy(loss, K):
    mix = float(loss.label_smoothing)
    if not mix:
        return dict(charges=("linear", "ever less"), signals=("bounded", "fading"))
    return dict(
        minimum="the log of the class frequencies, smoothed",
        charges="linear",
        signals="bounded",
        strongest=float(np.sqrt(loss.lipschitz**2 - mix**2 / K)),
    )


def focal(loss, K):
    if loss.gamma == 0:
        return cross_entropy(losses.CrossEntropy(), K)
    return dict(
        minimum="odds nearer to even" if K == 2 else "logits without a name of their own",
        charges=("linear", "ever less"),
        signals=("bounded", "fading"),
        unique=True,
        turns_away=True,
    )


def general_robust(loss, K):
    a, infinite = loss.alpha, np.inf
    growths = {
        "bounded": a < 0,
        "logarithmic": a == 0,
        "slower than a line": 0 < a < 1,
        "linear": a == 1,
        "between a line and a square": 1 < a < 2,
        "quadratic": a == 2,
        "faster than a square": 2 < a < infinite,
        "exponential": a == infinite,
    }
    return dict(
        charges=next(name for name, holds in growths.items() if holds),
        signals="unbounded" if a > 1 else "bounded" if a == 1 else "fading",
    )


ENTRIES = {
    "SquaredError": lambda loss, K: dict(charges="quadratic", signals="unbounded"),
    "AbsoluteError": lambda loss, K: dict(charges="linear", signals="bounded"),
    "Huber": lambda loss, K: dict(charges="linear", signals="bounded"),
    "Quantile": lambda loss, K: dict(charges="linear", signals="bounded"),
    "Expectile": lambda loss, K: dict(charges="quadratic", signals="unbounded"),
    "EpsilonInsensitive": lambda loss, K: dict(charges="linear", signals="bounded"),
    "LogCosh": lambda loss, K: dict(charges="linear", signals="bounded"),
    "Tukey": lambda loss, K: dict(charges="bounded", signals="nothing"),
    "StudentT": lambda loss, K: dict(charges="logarithmic", signals="fading"),
    "GeneralRobust": general_robust,
    "Poisson": lambda loss, K: dict(
        charges=("exponential", "linear"), signals=("unbounded", "bounded")
    ),
    "Gamma": lambda loss, K: dict(
        charges=("linear", "exponential"), signals=("bounded", "unbounded")
    ),
    "NegativeBinomial": lambda loss, K: dict(charges="linear", signals="bounded"),
    "Tweedie": lambda loss, K: dict(charges="exponential", signals="unbounded"),
    "Logistic": lambda loss, K: dict(
        charges=("linear", "ever less"), signals=("bounded", "fading")
    ),
    "Hinge": lambda loss, K: dict(charges=("linear", "nothing"), signals=("bounded", "nothing")),
    "SquaredHinge": lambda loss, K: dict(
        charges=("quadratic", "nothing"), signals=("unbounded", "nothing"), unique=True
    ),
    "Exponential": lambda loss, K: dict(
        charges=("exponential", "ever less"), signals=("unbounded", "fading")
    ),
    "CrossEntropy": cross_entropy,
    "SoftmaxSquaredError": lambda loss, K: dict(
        charges=("bounded", "ever less"),
        signals=("fading" if K == 2 else "bounded", "fading"),  # unless rivals tie
        turns_away=True,
    ),
    "Focal": focal,
    "MulticlassHinge": lambda loss, K: (
        dict(
            charges=("linear", "nothing"),
            signals=("bounded", "nothing"),
            consistent=K == 2,
        )
        | ({} if K == 2 else {"minimum": "the class with more than half, else none"})
    ),
    "OrderedLogit": lambda loss, K: dict(charges="linear", signals="bounded"),
}
"""For each loss what is true of it with its parameters far out, and with K classes where that says
more than what the loss declares."""


def highest(ranks, by_side):
    return max(map(ranks.index, by_side.values()))


def together(by_side):
    """One word if both sides agree, else one for each."""
    if len(set(by_side.values())) == 1:
        return next(iter(by_side.values()))
    return "; ".join(f"{side}: {what}" for side, what in by_side.items())


def capital(loss):
    name = str(loss)
    return name[0].upper() + name[1:]


def rows(loss):
    """The cells of a loss; where two classes are another case than more, both are said."""
    for more, two in zip(of(loss).row(), of(loss, K=2).row(), strict=True):
        heading, text, rank = more
        yield heading, text if text == two[1] else f"{text}; for two classes: {two[1]}", rank


def table(catalogue: list[losses.Loss] = CATALOGUE) -> str:
    """The losses as an HTML table, a row each; a page's script makes it sortable."""
    head = "".join(
        f'<th scope="col">{heading}</th>'
        for heading in ("Loss", *(heading for heading, _, _ in rows(catalogue[0])))
    )
    body = []
    for loss in catalogue:
        cells = "".join(
            f'<td data-heading="{heading}" data-rank="{rank}">{escape(text)}</td>'
            for heading, text, rank in rows(loss)
        )
        body.append(
            f'<tr><th scope="row">{escape(capital(loss))}'
            f" <small>for {escape(of(loss).target)}</small></th>{cells}</tr>"
        )
    return (
        '<div class="loss-table"><table><caption>All losses of lossbook: what they assume, where '
        f"their minimum is, and what they do far out.</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
