"""Time of each stage of `make test`, as continuous integration runs it, in a fresh copy."""

import json
import subprocess
import tempfile
from pathlib import Path

from . import report
from .build import copy


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy(folder)
        subprocess.run([folder / ".ci/run"], check=True)
        seconds = json.loads((folder / "_build/stages.json").read_text("utf-8"))
    report.write(
        "tests",
        "Time of the tests",
        "`.ci/run` in a fresh copy of the repository, with what pip has loaded before; seconds. "
        "Two processes where tests run side by side. Wanted: together at most 720.",
        report.table(
            ["stage", "seconds"],
            [*seconds.items(), ("together", sum(seconds.values()))],
        ),
        libraries=("pytest", "playwright"),
    )


if __name__ == "__main__":
    main()
