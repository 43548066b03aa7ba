"""Mathematics is typeset as it comes into view, and all of it before the page is printed."""

import pytest

PAGE = "book/02-noise-to-loss.html"
LAST = ".math mjx-container >> nth=-1"


@pytest.fixture
def opened(page, book_url):
    page.goto(book_url + PAGE)
    page.locator("mjx-lazy").first.wait_for(state="attached")
    return page


def test_what_is_far_below_waits(opened):
    last = opened.locator(LAST)
    assert last.locator("mjx-lazy").count()
    last.scroll_into_view_if_needed()
    last.locator("mjx-math").wait_for(state="attached")


def test_paper_shows_all(opened):
    assert opened.locator("mjx-lazy").count()
    opened.emulate_media(media="print")
    opened.wait_for_function("!document.querySelector('mjx-lazy')")
    formulas = opened.locator(".math").count()
    assert opened.locator(".math mjx-math").count() == formulas
