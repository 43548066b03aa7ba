"""The built book in a real browser: from a web server, and from the disk as a reader's own copy.

`page` is a tab that fails its test when anything on it went wrong: a request to another host, one
that failed, an error or a warning in the console. `visit` opens one page of the book in it.
"""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import chromium
import pytest
from built import BOOK, lay_out
from playwright.sync_api import sync_playwright


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


@pytest.fixture(scope="session")
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
    troubles = []
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")

    def on_request(request):
        if not request.url.startswith((book_url, BOOK.as_uri(), "data:", "blob:")):
            troubles.append(f"asks another host: {request.url}")

    def on_response(response):
        if response.status >= 400:
            troubles.append(f"{response.status}: {response.url}")

    def on_console(message):
        if message.type in {"error", "warning"}:
            troubles.append(f"{message.type} in the console: {message.text}")

    page.on("request", on_request)
    page.on("response", on_response)
    page.on("requestfailed", lambda r: troubles.append(f"failed: {r.url} {r.failure}"))
    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"exception: {error}"))
    yield page
    page.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def visit(page, book_url):
    """Open a page of the book, from the server or from the disk, and wait until it is at rest, with
    all of it laid out, which else is as it comes near the window."""

    def visit(name, base=book_url):
        page.goto(base + name)
        page.wait_for_load_state("networkidle")
        lay_out(page)
        return page

    return visit
