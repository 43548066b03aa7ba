"""One answer, in a process of its own, which `lossbook.exercises.__main__` starts in a folder.

A cell of a chapter uses names of earlier cells.  Here it has those that the exercises need.
"""

import json
import sys
from pathlib import Path

from .. import exercises

CODE, SAID = "answer.py", "said.json"
"""Files in the folder: the cell as the reader typed it, and what is said of it."""

NAMES = """
import numpy as np
import sympy as sp
from scipy.special import expit, ndtri

import lossbook as lb
from lossbook import exercises, noise
from lossbook.symbolic import custom
"""


def main(folder):
    Path(folder, SAID).write_text(json.dumps(said(Path(folder, CODE).read_text("utf-8"))), "utf-8")


def said(code):
    """Of each exercise that the code checks, whether it is right and the message, the last time
    that it did; under "" what the code raised, if it did."""
    check, found, names = exercises.check, {"": ""}, {}

    def noted(name, answer):
        verdict = check(name, answer)
        found[name] = bool(verdict), verdict.message
        return verdict

    exercises.check = noted
    try:
        exec(NAMES, names)
        exec(compile(code, "<answer>", "exec"), names)
    except BaseException as error:  # it may also exit
        found[""] = f"{type(error).__name__}: {error}"
    return found


if __name__ == "__main__":
    main(sys.argv[1])
