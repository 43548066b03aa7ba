"""The table of names: what stands in it can be read, and is what was run."""

import re
from pathlib import Path

import numpy as np
import pytest

from lossbook import LOSSES, losses, names
from lossbook.names import EXTRAS, NAMES, OURS, PREDICTIONS, REDUCTIONS, TARGETS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/reference.md").read_text("utf-8")
RUN = (ROOT / "benchmarks/names.md").read_text("utf-8")
LIBRARIES = ["PyTorch", "Keras", "optax", "scikit-learn", "XGBoost", "LightGBM"]


def test_each_word_of_the_table_is_used():
    for field, said in {
        "prediction": PREDICTIONS,
        "target": TARGETS,
        "reduction": REDUCTIONS,
        "extra": EXTRAS,
    }.items():
        assert {getattr(name, field) for name in NAMES} == set(said)
    assert {name.library for name in NAMES} == set(LIBRARIES)


def words(*rows):
    """Pairs of a prediction and the targets that go with it."""
    return {(row.split(": ")[0], target) for row in rows for target in row.split(": ")[1].split()}


OF = {
    losses.ResidualLoss: words("prediction: target"),
    losses.AmountLoss: words("log mean: target", "mean: target"),
    losses.MarginLoss: words("score: signs bits either", "probability: bits either"),
    losses.CategoricalLoss: words(
        *("logits: classes one-hot", "probabilities: classes one-hot"),
        *("log-probabilities: classes one-hot", "log-odds: bits", "probability: bits"),
    ),
}
"""What a library may take.  Words that stand for one number, such as a score and a log of a mean,
no run can tell apart."""


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name.library} {name.name}")
def test_each_loss_takes_what_its_family_takes(name):
    [allowed] = [pairs for family, pairs in OF.items() if isinstance(name.loss, family)]
    assert (name.prediction, name.target) in allowed


p = np.array([[0.2, 0.7, 0.1]])
e, m = np.array([-3.0, -0.3, 0.2, 4.0]), np.array([-2.0, 0.3, 3.0])
y, mean = np.array([0.5, 3.0]), np.array([2.0, 1.5])
smooth = np.full(3, 0.1 / 3) + 0.9 * np.array([0, 1, 0])
PRICES = {
    "error²/2": e**2 / 2,
    "|error|": abs(e),
    "0.9 |error| below the target, 0.1 |error| above": np.where(e < 0, 0.9, 0.1) * abs(e),
    "max(0, |error| − ε)": np.maximum(0, abs(e) - 0.5),
    "error²/2 up to δ, then δ(|error| − δ/2)": np.where(abs(e) < 2, e**2 / 2, 2 * (abs(e) - 1)),
    "log cosh error": np.log(np.cosh(e)),
    "√(error² + 1) − 1": np.sqrt(e**2 + 1) - 1,
    "mean − target log mean": mean - y * np.log(mean),
    "log mean + target/mean": np.log(mean) + y / mean,
    "2√mean + 2 target/√mean": 2 * np.sqrt(mean) + 2 * y / np.sqrt(mean),
    "log(1 + exp(−margin))": np.log(1 + np.exp(-m)),
    "max(0, 1 − margin)": np.maximum(0, 1 - m),
    "max(0, 1 − margin)², no ½": np.maximum(0, 1 - m) ** 2,
    "exp(−margin)": np.exp(-m),
    "−log p of the class": -np.log(p[:, 1]),
    "−Σ q log p, q = 0.9 one-hot + 0.1/K": -np.log(p) @ smooth,
    "Σ (p − q)², q one-hot, no ½": np.sum((p - [0, 1, 0]) ** 2, axis=1),
    "−(1 − p)² log p of the class": -((1 - p[:, 1]) ** 2) * np.log(p[:, 1]),
    "max(0, 1 − lead over the best rival)": np.maximum(0, 1 - np.log([0.7 / 0.2])),
}
"""What each formula of the table gives."""


@pytest.mark.parametrize("loss", OURS, ids=str)
def test_the_table_says_our_price(loss):
    example = {
        losses.ResidualLoss: (e, np.zeros(4)),
        losses.AmountLoss: (np.log(mean), y),
        losses.MarginLoss: (m, np.ones(3)),
        losses.CategoricalLoss: (np.log(p), np.array([1])),
    }
    [given] = [given for family, given in example.items() if isinstance(loss, family)]
    np.testing.assert_allclose(loss(*given), PRICES[OURS[loss][0]])


def test_each_loss_has_its_price_in_the_table():
    assert list(OURS) == list(dict.fromkeys(name.loss for name in NAMES))


def test_every_line_was_run_as_it_stands():
    """``benchmarks/names.md`` has them all, in their order."""
    found = re.findall(r"^\| (.+?) \| (.+?) \| `(.+?)` \| (.*?) \| .+ \|$", RUN, re.M)
    stated = [
        (str(n.loss), n.library, n.name, "" if n.scale is None else f"{n.scale:g}") for n in NAMES
    ]
    assert found == stated


def test_losses_stand_together_and_libraries_in_their_order():
    places = [(list(LOSSES).index(type(name.loss).__name__), repr(name.loss)) for name in NAMES]
    runs = [place for k, place in enumerate(places) if k == 0 or places[k - 1] != place]
    assert len(runs) == len(set(places))
    for run in runs:
        order = [LIBRARIES.index(n.library) for n, p in zip(NAMES, places, strict=True) if p == run]
        assert order == sorted(order)


def test_the_page_names_the_losses_without_a_line():
    named = {type(name.loss) for name in NAMES}
    without = [kind for kind in LOSSES.values() if kind not in named]
    assert [kind.__name__ for kind in without] == [
        *("Expectile", "StudentT", "Tukey", "NegativeBinomial", "OrderedLogit")
    ]
    assert "expectile, Student's t, Tukey's bisquare, the negative binomial and the ordered" in PAGE


@pytest.mark.parametrize(
    ("library", "version"),
    re.findall(r"(PyTorch|Keras|optax|scikit-learn|XGBoost|LightGBM) (\d[\d.]*\d)", PAGE),
)
def test_the_page_names_the_versions_that_were_run(library, version):
    package = {"PyTorch": "torch", "XGBoost": "xgboost-cpu"}.get(library, library.lower())
    assert f"{package} {version}" in RUN


def test_the_table_has_a_row_for_each_name_of_the_losses_asked_for():
    for kinds in (LOSSES.values(), [losses.Huber], [losses.Huber, losses.Logistic]):
        html = names.table(kinds)
        asked = [name for name in NAMES if type(name.loss) in kinds]
        assert html.count('scope="row"') == len(asked)
        for name in asked:
            assert name.differs.replace("'", "&#x27;") in html


def test_what_is_no_markup_stays_text():
    assert "kernel=&#x27;linear&#x27;" in names.table([losses.Hinge])
