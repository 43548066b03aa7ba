"""What holds for every page of the book."""

import json
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from built import BOOK, PAGES

DISK = BOOK.as_uri() + "/"
every_page = pytest.mark.parametrize("name", PAGES)


# A listing is thousands of tokens, and those of one kind look the same in it: one of each stays.
ONE_OF_EACH = """document.querySelectorAll("pre").forEach(listing => {
    const kinds = new Set();
    for (const token of listing.querySelectorAll("span[class]")) {
        if (kinds.has(token.className)) token.replaceWith(...token.childNodes);
        kinds.add(token.className);
    }
})"""


@every_page
def test_reads_well_at_every_width_and_in_both_modes(visit, name):
    page = visit(name)
    page.evaluate(AXE_SCRIPT)
    page.evaluate(ONE_OF_EACH)
    found = []
    modes = ("light", "dark")
    for width, judged in {320: (), 390: modes, 1280: modes}.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)  # the theme looks 300 ms later which boxes now scroll
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{width} px: the page is {needed} px wide")
        for mode in judged:
            page.emulate_media(color_scheme=mode)
            page.wait_for_function(f"document.documentElement.dataset.theme == '{mode}'")
            found += [f"{width} px, {mode}: {what}" for what in barriers(page)]
    assert not found, "\n".join(found)


def barriers(page, part="document"):
    """What axe finds to be a serious or critical barrier."""
    options = json.dumps({"resultTypes": ["violations"], "preload": False})
    results = page.evaluate(f"axe.run({part}, {options})")
    return [
        f"{finding['id']}: {finding['help']}: {node['html'][:200]}"
        for finding in results["violations"]
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]


@every_page
def test_opens_from_the_disk(visit, name):
    page = visit(name, DISK)
    assert page.locator("main h1:visible").inner_text()


@pytest.fixture(scope="module")
def soups():
    return {n: BeautifulSoup((BOOK / n).read_text("utf-8"), "html.parser") for n in PAGES}


@every_page
def test_links_and_files_resolve(soups, name):
    missing = []
    for tag in soups[name].find_all(["a", "img", "link", "script", "source"]):
        address = tag.get("href") or tag.get("src")
        if not address or "://" in address or address.startswith(("mailto:", "data:")):
            continue
        target, fragment = urldefrag(urljoin(name, address))
        target = unquote(target.split("?")[0])
        there = (BOOK / target).is_file()
        if there and fragment and target in soups:
            there = soups[target].find(id=unquote(fragment))
        if not there:
            missing.append(address)
    assert not missing


@every_page
def test_images_have_alternative_texts(soups, name):
    texts = [image.get("alt", "") for image in soups[name].find_all("img")]
    assert all(len(text.split()) > 1 for text in texts), texts


@pytest.mark.parametrize("base", ["web", "disk"])
def test_search_finds_a_word(visit, book_url, base):
    page = visit("search.html?q=gradient", book_url if base == "web" else DISK)
    results = page.locator("#search-results li a")
    results.first.wait_for()
    assert "teaching-signal" in " ".join(a.get_attribute("href") for a in results.all())
