"""OpenMP, which LightGBM's wheel takes from the system. As a script: see to it that there is one,
or say what to do."""

import subprocess
import sys

from chromium import debian, ensure

LOAD = """
import ctypes, importlib.util, pathlib
package = pathlib.Path(importlib.util.find_spec("lightgbm").origin).parent
library = next(package.rglob("lib_lightgbm.*"))
ctypes.CDLL(str(library))
print(library)"""
ADVICE = """\
The tests of lossbook.objectives need LightGBM, and LightGBM needs OpenMP, which could not be found
or installed. Install it:
  Debian       apt-get install libgomp1
  Fedora       dnf install libgomp
  macOS        brew install libomp"""


def find():
    """The path of LightGBM's library if it loads, or None; a process remembers what failed."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True)
    return done.stdout.strip() or None


if __name__ == "__main__":
    ensure(find, debian("libgomp1"), ADVICE)
