"""How long a chapter takes, under its title and in the contents; what there is to read and solve.

The time is that of a reader who follows: slower than a novel's 240 words a minute, with a pause at
each formula and a minute for each figure, and without what is folded away. Exercises come on top,
for whoever does them. What can be read and solved goes to the script of a reader's progress
(assets/progress.js), as `pages.js`.
"""

import json
import re
from pathlib import Path

from assets import add_file
from docutils import nodes
from python_in_page import EXERCISES
from sphinx_exercise.nodes import solution_node

SECONDS = {"word": 0.35, "formula": 3, "display": 15, "line": 2, "output": 15, "question": 60}
FIGURE, EXERCISE = 60, 300  # seconds
STEP = 5  # minutes: the time is not known better
KEPT = "to_read"  # among what Sphinx knows of a page
LIVE, QUESTION = 'class="lossbook-live"', "<form data-name="
ANSWERED = "exercises.check("
ENTRY = re.compile(r'<a class="reference internal" href="([\w-]+)\.html">.*?</a>')


def setup(app):
    app.connect("doctree-read", measure)
    app.connect("env-get-updated", write_pages, priority=900)  # when chapters have their numbers
    app.connect("html-page-context", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def measure(app, doctree):
    seconds = sum(SECONDS[kind] * amount for kind, amount in content(doctree))
    outputs = [raw.astext() for raw in doctree.findall(nodes.raw)]
    seconds += FIGURE * sum(LIVE in output for output in outputs)
    tasks = [node for node in doctree.findall() if isinstance(node, EXERCISES)]
    app.env.metadata[app.env.docname][KEPT] = {
        "seconds": seconds,
        "tasks": len(tasks),
        "checked": sum(ANSWERED in code(task) for task in tasks),
        "questions": sum(QUESTION in output for output in outputs),
    }


def code(node):
    return "".join(block.astext() for block in node.findall(nodes.literal_block))


def content(node):
    """What there is to read in a part of a page, each piece as its kind and an amount."""
    kind = node.get("nb_element") if isinstance(node, nodes.Element) else None
    if isinstance(node, (solution_node, *EXERCISES, nodes.Invisible)):
        return
    if isinstance(node, nodes.Text):
        yield "word", len(node.split())
    elif isinstance(node, nodes.math):
        yield "formula", 1
    elif isinstance(node, nodes.math_block):
        yield "display", 1
    elif isinstance(node, nodes.literal_block):
        yield "line", node.astext().count("\n") + 1
    elif kind == "cell_code_output":
        asked = sum(QUESTION in raw.astext() for raw in node.findall(nodes.raw))
        yield ("question", asked) if asked else ("output", 1)
    elif not isinstance(node, nodes.raw):
        folded = node.get("hide_mode") in ("input", "input+output", "all")
        for child in node.children[folded:]:
            yield from content(child)


def rounded(seconds):
    return max(STEP, STEP * round(seconds / 60 / STEP))


def minutes(env, page):
    """Those of a chapter; another page has none."""
    numbered = env.toc_secnumbers.get(page)
    return rounded(env.metadata[page][KEPT]["seconds"]) if numbered else 0


def write_pages(app, env):
    """The contents show all times, so their page is written anew too."""
    if app.builder.name != "html":
        return []
    pages = {}
    for page in sorted(env.found_docs):
        there = env.metadata[page][KEPT]
        numbers = [minutes(env, page), there["checked"], there["questions"]]
        if any(numbers):
            pages[Path(page).name] = numbers
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    text = f"window.lossbookPages = {json.dumps(pages, separators=(',', ':'))};\n"
    (static / "pages.js").write_text(text, "utf-8")
    return [app.config.root_doc]


def show(app, page, template, context, doctree):
    if app.builder.name != "html":
        return
    for name in ("pages.js", "progress.js", "comfort.js"):
        add_file(app, name)
    if not doctree:
        return
    body = context["body"]
    if page == app.config.root_doc:
        folder = Path(page).parent.as_posix()
        body = ENTRY.sub(lambda entry: entry[0] + in_contents(app.env, folder, entry[1]), body)
    elif minutes(app.env, page):
        body = body.replace("</h1>", f"</h1>\n{under_title(app.env, page)}", 1)
    context["body"] = body


def in_contents(env, folder, name):
    page = f"{folder}/{name}"
    time = minutes(env, page) if page in env.found_docs else 0
    return f' <small class="reading-time">{time} min</small>' if time else ""


def under_title(env, page):
    tasks = env.metadata[page][KEPT]["tasks"]
    words = f"About {minutes(env, page)} minutes to read"
    if tasks:
        words += f", and {tasks * EXERCISE // 60} for "
        words += f"its {tasks} exercises" if tasks > 1 else "its exercise"
    return f'<p class="reading-time d-print-none">{words}</p>'
