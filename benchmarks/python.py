"""Python in the page: how long a reader waits, what it weighs, and what memory it takes."""

import sys
import time
from statistics import median

import psutil
from playwright.sync_api import sync_playwright

from . import report
from .pages import BOOK, Reader, chromium, serving

VISITS = 5
CHAPTER, NEXT = "book/05-huber-and-heavy-tails.html", "book/07-softmax-cross-entropy.html"
SYMBOLIC = "book/02-noise-to-loss.html"  # its first figure needs SymPy, another cell SciPy
DISK = BOOK.as_uri() + "/"
LATER = 30  # seconds, in which the browser clears away what is no longer used
LIMIT = 300_000  # milliseconds until Python must have answered
SETTLED = "() => !document.querySelector('.python-busy')"
RUN = "cell => cell.querySelector('.python-bar button').click()"


def seconds(page, cell):
    """From the click to the end of the run."""
    start = time.perf_counter()
    cell.evaluate(RUN)
    page.wait_for_function(SETTLED, timeout=LIMIT)
    return time.perf_counter() - start


def exercise(page):
    return page.locator(".exercise .cell").first


def figure(page):
    return page.locator(".cell:has(.lossbook-live)").first


def visit(browser, address):
    """The waits of one reader, and what the first verdict weighs."""
    with Reader(browser, address) as reader:
        page = reader.open(CHAPTER)
        reader.weight = 0
        seen = {"first verdict, first visit": seconds(page, exercise(page))}
        page.wait_for_load_state("networkidle")
        weight = reader.weight
        seen["the same verdict again"] = seconds(page, exercise(page))
        page = reader.open(NEXT)
        seen["first verdict, next page of the visit"] = seconds(page, exercise(page))
    with Reader(browser, address) as reader:
        page = reader.open(SYMBOLIC)
        seen["first run: SymPy, SciPy, live figure"] = seconds(page, figure(page))
    return seen, weight


def chapter_run_through(browser, address, process):
    """What the tab takes before all cells of a chapter are run, then and later, in bytes."""
    with Reader(browser, address) as reader:
        page = reader.open(CHAPTER)
        sizes = [largest(process)]
        for cell in page.locator(".cell[id^='cell-']").all():
            seconds(page, cell)
        sizes.append(largest(process))
        time.sleep(LATER)
        return *sizes, largest(process)


def largest(process):
    """Bytes that the largest tab has for itself, without what it shares with the browser."""
    return max(child.memory_full_info().uss for child in renderers(process))


def renderers(process):
    return [
        child for child in process.children(recursive=True) if "--type=renderer" in child.cmdline()
    ]


def unused(browser, address):
    """What Python adds to a page on which nobody runs anything, in bytes as sent."""
    with Reader(browser, address) as reader:
        sizes = {}
        reader.page.on(
            "response",
            lambda answer: sizes.update({answer.url: int(answer.headers["content-length"])}),
        )
        reader.open(CHAPTER)
        return sum(size for url, size in sizes.items() if "/python" in url)


def waits(hosted, from_disk):
    ways = [waits for waits, _ in hosted], from_disk
    return [
        [name, *(f"{median(waits[name] for waits in way):.2f}" for way in ways)]
        for name in from_disk[0]
    ]


def weights(weight, more, memory):
    yield ["MB as sent until the first verdict", f"{weight / 1e6:.1f}", 10]
    yield ["KB that a page is heavier, Python not used", f"{more / 1e3:.1f}", 10]
    when = ["as it is read", "after all its cells were run", f"{LATER} s later"]
    for name, sizes, wanted in zip(when, zip(*memory, strict=True), ["", 700, 700], strict=True):
        yield [f"MB of the tab's own memory {name}", f"{median(sizes) / 1e6:.0f}", wanted]


def main():
    path = chromium.find(chromium.NAMES) or sys.exit(chromium.ADVICE)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        process = psutil.Process()
        version = browser.version
        hosted = [visit(browser, address) for _ in range(VISITS)]
        from_disk = [visit(browser, DISK)[0] for _ in range(VISITS)]
        more = unused(browser, address)
        memory = [chapter_run_through(browser, address, process) for _ in range(3)]
        browser.close()
    report.write(
        "python",
        "Python in the page",
        f"Headless Chromium {version}, not slowed, medians of {VISITS} visits: seconds from a "
        "click to the end of the run. The host is a local server that sends gzip and lets the "
        "browser keep what it got. The first verdict is that on the first exercise of "
        f"`{CHAPTER}`, the next page `{NEXT}`, the figure the first of `{SYMBOLIC}`.",
        report.table(["", "from a host", "from a disk"], waits(hosted, from_disk)),
        "Wanted: 5, 2.5 on the next page, 12 for the figure.",
        report.table(["", "measured", "wanted"], list(weights(hosted[0][1], more, memory))),
        libraries=("playwright",),
    )


if __name__ == "__main__":
    main()
