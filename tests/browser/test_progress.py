"""What a reader has read and solved is marked in the contents, handed to a teacher, and erased."""

import json
import re
from pathlib import Path

from axe import judged
from built import BOOK, DISK, soup
from test_python_exercises import CHECKS, GRADIENT, LOSS
from test_python_kept import DENIED

FIRST, SELF_TEST = "book/01-teaching-signal.html", "book/self-test-number.html"
ENTRY = "book/05-huber-and-heavy-tails"


def box(page):
    return page.locator(".progress-box")


def marks(page):
    return page.locator(".bd-docs-nav .progress-mark")


def minutes(text):
    return int(re.search(r"\d+", text)[0])


def test_each_chapter_says_how_long_it_takes():
    contents = soup("book/intro.html").select(".toctree-wrapper li:has(.reading-time)")
    assert len(contents) == len(soup(FIRST).find_all("a", string=re.compile(r"^\d+\. ")))
    for entry in contents:
        said = soup(f"book/{entry.a['href']}").select_one("h1 + .reading-time").text
        assert 10 <= minutes(said) == minutes(entry.select_one(".reading-time").text) <= 90


def test_a_chapter_is_read_at_its_end_after_its_time(page):
    page.clock.install()
    page.goto(DISK + FIRST)
    time = minutes(page.locator(".reading-time").inner_text()) / 4
    page.keyboard.press("End")
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    page.clock.run_for("01:00:00")  # nobody moves
    assert not box(page).is_visible()
    page.keyboard.press("Home")
    for minute in range(round(time) + 1):
        page.mouse.move(500 + minute, 300)
        page.clock.run_for(60_000)
    assert marks(page).count() == 0  # long enough, and not at the end
    page.reload()
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    page.keyboard.press("End")
    page.clock.run_for(60_000)
    assert marks(page).get_attribute("aria-label") == "read"
    page.reload()
    assert marks(page).inner_text() == "✓"


def solve(page):
    """An exercise, as the page's code keeps it."""
    code = LOSS + GRADIENT + CHECKS
    entries = {"huber-loss huber-gradient": {"text": code, "of": code, "verdict": "right"}}
    entries["huber-loss huber-gradient"]["solved"] = True
    key = f"lossbook code {(BOOK / ENTRY).as_uri().removeprefix('file://')}.html"
    page.evaluate("entry => localStorage.setItem(...entry)", [key, json.dumps(entries)])


def answer(page):
    """The first question of a self-test."""
    form = page.locator(".quiz form").first
    right = form.locator("[data-right]").get_attribute("data-value")
    if form.locator("[type=radio]").count():
        form.locator(f"[value='{right}']").check()
    else:
        form.locator("input").fill(right)
    form.get_by_role("button", name="Check").click()
    form.locator("xpath=self::*[@data-verdict='right']").wait_for()


def test_answers_are_counted_exported_and_erased(page):
    page.goto(DISK + SELF_TEST)
    assert not box(page).is_visible()
    solve(page)
    answer(page)
    box(page).wait_for()
    said = [mark.get_attribute("aria-label") for mark in marks(page).all()]
    assert [re.sub(r"of \d+", "of N", words) for words in said] == [
        "1 of N exercises solved",
        "1 of N questions right",
    ]
    box(page).locator("summary").click()
    counts = box(page).locator("li").all_inner_texts()
    assert [text.split()[0] for text in counts] == ["0", "1", "1"]
    assert not judged(page, [1280], ".bd-sidebar-primary")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
    pages = json.loads(Path(saved.value.path()).read_text("utf-8"))["pages"]
    assert [entry["page"] for entry in pages] == [Path(ENTRY).name, Path(SELF_TEST).stem]
    assert [entry["exercises"] for entry in pages[0]["exercises"]] == [
        ["huber-loss", "huber-gradient"]
    ]
    assert [answer["verdict"] for answer in pages[1]["questions"]] == ["right"]
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("button", name="No, keep it").click()
    assert box(page).is_visible()
    page.get_by_role("button", name="Erase").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Yes, erase").click()
    assert not box(page).is_visible()
    assert not marks(page).count()
    assert page.locator(".quiz [data-verdict]").count() == 0
    assert (
        page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('lossbook '))") == []
    )


def test_a_teacher_can_read_which_answer_was_checked(page):
    page.goto(DISK + SELF_TEST)
    form = page.locator(".quiz form:has([type=radio]):has(legend mjx-container)").first
    wrong = form.locator("li:not([data-right])").first.get_attribute("data-value")
    form.locator(f"[value='{wrong}']").check()
    form.get_by_role("button", name="Check").click()
    form.locator("xpath=self::*[@data-verdict='wrong']").wait_for()
    right = form.locator("[data-right]").get_attribute("data-value")
    form.locator(f"[value='{right}']").check()  # and not checked
    answer(page)
    box(page).locator("summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
    (exported,) = json.loads(Path(saved.value.path()).read_text("utf-8"))["pages"]
    asked = soup(SELF_TEST).select(".quiz form")
    by_words = {words(each.legend): each for each in asked}
    answers = {said["question"]: said for said in exported["questions"]}
    assert len(answers) == 2
    assert answers.keys() <= by_words.keys()
    (said,) = (said for said in answers.values() if said["verdict"] == "wrong")
    chosen = by_words[said["question"]].select_one(f"[value='{wrong}'] + span")
    assert said == {**said, "answer": words(chosen), "first": "wrong"}
    assert "$" in said["question"]


def words(element):
    for formula in element.select("mjx-container"):
        formula.replace_with(f"${formula['data-latex']}$")
    return " ".join(element.text.split())


def test_where_nothing_is_kept_nothing_is_shown(page):
    page.add_init_script(DENIED)
    page.goto(DISK + SELF_TEST)
    answer(page)
    page.wait_for_timeout(100)
    assert box(page).count() == marks(page).count() == 0
