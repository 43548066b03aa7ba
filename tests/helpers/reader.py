"""The code cells of a page, as a reader uses them."""

from built import lay_out

LONG = 60_000  # ms, in which Python has started and run a cell, on a machine with much else to do

# A run is over when the mark of one is taken away.
WATCH = """cell => {
    cell.over = false;
    const look = changes => {
        const busy = changes.some(({ oldValue }) => oldValue.includes("python-busy"));
        if (busy && !cell.matches(".python-busy")) cell.over = true;
    };
    cell.watch ??= new MutationObserver(look);
    cell.watch.observe(cell, { attributeFilter: ["class"], attributeOldValue: true });
}"""


class Cell:
    def __init__(self, page, name):
        lay_out(page)  # what is not laid out has no text to be seen
        self.page, self.root = page, page.locator(f"#cell-{name}")
        self.outputs = self.root.locator(".cell_output")
        self.field = self.root.locator(".cell_input").get_by_role("textbox")
        self.news, self.note = self.root.locator(".python-news"), self.root.locator(".python-note")

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def write(self, text):
        folded = self.root.locator("details.hide:not([open]) > summary")
        if folded.count() and not self.outputs.locator("xpath=ancestor::details").count():
            folded.click()
        if self.button("Change").is_visible():
            self.button("Change").click()
        self.field.fill(text)

    def change(self, old, new):
        text = self.code
        assert old in text
        self.write(text.replace(old, new))

    def start(self, press=None):
        """Begin a run, by the first button or in another way."""
        self.root.evaluate(WATCH)
        (press or self.root.locator(".python-bar button").first.click)()

    def run(self, press=None):
        """Run to the end, and give what is shown."""
        self.start(press)
        return self.ended()

    def ended(self):
        self.page.wait_for_function(
            "name => document.getElementById(name).over",
            arg=self.root.get_attribute("id"),
            timeout=LONG,
        )
        return self.shown

    @property
    def shown(self):
        return self.outputs.inner_text().strip()

    @property
    def said(self):
        return self.news.inner_text() if self.news.is_visible() else ""

    @property
    def code(self):
        if self.field.count():
            return self.field.input_value()
        return self.root.locator(".cell_input pre").text_content()


def stale(page):
    """The names of the cells that are marked as out of date."""
    return page.locator(".python-stale").evaluate_all("all => all.map(e => e.id.slice(5))")
