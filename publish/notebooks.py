"""Run chapters and store them in their slim form: `python publish/notebooks.py book/*.ipynb`.

Kept are the text outputs and the execution counts, which are what a fresh run is compared with.
Pictures, drawings and widgets go, and so does what differs from run to run: the build makes them
anew, and a diff shows only what a reader of the text would notice.
"""

import hashlib
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = get_sanitize_patterns((ROOT / "tests/book/nbval-sanitize.cfg").read_text("utf-8"))
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


def slim(notebook):
    """Reduce an executed notebook, in place, to what is stored."""
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
    return notebook


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
        nbformat.write(slim(notebook), path)


if __name__ == "__main__":
    main(sys.argv[1:])
