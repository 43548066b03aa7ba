"""What the built book's pages load, from a local server that compresses as hosts do."""

import sys

from playwright.sync_api import sync_playwright

from . import report
from .pages import Reader, chromium, names, serving

BEFORE = ("book/01-teaching-signal.html", "book/02-noise-to-loss.html")  # what was read before

SCROLL = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise(resolve => setTimeout(resolve, 100));
    }
}"""


def weights(browser, address, name):
    """Of a first visit at its start, of the whole page, and of that after what was read before."""
    with Reader(browser, address) as reader:
        reader.open(name)
        first, whole = reader.weight, read(reader)
    with Reader(browser, address) as reader:
        reader.open(BEFORE[name == BEFORE[0]])
        read(reader)
        reader.open(name)
        return first, whole, read(reader)


def read(reader):
    """To the end of the page that is open; its weight."""
    reader.page.evaluate(SCROLL)
    reader.page.wait_for_load_state("networkidle")
    return reader.weight


def main():
    path = chromium.find() or sys.exit(chromium.ADVICE)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        version = browser.version
        rows = [
            [name, *(f"{size / 1000:.0f}" for size in weights(browser, address, name))]
            for name in names()
        ]
        browser.close()
    report.write(
        "weights",
        "Weights of the pages",
        f"Every page of the book in headless Chromium {version}, 1280 × 900, from a local server "
        "that sends gzip and lets the browser keep what it got; KB as sent. **First** is what a "
        "first visit loads; **whole** the same after scrolling to the end; **next** what the "
        "whole page adds after chapter 1 was read (before chapter 1: chapter 2).",
        "Wanted: first and whole at most 600, next 150.",
        report.table(["page", "first", "whole", "next"], rows),
        libraries=("playwright",),
    )


if __name__ == "__main__":
    main()
