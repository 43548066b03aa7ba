"""The address of the book's folder leads to its first page; a page's former address to the page,
and to the place in it."""

import pytest
from built import BOOK, DISK, DOORS
from forwards import MOVED

PLACE = "#recipes"

every_door = pytest.mark.parametrize(("door", "to"), DOORS.items())


@every_door
@pytest.mark.parametrize("where", ["server", "disk"])
def test_a_door_leads_on(page, book_url, where, door, to):
    base = {"server": book_url, "disk": DISK}[where]
    page.goto(f"{base}{door}{PLACE}")
    page.wait_for_url(f"{base}{to}{PLACE}")
    if door != "index.html":
        assert page.locator(PLACE).is_visible()


@every_door
def test_it_leads_on_without_scripts(browser, door, to):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(DISK + door)
    page.wait_for_url(DISK + to)
    context.close()


def test_former_addresses_are_listed_nowhere():
    for listing in ("sitemap.xml", "searchindex.js"):
        text = (BOOK / listing).read_text("utf-8")
        assert [old for old in MOVED if old.split("/")[1] in text] == []
