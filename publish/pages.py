"""Build the book, in `_build/html`: what is done and how far it is, in a line for each stage.

All that Sphinx says goes to a log, which a failure names; a warning is a failure. Without a
terminal no line is ever rewritten.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "_build/book.log"
BUILD = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
STAGES = {
    "fetching files": "Fetching Python for the pages",
    "running chapters": "Running the chapters",
    "reading sources": "Reading the pages",
    "writing output": "Writing the pages",
}
STAGE = re.compile(rf"({'|'.join(STAGES)})\.\.\. \[ *(\d+)%]")
COLOUR = re.compile(r"\x1b\[[\d;]*[A-Za-z]")
TROUBLE = re.compile(r"\b(WARNING|ERROR|CRITICAL|\w+Error): ")
SHOWN = 20  # of the log's lines of trouble
PYTHON = "Python in the page: "  # begins the line that says whether it is


class Progress:
    """A line for each stage, with the seconds that it took."""

    def __init__(self):
        self.stage, self.start = None, 0.0
        self.again = "\r\x1b[K" if sys.stdout.isatty() else None  # begins the line anew

    def show(self, stage, percent):
        if stage != self.stage:
            self.end()
            self.stage, self.start = stage, time.monotonic()
            print(f"{stage} …", end="", flush=True)
        if self.again:
            print(f"{self.again}{stage} … {percent} %", end="", flush=True)

    def end(self):
        if self.stage:
            begun = f"{self.again}{self.stage} …" if self.again else ""
            print(f"{begun} {time.monotonic() - self.start:.0f} s", flush=True)
        self.stage = None


def main():
    run(LOG)


def run(log, *options):
    log.parent.mkdir(exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        code, troubles = build(file, options)
    if code:
        said = troubles or log.read_text("utf-8").splitlines()[-SHOWN:]
        print(*said[:SHOWN], sep="\n", file=sys.stderr)
        if len(said) > SHOWN:
            print(f"… and {len(said) - SHOWN} more", file=sys.stderr)
        sys.exit(f"The book could not be built. All that was said: {log.relative_to(ROOT)}")


def build(log, options):
    """Run Sphinx, into the log; its exit code, and its lines of trouble."""
    progress, troubles = Progress(), []
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    with subprocess.Popen([*BUILD, *options], cwd=ROOT, env=environment, **pipe) as process:
        for line in process.stdout:
            line = COLOUR.sub("", line).replace(f"{ROOT}/", "")
            log.write(line)
            log.flush()
            if found := STAGE.match(line):
                progress.show(STAGES[found[1]], found[2])
            elif line.startswith(PYTHON):
                progress.end()
                print(line, end="", flush=True)
            elif TROUBLE.search(line):
                troubles.append(line.rstrip())
    progress.end()
    return process.returncode, troubles


if __name__ == "__main__":
    main()
