"""What a chapter prints."""

from types import SimpleNamespace

import nbformat
from ext import parallel

PIECES = """
import time

print("one line", end=", ", flush=True)
time.sleep(0.3)  # the kernel sends what it has
print("in two pieces")
"""


def test_a_line_printed_in_pieces_stays_one(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PIECES)])
    chapter = SimpleNamespace(nb=notebook, uri=str(tmp_path / "chapter.ipynb"))
    parallel.Worker.execute(chapter, SimpleNamespace(timeout=60, allow_errors=False))
    (printed,) = notebook.cells[0].outputs
    assert printed.text == "one line, in two pieces\n"
