"""One answer, in a process of its own, which `lossbook.exercises.__main__` starts in a folder."""

import json
import re
import sys
from pathlib import Path

from .. import exercises

CODE, SAID = "answer.py", "said.json"
"""Files in the folder: the cell as the reader typed it, and what is said of it."""

IMPORTS = {
    "np": "import numpy as np",
    "sp": "import sympy as sp",
    "math": "import math",
    "pairwise": "from itertools import pairwise",
    "expit": "from scipy.special import expit",
    "ndtri": "from scipy.special import ndtri",
    "norm": "from scipy.stats import norm",
    "lb": "import lossbook as lb",
    "data": "from lossbook import data",
    "exercises": "from lossbook import exercises",
    "noise": "from lossbook import noise",
    "custom": "from lossbook.symbolic import custom",
}
"""What earlier cells of the chapters bring, for the answers that use it."""


def main(folder):
    Path(folder, SAID).write_text(json.dumps(said(Path(folder, CODE).read_text("utf-8"))), "utf-8")


def said(code):
    """Of each exercise that the code checks, whether it is right and the message, the last time
    that it did; under "" what the code raised, if it did."""
    check = exercises.check
    found: dict = {"": ""}
    names: dict = {}

    def noted(name, answer):
        verdict = check(name, answer)
        found[name] = verdict.right, verdict.message
        return verdict

    exercises.check = noted
    try:
        for name, statement in IMPORTS.items():
            if re.search(rf"\b{name}\b", code):
                exec(statement, names)
        exec(compile(code, "<answer>", "exec"), names)
    except BaseException as error:  # it may also exit
        found[""] = f"{type(error).__name__}: {error}"
    finally:
        exercises.check = check
    return found


if __name__ == "__main__":
    main(sys.argv[1])
