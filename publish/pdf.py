"""The whole book as one PDF: its built pages, gathered into one document that Chromium prints.

Numbers, formulas and figures are those of the pages; links between pages become links between
places. Solutions and answers, which a page hides, move to a chapter of their own.
"""

import copy
import json
import re
import sys
from datetime import date
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import chromium
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

import lossbook

ROOT = Path(__file__).parent.parent
BUILT, MADE = ROOT / "_build/html", ROOT / "_build/pdf"
FIRST = "book/intro.html"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
WIDTH = 590  # of the text in CSS pixels, as print.css has it
PAGE = '<span class="page">000</span>'  # becomes the number of the page that its link leads to

ON_PAPER = f"""<p>This is the book on paper. In its pages for the screen the figures move under your
hand, and code that is folded away can be opened, such as the code behind figures, questions, tables
and numbers. Here the figures stand as they start, without that code, and solutions and answers
stand <a href="#solutions">from page {PAGE}</a> on. What follows is said of the screen.</p>"""


def main():
    MADE.mkdir(parents=True, exist_ok=True)
    source, target = MADE / "book.html", MADE / "book.pdf"
    source.write_text(document(contents()), encoding="utf-8")
    executable = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        print("Laying out the pages …", flush=True)
        page = lay_out(browser, source)
        print("Printing, until the number of each page is known …", flush=True)
        print_numbered(page, target)
        browser.close()
    describe(target)
    print(f"The book, {len(PdfReader(target).pages)} pages: {target.as_uri()}")


def contents():
    """The addresses of the book's pages, each with the caption of the part that it begins."""
    part, addresses = "", {FIRST: ""}
    for tag in read(FIRST).select(".toctree-wrapper :is(.caption, a)"):
        if tag.name == "a":
            addresses[urljoin(FIRST, tag["href"])] = part
        part = "" if tag.name == "a" else tag.get_text()
    return addresses


def document(parts):
    """The pages at these addresses as one HTML document."""
    pages = {address: read(address) for address in parts}
    texts = [text(address, page, parts) for address, page in pages.items()]
    first, *others, index = texts
    first.find(id="intro:chapters").decompose()  # the contents stand before it
    along = first.find(id="intro:take-it-along").extract()["id"]  # whoever reads this has
    for link in (link for page in others for link in page.select(f'a[href="#{along}"]')):
        link.unwrap()
    first.find(id="intro:how-to-read-it").h2.insert_after(parse(ON_PAPER))
    number_index(index, [article["id"] for article in texts])
    chapters = [first, *others, solutions(texts), index]
    captions = [*parts.values(), ""]
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{CONFIG["title"]}</title>
{style_sheets(pages)}
<style>{running_titles(chapters)}</style>
</head>
<body>
{cover(first)}
{table_of_contents(chapters, captions)}
<main>
{"".join(map(str, chapters))}
</main>
</body>
</html>
"""


def style_sheets(pages):
    """All that the pages link to, each once, and the style of their formulas."""
    links = {
        urljoin(address, link["href"]): link
        for address, page in pages.items()
        for link in page.select("link[rel=stylesheet]")
    }
    for address, link in links.items():
        link["href"] = f"../html/{address}"
    styles = {
        re.sub(
            r'url\("(.+?)"\)',
            lambda url, address=address: f'url("../html/{urljoin(address, url[1])}")',
            style.string,
        )
        for address, page in pages.items()
        for style in page.head.find_all("style")
    }
    return "".join(
        [*map(str, links.values()), *(f"<style>{rules}</style>" for rules in sorted(styles))]
    )


def running_titles(chapters):
    """The title of each chapter above its pages."""
    rules = []
    for k, chapter in enumerate(chapters):
        chapter["style"] = f"page: chapter{k}"
        title = json.dumps(chapter.h1.get_text(), ensure_ascii=False)
        rules.append(f"@page chapter{k} {{ @top-center {{ content: {title} }} }}")
    return "\n".join(rules)


def read(address):
    return parse((BUILT / address).read_text("utf-8"))


def parse(html):
    return BeautifulSoup(html, "html.parser")


def text(address, page, addresses):
    """A page's article, its names unique in the book, without what needs a screen."""
    article = page.find("article")
    article["id"] = ""
    for tag in article.select("script, .headerlink, details.above-input"):
        tag.decompose()
    for link in article.select("a[href]"):
        target, place = urldefrag(urljoin(address, link["href"]))
        if target in addresses:
            link["href"] = "#" + name(target, unquote(place))
        elif not urlsplit(target).scheme:  # a file, which paper has not beside it
            link.unwrap()
    for k, drawing in enumerate(article.select("svg")):
        rename(drawing, lambda place, k=k: f"{k}:{place}")
    rename(article.parent, lambda place: name(address, place))
    return article


def name(address, place):
    """What a place of a page is called in the document."""
    return f"{Path(address).stem}:{place}".removesuffix(":")


def rename(root, new):
    """Give all within `root` new names, and where a drawing uses them too."""
    for tag in root.find_all(True):
        for key, value in tag.attrs.items():
            if key == "id":
                tag[key] = new(value)
            elif key == "xlink:href":
                tag[key] = "#" + new(value[1:])
            elif "url(#" in value:
                tag[key] = re.sub(r"(?<=url\(#)[^)]+", lambda found: new(found[0]), value)


def solutions(texts):
    """A chapter with the solutions of all exercises and the answers of all self-tests."""
    chapter = parse(
        '<article id="solutions" class="bd-article"><h1>Solutions</h1></article>'
    ).article
    for article in texts:
        page, found = article["id"], article.select(".solution, .quiz details")
        if found:
            chapter.append(parse(f'<h2 id="solutions:{page}">{article.h1.decode_contents()}</h2>'))
        questions = count(1)
        for solution in found:
            word, form = "Solution", solution.find_parent("form")
            if form:
                k, word, solution["class"] = next(questions), "Answer", "quiz"
                form["id"], solution["id"] = f"{page}:question-{k}", f"{page}:answer-{k}"
                question, words = form, f"Question {k}"
            else:
                question = article.find(id=f"{page}:{solution['data-exercise']}")
                words = solution.summary.decode_contents()
            back = f'<p class="admonition-title"><a href="#{question["id"]}">{words}</a></p>'
            solution.summary.replace_with(parse(back))
            solution.name = "section"
            question.append(parse(f'<p><a href="#{solution["id"]}">{word}: page {PAGE}</a></p>'))
            chapter.append(solution.extract())
    return chapter


def number_index(index, order):
    """An entry of the index leads to pages by their numbers, in the order of the book."""
    index.select_one(".genindex-jumpbox").decompose()
    for entry in index.select("li"):
        links = [link.extract() for link in entry.find_all("a", recursive=False)]
        if not links:
            continue
        heading = links[0].get_text()
        links.sort(key=lambda link: order.index(link["href"][1:].split(":")[0]))
        numbers = "".join(f'<a href="{link["href"]}">{PAGE}</a>' for link in links)
        rest = entry.ul or ""
        entry.clear()
        entry.extend([heading, " ", parse(f'<span class="pages">{numbers}</span>'), rest])


def cover(first):
    figure = copy.copy(first.select_one(".lossbook-panels"))
    rename(figure, lambda place: f"cover:{place}")
    return f"""<section class="book-cover">
<p class="title">{CONFIG["title"]}</p>
<p class="subtitle">A textbook about loss functions</p>
{figure}
<p class="authors">{CONFIG["author"]}</p>
<p>Version {lossbook.__version__}, {date.today():%-d %B %Y}</p>
<p>{CONFIG["html"]["extra_footer"]}</p>
</section>"""


def table_of_contents(chapters, captions):
    lines = []
    for chapter, caption in zip(chapters, captions, strict=True):
        if caption:
            lines.append(f'<p class="part">{caption}</p>')
        lines.append(entry("chapter", chapter))
        for section in chapter.select(":scope > section > section:has(> h2)"):
            lines.append(entry("section", section))
    return f"""<nav class="book-contents" aria-label="Contents">
<p class="title">Contents</p>
{"".join(lines)}
</nav>"""


def entry(kind, part):
    """It leads to the heading: a part may begin with its margin at the foot of the page before."""
    title = part.find(["h1", "h2"])
    title["id"], words = f"{part['id']}:title", title.decode_contents()
    return f'<p class="{kind}"><a href="#{title["id"]}"><span>{words}</span> {PAGE}</a></p>'


def lay_out(browser, source):
    """The document in a tab, no formula wider than the page."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
    page.set_default_timeout(300_000)
    page.emulate_media(media="print", color_scheme="light")
    page.goto(source.as_uri())
    page.evaluate("document.fonts.ready.then(() => null)")
    page.evaluate(SHRINK)
    return page


def print_numbered(page, target):
    """Print until each number that is shown is that of the page where its place came to stand."""
    numbers = {}
    while new := print_with(numbers, page, target).items() - numbers.items():
        numbers |= new
    if lost := page.evaluate(WITHOUT_NUMBER):
        sys.exit(
            f"No page is known of {', '.join(lost)}: Chromium names no place outside of the page"
        )


def print_with(numbers, page, target):
    page.evaluate(FILL, numbers)
    page.pdf(
        path=target,
        prefer_css_page_size=True,
        print_background=True,
        tagged=True,
        outline=True,
    )
    reader = PdfReader(target)
    return {
        place.removeprefix("/"): reader.get_destination_page_number(where) + 1
        for place, where in reader.named_destinations.items()
    }


def describe(target):
    """Add what Chromium does not know."""
    writer = PdfWriter(clone_from=target)
    writer.add_metadata({"/Author": CONFIG["author"], "/Subject": "Loss functions"})
    writer.create_viewer_preferences().display_doctitle = True
    writer.pdf_header = "%PDF-1.7"
    writer.write(target)


# What is wider than the page becomes smaller.
SHRINK = """() => {
  for (const box of document.querySelectorAll("mjx-container[display], table")) {
    const room = box.parentElement;
    const formula = box.querySelector(":scope > mjx-math");
    const needed = () => formula ? formula.getBoundingClientRect().width : room.scrollWidth;
    const cut = () => room.clientWidth > 0 && needed() > room.clientWidth;
    for (let zoom = 0.95; cut() && zoom > 0.5; zoom -= 0.05) box.style.zoom = zoom;
  }
}"""
# The numbers of pages; the index names a page once.
FILL = """numbers => {
  for (const shown of document.querySelectorAll("a > .page")) {
    const link = shown.parentElement;
    const number = numbers[decodeURIComponent(link.hash.slice(1))];
    shown.textContent = number ?? "000";
    link.hidden = number && link.previousElementSibling?.textContent === `${number}`;
  }
}"""
# The places of which no number was found.
WITHOUT_NUMBER = """() => [...document.querySelectorAll("a > .page")]
  .filter(shown => shown.textContent === "000").map(shown => shown.parentElement.hash)"""

if __name__ == "__main__":
    main()
