"""A value as the data {MIME type: text} that a notebook shows of it."""

import base64
import inspect
import io
import math
import sys
import types

WIDTH, LONGEST = 79, 1000
KINDS = {
    "html": "text/html",
    "latex": "text/latex",
    "markdown": "text/markdown",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def bundle(value):
    """All that a value says of itself; Markdown also as HTML."""
    data = {"text/plain": pretty(value)}
    special = None if isinstance(value, type) else getattr(value, "_repr_mimebundle_", None)
    if callable(special):
        given = special()
        given = given[0] if isinstance(given, tuple) else given
        data |= {kind: text for kind, text in (given or {}).items()}
    for name, kind in KINDS.items():
        method = None if isinstance(value, type) else getattr(value, f"_repr_{name}_", None)
        if kind not in data and callable(method):
            text = method()
            text = text[0] if isinstance(text, tuple) else text
            if text is not None:
                data[kind] = base64.b64encode(text).decode() if isinstance(text, bytes) else text
    if is_figure(value):
        data["image/png"] = png(value)
    if "text/markdown" in data and "text/html" not in data:
        data["text/html"] = markdown(data["text/markdown"])
    return data


def is_figure(value):
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(value, figure.Figure)


def png(figure):
    """A figure of matplotlib as notebooks draw it, in base64."""
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return base64.b64encode(file.getvalue()).decode()


def markdown(text):
    """Markdown with mathematics between dollars, as HTML for MathJax."""
    from html import escape

    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def for_mathjax(latex, options):
        return (r"\[{}\]" if options["display_mode"] else r"\({}\)").format(escape(latex))

    return (
        MarkdownIt("commonmark", {"typographer": True})
        .enable(["smartquotes", "table"])
        .use(dollarmath_plugin, renderer=for_mathjax)
        .render(text)
    )


BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: ("frozenset({", "})"), dict: "{}"}


def pretty(value, column=0, indent=0, after=0, within=()):
    """The text of a value from a column on, further lines indented, `after` characters to follow.

    As `IPython` does: in one line if it fits, else each item in a line of its own.
    """
    if type(value) not in BRACKETS or (not value and type(value) in (set, frozenset)):
        return plain(value)
    opening, closing = BRACKETS[type(value)]
    if type(value) is tuple and len(value) == 1:
        closing = ",)"
    if id(value) in within:
        return f"{opening}...{closing}"
    within = (*within, id(value))
    items = ordered(value) if isinstance(value, (set, frozenset)) else list(value)
    more, items = ["..."] * (len(items) > LONGEST), items[:LONGEST]
    inner = indent + len(opening)

    def written(item, column):
        if type(value) is not dict:
            return pretty(item, column, inner, 1, within)
        key = f"{pretty(item, column, inner, 0, within)}: "
        return key + pretty(value[item], column + len(key), inner, 1, within)

    line = opening + ", ".join([written(item, -math.inf) for item in items] + more) + closing
    if column + len(line) + after > WIDTH or "\n" in line:
        parts = [written(item, inner) for item in items] + more
        line = opening + (",\n" + " " * inner).join(parts) + closing
    return line


def ordered(items):
    try:
        return sorted(items)
    except TypeError:
        return items


def plain(value):
    """`repr`; of functions and classes what they are called, without an address."""
    if isinstance(value, type):
        module = "" if value.__module__ == "builtins" else f"{value.__module__}."
        return f"{module}{value.__qualname__}"
    if isinstance(value, types.FunctionType):
        return f"<function {value.__module__}.{value.__qualname__}{inspect.signature(value)}>"
    return repr(value)
