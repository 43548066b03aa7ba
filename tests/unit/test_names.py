"""The table of names: what stands in it can be read, and is what was run."""

import re
from pathlib import Path

import pytest

from lossbook import LOSSES, losses, names
from lossbook.names import EXTRAS, NAMES, PREDICTIONS, REDUCTIONS, TARGETS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book/reference.md").read_text("utf-8")
RUN = (ROOT / "benchmarks/names.md").read_text("utf-8")
LIBRARIES = ["PyTorch", "Keras", "optax", "scikit-learn", "XGBoost", "LightGBM"]


def test_each_word_of_the_table_is_used():
    for field, words in {
        "prediction": PREDICTIONS,
        "target": TARGETS,
        "reduction": REDUCTIONS,
        "extra": EXTRAS,
    }.items():
        assert {getattr(name, field) for name in NAMES} == set(words)
    assert {name.library for name in NAMES} == set(LIBRARIES)


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
    assert "Expectile, Student's t, Tukey's bisquare, the negative binomial and the ordered" in PAGE


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
