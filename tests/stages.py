"""Make the stages named, one after the other, up to the first that fails; say what each took.

A stage is a target, or several that are made side by side: `pdf+epub`.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

TIMES = Path(__file__).parents[1] / "_build/stages.json"


def main(stages):
    seconds, code = {}, 0
    for stage in stages:
        print(f"== {stage}", flush=True)
        start = time.perf_counter()
        code = make(stage.split("+"))
        seconds[stage] = round(time.perf_counter() - start)
        if code:
            break
    TIMES.parent.mkdir(exist_ok=True)
    TIMES.write_text(json.dumps(seconds), "utf-8")
    for stage, time_of_it in {**seconds, "together": sum(seconds.values())}.items():
        print(f"{stage:12} {time_of_it:5} s", flush=True)
    return code


def make(targets):
    command = [os.environ["MAKE"], "--no-print-directory"]
    running = [subprocess.Popen([*command, target]) for target in targets]
    return int(any([process.wait() for process in running]))  # each to its end


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
