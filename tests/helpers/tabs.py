"""A tab of a browser that is watched."""

from contextlib import contextmanager

from built import BOOK, DISK


@contextmanager
def watched(context, book_url=DISK):
    """A new tab, of which at the end nothing is to be complained."""
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
