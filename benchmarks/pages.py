"""Speed of the built book's pages, from a local server that compresses as hosts do."""

import gzip
import mimetypes
import sys
import threading
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import unquote, urlsplit

import numpy as np
from playwright.sync_api import sync_playwright

from . import report

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT / "publish"))
import chromium  # noqa: E402

VISITS, SLOWDOWN = 5, 4
ARTICLE = "<article"
TEXT = {".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"}

# What the browser itself observes, from before the page's first byte on.
OBSERVE = """
window.seen = { paints: [], tasks: [] };
new PerformanceObserver(list => seen.paints.push(...list.getEntries()))
    .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => seen.tasks.push(...list.getEntries()))
    .observe({ type: "longtask", buffered: true });
"""

# Blocking time: what each task after the first paint takes beyond 50 ms.
TIMES = """() => {
    const first = performance.getEntriesByName("first-contentful-paint")[0].startTime;
    const after = seen.tasks.map(
        task => task.startTime + task.duration - Math.max(first, task.startTime)
    );
    const blocked = after.reduce((total, time) => total + Math.max(0, time - 50), 0);
    return [seen.paints.at(-1).startTime, blocked];
}"""

# Two seconds without a long task.
QUIET = """() => {
    const last = seen.tasks.at(-1);
    return performance.now() > 2000 + (last ? last.startTime + last.duration : 0);
}"""

# From a control's event to what it moves being laid out anew, in milliseconds.
REDRAW = """figure => {
    const times = [], svgs = [...figure.querySelectorAll("svg")];
    const time = act => {
        const start = performance.now();
        act();
        for (const svg of svgs) svg.getBBox();
        times.push(performance.now() - start);
    };
    for (const input of figure.querySelectorAll("input[type=range]"))
        for (let k = 0; k < 60; k++)
            time(() => {
                input.value = +input.min + (input.max - input.min) * (k * 7 % 60) / 59;
                input.dispatchEvent(new Event("input", { bubbles: true }));
            });
    for (const handle of [...figure.querySelectorAll(".lossbook-handle")].slice(0, 6))
        for (let k = 0; k < 10; k++)
            time(() => {
                const key = k % 4 < 2 ? "ArrowUp" : "ArrowDown";
                handle.dispatchEvent(new KeyboardEvent("keydown", { key }));
            });
    for (let k = 0; k < 10; k++)
        for (const input of figure.querySelectorAll("input[type=radio], input[type=checkbox]")) {
            input.checked = input.type === "radio" || k % 2;
            time(() => input.dispatchEvent(new Event("change", { bubbles: true })));
        }
    return times;
}"""


class Host(BaseHTTPRequestHandler):
    """A static host: compressed text, connections that stay open, ten minutes in the cache."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = BOOK / unquote(urlsplit(self.path).path).lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        body = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", mimetypes.guess_type(path.name)[0] or "text/plain")
        self.send_header("Content-Length", len(body))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in TEXT:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    """The address of the book on such a host."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@lru_cache
def compressed(path):
    body = path.read_bytes()
    return gzip.compress(body, 6, mtime=0) if path.suffix in TEXT else body


class Reader:
    """A browser with an empty cache; `weight` is what the page opened last took on the wire."""

    def __init__(self, browser, address):
        self.address, self.weight = address, 0
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.add_init_script(OBSERVE)
        self.browser = self.context.new_cdp_session(self.page)
        self.browser.send("Network.enable")
        self.browser.on("Network.loadingFinished", self.count)

    def count(self, event):
        self.weight += event["encodedDataLength"]

    def slow_down(self):
        self.browser.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})

    def open(self, name):
        self.weight = 0
        self.page.goto(self.address + name)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.context.close()


def visit(browser, address, name):
    """A first visit: paint and blocking time; for each figure the redraw's two."""
    with Reader(browser, address) as reader:
        reader.slow_down()
        page = reader.open(name)
        page.wait_for_function(QUIET, timeout=120_000)
        times, redraws = page.evaluate(TIMES), []
        for figure in page.locator(".lossbook-live").all():
            figure.scroll_into_view_if_needed()
            figure.evaluate(REDRAW)  # warms up
            moves = figure.evaluate(REDRAW)
            redraws.append([median(moves), last_hundredth(moves)])
    return times, redraws


def row(name, visits):
    times, redraws = zip(*visits, strict=True)
    paint, blocked = np.min(times, axis=0)
    slowest = np.reshape(redraws, (VISITS, -1, 2)).min(axis=0).max(axis=0, initial=0)
    return [
        name,
        f"{paint / 1000:.2f}",
        f"{blocked:.0f}",
        *(f"{time:.1f}" if time else "" for time in slowest),
    ]


def last_hundredth(times):
    return quantiles(times, n=100, method="inclusive")[98]


def names():
    """The pages with a text, a list or a search: not those that only lead to another."""
    pages = sorted(BOOK.glob("book/*.html"))
    read = [
        page.relative_to(BOOK).as_posix() for page in pages if ARTICLE in page.read_text("utf-8")
    ]
    return [*read, "genindex.html", "search.html"]


def main():
    path = chromium.find(chromium.NAMES) or sys.exit(chromium.ADVICE)
    pages = names()
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        version = browser.version
        # One round after the other: a slow minute of the machine hits a page once.
        rounds = [{name: visit(browser, address, name) for name in pages} for _ in range(VISITS)]
        rows = [row(name, [seen[name] for seen in rounds]) for name in pages]
        browser.close()
    report.write(
        "pages",
        "Pages",
        f"Every page of the book in headless Chromium {version}, 1280 × 900, from a local server "
        "that sends gzip and lets the browser keep what it got. **Paint** is the "
        "largest contentful paint in seconds, **blocked** the total blocking time in ms, with the "
        f"processor slowed {SLOWDOWN}-fold. **Redraw** is the time from a control's event to a "
        "figure laid out anew, in ms and equally slowed: median and 99th percentile of the page's "
        f"slowest figure. Times are the least of {VISITS} visits, minutes apart, since what is "
        "more is other programs' doing.",
        "Wanted: paint at most 1.5, blocked 600, redraw 4 and 16.",
        report.table(["page", "paint", "blocked", "redraw", "99 %"], rows),
        libraries=("playwright",),
    )


if __name__ == "__main__":
    main()
