"""The search finds what people call things, says which word it found, and shows it in its line."""

import gzip
import re
from itertools import groupby
from urllib.parse import urlsplit

from axe import judged
from built import BOOK, DISK, PAGES, soup


def test_the_texts_are_light_and_come_with_a_query():
    assert "search-texts.js" not in str(soup("search.html"))
    assert len(gzip.compress((BOOK / "_static/search-texts.js").read_bytes(), 6)) < 200_000


def test_another_name_is_found_shown_and_marked_on_the_page_that_is_opened(visit, page):
    visit("search.html?q=MAE", DISK)
    results = page.locator("#search-results li")
    results.first.wait_for()
    assert results.first.locator("a").get_attribute("href").endswith("#term-MAE")
    places = [link.get_attribute("href") for link in results.locator("a").all()]
    assert len(set(places)) == len(places)
    other = results.filter(has_text="found by searching for “absolute error”").filter(
        has=page.locator("mark")
    )
    line = other.first.locator(".search-context")
    assert line.locator("mark").inner_text().lower().startswith("absolute error")
    assert 100 < len(line.inner_text()) < 300
    assert not judged(page, [390], "#search-results")
    place = other.first.locator("a").get_attribute("href").split("#")[1]
    other.first.locator("a").click()
    page.locator(f"[id='{place}'] .highlighted:visible").first.wait_for()


# What people call things, and a place that they want among the first three.
WANTED = {
    "BCE": "#term-BCE",
    "MSE loss": "#term-L2-loss",
    "L1": "#term-L1-loss",
    "logloss": "#term-cross-entropy",
    "cross entropy": "#term-cross-entropy",
    "crossentropy": "#term-cross-entropy",
    "log-sum-exp": "#term-logsumexp",
    "pinball": "#term-pinball-loss",
    "check function": "#term-check-function",
    "hinge": "#term-hinge",
    "robust": "#term-general-robust-loss",
    "weight decay": "12-prior-and-penalty.html#weight-decay-and-what-adam-makes-of-it",
    "regularization": "12-prior-and-penalty.html#from-the-prior-to-the-penalty",
    "ridge": "#term-ridge-regression",
    "label smoothing": "09-entropy-and-kl.html#soft-targets-and-label-smoothing",
    "KL": "09-entropy-and-kl.html",
    "class imbalance": "18-choosing.html#imbalance",
    "gradient clipping": "05-huber-and-heavy-tails.html",
    "noisy labels": "17-noise-on-purpose.html",
    "what loss for counts": "14-counts-and-amounts.html",
    "quantile regression": "04-laplace-absolute-error.html",
    "NLLLoss": "#the-same-loss-by-other-names",
}
FIRST = """async query => {
    document.getElementById("search-results").replaceChildren();
    Search.performSearch(query);
    await new Promise(setTimeout);  // the texts are there
    return [...document.querySelectorAll("#search-results li a")].slice(0, 3).map(a => a.href);
}"""


def test_what_people_call_things_is_among_the_first_three(visit, page):
    visit("search.html?q=AUC", DISK)
    page.locator("#search-results [role=status]").wait_for()
    assert not page.locator("#search-results li").all()  # though it is a part of "Cauchy"
    missed = {}
    for query, place in WANTED.items():
        first = page.evaluate(FIRST, query)
        if not any(place in re.sub(r"[?]highlight=[^#]*", "", link) for link in first):
            missed[query] = first
    assert not missed


def test_words_in_one_piece_come_first_and_those_that_stand_apart_last(visit, page):
    visit("search.html?q=log loss", DISK)
    page.locator("#search-results li").first.wait_for()
    entries = page.locator("#search-results li").all_inner_texts()
    kinds = [
        "other" if "found by" in text else "whole" if "log loss" in text.lower() else "apart"
        for text in entries
    ]
    assert [kind for kind, _ in groupby(kinds)] == ["whole", "other", "apart"]


COUNTS = """async queries => {
    const counts = [];
    for (const query of queries) {
        document.getElementById("search-results").replaceChildren();
        Search.performSearch(query);
        await new Promise(setTimeout);
        const found = document.querySelectorAll("#search-results li");
        counts.push([found.length, Search.status.textContent]);
    }
    return counts;
}"""


def test_the_number_of_places_is_said_of_one_and_of_many(visit, page):
    visit("search.html?q=BCE", DISK)
    page.locator("#search-results li").first.wait_for()
    counts = page.evaluate(COUNTS, ["BCE", "weightless", "neuron", "mercury"])
    assert max(counts)[0] > 1
    assert min(counts)[0] == 1
    for count, said in counts:
        assert said == ("Found in one place." if count == 1 else f"Found in {count} places.")


def test_a_search_without_its_texts_says_so(context, book_url):
    page = context.new_page()  # in whose console the browser complains
    page.route("**/search-texts.js*", lambda route: route.abort())
    page.goto(book_url + "search.html?q=BCE")
    page.get_by_text("search-texts.js did not arrive").wait_for()


def test_a_page_that_is_not_there_leads_to_the_search(page, book_url):
    """A host shows it at any address, and may forbid scripts and styles of others."""
    root = soup("404.html").base["href"]
    policy = {
        "Content-Security-Policy": "default-src 'self'; style-src 'unsafe-inline'; img-src data:"
    }

    def serve(route):
        file = BOOK / urlsplit(route.request.url).path.removeprefix(root)
        there = file.is_file()
        route.fulfill(path=file if there else BOOK / "404.html", headers={} if there else policy)

    page.route(book_url + "**", serve)
    page.goto(f"{book_url}{root[1:]}book/no/such/page")
    assert not judged(page, [390, 1280])
    contents = page.get_by_role("navigation", name="Contents").get_by_role("link")
    assert (
        contents.first.evaluate("link => link.href")
        == f"{book_url}{root[1:]}{next(p for p in PAGES if '/01-' in p)}"
    )
    page.get_by_label("Search the book").fill("pinball")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=pinball")
    page.locator("#search-results li").first.wait_for()
