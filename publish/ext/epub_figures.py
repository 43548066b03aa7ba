"""Live figures as pictures: what they show, how they are set, what they read out, and the way to
where they move."""

import json
from collections import Counter
from html import escape

from epub_parts import HEADINGS, parse, words

CAPTION = """<figcaption><p class="settings">{settings}</p>{readouts}<p class="live"><a
href="{address}">Move {figure} of “{section}” in the book on the web</a></p></figcaption>"""


def stand_still(soup, address):
    """Each live figure of a page that has this address on the web."""
    figures = soup.select(".lossbook-live")
    sections = [figure.find_parent("section") for figure in figures]
    several, seen = Counter(map(id, sections)), Counter()
    for figure, section in zip(figures, sections, strict=True):
        seen[id(section)] += 1
        one_of_many = several[id(section)] > 1
        caption = CAPTION.format(
            settings=settings(json.loads(figure.script.string)["inputs"]),
            readouts="".join(map(readout, figure.select(".lossbook-readout"))),
            address=f"{address}#{section['id']}",
            figure=f"figure {seen[id(section)]}" if one_of_many else "the figure",
            section=escape(words(section.find(HEADINGS))),
        )
        replace(figure, caption)


def replace(figure, caption):
    """The first picture has the words for all, which stand in one place."""
    first, *others = figure.select("img")
    first["alt"] = figure["aria-label"]
    for image in others:
        image["alt"] = ""
    figure.clear()
    figure.attrs = {"class": "lossbook-live"}
    figure.extend([first, *others, parse(caption)])


def readout(said):
    return f'<p class="lossbook-readout">{said.decode_contents()}</p>'


def settings(inputs):
    """What a reader could change, and what it is at the start."""
    return f"<b>Settings.</b> {'; '.join(map(setting, inputs))}."


def setting(spec):
    start, label = spec["start"], escape(spec["label"])
    match spec["kind"]:
        case "points":
            value = ", ".join(places(start, spec["drag"]))
        case "toggle":
            value = "on" if start else "off"
        case "slider":
            value = number(start)
        case "density":
            of = "".join(f", {name}: {number(k)}" for name, k in start["parameters"].items())
            value = f"<code>{escape(start['text'])}</code>{of}"
        case "choice":
            value = escape(start)
    return f"{label}: {value}"


def places(points, drag):
    """Where points are, along the axes on which they can be dragged."""
    if drag == "xy":
        return [f"({number(x)}, {number(y)})" for x, y in zip(*points.values(), strict=True)]
    return map(number, points[drag])


def number(value):
    return f"{value:g}".replace("-", "−")
