"""What axe finds on a page, of any level."""

import json

from axe_playwright_python.base import AXE_SCRIPT

COLOUR = ["color-contrast", "link-in-text-block"]


def judged(page, widths, part="html"):
    """What axe finds at each width: by the rules of colour in both modes, by the others in one.

    Of what looks the same, one element is judged by the rules of colour.
    """
    lighten(page)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for mode in ("dark", "light"):
            show(page, mode)
            if page.evaluate(MARK_NEW, part):
                found += [f"{width} px, {mode}: {what}" for what in colours(page, "[data-new]")]
        others = {"rules": {rule: {"enabled": False} for rule in COLOUR}}
        found += [f"{width} px: {what}" for what in barriers(page, part, **others)]
    return found


# Of the elements that have words of their own, one of each look that none before it had.
MARK_NEW = """part => {
    const looks = document.looks ??= new Set();
    for (const element of document.querySelectorAll("[data-new]"))
        element.removeAttribute("data-new");
    const behind = element => {  // the colours behind its words, as far as they can be seen
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
        const last = backgroundColor.startsWith("rgb(") || !element.parentElement;
        const further = last ? "" : behind(element.parentElement);
        return backgroundColor + backgroundImage + opacity + further;
    };
    for (const element of document.querySelectorAll(`${part}, :is(${part}) *`)) {
        const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!words && !element.matches("input, textarea, select")) continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        const around = getComputedStyle(element.parentElement ?? element).color;
        const { color, fontSize, fontWeight, textDecoration } = getComputedStyle(element);
        const look = [color, fontSize, fontWeight, textDecoration, around, behind(element)].join();
        if (!looks.has(look)) (element.closest("a") ?? element).setAttribute("data-new", "");
        looks.add(look);
    }
    return document.querySelector("[data-new]") !== null;
}"""


def colours(page, part):
    return barriers(page, part, runOnly=COLOUR)


def barriers(page, part, **options):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = json.dumps({"resultTypes": ["violations"], "preload": False, **options})
    results = page.evaluate(f"axe.run({{ include: [[{part!r}]] }}, {options})")
    return [
        f"{finding['id']}: {finding['help']}: {node['html'][:200]}"
        for finding in results["violations"]
        for node in finding["nodes"]
    ]


def show(page, mode):
    page.emulate_media(color_scheme=mode)
    theme = f"document.documentElement.dataset.theme ?? '{mode}'"  # the 404 page has none
    page.wait_for_function(f"({theme}) == '{mode}'")


def lighten(page):
    """Take out what axe would visit and cannot judge, four of five elements of a chapter.

    A listing is thousands of tokens, and those of one kind look the same in it: one of each stays.
    A formula keeps its box, its size and its text for those who hear it; one that may scroll on a
    phone keeps that text's elements, by which axe sees that it scrolls. A drawing keeps whatever in
    it can be reached or is named.
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
        const spoken = formula.parentElement.querySelector("math");
        if (width < 250) spoken.textContent = spoken.textContent;
    }
    const kept = "[role], [tabindex], [aria-label], title, desc, :is(text, a, foreignObject), "
        + ":is(text, a, foreignObject) *";
    for (const part of document.querySelectorAll(`svg :not(${kept}, :has(${kept}))`)) part.remove();
}"""
