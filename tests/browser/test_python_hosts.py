"""Python in the page from a disk, from any host, and where something of it is missing or forbidden:
it works, or says in one line why not, and all else works."""

import gzip
import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from built import BOOK, DISK
from conftest import Handler
from reader import Cell
from tabs import watched
from test_hosts import POLICY, STRICT, all_move, send_policy

CHAPTER = "book/03-gaussian-squared-error.html"

# What Python needs beyond the policy of the figures.
PYTHON = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval' blob:")
WORKS_ON = "All else on this page works as before."


@pytest.fixture
def visitor(browser):
    """A tab that may complain in its console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def first_cell(page):
    """The first cell whose Run is seen, with a text that needs no pack but the first."""
    name = page.locator(".cell[id^=cell-]:has(.python-bar button:visible)").first
    cell = Cell(page, name.get_attribute("id").removeprefix("cell-"))
    cell.write("print(6 * 7)")
    return cell


def does_not_start(cell):
    """What is said of a run that cannot begin; the printed output stays."""
    before = cell.shown
    cell.start()
    cell.page.wait_for_function(
        "name => document.querySelector(`#${name} .python-news`).textContent.includes('All else')",
        arg=cell.root.get_attribute("id"),
        timeout=25_000,
    )
    assert cell.shown == before
    assert cell.button("Run").is_enabled()
    assert not cell.button("Stop").is_visible()
    said = cell.said
    assert len(said) < 200
    assert said.endswith(WORKS_ON)
    assert ".." not in said
    return said


def test_from_the_disk(context):
    page = context.new_page()
    page.goto(DISK + CHAPTER)
    assert first_cell(page).run() == "42"


def test_below_a_path_of_a_host(context):
    class Below(Handler):
        def translate_path(self, path):
            return super().translate_path(path.removeprefix("/some/where/book"))

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=BOOK))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}/some/where/book/"
    with watched(context, place) as page:
        page.goto(place + CHAPTER)
        assert first_cell(page).run() == "42"
    server.shutdown()
    server.server_close()


def test_under_the_least_policy(visitor, book_url):
    send_policy(visitor, f"{PYTHON}; manifest-src 'self'; worker-src 'self' blob:")  # and the app
    visitor.goto(book_url + CHAPTER)
    cell = first_cell(visitor)
    cell.write(
        "import sympy as sp\n\nfrom lossbook import live\n\nfig = live.Figure(alt='A line')\n"
        "slope, x = fig.slider('slope', -1, 1, start=0), sp.Symbol('x')\n"
        "fig.curve(fig.axes[0], slope * x, x)\nprint(6 * 7)\nfig"
    )
    assert cell.run().startswith("42")
    cell.outputs.locator(".lossbook-controls").wait_for()
    assert all_move(visitor)


@pytest.mark.parametrize("less", ["nothing for Python", "'wasm-unsafe-eval'", "blob:"])
def test_under_a_stricter_policy_it_says_so(visitor, book_url, less):
    policy = POLICY if less == "nothing for Python" else PYTHON.replace(f" {less}", "", 1)
    assert policy != PYTHON
    send_policy(visitor, policy)
    visitor.goto(book_url + CHAPTER)
    assert "this site or this browser does not let it" in does_not_start(first_cell(visitor))
    assert all_move(visitor)


def cut(text):
    return text[: len(text) // 2]


def one_letter(text):
    k = len(text) // 2
    return text[:k] + ("A" if text[k] != "A" else "B") + text[k + 1 :]


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("packs/core-3.js", None),
        ("packs/core-3.js", cut),
        ("packs/core-3.js", one_letter),
        ("packs/lossbook-0.js", lambda text: "(" + text),
        ("packs/lossbook-0.js", one_letter),
        ("packs/numpy-0.js", None),
        ("packs/numpy-0.js", cut),
    ],
)
def test_a_part_of_a_pack_that_is_missing_or_damaged(visitor, book_url, file, damage):
    visitor.route(f"**/{file}", damaged(damage))
    visitor.goto(book_url + CHAPTER)
    cell = first_cell(visitor)
    cell.write("import numpy as np\n\nprint(6 * 7)")
    said = does_not_start(cell)
    assert re.search("missing|damaged", said)
    assert file.split("/")[1].split("-")[0] in said
    visitor.unroute(f"**/{file}")
    assert (cell.run(), cell.said) == ("42", "")  # it is there again


def damaged(damage):
    def answer(route):
        if damage is None:
            route.fulfill(status=404)
        else:
            response = route.fetch()
            route.fulfill(response=response, body=damage(response.text()))

    return answer


@pytest.mark.parametrize("file", ["engine.js", "pages/03-gaussian-squared-error.js"])
@pytest.mark.parametrize("damage", [None, cut])
def test_a_script_that_is_missing(visitor, book_url, file, damage):
    visitor.route(f"**/python/{file}", damaged(damage))
    visitor.goto(book_url + CHAPTER)
    cell = first_cell(visitor)
    assert re.search(rf"{file} is (missing|damaged)", does_not_start(cell))
    visitor.unroute(f"**/python/{file}")
    assert cell.run() == "42"


def test_a_network_that_is_cut_in_between(visitor, book_url):
    visitor.goto(book_url + CHAPTER)
    cell = first_cell(visitor)
    assert cell.run() == "42"
    visitor.route("**/packs/*", lambda route: route.abort())
    cell.write("import sklearn\n\nprint(7)")
    assert "is missing" in does_not_start(cell)
    visitor.unroute("**/packs/*")
    assert cell.run() == "7"


OLD = "it needs Chrome or Edge 99, Firefox 113, Safari 16.4, or a newer browser"


@pytest.mark.parametrize("lacking", ["DecompressionStream", "Worker", "WebAssembly"])
def test_an_old_browser(visitor, book_url, lacking):
    visitor.add_init_script(f"delete window.{lacking}")
    if lacking == "WebAssembly":
        without = "**/python/engine.js"
        start = r"const HOME"
        visitor.route(
            without, damaged(lambda t: t.replace(start, f"delete self.{lacking}; {start}"))
        )
    visitor.goto(book_url + CHAPTER)
    assert OLD in does_not_start(first_cell(visitor))
    assert all_move(visitor)


def test_nothing_is_asked_for_before_the_first_run(page, book_url):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(book_url + CHAPTER)
    cell = first_cell(page)
    page.wait_for_load_state("networkidle")
    ours = sorted(url.split("_static/")[1].split("?")[0] for url in asked if "/python" in url)
    assert ours == ["python.css", "python/page.js"]
    assert cell.run() == "42"
    packs = {url.split("/packs/")[1].split("-")[0] for url in asked if "/packs/" in url}
    assert {"core", "lossbook"} <= packs
    assert not packs & {"scipy", "plot", "learn"}


def test_a_page_whose_python_is_not_used_weighs_little_more():
    files = (BOOK / "_static/python/page.js", BOOK / "_static/python.css")
    assert sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) < 9_500
