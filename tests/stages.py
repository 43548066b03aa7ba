"""Make the targets named, one after the other, up to the first that fails; say what each took."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

TIMES = Path(__file__).parents[1] / "_build/stages.json"


def main(targets):
    seconds, code = {}, 0
    for target in targets:
        print(f"== {target}", flush=True)
        start = time.perf_counter()
        make = [os.environ["MAKE"], "--no-print-directory", target]
        code = subprocess.run(make, check=False).returncode
        seconds[target] = round(time.perf_counter() - start)
        if code:
            break
    TIMES.parent.mkdir(exist_ok=True)
    TIMES.write_text(json.dumps(seconds), "utf-8")
    for target, time_of_it in {**seconds, "together": sum(seconds.values())}.items():
        print(f"{target:12} {time_of_it:5} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
