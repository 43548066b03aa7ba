"""Makes the tables: all, or those named (accuracy, speed, kernels, growth, scale, recipes, names,
computing, pages, weights, along, python, build, tests).

They run in an environment of their own, ``.venv/benchmarks``, with the libraries compared; that of
the built book's pages in the book's.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
COMPARED = ("accuracy", "speed", "kernels", "growth", "scale", "recipes", "names", "computing")
TABLES = (*COMPARED, "pages", "weights", "along", "python", "build", "tests")


def compared():
    """The Python of the environment with the libraries compared, made if need be."""
    place = HERE.parent / ".venv" / "benchmarks"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted, done = (HERE / "requirements.txt").read_text(), place / "requirements.txt"
    if not done.exists() or done.read_text() != wanted:
        venv.create(place, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-r", HERE / "requirements.txt"], check=True
        )
        done.write_text(wanted)
    return python


def main(names):
    if unknown := set(names) - set(TABLES):
        sys.exit(f"no table is called {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names or TABLES:
        print(f"== {name}", flush=True)
        python = compared() if name in COMPARED else sys.executable
        subprocess.run([python, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
