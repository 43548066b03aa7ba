"""A table in Markdown that says what made it."""

import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "torch", "jax", "scikit-learn", "scipy", "dask")


def processor():
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else platform.processor()


def versions(names):
    for name in names:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"


def table(head, rows):
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    cells.insert(1, ["---", *("---:" for _ in head[1:])])
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def write(name, title, *parts, libraries=LIBRARIES):
    """Write ``benchmarks/<name>.md`` and print it."""
    made = (
        f"Made by `python -m benchmarks {name}` on {date.today()}: {processor()}, "
        f"Python {platform.python_version()}, {', '.join(versions(libraries))}."
    )
    text = "\n\n".join([f"# {title}", made, *parts]) + "\n"
    Path(__file__).with_name(f"{name}.md").write_text(text)
    print(text, flush=True)
