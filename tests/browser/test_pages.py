"""What holds for every page of the book."""

import gzip
import re
from functools import cache
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

import pytest
from axe import colours, judged, show
from built import BOOK, DISK, LETTERS, PAGES, soup
from fontTools.ttLib import TTFont

every_page = pytest.mark.parametrize("name", PAGES)
stored = pytest.mark.xdist_group("stored")  # pages are read once

WIDTHS = (320, 390, 1280)
READABLE = {390: 10, 1280: 11}  # pixels, of the letters in figures


@every_page
def test_reads_well_at_every_width_and_in_both_modes(visit, name):
    page = visit(name)
    found = [*too_heavy(page, name), *missing_icons(page), *page.evaluate(UNSEEN_FOCUS)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{width} px: the page is {needed} px wide")
        found += [f"{width} px: cut off: {text}" for text in page.evaluate(CUT_OFF)]
        small = [size for size in page.evaluate(LETTERS) if size < READABLE.get(width, 0) - 0.05]
        found += [f"{width} px: letters of {size:.1f} px in a figure" for size in set(small)]
        found += [f"{width} px: fades with room left: {tex}" for tex in page.evaluate(FADED)]
    found += [f"in a figure: {what}" for what in page.evaluate(COLLIDING)]
    found += judged(page, WIDTHS[1:])
    assert not found, "\n".join(found)


def too_heavy(page, name):
    """A first visit to the whole page takes at most 600 KB, compressed as hosts do it."""
    addresses = page.evaluate("performance.getEntriesByType('resource').map(r => r.name)")
    names = {unquote(urlsplit(address).path).lstrip("/") for address in addresses}
    bodies = [(BOOK / each).read_bytes() for each in {name, *names}]
    total = sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)
    return [f"{total / 1000:.0f} KB"] if total > 600_000 else []


def missing_icons(page):
    """Icons that a page shows, and that are not in the font or have no rule in the style sheet."""
    known = set(map(chr, FONT.getBestCmap()))
    return [f"no icon: {icon!a}" for icon in page.evaluate(ICONS) if icon not in known]


# Words in a figure that lie over other words, or end beyond their panel; here at 1280 pixels.
COLLIDING = """() => [...document.querySelectorAll("svg[style*='--width']")].flatMap((svg, n) => {
    const panel = svg.getBoundingClientRect(), found = [], before = [];
    for (const words of svg.querySelectorAll("g[transform*='scale(']")) {
        const box = words.getBoundingClientRect();
        const wide = Math.max(panel.left - box.left, box.right - panel.right);
        const high = Math.max(panel.top - box.top, box.bottom - panel.bottom);
        if (Math.max(wide, high) > 1) found.push(`panel ${n}: words beyond its edge`);
        for (const other of before) {
            const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
            const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
            if (Math.min(across, down) > 1) found.push(`panel ${n}: words over words`);
        }
        before.push(box);
    }
    return found;
})"""


FONT = TTFont(BOOK / "_static/vendor/fontawesome/webfonts/fa-solid-900.woff2")
ICONS = """() => {
    const found = new Set();
    for (const element of document.querySelectorAll("*"))
        for (const side of ["::before", "::after"]) {
            const { content, fontFamily } = getComputedStyle(element, side);
            if (fontFamily.includes("Awesome") && /^"."$/u.test(content)) found.add(content[1]);
        }
    for (const icon of document.querySelectorAll("[class*=' fa-']"))
        if (getComputedStyle(icon, "::before").content === "none") found.add(icon.className);
    return [...found];
}"""

# Words that are wider than their box, and cannot be scrolled to.
CUT_OFF = """() => [...document.querySelectorAll("a, button, h1, h2, h3, li, p, td, th")]
    .filter(box => /hidden|clip/.test(getComputedStyle(box).overflowX)
        && box.scrollWidth > box.clientWidth + 1)
    .map(box => box.textContent.trim().slice(0, 80))"""

# Only a formula that is longer than its line scrolls, and fades where it goes on.
FADED = """() => [...document.querySelectorAll("span.math mjx-container[tabindex]")]
    .filter(formula => {
        let block = formula.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const { paddingLeft, paddingRight } = getComputedStyle(block);
        const padding = parseFloat(paddingLeft) + parseFloat(paddingRight);
        return formula.scrollWidth <= block.clientWidth - padding;
    })
    .map(formula => formula.dataset.latex)"""

# What can be reached with the Tab key shows that it is, by an outline, a shadow or a handle's ring.
UNSEEN_FOCUS = """() => {
    const look = element => {
        const { outlineStyle, outlineWidth, boxShadow, stroke } = getComputedStyle(element);
        const outline = outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
        const around = getComputedStyle(element.parentElement).boxShadow;  // of a search box
        return `${outline} ${boxShadow} ${stroke} ${around}`;
    };
    const found = [];
    const reached = "a[href], button, input, summary, textarea, select, [tabindex='0']";
    for (const element of document.querySelectorAll(reached)) {
        if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
        const before = look(element);
        element.focus({ focusVisible: true });
        if (document.activeElement !== element || look(element) === before)
            found.push("no visible focus: " + element.outerHTML.slice(0, 200));
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return found;
}"""


@every_page
def test_opens_from_the_disk(visit, name):
    page = visit(name, DISK)
    assert page.locator("main h1:visible").inner_text()


@stored
@every_page
def test_links_and_files_resolve(name):
    missing = []
    for tag in soup(name).find_all(["a", "img", "link", "script", "source"]):
        address = tag.get("href") or tag.get("src")
        if not address or "://" in address or address.startswith(("mailto:", "data:")):
            continue
        target, fragment = urldefrag(urljoin(name, address))
        target = unquote(target.split("?")[0])
        there = (BOOK / target).is_file()
        if there and fragment and target in PAGES:
            there = unquote(fragment) in places(target)
        if not there:
            missing.append(address)
    assert not missing


@cache
def places(name):
    return {tag["id"] for tag in soup(name).find_all(id=True)}


@stored
@every_page
def test_a_place_has_a_name_of_its_own(name):
    names = [tag["id"] for tag in soup(name).find_all(id=True)]
    assert len(names) == len(set(names)), [n for n in set(names) if names.count(n) > 1]


@stored
@every_page
def test_images_have_alternative_texts(name):
    texts = [image.get("alt", "") for image in soup(name).find_all("img")]
    assert all(len(text.split()) > 1 for text in texts), texts


@pytest.mark.parametrize("base", ["web", "disk"])
def test_search_finds_a_word(visit, book_url, base):
    page = visit("search.html?q=gradient", book_url if base == "web" else DISK)
    results = page.locator("#search-results li a")
    results.first.wait_for()
    assert "teaching-signal" in " ".join(a.get_attribute("href") for a in results.all())


@pytest.mark.parametrize(
    "name", ["book/02-noise-to-loss.html", "book/18-choosing.html", "book/reference.html"]
)
def test_words_that_were_sought_can_be_read(visit, name):
    """In text, formulas' listings, tables and signatures, in both modes."""
    page = visit("search.html?q=loss gradient return")
    page.locator(f"#search-results a[href^='{name}']").first.click()
    page.locator("main .highlighted:visible").nth(20).wait_for()
    found = []
    for mode in ("light", "dark"):
        show(page, mode)
        found += [f"{mode}: {what}" for what in colours(page, ".highlighted")]
    assert not found, "\n".join(found)


# What people call it elsewhere, and what this book calls it.
SOUGHT = """
BCE | binary cross-entropy | MSE | L2 loss | MAE | L1 loss | RMSE | NLL | MLE | log loss
softmax loss | categorical cross-entropy | pinball | check loss | quantile regression | smooth L1
Cauchy | deviance
regularisation | regularization | ridge | lasso | weight decay | logit | SVM | softplus | sigmoid
relative entropy | KL divergence | label smoothing | focal loss | hinge | Brier | perplexity | IRLS
least squares | maximum likelihood | negative log-likelihood | outlier | heavy tails | calibration
"""


def test_the_words_that_people_use_lead_somewhere(visit):
    lost = []
    for words in re.split(r"\s*[|\n]\s*", SOUGHT.strip()):
        page = visit(f"search.html?q={words.replace(' ', '+')}")
        page.wait_for_function(f"document.title !== '' && ({FINISHED})")
        if not page.locator("#search-results li a").count():
            lost.append(words)
    assert not lost


FINISHED = (
    "/[0-9]|not match/.test(document.querySelector('#search-results .search-summary')?.textContent)"
)


def test_what_was_sought_is_marked_on_the_page_that_is_opened_and_on_no_other(visit, page):
    marked = page.locator("main .highlighted:visible")
    visit("search.html?q=gradient")
    page.locator("#search-results li a").first.wait_for()
    visit("book/01-teaching-signal.html")  # and not by a result
    page.wait_for_timeout(100)
    assert marked.count() == 0
    visit("search.html?q=gradient")
    page.locator("#search-results a[href^='book/01-teaching-signal.html']").first.click()
    marked.nth(5).wait_for()
    visit("book/02-noise-to-loss.html")
    page.wait_for_timeout(100)
    assert marked.count() == 0


def test_what_is_sought_in_a_page_is_found_in_a_closed_solution(visit, book_url):
    page = visit("book/01-teaching-signal.html")
    solution = page.locator(".solution").first
    assert solution.get_attribute("open") is None
    words = " ".join(solution.locator("p").last.text_content().split()).split(".")[0]
    assert not solution.locator("p").last.is_visible()
    page.goto("about:blank")
    # Find-in-page, which no script can start, and a link to a text search a page alike.
    page.goto(f"{book_url}book/01-teaching-signal.html#:~:text={quote(words)}")
    solution.locator("p").last.wait_for(state="visible")


@stored
@every_page
def test_what_is_folded_is_folded_by_the_browser(name):
    for solution in soup(name).select(".solution"):
        assert solution.name == "details"
        assert solution.find().name == "summary"
