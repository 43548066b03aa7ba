"""Cells run where they are read, each by its own button: what is sent, and what then is shown."""

import pytest
from playwright.sync_api import TimeoutError as Late

CELLS = ".cell[id^='cell-']"
FIRST, NEXT = 120, 60  # seconds that a cell may take: with the start of Python, and without

# All that the page's worker says.
LISTEN = """
    self.heard = [];
    self.Worker = class extends Worker {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({ data }) => heard.push(data));
        }
    };
"""

BEGIN = r"""cells => {
    // The words of an output, each formula as its LaTeX; Sphinx splits what has several lines.
    self.words = output => {
        const copy = output.cloneNode(true);
        for (const formula of copy.querySelectorAll("mjx-container")) {
            const latex = formula.dataset.latex.replace(/\\(begin|end)\{split\}/g, "");
            formula.replaceWith(` ${latex} `);
        }
        const others = copy.querySelectorAll("script, style, button, .lossbook-live");
        others.forEach(other => other.remove());
        return copy.textContent.split(/\s+/).join(" ").trim();
    };
    const drawn = figure => ({
        said: [...figure.querySelectorAll(".lossbook-readout")].map(e => e.textContent),
        marks: [...figure.querySelectorAll("[id^=mark] > path")].map(e => e.getAttribute("d")),
    });
    // A figure as it stands, and after each of its controls was moved.
    self.moved = figure => {
        const start = drawn(figure), box = figure.querySelector(".lossbook-controls");
        const controls = box.textContent;
        for (const input of box.querySelectorAll("input"))
            if (input.type === "range") {
                input.stepDown(3);
                input.dispatchEvent(new Event("input"));
            } else input.click();
        for (const point of figure.querySelectorAll(".lossbook-handle"))
            point.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }));
        return { controls, start, end: drawn(figure) };
    };
    // The new figure, and the printed one in its frames: letters of another size leave other room.
    self.compared = (figure, printed) => {
        const [{ panels }, spec] = [figure, printed].map(f => JSON.parse(written(f).textContent));
        written(printed).textContent = JSON.stringify({ ...spec, panels });
        printed.lossbook.destroy();
        document.body.append(printed);  // or no click changes anything
        lossbook.hydrate(printed);
        const both = [moved(figure), moved(printed)];
        printed.remove();
        return both;
    };
    const written = figure => figure.querySelector("script[type='application/json']");
    self.printed = Object.fromEntries([...document.querySelectorAll(cells)].map(cell => [cell.id, {
        shown: words(cell.querySelector(".cell_output")),
        figures: [...cell.querySelectorAll(".lossbook-live")],
    }]));
    return Object.keys(printed);
}"""

RUN = """id => {
    const cell = document.getElementById(id);
    let begun = false;
    heard.length = 0;
    self.done = false;
    const watch = new MutationObserver(() => {
        const busy = cell.matches(".python-busy");
        self.done = begun && !busy;
        begun ||= busy;
        if (self.done) watch.disconnect();
    });
    watch.observe(cell, { attributes: true, attributeFilter: ["class"] });
    cell.querySelector(".python-bar button").click();
}"""

# Of figures pairs, the new one and the printed one; null if not each has the other, alive.
RESULT = """id => {
    const cell = document.getElementById(id), before = printed[id];
    const figures = [...cell.querySelectorAll(".lossbook-live")];
    const asMany = figures.length === before.figures.length;
    const alive = asMany && figures.every(figure => figure.lossbook);
    return {
        messages: heard.filter(({ kind }) => kind === "message").map(({ message }) => message),
        said: cell.querySelector(".python-news span").textContent,
        printed: before.shown,
        shown: words(cell.querySelector(".cell_output")),
        figures: alive ? figures.map((figure, k) => compared(figure, before.figures[k])) : null,
    };
}"""


class Cells:
    """The cells of a page, which is open in a tab that has had `LISTEN` from its start."""

    def __init__(self, page):
        self.page, self.limit = page, FIRST
        page.wait_for_function("""[...document.querySelectorAll(".lossbook-live")]
            .every(figure => figure.lossbook)""")
        self.ids = [name.removeprefix("cell-") for name in page.evaluate(BEGIN, CELLS)]

    def run(self, id):
        """What a run of the cell sends and shows, beside what is printed."""
        name = f"cell-{id}"
        self.page.evaluate(RUN, name)
        try:
            self.page.wait_for_function("self.done", timeout=1000 * self.limit, polling=5)
        except Late:
            pytest.fail(f"{name} is not done after {self.limit} s")
        self.limit = NEXT
        return self.page.evaluate(RESULT, name)
