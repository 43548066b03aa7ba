"""The built book in a real browser: from a web server, and from the disk as a reader's own copy.

`page` is a tab that fails its test when anything on it went wrong: a request to another host, one
that failed, an error or a warning in the console. `visit` opens one page of the book in it. Each
test begins with nothing in the browser's memory.
"""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import chromium
import pytest
from built import BOOK, lay_out
from playwright.sync_api import sync_playwright
from tabs import watched


@pytest.fixture(scope="session")
def chromium_path():
    path = chromium.find()
    assert path, chromium.ADVICE
    return path


@pytest.fixture(scope="session")
def playwright(chromium_path):  # which asks a Playwright of its own: there can be one at a time
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright, chromium_path):
    browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def context(browser):
    context = browser.new_context(reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="session")
def book_url():
    """The book's address on a web server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=BOOK))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def page(context, book_url):
    with watched(context, book_url) as page:
        yield page


@pytest.fixture(scope="module")
def shared(browser, book_url):
    """A tab for all tests of a file, in which Python starts once."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(10_000)
    with watched(context, book_url) as page:
        yield page
    context.close()


@pytest.fixture
def visit(page, book_url):
    """Open a page of the book, from the server or from the disk, with all of it laid out."""

    def visit(name, base=book_url):
        page.goto(base + name)
        lay_out(page)
        return page

    return visit
