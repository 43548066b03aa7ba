"""The address of the published book comes from its host."""

from pathlib import Path
from types import SimpleNamespace

import hosted
import pytest
import yaml
from ext import publishing
from sphinx.errors import ConfigError

WORKFLOW = Path(__file__).parents[2] / ".github/workflows/publish.yml"


def address(given, monkeypatch):
    monkeypatch.setenv("BOOK_URL", given)
    config = SimpleNamespace(html_baseurl="https://lossbook.example/")
    publishing.take_address(None, config)
    return config.html_baseurl


@pytest.mark.parametrize(
    "given", ["https://someone.github.io/book", "https://someone.github.io/book/"]
)
def test_the_hosts_address_is_taken(given, monkeypatch):
    assert address(given, monkeypatch) == "https://someone.github.io/book/"


@pytest.mark.parametrize("given", ["", "/", "https://lossbook.example/", "someone.github.io"])
def test_what_is_no_address_is_refused(given, monkeypatch):
    with pytest.raises(ConfigError, match="BOOK_URL"):
        address(given, monkeypatch)


def test_the_workflow_takes_it_from_the_host():
    job = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["build"]
    (asks,) = [step for step in job["steps"] if "configure-pages" in step.get("uses", "")]
    (makes,) = [step for step in job["steps"] if step.get("run") == "make test site"]
    assert job["steps"].index(asks) < job["steps"].index(makes)
    (serves,) = [step for step in job["steps"] if "upload-pages" in step.get("uses", "")]
    assert serves["with"]["path"] == hosted.SITE.relative_to(hosted.ROOT).as_posix()
    assert makes["env"]["BOOK_URL"] == f"${{{{ steps.{asks['id']}.outputs.base_url }}}}"
