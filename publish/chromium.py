"""The browser of the tests. As a script: see to it that there is one, or say what to do."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

SHELL = "chromium-headless-shell"  # without windows: a page costs half as much
NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]
# As root, in a container, without a screen; and silent towards the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ADVICE = """\
The PDF, the EPUB and the browser tests need Chromium or Chrome, and none could be found or
installed. Install one:
  Debian       apt-get install chromium
  Fedora       dnf install chromium
  macOS        brew install --cask google-chrome
  elsewhere    .venv/bin/playwright install --with-deps chromium"""


def find(names=(SHELL, *NAMES)):
    """The path of the first browser that is installed and starts, or None."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return next((path for path in [*map(shutil.which, names), own] if path and starts(path)), None)


def starts(path):
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except OSError:
        return False


def install():
    """Try Playwright's download, then, as root, Debian's package."""
    yield [sys.executable, "-m", "playwright", "install", "chromium"]
    yield from debian("chromium")


def debian(package):
    if shutil.which("apt-get") and os.geteuid() == 0:
        yield ["apt-get", "update"]
        yield ["apt-get", "install", "--yes", "--no-install-recommends", package]


def ensure(find, commands, advice):
    """Run the commands, one by one, until what is needed is found; or say what to do."""
    while not (path := find()) and (command := next(commands, None)):
        run(command)
    if not path:
        sys.exit(advice)
    print("Found:", path)


def run(command):
    print("Missing; trying:", *command, flush=True)
    subprocess.run(command, check=False)


if __name__ == "__main__":
    if not shutil.which(SHELL):
        for command in debian(SHELL):
            run(command)
    ensure(find, install(), ADVICE)
