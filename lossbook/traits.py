"""What each loss does, found out from the loss itself: by trying it near and far out."""

from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
from scipy import special

from . import losses, noise
from .risk import minimiser

__all__ = ["CATALOGUE", "Traits", "table"]

FAR = np.array([32.0, 64.0, 128.0])  # each twice as far off as the one before
GRID = np.linspace(0, 128, 12_801)  # of distances, in steps of 0.01
GROWTHS = "nothing", "ever less", "bounded", "logarithmic", "linear", "quadratic", "exponential"
SIGNALS = "nothing", "fading", "bounded", "unbounded"

NUMBERS = np.array([0.3, 0.9, 1.2, 2.1, 2.6, 3.1, 4.4, 6.0, 7.5, 12.0, 23.0])
LABELS = {share: np.repeat([1, -1], [share, 10 - share]) for share in (6, 9)}  # of ten

USES = {
    "SquaredError": "errors are many small causes added up, and you want the mean",
    "AbsoluteError": "some observations may be plainly wrong, or you want the median",
    "Huber": "most errors are small, a few are wild, and the fit must be unique",
    "Quantile": "you want a bound that a given share of the targets stays below",
    "LogCosh": "you want absolute error without its kink",
    "StudentT": "wild observations carry no information and should be let go",
    "GeneralRobust": "you want to tune, or learn, how much a far error counts",
    "Poisson": "the target is a count, or any quantity ≥ 0 whose mean you want",
    "Logistic": "there are two classes, and you want the probability",
    "Hinge": "there are two classes, only the side matters, and few examples should decide it",
    "SquaredHinge": "as for the hinge, with a smooth risk, and labels that are right",
    "Exponential": "you boost, and the labels are right",
    "CrossEntropy": "there are several classes, and you want probabilities",
    "SoftmaxSquaredError": "you judge probabilities, and one blunder must not decide",
    "Focal": "many easy examples drown a few hard ones",
    "MulticlassHinge": "there are several classes, and only the choice matters",
}
"""When to use a loss: the one thing here that is not computed."""

CATALOGUE = [
    loss
    for name, kind in losses.LOSSES.items()
    for loss in {
        "Quantile": (losses.Quantile(0.9),),
        "GeneralRobust": (losses.GeneralRobust(1.0), losses.GeneralRobust(-2.0)),
    }.get(name, (kind(),))
]
"""Every loss of the registry, at parameters that show what it is for."""


@dataclass(frozen=True)
class Traits:
    """What `loss` does; each property is found by evaluating the loss, none is looked up."""

    loss: losses.Loss

    @property
    def target(self):
        """What the loss is for."""
        families = {
            losses.residual.ResidualLoss: "a number",
            losses.Poisson: "a count",
            losses.margin.MarginLoss: "a label −1 or +1",
            losses.categorical.CategoricalLoss: "a class",
        }
        return next(text for kind, text in families.items() if isinstance(self.loss, kind))

    @property
    def classifies(self):
        return "label" in self.target or "class" in self.target

    @property
    def rays(self):
        """The two ways to be far off, by name, each as (direction of the prediction, target)."""
        if isinstance(self.loss, losses.margin.MarginLoss):
            return {"wrong side": (-1.0, 1.0), "right side": (1.0, 1.0)}
        if isinstance(self.loss, losses.categorical.CategoricalLoss):
            return {"wrong side": ([0.0, 1.0, 0.0], 0), "right side": ([1.0, 0.0, 0.0], 0)}
        target = 1.0 if isinstance(self.loss, losses.Poisson) else 0.0
        return {"above": (1.0, target), "below": (-1.0, target)}

    def along(self, ray, distances):
        """Price, and length of the gradient, of predictions at these distances on a ray."""
        direction, target = self.rays[ray]
        price, gradient = self.loss.value_and_grad(
            np.multiply.outer(distances, direction), np.full(len(distances), target)
        )
        return price, np.linalg.norm(gradient.reshape(len(distances), -1), axis=1)

    @cached_property
    def charges(self):
        """For each ray how the price grows far out: one of `GROWTHS`."""
        return {ray: growth(*self.along(ray, FAR)[0]) for ray in self.rays}

    @cached_property
    def signals(self):
        """For each ray what becomes of the gradient far out: one of `SIGNALS`."""
        return {ray: signal(*self.along(ray, FAR)[1]) for ray in self.rays}

    @property
    def pull(self):
        """What becomes of the gradient far out where it is strongest: one of `SIGNALS`."""
        return max(self.signals.values(), key=SIGNALS.index)

    @cached_property
    def strongest(self):
        """The longest gradient at any distance; infinite if it grows without bound."""
        if self.pull == "unbounded":
            return np.inf
        return max(self.along(ray, GRID)[1].max() for ray in self.rays)

    @property
    def smooth(self):
        """Whether the gradient is continuous along the rays, through 0."""
        _, second = self.rays
        line = np.concatenate([-GRID[400:0:-1], GRID[:400]])
        direction, target = self.rays[second]
        predictions = np.multiply.outer(np.add.outer([-1e-9, 1e-9], line), direction)
        targets = np.full(line.shape, target)
        before, after = (self.loss.grad(p, targets) for p in predictions)
        return bool(np.abs(after - before).max() < 1e-3)

    @cached_property
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
            return "its own: e to the minus loss"
        if self.noise:
            return self.noise.name
        if not self.classifies:
            return "none: e to the minus loss has no integral"
        if self.least_at(6) == self.least_at(9):
            return "none: asks for the side"
        return "none: a proper score" if self.probabilities else "none: the odds can be read back"

    def least_at(self, share):
        """The best constant score, or lead of the first class, where `share` of ten have it."""
        if isinstance(self.loss, losses.margin.MarginLoss):
            return float(minimiser(self.loss, LABELS[share]))
        first, second = minimiser(self.loss, (LABELS[share] < 0).astype(int))
        return float(first - second)

    @property
    def probabilities(self):
        """Whether softmax, or for labels its equal for two, of the best constant is the share."""
        return self.classifies and all(
            np.isclose(special.expit(self.least_at(share)), share / 10) for share in LABELS
        )

    @property
    def minimiser(self):
        """The name of the best constant, found by comparing it with all that have one."""
        if not self.classifies:
            best, level = minimiser(self.loss, NUMBERS), getattr(self.loss, "level", 0.5)
            names = {
                "the mean": NUMBERS.mean(),
                "the median": np.median(NUMBERS),
                f"the quantile of level {level:g}": np.quantile(
                    NUMBERS, level, method="inverted_cdf"
                ),
                "the log of the mean": np.log(NUMBERS.mean()),
            }
            found = [name for name, value in names.items() if np.isclose(best, value)]
            return found[0] if found else "an M-estimate without a name"
        names = {
            "the log of the odds": lambda p: special.logit(p),
            "half the log of the odds": lambda p: special.logit(p) / 2,
            "the mean label": lambda p: 2 * p - 1,
            "the majority": lambda p: 1.0,
        }
        for name, value in names.items():
            if all(np.isclose(self.least_at(share), value(share / 10)) for share in LABELS):
                if self.target == "a class" and "odds" in name:
                    return "the log of the class frequencies"
                return name
        if all(0 < self.least_at(share) < special.logit(share / 10) for share in LABELS):
            return "odds nearer to even than the frequencies"
        return "a score without a name"

    def row(self):
        """The cells of the table: heading, text, and what it is sorted by."""
        far = {ray: what for ray, what in self.signals.items() if ray != "right side"}
        at_most = f"at most {self.strongest:.3g}"
        words = {
            "unbounded": "grows without bound",
            "bounded": f"bounded, {at_most}",
            "fading": f"back to 0, {at_most}",
        }
        emits = together(far)
        convex, use = "yes" if self.loss.convex else "no", USES[type(self.loss).__name__]
        return [
            ("Noise or principle", self.principle, self.principle),
            ("Least at", self.minimiser, self.minimiser),
            ("Charges far out", together(self.charges), highest(GROWTHS, self.charges)),
            ("Gradient far out", words.get(emits, emits), highest(SIGNALS, far)),
            ("Convex", convex, convex),
            ("Use when", use, use),
        ]


def growth(a, b, c):
    """How a price grows, from three places, each twice as far as the one before."""
    if c == 0:
        return "nothing"
    if c < a:
        return "ever less"
    rise = (c - b) / (b - a) if b > a else 0  # 4 for a square, 2 for a line, 1 for a log
    bounds = {"bounded": 0.7, "logarithmic": 1.4, "linear": 2.8, "quadratic": 5.6}
    return next((name for name, bound in bounds.items() if rise < bound), "exponential")


def signal(a, b, c):
    """What becomes of the length of a gradient, from three places as above."""
    if c == 0:
        return "nothing"
    return "fading" if c < 0.9 * b else "bounded" if c < 1.1 * b else "unbounded"


def highest(ranks, by_ray):
    return max(map(ranks.index, by_ray.values()))


def together(by_ray):
    """One word if both rays agree, else one for each."""
    if len(set(by_ray.values())) == 1:
        return next(iter(by_ray.values()))
    return "; ".join(f"{ray}: {what}" for ray, what in by_ray.items())


def capital(loss):
    name = str(loss)
    return name[0].upper() + name[1:]


def table(catalogue=CATALOGUE):
    """The losses as an HTML table, a row each; a page's script makes it sortable."""
    rows = [(loss, Traits(loss)) for loss in catalogue]
    headings = ["Loss", *(heading for heading, _, _ in rows[0][1].row())]
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = []
    for loss, traits in rows:
        cells = "".join(
            f'<td data-heading="{heading}" data-rank="{rank}">{escape(text)}</td>'
            for heading, text, rank in traits.row()
        )
        body.append(
            f'<tr><th scope="row">{escape(capital(loss))}'
            f"<small>for {escape(traits.target)}</small></th>{cells}</tr>"
        )
    return (
        '<div class="loss-table"><table><caption>All losses of lossbook: what they assume, '
        f"where they are least, and what they do far out.</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
