"""The self-tests in the built book, opened from the disk, against what the notebooks store."""

import pytest
from axe import judged
from built import DISK
from selftests import CHAPTERS, NOTEBOOKS, asked, give, numeric, read, value, words

AS_IT_COMES = "document.querySelectorAll('section').forEach(s => s.style.contentVisibility = '')"
QUESTIONS = ".quiz"  # the page around them is judged unanswered
every_test = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def take(visit):
    """Open a self-test; its questions, each with its form on the page."""

    def take(notebook):
        page = visit(f"book/{notebook.stem}.html", DISK)
        questions, forms = asked(notebook), page.locator(".quiz form").all()
        return page, list(zip(questions, forms, strict=True))

    return take


@pytest.mark.parametrize("notebook", [*NOTEBOOKS, CHAPTERS[0]], ids=lambda path: path.stem)
def test_each_answer_gets_its_verdict_and_its_explanation(take, notebook):
    page, questions = take(notebook)
    assert numbers(page) == [f"{k}" for k, _ in enumerate(questions, 1)]
    for question, form in questions:
        assert read(form.locator("legend")) == words(question.question)
        status = form.get_by_role("status")
        assert status.inner_text() == ""
        for answer in question.answers:
            given = answer.text
            if numeric(question):
                given = 12345.678 if given == "any other number" else value(given)
            give(form, given)
            assert read(status.locator("> strong")) == ("Right" if answer.right else "Notso")
            assert read(status.locator("> span")) == words(answer.why), answer.text


def numbers(page):
    """What a style counts before each question, which only Chromium's own tools see.

    Nothing is counted across the border of a section that is laid out as it comes near the window.
    """
    page.evaluate(AS_IT_COMES)
    page.locator(".quiz legend").last.scroll_into_view_if_needed()
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    tools = page.context.new_cdp_session(page)
    root = tools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    legends = {"nodeId": root, "selector": ".quiz legend"}
    found = [
        tools.send("Accessibility.queryAXTree", {"nodeId": legend, "role": "StaticText"})["nodes"]
        for legend in tools.send("DOM.querySelectorAll", legends)["nodeIds"]
    ]
    return [texts[0]["name"]["value"] for texts in found]


@every_test
def test_a_number_is_right_within_its_tolerance(take, notebook):
    _, questions = take(notebook)
    for question, form in questions:
        if not numeric(question):
            continue
        (right,) = [answer for answer in question.answers if answer.right]
        for share, verdict in ((-0.99, "Right"), (0.99, "Right"), (-1.01, "Not"), (1.01, "Not")):
            # Six digits of the number are stored.
            give(form, value(right.text) + share * right.within)
            assert form.get_by_role("status").inner_text().startswith(verdict)


@every_test
def test_the_score_counts(take, notebook):
    _, questions = take(notebook)
    wanted = [next(a for a in q.answers if a.right) for q, _ in questions]
    for k, ((question, form), right) in enumerate(zip(questions, wanted, strict=True)):
        given = value(right.text) if numeric(question) else right.text
        if k == 0:  # once wrong, then right
            wrong = next(a for a in question.answers if not a.right)
            give(form, value(wrong.text) if numeric(question) else wrong.text)
            expected = f"0 of {len(wanted)} right, 0 at the first try."
            assert form.locator("small").inner_text() == expected
        give(form, given)
        expected = f"{k + 1} of {len(wanted)} right, {k} at the first try."
        assert form.locator("small").inner_text() == expected


@every_test
def test_the_keyboard_suffices(take, notebook):
    page, questions = take(notebook)
    for question, form in questions:
        wanted = next(answer for answer in question.answers if answer.right)
        if numeric(question):
            form.locator("input").focus()
            page.keyboard.type(f"{value(wanted.text)}")
        else:
            place = question.answers.index(wanted)
            form.locator("input").nth(0 if place else 1).focus()
            for _ in range(place or 1):
                page.keyboard.press("ArrowDown" if place else "ArrowUp")
        page.keyboard.press("Enter")
        assert form.get_by_role("status").inner_text().startswith("Right")
        page.keyboard.press("Tab")
        assert form.get_by_role("button").evaluate("e => e === document.activeElement")


def test_a_wheel_scrolls_past_a_number(take):
    page, _ = take(NOTEBOOKS[0])
    field = page.locator(".quiz input[type=number]").first
    field.fill("5")
    field.hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"scrollY > {before}")
    assert field.input_value() == "5"


@every_test
def test_an_answer_is_required(take, notebook):
    _, questions = take(notebook)
    for _, form in questions:
        form.get_by_role("button").click()
        assert form.get_by_role("status").inner_text() == ""


@every_test
def test_answered_pages_read_well(take, notebook):
    """Typeset, no wider than the window, and free of barriers, with all that can be opened."""
    page, questions = take(notebook)
    for question, form in questions:
        right = next(a for a in question.answers if a.right)
        give(form, value(right.text) if numeric(question) else right.text)
        form.locator("summary").click()
    assert page.locator(".quiz .math").count() > 5
    assert page.locator(".quiz .math:not(:has(mjx-container))").count() == 0
    widths, found = (320, 390, 1280), []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        needed = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width}: needs {needed}"] if needed > width else []
    found += judged(page, widths, QUESTIONS)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("may", [True, False])
def test_that_answers_stay_is_said_where_they_do(take, page, may):
    if not may:
        page.add_init_script(
            "Storage.prototype.setItem = () => { throw new DOMException('full'); }"
        )
    _, questions = take(NOTEBOOKS[0])
    question, form = next(each for each in questions if not numeric(each[0]))
    give(form, question.answers[0].text)
    assert page.locator(".quiz-kept").is_visible() == may


@every_test
def test_without_scripts_the_answers_are_folded(browser, notebook):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{DISK}book/{notebook.stem}.html")
    for question, form in zip(asked(notebook), page.locator(".quiz form").all(), strict=True):
        assert not form.get_by_role("button").is_visible()
        right = next(answer for answer in question.answers if answer.right)
        marked = form.locator("li[data-right]")
        assert not marked.is_visible()
        form.locator("summary").click()
        assert marked.is_visible()
        assert read(marked.locator("> b")).startswith(words(right.text)[:5])
    page.close()
