"""Every rule of the book's own style sheets is of use on some page."""

from pathlib import Path

import pdf
from built import PAGES
from sources import ROOT

FOLDERS = [
    ROOT / name for name in ("publish/assets", "lossbook", "lossbook/quiz", "lossbook/live/js")
]
SHEETS = [path for folder in FOLDERS for path in sorted(folder.glob("*.css"))]

# Each selector alone, without what comes and goes: a verdict, the pointer, the mode, JupyterLab,
# a box that scrolls or is ready, a word that was sought, an error.
SELECTORS = r"""css => {
  const state = "::[\\w-]+|:(hover|active|focus|disabled)\\b(-visible)?"
    + "|\\.(highlighted|ready|traceback)\\b"
    + "|\\[(data-theme|data-jp|data-solved|data-verdict|aria-|hidden|tabindex).*?\\]";
  const each = selectors => selectors.split(/,(?![^(]*\))/);
  const spread = selector => {
    const [choice, ones] = selector.match(/:is\(([^()]*)\)/) ?? [];
    if (!choice) return [selector];
    return ones.split(",").flatMap(one => spread(selector.replace(choice, one.trim())));
  };
  const read = rule =>
    rule instanceof CSSStyleRule
      ? each(rule.selectorText)
      : [...(rule.cssRules ?? [])].flatMap(read);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].flatMap(read).flatMap(spread)
    .map(selector => selector.replace(new RegExp(state, "g"), "").replace(":not()", "").trim())
    .filter(selector => selector);
}"""
# A question shows its verdict once it is answered, an exercise that it is solved, a cell that its
# output is out of date, a figure a link to it and the screen that it fills, and Aa the help.
UNMATCHED = """async selectors => {
  const question = document.querySelector(".quiz form:has([type=radio])");
  question?.querySelector("input").click();
  question?.requestSubmit();
  for (const cell of self.lossbookPython?.cells ?? []) {
    if (cell.checks.length) {
      cell.begin();
      for (const name of cell.checks) cell.judge(name, true);
      cell.end(true);
      cell.keep({ said: "Right." });
      cell.recall();
    }
    cell.show({ outdated: true });
  }
  const menu = document.querySelector(".lossbook-more");
  if (menu && selectors.some(selector => selector.includes("-stage"))) {
    const figure = menu.closest("figure");
    const entry = k => figure.querySelectorAll(".lossbook-menu > *")[k];
    menu.click();
    while (!entry(1)) await new Promise(requestAnimationFrame);
    entry(1).click();
    entry(0).click();
    while (!figure.querySelector("dialog")) await new Promise(requestAnimationFrame);
  }
  const help = document.querySelector(".comfort-button");
  if (help && selectors.some(selector => selector.includes(".comfort"))) {
    help.click();
    while (!document.querySelector("dialog.comfort")) await new Promise(requestAnimationFrame);
  }
  return selectors.filter(selector => !document.querySelector(selector));
}"""


def test_every_rule_is_of_use(visit, browser):
    paper = browser.new_page()
    paper.goto((pdf.MADE / "book.html").as_uri())
    left = paper.evaluate(SELECTORS, "\n".join(map(Path.read_text, SHEETS)))
    assert len(left) > 100
    left = paper.evaluate(UNMATCHED, left)
    paper.close()
    for name in PAGES:
        if left:
            page = visit(f"{name}?q=hinge" if name == "search.html" else name)
            if name == "search.html":
                page.locator("#search-results mark").first.wait_for()
            left = page.evaluate(UNMATCHED, left)
    assert not left
