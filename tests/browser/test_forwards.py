"""A page's former address leads to the page, and to the place in it."""

import forwards
import pytest
from built import BOOK, DISK

PLACE = "#recipes"


@pytest.mark.parametrize(("old", "new"), forwards.MOVED.items())
@pytest.mark.parametrize("where", ["server", "disk"])
def test_a_former_address_leads_on(page, book_url, where, old, new):
    base = {"server": book_url, "disk": DISK}[where]
    page.goto(f"{base}{old}.html{PLACE}")
    page.wait_for_url(f"{base}{new}.html{PLACE}")
    assert page.locator(PLACE).is_visible()


@pytest.mark.parametrize(("old", "new"), forwards.MOVED.items())
def test_it_leads_on_without_scripts(browser, old, new):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{DISK}{old}.html")
    page.wait_for_url(f"{DISK}{new}.html")
    context.close()


def test_former_addresses_are_listed_nowhere():
    for listing in ("sitemap.xml", "searchindex.js"):
        text = (BOOK / listing).read_text("utf-8")
        assert [old for old in forwards.MOVED if old.split("/")[1] in text] == []
