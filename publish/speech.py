"""The formulas of XHTML pages in words, as their alternative texts.

MathJax brings the speech-rule engine, which screen readers use as well. It works on a document as
a browser has it: it runs in Chromium.
"""

import html
import re
from importlib.metadata import distribution
from pathlib import Path

import chromium
from playwright.sync_api import sync_playwright

WHEEL = "sphinx-mathjax-offline"
MATHJAX = Path(distribution(WHEEL).locate_file(f"{WHEEL}/static/mathjax"))
PARTS = "loader", "core", "a11y/sre"
LOCALE = "base", "en"
FORMULA = re.compile(r"<math .*?</math>", re.DOTALL)
UNHEARD = re.compile(r' mathvariant="normal"|<annotation .*?</annotation>', re.DOTALL)
# Where its words are not what one would say.
BETTER = {
    r"^1 lines, Line 1:,? ": "",  # a frame around lines
    r"(?<=: )blank; ": "",
    ":, ": ": ",
    " prime s ": "'s ",  # an apostrophe
    "lamda": "lambda",
    "right arrow": "goes to",
    "divides": "given",
    "the metric of": "the norm of",
    r" (?:raised )?to the (?:sans serif T,|down tack) power": " transpose",
    r"(?: period| comma|, period|, comma)$": "",  # they belong to the sentence around it
}
SPEAK = """async formulas => {
  const speech = MathJax._.a11y.sre;
  await speech.Sre.setupEngine({
    locale: "en", domain: "clearspeak", modality: "speech", markup: "punctuation",
  });
  await speech.Sre.sreReady;
  return formulas.map((formula) => speech.Sre.toSpeech(formula));
}"""


def add_words(pages):
    """To each formula of these files."""
    texts = {page: page.read_text("utf-8") for page in pages}
    formulas = list(dict.fromkeys(f for text in texts.values() for f in FORMULA.findall(text)))
    words = dict(zip(formulas, spoken([UNHEARD.sub("", f) for f in formulas]), strict=True))

    def with_words(found):
        said = html.escape(words[found[0]])
        return found[0].replace("<math ", f'<math alttext="{said}" ', 1)

    for page, text in texts.items():
        page.write_text(FORMULA.sub(with_words, text), "utf-8")


def spoken(formulas):
    executable = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        page = browser.new_page()
        maps = {name: (MATHJAX / f"sre/mathmaps/{name}.json").read_text("utf-8") for name in LOCALE}
        page.evaluate(
            "maps => Object.assign(window, {MathJax: {}, SREfeature:"
            " {json: '', custom: async (name) => maps[name]}})",
            maps,
        )
        for part in PARTS:
            page.add_script_tag(content=(MATHJAX / f"{part}.js").read_text("utf-8"))
        said = page.evaluate(SPEAK, formulas)
        browser.close()
    return list(map(improved, said))


def improved(words):
    for found, better in BETTER.items():
        words = re.sub(found, better, words)
    return words
