"""Makes the tables: all, or those named (accuracy, build, speed, growth, scale).

They run in an environment of their own, ``.venv/benchmarks``, with the libraries compared.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
TABLES = ("accuracy", "build", "speed", "growth", "scale")


def main(names):
    if unknown := set(names) - set(TABLES):
        sys.exit(f"no table is called {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    place = HERE.parent / ".venv" / "benchmarks"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted, done = (HERE / "requirements.txt").read_text(), place / "requirements.txt"
    if not done.exists() or done.read_text() != wanted:
        venv.create(place, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-r", HERE / "requirements.txt"], check=True
        )
        done.write_text(wanted)
    for name in names or TABLES:
        print(f"== {name}", flush=True)
        subprocess.run([python, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
