"""The second browser of the tests: Firefox as it is installed, which Playwright drives by WebDriver
BiDi. As a script: see to it that there is one, or say what to do."""

import shutil

from chromium import debian, ensure, starts

NAMES = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"]
ADVICE = """\
The tests in a second browser need Firefox, and none could be found or installed. Install one:
  Debian       apt-get install firefox-esr
  Fedora       dnf install firefox
  macOS        brew install --cask firefox
  elsewhere    from your system's packages, so that the command firefox starts it"""


def find():
    """The path of an installed Firefox that starts, or None."""
    return next((path for path in map(shutil.which, NAMES) if path and starts(path)), None)


if __name__ == "__main__":
    ensure(find, debian("firefox-esr"), ADVICE)
