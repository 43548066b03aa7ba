"""The teaching page names every chapter and every exercise, and its times add up."""

import re
from collections import Counter

import nbformat
import pytest
import yaml
from sources import NOTEBOOKS, ROOT

PAGE = (ROOT / "book/teaching.md").read_text("utf-8")
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
CHAPTERS = [
    chapter["file"].removeprefix("book/")
    for part in TOC
    if part.get("numbered")
    for chapter in part["chapters"]
]
TO_READ = {*CHAPTERS, *(path.stem for path in NOTEBOOKS)} - {"other-texts"}
MINUTES = {"Easy": 5, "Middle": 10, "Hard": 20}
LISTED = re.compile(r"\{ref}`[^`<]+ <(ex-[\w-]+)>`( ✓)?")
TO = re.compile(r"\]\(([\w-]+)\.ipynb")


def section(title):
    """The text under a heading, up to the next of its rank or above."""
    rank = re.search(rf"^(#+) {re.escape(title)}", PAGE, re.MULTILINE)[1]
    return re.split(
        rf"^#{{1,{len(rank)}}} ", PAGE.split(f"\n{rank} {title}")[1], flags=re.MULTILINE
    )[0]


def rows(title):
    """The cells of the table in a section, less its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def read(path):
    """The names of the exercises of a notebook, each with whether its cell is checked."""
    source = "\n".join(cell.source for cell in nbformat.read(path, 4).cells)
    parts = re.split(r":label: (ex-[\w-]+)", source)
    return {
        label: "exercises.check(" in text.split("{solution")[0]
        for label, text in zip(parts[1::2], parts[2::2], strict=True)
    }


EXERCISES = {path.stem: read(path) for path in NOTEBOOKS}
HARDNESS = {label: name for name in MINUTES for label, _ in LISTED.findall(section(f"{name}: "))}
NEEDS = {TO.search(row[0])[1]: row for row in rows("What a chapter needs, and how long it takes")}
NUMBER = {str(number): chapter for number, chapter in enumerate(CHAPTERS, 1)}


def needed(page):
    """All that a page needs, in turn."""
    first = {NUMBER[number] for number in re.findall(r"\d+", NEEDS[page][1])}
    return first.union(*map(needed, first))


def minutes(page):
    return sum(int(cell or 0) for cell in NEEDS[page][2:])


def test_every_exercise_is_there_once_and_says_whether_it_is_checked():
    there = {label: checked for found in EXERCISES.values() for label, checked in found.items()}
    listed = LISTED.findall(PAGE)
    assert Counter(label for label, _ in listed) == Counter(there.keys())
    assert {label: bool(mark) for label, mark in listed} == there


def test_exercises_are_listed_under_their_chapter():
    names = {"Convex functions": "a-convex-functions", "A noise of your own": "design-your-noise"}
    names |= {f"Chapter {number}": chapter for number, chapter in NUMBER.items()}
    items = re.findall(r"^- ([\w ]+): ((?:.|\n(?!-|\n))*)", section("The exercises"), re.MULTILINE)
    for name, text in items:
        assert {label for label, _ in LISTED.findall(text)} <= EXERCISES[names[name]].keys(), name
    assert len(items) > len(CHAPTERS)


def test_every_chapter_has_its_aims_its_figure_its_question_and_its_needs():
    assert NEEDS.keys() == TO_READ
    shown = section("Chapter by chapter")
    parts = re.split(r"^### ", shown, flags=re.MULTILINE)[1:]
    assert len(parts) == len(CHAPTERS) + 1
    for number, (chapter, part) in enumerate(zip(CHAPTERS, parts, strict=False), 1):
        assert part.startswith(f"{number}. ")
        assert 1 <= len(re.findall(r"^- \w", part, re.MULTILINE)) <= 3
        assert TO.search(part.split("*Show*")[1])[1] == chapter
        question, click = part.split("*Ask:*")[1].split("*Then*")
        assert "?" in question
        assert "**" in click
    assert {"a-convex-functions", "design-your-noise"} <= set(TO.findall(parts[-1]))


def test_a_chapter_needs_only_chapters_before_it():
    for chapter in CHAPTERS:
        assert all(CHAPTERS.index(other) < CHAPTERS.index(chapter) for other in needed(chapter))


@pytest.mark.parametrize("page", NEEDS)
def test_the_exercises_of_a_chapter_take_what_they_take_together(page):
    took = sum(MINUTES[HARDNESS[label]] for label in EXERCISES[page])
    assert int(NEEDS[page][3] or 0) == took


def test_the_page_says_what_an_exercise_takes():
    words = " ".join(section("What a chapter needs, and how long it takes").split())
    assert (
        "takes about 5 minutes, one of middle difficulty about 10, and a hard one about 20" in words
    )


@pytest.mark.parametrize("path", ["A week", "A term"])
def test_a_path_adds_up_and_leads_to_nothing_before_what_it_needs(path):
    *steps, (_, _, total) = rows(path)
    met = []
    for _, what, took in steps:
        pages = TO.findall(what)
        assert int(took) == sum(map(minutes, pages)), what
        for page in pages:
            assert needed(page) <= set(met), page
            met.append(page)
    assert int(total) == sum(int(took) for *_, took in steps)
    assert len(met) == len(set(met))
    assert path == "A week" or set(met) == TO_READ


def test_two_hours_are_two_hours():
    *steps, (total, *_) = rows("Two hours")
    assert sum(int(took) for took, *_ in steps) == int(total) == 120


def test_numbers_of_chapters_lead_to_them():
    for number, page in re.findall(r"\[(?:chapter )?(\d+)\]\(([\w-]+)\.ipynb", PAGE):
        assert NUMBER[number] == page


def test_the_introduction_leads_to_the_page():
    assert "](teaching.md)" in (ROOT / "book/intro.md").read_text("utf-8")
