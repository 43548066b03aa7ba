"""The search finds what people call things, says which word it found, and shows it in its line."""

import gzip
from itertools import groupby

from axe import judged
from built import BOOK, DISK


def test_the_texts_are_light():
    assert len(gzip.compress((BOOK / "_static/search-texts.js").read_bytes(), 6)) < 200_000


def test_another_name_is_found_shown_and_marked_on_the_page_that_is_opened(visit, page):
    visit("search.html?q=MAE", DISK)
    results = page.locator("#search-results li")
    results.first.wait_for()
    assert results.first.locator("a").get_attribute("href").endswith("#term-MAE")
    places = [link.get_attribute("href") for link in results.locator("a").all()]
    assert len(set(places)) == len(places)
    other = results.filter(has_text="found as “absolute error”").filter(has=page.locator("mark"))
    line = other.first.locator(".search-context")
    assert line.locator("mark").inner_text().lower().startswith("absolute error")
    assert 100 < len(line.inner_text()) < 300
    assert not judged(page, [390], "#search-results")
    place = other.first.locator("a").get_attribute("href").split("#")[1]
    other.first.locator("a").click()
    page.locator(f"[id='{place}'] .highlighted:visible").first.wait_for()


def test_words_in_one_piece_come_first_and_those_that_stand_apart_last(visit, page):
    visit("search.html?q=log loss", DISK)
    page.locator("#search-results li").first.wait_for()
    entries = page.locator("#search-results li").all_inner_texts()
    kinds = [
        "other" if "found as" in text else "whole" if "log loss" in text.lower() else "apart"
        for text in entries
    ]
    assert [kind for kind, _ in groupby(kinds)] == ["whole", "other", "apart"]


def test_a_page_that_is_not_there_leads_to_the_search(visit, page, book_url):
    visit("404.html")
    assert not judged(page, [390, 1280])
    page.get_by_label("Search the book").fill("pinball")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=pinball")
    page.locator("#search-results li").first.wait_for()
