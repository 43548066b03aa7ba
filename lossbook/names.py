"""The table of names: which loss this is in other libraries.

Each line of ``names.csv`` says how a library's price is computed from ours.  It names what the
library takes for our prediction and target, the factor of the price, how the prices of several
examples are reduced, and what else is added.  ``benchmarks/names.py`` runs the libraries and
compares.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from pathlib import Path

from . import losses
from .losses import Loss
from .traits import capital

__all__ = ["NAMES", "Name", "table"]

OURS = {
    losses.SquaredError(): (
        "error²/2",
        "MSE, which is twice ours; RMSE, its root; L2 loss; least squares",
    ),
    losses.AbsoluteError(): ("|error|", "MAE, L1 loss, least absolute deviations"),
    losses.Quantile(0.9): (
        "0.9 |error| below the target, 0.1 |error| above",
        "pinball, check loss",
    ),
    losses.EpsilonInsensitive(0.5): ("max(0, |error| − ε)", "SVR's loss, tube loss"),
    losses.Huber(2.0): (
        "error²/2 up to δ, then δ(|error| − δ/2)",
        "smooth L1, after division by δ",
    ),
    losses.LogCosh(): ("log cosh error", ""),
    losses.GeneralRobust(): ("√(error² + 1) − 1", "pseudo-Huber, Charbonnier"),
    losses.Poisson(): ("mean − target log mean", "NLL but for log target!"),
    losses.Gamma(): ("log mean + target/mean", ""),
    losses.Tweedie(): ("2√mean + 2 target/√mean", ""),
    losses.Logistic(): ("log(1 + exp(−margin))", "BCE, binary cross-entropy, log loss, softplus"),
    losses.Hinge(): ("max(0, 1 − margin)", "SVM loss"),
    losses.SquaredHinge(): ("max(0, 1 − margin)², no ½", ""),
    losses.Exponential(): ("exp(−margin)", "AdaBoost's loss"),
    losses.CrossEntropy(): ("−log p of the class", "CE, NLL, log loss, softmax loss"),
    losses.CrossEntropy(label_smoothing=0.1): ("−Σ q log p, q = 0.9 one-hot + 0.1/K", ""),
    losses.SoftmaxSquaredError(): ("Σ (p − q)², q one-hot, no ½", "Brier score, MSE on softmax"),
    losses.Focal(): ("−(1 − p)² log p of the class", ""),
    losses.MulticlassHinge(): (
        "max(0, 1 − lead over the best rival)",
        "Crammer and Singer's loss",
    ),
}
"""Our price of each loss as the table has it, and what else it is called: shown in the loss's first
line, found by a page's filter in all."""
PREDICTIONS = {
    "prediction": "the prediction",
    "log mean": "the log of the mean",
    "mean": "the mean",
    "score": "the score",
    "log-odds": "one score, the logit of class 1 less that of class 0",
    "probability": "the probability of label 1",
    "logits": "logits",
    "probabilities": "probabilities",
    "log-probabilities": "logs of probabilities",
}
"""What a library takes for our prediction, in words."""
TARGETS = {
    "target": "the target",
    "signs": "labels −1, +1",
    "bits": "labels 0, 1",
    "either": "labels −1, +1 or 0, 1",
    "classes": "classes from 0",
    "one-hot": "one-hot rows",
}
"""What a library takes for our target, in words."""
REDUCTIONS = {"mean": "mean", "sum": "sum", "root": "root of the mean", "none": "none"}
"""What becomes of several prices unless the library is told otherwise, in words."""
SHORT = {
    "Keras": ("tf", "tensorflow"),
    "scikit-learn": ("sklearn",),
    "XGBoost": ("xgb",),
    "LightGBM": ("lgb", "lgbm"),
}
"""What else is typed for a library: the filter of a page finds it."""
EXTRAS = {
    "": "",
    "perfect": "less the price of a perfect prediction",
    "alpha square": "plus alpha‖w‖²",
    "half alpha square": "plus alpha‖w‖²/2",
    "alpha absolute": "plus alpha‖w‖₁",
    "C": "the sum times C, plus ‖w‖²/2",
    "C with intercept": "the sum times C, plus (‖w‖² + intercept²)/2",
    "own scale": "σ times the price of error/σ, plus nσ + alpha‖w‖²; the scale σ is learned",
    "curvature 1": "curvature 1 for every example",
    "curvature 1 inside": "curvature 1 inside the margin, 0 beyond it",
    "curvature e^0.7": "curvature 2.01 = e^0.7 times ours, so steps are shorter",
    "curvature 2": "curvature twice the diagonal of ours",
    "curvature K/(K-1)": "curvature K/(K − 1) times the diagonal of ours",
    "leaf": "each leaf is then set to that quantile of its residuals (target less prediction), "
    "without gradient and curvature",
    "leaf median": "each leaf is then set to the median of its residuals, without gradient and "
    "curvature",
}
"""What comes on top of the price or, in a boosting library, goes with the gradient, in words."""


PARTS = re.compile(r"(?<=[._,(=:])(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])")
"""Where a name may be broken, in a narrow column."""


@dataclass(frozen=True)
class Name:
    """What `loss` is called in a library.  The library's price is `scale` times ours; `scale` is
    None if the name is that of another loss, which may be mistaken for ours.  What else there is to
    know is said in `differs`."""

    loss: Loss
    library: str
    name: str
    scale: float | None
    reduction: str
    prediction: str
    target: str
    extra: str
    differs: str

    @property
    def fitted(self) -> bool:
        """Whether the name is that of a model or its objective, so that the library makes the
        prediction."""
        return self.name.startswith(("linear_model", "svm", "ensemble", "objective"))

    def takes(self):
        prediction, target = PREDICTIONS[self.prediction], TARGETS[self.target]
        if not self.fitted:
            return f"{prediction}; {target}"
        return target if self.prediction == "prediction" else f"{target}, and fits {prediction}"

    def cells(self):
        """The cells of the table: heading and HTML."""
        scale = "another loss" if self.scale is None else f"{self.scale:g}"
        more = "; ".join(filter(None, (EXTRAS[self.extra], self.differs)))
        return [
            ("Library", self.library),
            ("Name", f"<code>{'<wbr>'.join(map(escape, PARTS.split(self.name)))}</code>"),
            ("Times ours", scale),
            ("Reduction", REDUCTIONS[self.reduction]),
            ("Takes", self.takes()),
            ("What differs", escape(more)),
        ]


def read():
    """The lines of the file."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            loss = eval(line.pop("loss"), vars(losses))
            scale = line.pop("scale")
            yield Name(loss, scale=float(scale) if scale else None, **line)


NAMES = [*read()]
"""Every name, the losses in the order of their families."""


def table(kinds: Collection[type[Loss]] = tuple(losses.LOSSES.values())) -> str:
    """The names of these losses as an HTML table; a page's script makes it sortable."""
    named = [name for name in NAMES if type(name.loss) in kinds]
    headings = "".join(f'<th scope="col">{heading}</th>' for heading, _ in named[0].cells())
    body, last = [], None
    for name in named:
        price, others = OURS[name.loss]
        said = [capital(name.loss), f"<small>{escape(price)}</small>"]
        said += [f"<small>also: {escape(others)}</small>"] if others and name.loss != last else []
        last = name.loss
        cells = "".join(
            f'<td data-heading="{heading}">{text}</td>' for heading, text in name.cells()
        )
        also = escape("|".join((*SHORT.get(name.library, ()), others)))
        head = f'<th scope="row">{" ".join(said)}</th>'
        body.append(f'<tr data-also="{also}">{head}{cells}</tr>')
    return (
        '<div class="loss-table" data-rows="names"><table><caption>What losses of lossbook are '
        f'called in other libraries.</caption><thead><tr><th scope="col">Loss</th>{headings}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )
