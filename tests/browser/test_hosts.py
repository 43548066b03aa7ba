"""Pages where a host, a frame or a browser allows less than usual: they work, or say why not."""

import pytest
from figures import View

# What CONTRIBUTING asks of a host that sends a policy.
POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'"
)
STRICT = POLICY.replace("script-src 'self' 'unsafe-inline'", "script-src 'self'")
CHAPTER, TYPED = "book/10-hinge-and-margins.html", "book/design-your-noise.html"
SELF_TEST = "book/self-test-number.html"

# Learnt by browsers after the stated minimum, or just before.
NEWER = [
    *(f"Array.prototype.{name}" for name in ("at", "findLast", "findLastIndex", "toReversed")),
    *("Array.prototype.toSorted", "Array.prototype.toSpliced", "Array.prototype.with"),
    *("Array.fromAsync", "Object.groupBy", "Map.groupBy", "Promise.withResolvers", "Promise.try"),
    *("Set.prototype.union", "Set.prototype.isSubsetOf", "String.prototype.isWellFormed"),
    *("structuredClone", "URL.canParse", "Iterator", "Element.prototype.checkVisibility"),
    *("Element.prototype.ariaSort", "Element.prototype.setHTMLUnsafe", "navigation", "scheduler"),
]


@pytest.fixture
def visitor(browser):
    """A tab that may complain in its console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def send_policy(page, policy):
    def answer(route):
        response = route.fetch()
        headers = {**response.headers, "content-security-policy": policy}
        route.fulfill(response=response, headers=headers)

    page.route("**/*.html", answer)


def moves(figure):
    """Whether a figure's first slider or point moves what is drawn."""
    figure.locator(".lossbook-controls").wait_for()
    drawn = (
        "figure => [...figure.querySelectorAll('path')].map(path => path.getAttribute('d')).join()"
    )
    before = figure.evaluate(drawn)
    control = figure.locator("input[type=range], .lossbook-handle").first
    control.press("ArrowLeft")
    control.press("ArrowLeft")
    return figure.evaluate(drawn) != before


def all_move(page):
    figures = page.locator(".lossbook-live").all()
    assert page.locator(".lossbook-still:visible").count() == 0
    return bool(figures) and all(moves(figure) for figure in figures)


def says_why_it_is_still(page):
    line = page.locator(".lossbook-still").first
    return line.is_visible() and line.bounding_box()["height"] > 10


def answers(form):
    field = form.locator("input").first
    field.fill("3") if field.get_attribute("type") == "number" else field.check()
    form.get_by_role("button", name="Check").click()
    return form.get_by_role("status").inner_text()


def test_figures_move_where_no_text_may_be_evaluated(page, book_url):
    send_policy(page, POLICY)
    for name in (CHAPTER, TYPED):
        page.goto(book_url + name)
        assert all_move(page)
    view = View(page)
    view.root.get_by_role("textbox").fill("exp(-abs(error)**3)")
    assert view.values["Density"]["text"] == "exp(-abs(error)**3)"


def test_figures_and_questions_live_where_no_script_may_stand_in_a_page(visitor, book_url):
    send_policy(visitor, STRICT)
    visitor.goto(book_url + CHAPTER)
    assert all_move(visitor)
    visitor.goto(book_url + SELF_TEST)
    assert answers(visitor.locator(".quiz form").first)


@pytest.mark.parametrize(("missing", "name"), [("live.js", CHAPTER), ("typed.js", TYPED)])
def test_a_figure_whose_script_is_missing_says_so(visitor, book_url, missing, name):
    visitor.route(f"**/{missing}*", lambda route: route.abort())
    visitor.goto(book_url + name)
    if missing == "live.js":
        assert not says_why_it_is_still(visitor)  # yet: it may come
        visitor.evaluate("document.getAnimations().forEach(each => each.finish())")
    assert says_why_it_is_still(visitor)
    assert visitor.locator(".lossbook-controls").count() == 0


def test_without_scripts_a_page_says_why_nothing_moves(browser, book_url):
    context = browser.new_context(java_script_enabled=False, reduced_motion="reduce")
    page = context.new_page()
    for name in (CHAPTER, TYPED, SELF_TEST):
        page.goto(book_url + name)
        assert says_why_it_is_still(page)
    page.emulate_media(media="print")
    assert not page.locator(".lossbook-still").first.is_visible()
    context.close()


def test_a_browser_of_the_stated_age_shows_all(page, book_url):
    page.add_init_script(f"for (const each of {NEWER}) {REMOVE}")
    for name in (CHAPTER, TYPED):
        page.goto(book_url + name)
        assert all_move(page)
    page.goto(book_url + "book/18-choosing.html")
    header = page.locator(".loss-table th", has_text="Convex")
    for first in ("no", "yes"):
        header.get_by_role("button").click()
        said = page.locator(".loss-table td[data-heading=Convex]").all_inner_texts()
        assert said == sorted(said, reverse=first == "yes")


REMOVE = """{
    const names = each.split("."), last = names.pop();
    const owner = names.reduce((object, name) => object[name], window);
    delete owner[last];
}"""


@pytest.mark.parametrize(
    ("lacking", "name"),
    [
        ("ResizeObserver", CHAPTER),
        ("String.prototype.replaceAll", CHAPTER),
        ("Object.hasOwn", TYPED),
    ],
)
def test_an_older_browser_says_so(visitor, book_url, lacking, name):
    visitor.add_init_script(f"for (const each of ['{lacking}']) {REMOVE}")
    visitor.goto(book_url + name)
    visitor.locator(".lossbook-still:visible").first.wait_for()
    assert says_why_it_is_still(visitor)
    assert visitor.locator(".lossbook-controls").count() == 0


def test_a_frame_that_keeps_and_submits_nothing(visitor, book_url):
    """A course system's: its sandbox allows scripts alone."""
    size, address = 'width="1200" height="800"', book_url + SELF_TEST
    frame = f'<iframe sandbox="allow-scripts" src="{address}" {size}></iframe>'
    answer = {"body": frame, "content_type": "text/html"}
    visitor.route("**/host.html", lambda route: route.fulfill(**answer))
    broken = []
    visitor.on("pageerror", lambda error: broken.append(str(error)))
    visitor.goto(book_url + "host.html")
    inside = visitor.frame_locator("iframe")
    for form in inside.locator(".quiz form").all()[:3]:
        assert answers(form)
    form = inside.locator(".quiz form", has=visitor.locator("input[type=number]")).last
    assert form.get_by_role("status").inner_text() == ""
    form.locator("input").fill("12345")
    form.locator("input").press("Enter")
    assert form.get_by_role("status").inner_text() != ""
    root = inside.locator("html")
    mode = root.get_attribute("data-mode")
    inside.get_by_role("button", name="Color mode").first.click()
    assert root.get_attribute("data-mode") != mode
    inside.get_by_role("button", name="Search").first.click()
    field = inside.locator("dialog input[type=search]")
    field.fill("gradient")
    field.press("Enter")
    inside.locator("#search-results li a").first.wait_for()
    assert not broken


@pytest.mark.parametrize(
    "denial",
    ["{ get() { throw new DOMException('', 'SecurityError'); } }", "{ value: null }"],
)
def test_a_browser_that_keeps_nothing(page, book_url, denial):
    for name in ("localStorage", "sessionStorage"):
        description = denial.replace("{ ", "{ configurable: true, ", 1)
        page.add_init_script(f"Object.defineProperty(window, '{name}', {description})")
    page.goto(book_url + CHAPTER)
    assert all_move(page)
    page.get_by_role("button", name="Color mode").first.click()
    assert page.locator("html").get_attribute("data-mode") != "auto"
    page.goto(book_url + SELF_TEST)
    assert answers(page.locator(".quiz form").first)
