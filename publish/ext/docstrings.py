"""The sources that a docstring names lead to the bibliography: "Huber (1964)" cites `huber1964`."""

import re

SOURCE = re.compile(
    r"(?P<first>[A-Z]\w+)(?P<others>(?:,? (?:and )?[A-Z]\w+)*(?: et al\.)?) \((?P<year>\d{4})\)"
    r"|\((?P<alone>[A-Z]\w+)[^()]*,\s+(?P<when>\d{4})\)"
)


def setup(app):
    app.connect("autodoc-process-docstring", cite_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def cite_sources(app, what, name, obj, options, lines):
    lines[:] = SOURCE.sub(citation, "\n".join(lines)).split("\n")


def citation(found):
    if found["alone"]:
        return f":cite:p:`{found['alone'].lower()}{found['when']}`"
    return f":cite:t:`{found['first'].lower()}{found['year']}`"
