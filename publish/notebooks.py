"""Run chapters and store them in their slim form: `python publish/notebooks.py book/*.ipynb`.

Kept are the text outputs and the execution counts, which are what a fresh run is compared with.
Pictures, drawings and widgets go, and so does what differs from run to run: the build makes them
anew, and a diff shows only what a reader of the text would notice. In place of a figure or a
question stand its words and a link to the book, for those who read the notebook where no widget and
no script runs.
"""

import hashlib
import re
import sys
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbval.plugin import get_sanitize_patterns

from lossbook.quiz import to_html

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = get_sanitize_patterns((ROOT / "tests/book/nbval-sanitize.cfg").read_text("utf-8"))
ADDRESS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"]
FIGURE = re.compile(r'(<figure class="lossbook-live" aria-label="([^"]*)">)(</figure>)')
QUESTION = '<div class="quiz"></div>'
ANSWER = re.compile(r"^  (?:right|wrong)(.*?): (.*)", re.MULTILINE)  # its tolerance, its text
NOT_TEXT = {
    "application/vnd.jupyter.widget-view+json",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
}
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def run(notebook, folder):
    """Execute every cell, from 1 on, in the notebook's own folder; stop at one that fails."""
    notebook.metadata.update(METADATA)
    NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],  # no word of how the kernel is talked to
    ).execute()


def slim(notebook, page):
    """Reduce an executed notebook, in place, to what is stored of this page of the book."""
    notebook.update(
        metadata=nbformat.from_dict(METADATA),
        nbformat=4,
        nbformat_minor=5,
    )
    used = set()
    for cell in notebook.cells:
        # An id follows from the cell's text, so that converting the text twice gives it twice.
        cell.id = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        while cell.id in used:
            cell.id = hashlib.sha256(cell.id.encode()).hexdigest()[:8]
        used.add(cell.id)
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "text" in output:
                output.text = sanitize(output.text)
            if "data" in output:
                output.metadata = {}
                for kind in NOT_TEXT & set(output.data):
                    del output.data[kind]
                for kind, text in output.data.items():
                    output.data[kind] = sanitize(text)
                if "text/html" in output.data:
                    output.data["text/html"] = told(output.data, f"{ADDRESS}book/{page}.html")
    return notebook


def told(data, address):
    """The HTML of an output, with words and a link where a figure or a question has none."""
    html, plain = data["text/html"], data["text/plain"]
    if html == QUESTION and (answers := ANSWER.findall(plain)):
        choices = "".join(f"<li>{to_html(text)}</li>" for tolerance, text in answers)
        asked = f"<p>{to_html(plain[: ANSWER.search(plain).start()].strip())}</p>"
        asked += "" if any(tolerance for tolerance, _ in answers) else f"<ul>{choices}</ul>"
        link = f'<p><a href="{address}">Answer it in the book.</a></p>'
        return f'<div class="quiz">{asked}{link}</div>'
    link = f'<p><a href="{address}">It moves in the book.</a></p>'
    return FIGURE.sub(rf"\1<p>\2</p>{link}\3", html)


def joined(outputs):
    """What a cell prints as one text: in how many pieces it came is chance."""
    whole = []
    for output in outputs:
        if whole and "text" in output and output.get("name") == whole[-1].get("name"):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def sanitize(text):
    for pattern, replacement in PATTERNS:
        text = re.sub(pattern, replacement, text) if isinstance(text, str) else text
    return text


def main(paths):
    for path in map(Path, paths):
        notebook = nbformat.read(path, as_version=4)
        print(path)
        run(notebook, path.parent)
        nbformat.write(slim(notebook, path.stem), path)


if __name__ == "__main__":
    main(sys.argv[1:])
