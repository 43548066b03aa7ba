"""What is released is the package and nothing else, and works where nothing else is."""

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from sources import ROOT
from test_documentation import BLOCK

import lossbook

HOME = Path(sys.prefix)  # the environment of these tests


def run(*command, cwd):
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The source archive, and the wheel that is built of it."""
    folder = tmp_path_factory.mktemp("dist")
    run("make", "dist", f"DIST={folder}", f"VENV={HOME}", "-o", HOME / "ready", cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(folder):
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def archive(folder):
    [archive] = folder.glob("*.tar.gz")
    return archive


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "lossbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "lossbook/py.typed" in names
    assert {name for name in names if ".dist-info/" not in name} == package


def test_the_archive_is_whole_and_has_nothing_that_was_made(archive):
    with tarfile.open(archive) as files:
        names = {name.partition("/")[2] for name in files.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "tests/unit/test_losses.py"} <= names
    assert [n for n in names if re.match(r"_build|\.venv|\.git/|.*__pycache__|dist/", n)] == []


def test_the_version_stands_in_one_place(wheel, archive):
    version = lossbook.__version__
    assert wheel.name == f"lossbook-{version}-py3-none-any.whl"
    assert archive.name == f"lossbook-{version}.tar.gz"
    spec = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in spec
    newest = re.search(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)[1]
    assert newest == "Unreleased" or newest.startswith(f"{version} (")


@pytest.fixture(scope="module")
def said(wheel):
    """What the wheel says of itself."""
    files = zipfile.ZipFile(wheel)
    [name] = [name for name in files.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(files.read(name))


def test_what_it_says_of_itself(said):
    assert said["License-Expression"] == "BSD-3-Clause"
    assert said["License-File"] == "LICENSE"
    assert said["Description-Content-Type"] == "text/markdown"
    assert said["Requires-Python"] == ">=3.11"


# What comes with an extra, or with a library that the reader has, and the part that asks for it.
ASKED = {
    "data.py": {"sklearn", "statsmodels"},
    "quiz/__init__.py": {"markdown_it", "mdit_py_plugins"},
    "scale.py": {"dask"},
}


def test_what_it_imports_it_asks_for(said):
    needs = {
        re.match(r"[\w-]+", need)[0] for need in said.get_all("Requires-Dist") if ";" not in need
    }
    package, used = ROOT / "lossbook", set()
    for path in package.rglob("*.py"):
        asked = ASKED.get(path.relative_to(package).as_posix(), set())
        found = set(imported(path)) - sys.stdlib_module_names - {"lossbook"}
        assert asked <= found, path
        used |= found - asked
    assert used == needs


def imported(path):
    """The modules that a file imports, at its top or later, but for relative ones."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        else:
            continue
        yield from (name.partition(".")[0] for name in names)


def test_the_wheel_alone_runs_the_readme(wheel, tmp_path):
    """In an environment that has it and what it asks for, at the pinned versions, far from here."""
    pins = (ROOT / "requirements.txt").read_text("utf-8").replace("-e .", "")
    (tmp_path / "pins.txt").write_text(pins, "utf-8")
    run(sys.executable, "-m", "venv", "env", cwd=tmp_path)
    [python] = tmp_path.glob("env/*/python")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(python, *install, "--constraint", "pins.txt", wheel, cwd=tmp_path)
    programs = [
        found[2]
        for found in BLOCK.finditer((ROOT / "README.md").read_text("utf-8"))
        if found[1] == "python"
    ]
    assert programs
    here = run(python, "-c", "import lossbook; print(lossbook.__file__)", cwd=tmp_path)
    assert here.startswith(str(tmp_path))
    for program in programs:
        run(python, "-W", "error", "-c", program, cwd=tmp_path)
    listed = "import lossbook; [getattr(lossbook, name) for name in lossbook.__all__]"
    run(python, "-W", "error", "-c", listed, cwd=tmp_path)
