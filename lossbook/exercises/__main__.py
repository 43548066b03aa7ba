"""Which answers in readers' files are right: ``python -m lossbook.exercises FILE ...``

A file holds what a reader of the book exported: the code of each answer.  To check an answer is to
run it, and it is a stranger's program: it may do all that whoever runs this command may do.  Each
answer runs in a process of its own, in a folder of its own and for at most `SECONDS`.  That keeps
answers from disturbing one another; it protects nobody's files.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from . import EXERCISES, answer

SECONDS = 30
"""For Python to start, and the answer to be checked."""

ABOUT = (
    "Checks the answers in readers' files, and prints a table. "
    "Warning: it runs the code in these files, which strangers wrote."
)

OTHER = "This version of lossbook lacks this exercise: install the version of the reader's book."

NOT_OURS = "The book did not export this file, or it was changed since"

UNCHECKED = "The code did not call this exercise's check."


def main(arguments=None):
    if isinstance(sys.stdout, TextIOWrapper):  # a message may hold any character
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = argparse.ArgumentParser("python -m lossbook.exercises", description=ABOUT)
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="a file that a reader exported (lossbook-progress.json), or a folder of such files",
    )
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["file", "exercise", "verdict", "message"])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for file in files_of(parser.parse_args(arguments).files):
            table.writerows(map(plain, (file, *row)) for row in rows(file, pool))


def files_of(paths):
    """The files themselves, and all in the folders, as course systems hand them out."""
    for path in paths:
        inside = (file for file in path.rglob("[!.]*") if file.is_file())
        yield from sorted(inside) if path.is_dir() else [path]


def plain(cell):
    """A spreadsheet takes for a formula what begins so, and a stranger may have written it."""
    return f"'{cell}" if str(cell).startswith(("=", "+", "-", "@")) else cell


def rows(file, pool):
    """All that is said of a file: never nothing, so that each has its place in the table."""
    try:
        found = answers(file.read_bytes())
    except OSError as error:
        return [("", "unreadable", f"The file cannot be read: {error}")]
    except (ValueError, RecursionError) as error:
        return [("", "unreadable", f"{NOT_OURS}: {error}")]
    if not any(names for names, _ in found):
        return [("", "empty", "The file holds no answer to an exercise.")]
    return chain.from_iterable(pool.map(lambda each: verdicts(*each), found))


def answers(text):
    """Of each cell that answers exercises, their names and the code as the reader typed it, as the
    book exports them (publish/assets/progress.js)."""
    try:
        cells = [cell for page in json.loads(text)["pages"] for cell in page["exercises"]]
        found = [(list(cell["exercises"]), cell["code"]) for cell in cells]
    except (KeyError, TypeError):
        found = [([], None)]
    if not all(isinstance(each, str) for names, code in found for each in (*names, code)):
        raise ValueError("it holds no list of answers")
    return found


def verdicts(names, code):
    """A row for each exercise that a cell answers: its name, the verdict, and the message."""
    known = [name for name in names if name in EXERCISES]
    other = [(name, "unknown", OTHER) for name in names if name not in EXERCISES]
    try:
        return other + judged(known, ran(code) if known else {})
    except subprocess.TimeoutExpired:
        why = f"Stopped: the code was still running after {SECONDS} seconds."
    except Exception:  # whatever a stranger's program may leave behind
        why = "Not checked: the code ended Python, or could not run."
    return other + [(name, "wrong", why) for name in known]


def ran(code):
    """What `answer.said` says of the code."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder, answer.CODE).write_text(code, "utf-8")
        run = [sys.executable, "-P", "-m", answer.__name__, folder]
        none = subprocess.DEVNULL
        subprocess.run(run, cwd=folder, timeout=SECONDS, stdin=none, stdout=none, stderr=none)
        return json.loads(Path(folder, answer.SAID).read_text("utf-8"))


def judged(names, said):
    rows = []
    for name in names:
        right, message = said.get(name, (False, said[""] or UNCHECKED))
        rows.append((name, "right" if right and not said[""] else "wrong", said[""] or message))
    return rows


if __name__ == "__main__":
    main()
