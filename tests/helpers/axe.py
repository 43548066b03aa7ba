"""What axe finds on a page, of any level."""

import json

from axe_playwright_python.base import AXE_SCRIPT

COLOUR = {"runOnly": ["color-contrast", "link-in-text-block"]}  # what the mode can change


def judged(page, widths, part="document"):
    """At each width: by all rules in the light mode, by those of colour in the dark one too."""
    lighten(page)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for mode, rules in (("light", {}), ("dark", COLOUR)):
            show(page, mode)
            found += [f"{width} px, {mode}: {what}" for what in barriers(page, part, **rules)]
    return found


def barriers(page, part="document", **options):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = json.dumps({"resultTypes": ["violations"], "preload": False, **options})
    results = page.evaluate(f"axe.run({part}, {options})")
    return [
        f"{finding['id']}: {finding['help']}: {node['html'][:200]}"
        for finding in results["violations"]
        for node in finding["nodes"]
    ]


def show(page, mode):
    page.emulate_media(color_scheme=mode)
    page.wait_for_function(f"document.documentElement.dataset.theme == '{mode}'")


def lighten(page):
    """Take out what axe would visit and cannot judge, four of five elements of a chapter.

    A listing is thousands of tokens, and those of one kind look the same in it: one of each stays.
    A formula keeps its box, its size and its text for those who hear it, a drawing its size and
    whatever in it can be reached or is named.
    """
    page.evaluate(LIGHTEN)


LIGHTEN = """() => {
    for (const listing of document.querySelectorAll("pre")) {
        const kinds = new Set();
        for (const token of listing.querySelectorAll("span[class]")) {
            if (kinds.has(token.className)) token.replaceWith(...token.childNodes);
            kinds.add(token.className);
        }
        listing.normalize();
    }
    const formulas = [...document.querySelectorAll("mjx-math")].map(formula => {
        const { width, height } = formula.getBoundingClientRect();
        return [formula, width, height, parseFloat(getComputedStyle(formula).fontSize)];
    });
    for (const [formula, width, height, em] of formulas) {
        formula.replaceChildren();
        formula.style.cssText +=
            `; display: inline-block; width: ${width / em}em; height: ${height / em}em`;
    }
    for (const spoken of document.querySelectorAll("mjx-assistive-mml > math"))
        spoken.textContent = spoken.textContent;
    const kept = "[role], [tabindex], [aria-label], title, desc, :is(text, a, foreignObject), "
        + ":is(text, a, foreignObject) *";
    for (const part of document.querySelectorAll(`svg :not(${kept}, :has(${kept}))`)) part.remove();
}"""
