"""What a reader takes away from a page is saved, and a notebook runs with what lies beside it."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import copy

import nbformat
import pytest
from built import BOOK, DISK, PAGES, soup
from downloads import with_needs
from sources import NOTEBOOKS, ROOT
from sources import cells as cells_of

FOLDER = BOOK / "_sources/book"
NOTEBOOK = "self-test-choosing.ipynb"
RUN = f"""
import nbclient, nbformat
nbclient.NotebookClient(nbformat.read({NOTEBOOK!r}, 4), timeout=600).execute()
"""


@pytest.mark.parametrize("name", ["book/01-teaching-signal.html", "book/intro.html"])
def test_a_page_opened_from_a_disk_saves_its_source(visit, name):
    page = visit(name, DISK)
    page.get_by_role("button", name="Download this page").click()
    with page.expect_download() as saved:
        page.locator(".btn-download-source-button").click()
    assert page.url.endswith(name)
    file = saved.value.suggested_filename
    assert file.split(".")[0] == Path(name).stem
    assert Path(saved.value.path()).read_bytes() == (FOLDER / file).read_bytes()


@pytest.mark.xdist_group("stored")
def test_every_offer_is_saved_and_not_opened():
    for name in PAGES:
        for link in soup(name).select(".dropdown-download-buttons a"):
            if link.get_text(strip=True) == "The whole book":
                assert link["href"].endswith("#take-it-along")
            else:
                assert link["download"] == Path(link["href"]).name


@pytest.mark.xdist_group("elsewhere")
def test_notebooks_run_elsewhere_with_what_they_install(tmp_path, book_url):
    """In an environment that lacks the book's package, without a network but the book's address."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    here = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    Path(here, "libraries.pth").write_text(sysconfig.get_path("purelib"))  # without its own .pth
    outside = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    outside |= {"PIP_NO_INDEX": "1", "HOME": str(tmp_path)}

    def run(*command):
        return subprocess.run(
            [python, *command], cwd=tmp_path, env=outside, capture_output=True, text=True
        )

    assert "No module named 'lossbook'" in run("-c", "import lossbook").stderr
    for file in [*FOLDER.glob("*.whl"), FOLDER / NOTEBOOK]:
        copy(file, tmp_path)
    for program in (RUN, imports()):
        done = run("-c", program)
        assert done.returncode == 0, done.stderr[-2000:]
    where = "import lossbook; print(lossbook.__file__)"
    assert str(tmp_path) in run("-c", where).stdout
    run("-m", "pip", "uninstall", "--yes", "lossbook")
    assert run("-c", where).returncode
    published = with_needs(ROOT / "book" / NOTEBOOK, book_url)
    del published.cells[3:]  # the title, the words, the cell that installs
    nbformat.write(published, tmp_path / NOTEBOOK)
    done = run("-c", RUN)
    assert done.returncode == 0, done.stderr[-2000:]
    assert str(tmp_path) in run("-c", where).stdout


def imports():
    """All that any chapter imports."""
    cells = [source for path in NOTEBOOKS for source in cells_of(path, "code")]
    lines = {line for source in cells for line in source.split("\n")}
    return "\n".join(sorted(line for line in lines if re.match(r"(from \S+ )?import [^(]+$", line)))


def test_every_notebook_installs_first_and_is_else_the_chapter():
    for path in FOLDER.glob("*.ipynb"):
        title, words, install, *cells = nbformat.read(path, 4).cells
        chapter = nbformat.read(Path(__file__).parents[2] / "book" / path.name, 4)
        assert [title, *cells] == chapter.cells
        assert install.source.split()[:2] == ["%pip", "install"]
        assert "lossbook" in words.source
        assert json.loads(path.with_name(f"{path.name}.js").read_text().split(", ", 1)[1][:-3])
