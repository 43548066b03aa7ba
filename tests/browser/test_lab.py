"""The chapters in a real JupyterLab: Python and a figure follow one another, a self-test answers,
and a typed density reaches Python. Settings are those of `make lab`."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from figures import View, middle
from jupyter_server.serverapp import list_running_servers
from parity import same_sentence
from selftests import NOTEBOOKS, asked, give, numeric, value

pytestmark = pytest.mark.xdist_group("lab")  # one server for all

ROOT = Path(__file__).parent.parent.parent
CHAPTER, OWN_NOISE, QUIZ = "a-convex-functions.ipynb", "design-your-noise.ipynb", NOTEBOOKS[0].name


@pytest.fixture(scope="module")
def lab_url(tmp_path_factory):
    """The address of notebooks in a JupyterLab of its own, which serves a copy of the chapters."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "book", home / "book")
    kinds = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    folders = {kind: str(home / kind) for kind in kinds}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"]
    command += [f"--notebook-dir={home / 'book'}", "--port=0", "--allow-root"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **folders}, stdout=log, stderr=log
        )
    try:
        yield address(server, folders["JUPYTER_RUNTIME_DIR"], home / "log")
    finally:
        server.terminate()
        server.wait(timeout=30)


def address(server, runtime, log):
    """Where the server that was started listens, with its token."""
    for _ in range(300):
        for running in list_running_servers(runtime):
            return "{url}lab/tree/{{}}?reset&token={token}".format(**running)
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise TimeoutError(log.read_text())


IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "jupyterapp.commands.execute('notebook:run-all-cells')"  # ends when the last cell has
FAULTS = """[...jupyterapp.shell.currentWidget.model.cells].filter(cell => cell.type === "code")
    .map(cell => ({ count: cell.executionCount, outputs: cell.outputs.toJSON() }))
    .filter(cell => !cell.count || cell.outputs.some(o => o.output_type === "error"))"""
RUN = """async source => {
    const { commands, shell } = jupyterapp, notebook = shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.length - 1;
    await commands.execute("notebook:insert-cell-below");
    const { model } = notebook.activeCell;
    model.sharedModel.setSource(source);
    await commands.execute("notebook:run-cell");
    return model.outputs.toJSON().map(output => output.text ?? JSON.stringify(output)).join("");
}"""
SCROLL = """async words => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const sought = cell => cell.model.sharedModel.getSource().includes(words);
    await notebook.scrollToItem(notebook.widgets.findIndex(sought), "start");
}"""
SENTENCES = """
from lossbook.live import drawing
for (node, _), numbers in zip(fig._graph.readouts, fig.evaluate()[1]):
    print(drawing.sentence(node, numbers))"""


class Lab:
    """A notebook in JupyterLab."""

    def __init__(self, page, url):
        self.page, self.url = page, url

    def open(self, name):
        self.page.goto(self.url.format(name))
        self.page.wait_for_function(IDLE)

    def run_all(self):
        self.page.evaluate(RUN_ALL)
        faults = self.page.evaluate(FAULTS)
        assert not faults, faults

    def run(self, source):
        """What a new cell at the end prints."""
        return self.page.evaluate(RUN, source)

    def figure(self):
        """The last figure of the notebook, which its Python calls fig."""
        view = View(self.page, -1)
        view.root.scroll_into_view_if_needed()
        return view

    def check(self, view):
        """Python has the figure's values, and the figure says what Python computes from them."""
        for _ in range(20):  # a busy kernel is told a little later
            held = json.loads(self.run("import json; print(json.dumps(fig.values))"))
            if held == view.values:
                break
        assert held == view.values
        sentences = self.run(SENTENCES).splitlines()
        view.root.scroll_into_view_if_needed()
        readouts = view.root.locator(".lossbook-readout").all_text_contents()
        for expected, text in zip(sentences, readouts, strict=True):
            same_sentence(expected, text)


@pytest.fixture
def lab(browser, lab_url):
    page, troubles = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.set_default_timeout(120_000)  # a busy machine is no reason to fail
    here = lab_url.partition("lab/tree/")[0]

    def on_request(request):
        # The server asks other hosts for these.
        outside = ("lab/api/news", "lab/api/update", "lab/api/extensions?")
        own = request.url.removeprefix(here)
        if not own.startswith(("data:", "blob:")) and (
            own == request.url or own.startswith(outside)
        ):
            troubles.append(request.url)

    page.on("request", on_request)

    def on_exception(error):
        # JupyterLab places a cell's toolbar before `jupyterlab-myst` has set the cell: the toolbar
        # stays where it was.
        if "_markdownOverlapsToolbar" not in error.stack:
            troubles.append(f"exception: {error.stack}")

    page.on("pageerror", on_exception)
    yield Lab(page, lab_url)
    page.close()
    assert not troubles, "\n".join(troubles)


def test_python_and_a_figure_follow_one_another(lab):
    lab.open(CHAPTER)
    lab.run_all()
    view = lab.figure()
    slider = view.root.get_by_role("slider", name="Reach")
    point = view.root.get_by_role("slider", name="logits")
    lab.check(view)

    seen = view.picture()
    slider.click()  # in its middle
    middle_of_slider = view.values["Reach"]
    assert 1 < middle_of_slider < 2
    lab.page.keyboard.press("ArrowRight")  # and not: the next cell
    assert view.values["Reach"] == pytest.approx(middle_of_slider + 0.1)
    assert view.picture() != seen
    lab.check(view)

    seen, before = view.picture(), view.values["logits"]
    x, y = middle(point)
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 40, y - 30, steps=5)
    lab.page.mouse.up()
    after = view.values["logits"]
    assert after["x"][0] > before["x"][0] + 0.5
    assert after["y"][0] > before["y"][0] + 0.5
    lab.page.keyboard.press("ArrowDown")
    assert view.values["logits"]["y"][0] < after["y"][0]
    assert view.picture() != seen
    lab.check(view)

    seen = view.picture()
    lab.run("fig.values = {'Reach': 0.7, 'logits': {'x': [2], 'y': [-3]}}")
    lab.page.wait_for_function("reach => reach.value === '0.7'", arg=slider.element_handle())
    assert view.picture() != seen
    lab.check(view)

    present(lab.page, view)
    lab.check(view)


def present(page, view):
    view.button("More").click()
    view.button("Present").click()
    stage = page.locator(".lossbook-stage")
    assert stage.get_by_role("slider", name="Reach").bounding_box()["width"] > 200
    page.keyboard.press("PageUp")  # the figure before it
    assert stage.bounding_box()["width"] == page.evaluate("innerWidth")
    page.keyboard.press("Escape")
    stage.wait_for(state="detached")


def test_text_is_set_as_in_the_book(lab):
    lab.open(CHAPTER)
    lab.page.evaluate(SCROLL, "The minimum of $(x - 1)^2$")
    solution = lab.page.locator("details", has_text="Solution to Exercise 2").last
    text = solution.text_content()
    assert "The minimum of" in text
    assert "$" not in text
    assert solution.locator(".katex").count() > 3


def test_a_self_test_answers(lab):
    lab.open(QUIZ)
    lab.run_all()
    assert lab.page.locator(".jp-CodeCell:has(.quiz form) .jp-Editor:visible").count() == 0
    questions, forms = asked(ROOT / "book" / QUIZ), lab.page.locator(".quiz form").all()
    for question, form in zip(questions, forms, strict=True):
        for right in (False, True):
            text = next(answer.text for answer in question.answers if answer.right is right)
            give(form, value(text) if numeric(question) else text)
            said = form.get_by_role("status").inner_text()
            assert said.startswith("Right" if right else "Not so")
    assert said.endswith(f"{len(forms)} of {len(forms)} right, 0 at the first try.")
    choices = lab.page.locator(".quiz input[type=radio]")
    choices.first.press("ArrowDown")  # the next choice, not the next cell
    assert choices.nth(1).is_checked()
    assert lab.page.locator(".quiz .math").count() > 5
    assert lab.page.locator(".quiz .math:not(:has(mjx-container))").count() == 0


def test_a_typed_density_reaches_python(lab):
    lab.open(OWN_NOISE)
    lab.run_all()
    view = lab.figure()
    view.root.get_by_role("textbox", name="Density").click()
    lab.page.keyboard.press("ControlOrMeta+A")
    lab.page.keyboard.type("exp(-abs(error)**p/b)")  # letters that are commands to a notebook
    view.root.get_by_role("slider", name="p", exact=True).press("ArrowRight")
    typed = {"text": "exp(-abs(error)**p/b)", "parameters": {"b": 1, "p": 1.05}}
    assert view.values["Density"] == typed
    lab.check(view)
    lab.run("fig.values = {'Density': {'text': '1/(1 + error**2)', 'parameters': {}}}")
    lab.page.wait_for_function(
        "d => d.value.startsWith('1/(')", arg=view.root.get_by_role("textbox").element_handle()
    )
    lab.check(view)
