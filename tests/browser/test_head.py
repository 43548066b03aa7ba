"""What a page says of itself to other sites, and the list of all pages."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from axe import judged
from built import BOOK, PAGES, soup
from citing import TYPED
from PIL import Image
from pybtex.database import parse_string

from lossbook import __version__

pytestmark = pytest.mark.xdist_group("stored")  # pages are read once

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
CITED = CONFIG["author"]
ADDRESS = os.environ.get("BOOK_URL", CONFIG["html"]["baseurl"]).rstrip("/") + "/"
REPOSITORY = os.environ.get("REPOSITORY_URL") or CONFIG["repository"]["url"]
LISTED = set(PAGES) - {"search.html"}  # no page to find


def says(head, name):
    (tag,) = head.select(f"meta[property='{name}'], meta[name='{name}']")
    return tag["content"]


@pytest.mark.parametrize("name", sorted(LISTED | {"search.html"}))
def test_head_leads_to_the_page(name):
    head = soup(name).head
    (canonical,) = head.select("link[rel=canonical]")
    assert canonical["href"] == says(head, "og:url") == ADDRESS + name
    assert head.title.text.startswith(says(head, "og:title"))
    assert (BOOK / head.select_one("link[rel=icon]")["href"].removeprefix("../")).is_file()
    image = says(head, "og:image")
    assert image.startswith(ADDRESS)
    with Image.open(BOOK / image.removeprefix(ADDRESS)) as card:
        assert card.size == (1200, 630)
    assert says(head, "og:image:alt")
    leads = [link["href"] for link in soup(name).select(".article-header-buttons a[href^=http]")]
    assert bool(leads) == bool(REPOSITORY)
    assert all(REPOSITORY.removeprefix("https://github.com/") in link for link in leads)


def test_each_page_has_words_of_its_own():
    words = {n: says(soup(n).head, "description") for n in PAGES if n.startswith("book/")}
    assert len(set(words.values())) == len(words)
    for name, text in words.items():
        assert 30 <= len(text) <= 200, name
        assert not set(text) & set("\\$\n\N{REPLACEMENT CHARACTER}"), name
        assert text == says(soup(name).head, "og:description")


def test_all_pages_are_listed():
    root = ElementTree.parse(BOOK / "sitemap.xml").getroot()
    listed = [place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert sorted(listed) == sorted(ADDRESS + name for name in LISTED)


def test_a_host_has_a_page_for_what_is_not_there():
    """It is shown at any address, so its links begin at the book's: contents, index, search."""
    page = soup("404.html")
    assert page.base["href"] == urlsplit(ADDRESS).path
    contents = {link["href"] for link in page.nav.select("a")}
    assert contents == {name for name in LISTED if name != "book/intro.html"}
    for target in [page.form["action"], *(link["href"] for link in page.select("a"))]:
        assert (BOOK / target).is_file()
    assert page.form.input["name"] == "q"
    assert (BOOK / ".nojekyll").exists()


def test_each_page_says_how_to_cite_it():
    for name in sorted(LISTED - {"genindex.html"}):
        words, bibtex = (text.text for text in soup(name).select("details.citing pre"))
        (entry,) = parse_string(bibtex, "bibtex").entries.values()
        fields = {key: text.strip("{}") for key, text in entry.fields.items()}
        assert fields["url"] == ADDRESS + name
        title = soup(name).head.title.text.replace("\N{NO-BREAK SPACE}", " ")
        assert fields["title"] in title.translate(TYPED)
        assert all(letter < "\xff" or letter in "“”’" for letter in bibtex)
        assert fields["note"].startswith(f"Version {__version__}, {fields['year']}-")
        author = str(entry.persons["author"][0]).strip("{}")
        for said in (author, fields["title"], fields["note"], fields["url"]):
            assert said in words.translate(TYPED)
        assert (author, fields.get("booktitle", fields["title"])) == (CITED, CONFIG["title"])


def test_what_cites_a_page_is_copied(visit, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit("book/software.html")
    page.locator(".citing summary").click()
    page.locator(".citing button").last.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@incollection{lossbook-software,")
    assert not judged(page, [390], ".citing")


def test_the_whole_is_cited_like_its_pages():
    """That the file is valid is asked in `make style`."""
    whole = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    for record in (whole, whole["preferred-citation"]):
        assert record["version"] == __version__
        assert record["title"] == CONFIG["title"]
        assert record["authors"] == [{"name": CITED}]
