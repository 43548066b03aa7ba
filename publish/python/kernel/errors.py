"""An error as its reader needs it: where in the cells it arose, and what it says."""

import linecache
import traceback

MOST = 6  # places that are shown; a recursion has thousands
HELP = {
    MemoryError: "the page has no memory left for this",
    RecursionError: "a function calls itself too many times, perhaps without end",
}
MAGIC = "Lines that begin with % or ! are commands to Jupyter, which the page does not know."

OTHER = "This cell needs another cell, and that cell fails."


def file_of(cell):
    return f"<cell {cell}>"


def remember(cell, source):
    """Let a cell's lines be found, by the account of an error and by `inspect`."""
    linecache.cache[file_of(cell)] = (len(source), None, source.splitlines(True), file_of(cell))


def begins(source):
    """The first line of a cell that is more than a comment, to know it by."""
    lines = [line.strip() for line in source.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def message(error, cell, cells):
    """The message about an error that a run of `cell` met; `cells` are the texts {id: text}."""
    files = {file_of(name): name for name in cells}
    places = [
        (files[frame.f_code.co_filename], line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename in files
    ]
    said = says(error)
    if isinstance(error, SyntaxError) and error.filename in files:
        places.append((files[error.filename], error.lineno or 1, "<module>"))
        shown = [*map(lambda p: place(*p, cell, cells), shortened(places[:-1]))]
        shown.append(where(*places[-1], cell, cells) + "\n" + mark(error, cells[places[-1][0]]))
    else:
        shown = [place(*p, cell, cells) if p else "…" for p in shortened(places)]
    lines = [line for name, line, _ in places if name == cell]
    if places and not lines:
        shown.insert(0, OTHER)
    return {
        "kind": "error",
        "name": type(error).__name__,
        "message": error.msg if isinstance(error, SyntaxError) else str(error),
        "text": "\n".join([*shown, said]),
        "line": lines[-1] if lines else None,
    }


def shortened(places):
    """The first and the last of many places, with None between."""
    if len(places) <= MOST:
        return places
    return [*places[: MOST // 2], None, *places[-MOST // 2 :]]


def where(name, line, function, cell, cells):
    text = f"In line {line}"
    if not function.startswith("<"):
        text += f", in {function}"
    if name != cell:
        text += f", of the cell that begins with `{begins(cells[name])}`"
    return text + ":"


def place(name, line, function, cell, cells):
    """Where it was, and the line itself."""
    code = linecache.getline(file_of(name), line).strip()
    return f"{where(name, line, function, cell, cells)}\n    {code}"


def mark(error, source):
    """The line that is no Python, and where in it."""
    line = [*source.split("\n"), ""][(error.lineno or 1) - 1]
    shift = len(line) - len(line.lstrip())
    start = max((error.offset or 1) - 1 - shift, 0)
    width = 1
    if error.end_lineno == error.lineno and error.end_offset:
        width = max(error.end_offset - (error.offset or 1), 1)
    return f"    {line.lstrip()}\n    {' ' * start}{'^' * width}"


def says(error):
    """The last lines of Python's own account: kind, message, suggestion and notes."""
    known = traceback.TracebackException(type(error), error, error.__traceback__, compact=True)
    if isinstance(error, SyntaxError):
        text = f"{type(error).__name__}: {error.msg}"
        magic = (error.text or "").lstrip().startswith(("%", "!"))
        return f"{text}\n{MAGIC}" if magic else text
    text = "".join(known.format_exception_only()).rstrip()
    for kind, help in HELP.items():
        if isinstance(error, kind):
            text = f"{type(error).__name__}: {help}"
    return text
