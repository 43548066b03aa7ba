"""Live figures on a page: a page of their own, and what a reader sees and moves of one."""

import re

from lossbook.live import asset


def document(*figures):
    css, live_js, typed_js = map(asset, ("live.css", "live.js", "typed.js"))
    body = "".join(fig.html() for fig in figures)
    return f"""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Test</title>
        <style>body {{ margin: 0 }} {css}</style><body>{body}
        <script>{live_js}</script><script>{typed_js}</script></body></html>"""


def numbers(path):
    return [float(v) for v in re.findall(r"-?[\d.]+", path)]


class View:
    """One live figure in a page."""

    def __init__(self, page, nth=0):
        self.page, self.root = page, page.locator(".lossbook-live").nth(nth)
        self.slope = self.root.get_by_role("slider", name="slope")
        self.double = self.root.get_by_role("checkbox", name="double")
        self.place = self.root.get_by_role("slider", name="place")

    def point(self, k):
        return self.root.get_by_role("slider", name=f"point {k}")

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    @property
    def values(self):
        return self.root.evaluate("figure => figure.lossbook.values")

    @property
    def readouts(self):
        return self.root.locator(".lossbook-readout").all_inner_texts()

    def path(self, mark):
        return self.root.locator(f'[id^="{mark}-"] > path').get_attribute("d")

    def picture(self):
        """All that a reader sees."""
        return self.root.evaluate("""figure => [
            ...figure.querySelectorAll("path, .lossbook-readout, input"),
        ].map(e => [e.getAttribute("d"), e.textContent, e.value, e.checked])""")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
