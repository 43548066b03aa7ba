"""What a change makes anew: executed chapters, pages read and written, or pages written."""

import shutil
from types import SimpleNamespace

import pytest
from ext import freshness

WITHOUT = shutil.ignore_patterns("__pycache__")


@pytest.fixture
def digests(tmp_path, monkeypatch):
    """Of a copy of all that is looked at, at each call."""
    shutil.copytree(freshness.PACKAGE, tmp_path / "lossbook", ignore=WITHOUT)
    shutil.copytree(freshness.HERE.parent, tmp_path / "publish", ignore=WITHOUT)
    monkeypatch.setattr(freshness, "PACKAGE", tmp_path / "lossbook")
    monkeypatch.setattr(freshness, "HERE", tmp_path / "publish/ext")

    def take():
        app, config = SimpleNamespace(outdir=tmp_path / "html"), SimpleNamespace()
        freshness.take_digests(app, config)
        return vars(config)

    return take


@pytest.mark.parametrize(
    ("file", "anew"),
    [
        ("lossbook/risk.py", "nb_execution_cache_path"),
        ("lossbook/quiz/quiz.css", "nb_execution_cache_path"),
        ("publish/ext/terms.py", "extensions_digest"),
        ("publish/ext/mathematics.js", "extensions_digest"),
        ("publish/assets/custom.css", "static_digest"),
        ("publish/templates/layout.html", "static_digest"),
    ],
)
def test_a_change_makes_anew_what_depends_on_it_and_no_more(tmp_path, digests, file, anew):
    before = digests()
    assert digests() == before
    with (tmp_path / file).open("a") as changed:
        changed.write(" ")
    after = digests()
    assert [name for name in before if after[name] != before[name]] == [anew]
