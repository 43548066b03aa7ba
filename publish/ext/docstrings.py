"""The sources that a docstring names lead to the bibliography: "Huber (1964)" cites `huber1964`.
And a class is shown with its parameters, not with what catches a wrong call of it."""

import inspect
import re

from sphinx.util.inspect import stringify_signature

SOURCE = re.compile(
    r"(?P<first>[A-Z]\w+)(?P<others>(?:,? (?:and )?[A-Z]\w+)*(?: et al\.)?) \((?P<year>\d{4})\)"
    r"|\((?P<alone>[A-Z]\w+)[^()]*,\s+(?P<when>\d{4})\)"
)


def setup(app):
    app.connect("autodoc-process-docstring", cite_sources)
    app.connect("autodoc-process-signature", show_parameters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def cite_sources(app, what, name, obj, options, lines):
    lines[:] = SOURCE.sub(citation, "\n".join(lines)).split("\n")


def citation(found):
    if found["alone"]:
        return f":cite:p:`{found['alone'].lower()}{found['when']}`"
    return f":cite:t:`{found['first'].lower()}{found['year']}`"


def show_parameters(app, what, name, obj, options, signature, returned):
    if what == "class" and signature:
        shown = stringify_signature(inspect.signature(obj), show_annotation=False)
        return "" if "**named" in shown else shown.removesuffix(" -> None"), returned  # a family
