"""One setting leads from the pages to the source and to where the chapters run."""

import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from ext import repository
from sources import ROOT
from sphinx.errors import ConfigError

ADDRESS = "https://github.com/someone/a-book"
CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "repository"]
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
root_doc = "book/text"
"""
LEADS = {
    "page": {
        f"{ADDRESS}",
        f"{ADDRESS}/edit/main/book/page.ipynb",
        f"{ADDRESS}/issues/new",
        "https://mybinder.org/v2/gh/someone/a-book/main?urlpath=lab/tree/book/page.ipynb",
        "https://colab.research.google.com/github/someone/a-book/blob/notebooks/book/page.ipynb",
    },
    "text": {f"{ADDRESS}", f"{ADDRESS}/edit/main/book/text.md", f"{ADDRESS}/issues/new"},
}


@pytest.fixture
def built(tmp_path):
    """Build two pages, one of them a notebook; what their heads lead to, and their icons."""

    def build():
        (tmp_path / "book").mkdir()
        (tmp_path / "conf.py").write_text(CONF.format(ext=str(ROOT / "publish/ext")))
        (tmp_path / "book/text.md").write_text("# Text\n\n```{toctree}\npage\n```\n")
        page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Page")])
        nbformat.write(page, tmp_path / "book/page.ipynb")
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", tmp_path, tmp_path / "html"]
        subprocess.run(command, check=True, capture_output=True)
        return {name: buttons(tmp_path / f"html/book/{name}.html") for name in LEADS}

    return build


def buttons(page):
    head = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one(".bd-header-article")
    links = [link["href"] for link in head.select("a[href^=http]")]
    return {link.split("?title")[0] for link in links}, head.select(".fab, img")


@pytest.mark.parametrize("address", ["", f"{ADDRESS}/"])
def test_buttons_lead_there_or_are_not_there(built, address, monkeypatch):
    monkeypatch.setenv("REPOSITORY_URL", address)
    for name, (leads, heavy) in built().items():
        assert leads == (LEADS[name] if address else set())
        assert not heavy  # fonts and pictures that the page would load for them alone


@pytest.mark.parametrize("address", ["github.com/a/b", "https://github.com/a", "https://x.org/a/b"])
def test_what_is_no_repository_is_refused(address, monkeypatch):
    monkeypatch.delenv("REPOSITORY_URL", raising=False)
    config = SimpleNamespace(html_theme_options={"repository_url": address})
    with pytest.raises(ConfigError, match=urlsplit(address).path):
        repository.take_address(None, config)


def test_the_workflow_puts_the_notebooks_where_colab_is_sent():
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    (makes,) = [step for step in steps if step.get("run", "").startswith("make ")]
    github = "${{ github.server_url }}/${{ github.repository }}"
    assert makes["env"]["REPOSITORY_URL"] == github
    (stores,) = [step["with"] for step in steps if step.get("with", {}).get("name") == "notebooks"]
    assert stores["path"] == "_build/html/_sources/book/*.ipynb"
    fetches, pushes = workflow["jobs"]["notebooks"]["steps"]
    assert fetches["with"] == {"name": stores["name"], "path": "book"}
    assert pushes["run"].split()[-1] == repository.NOTEBOOKS
