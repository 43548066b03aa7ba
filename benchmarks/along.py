"""Weights of what readers take along: figures to embed, the book offline, as zip, PDF and EPUB."""

import gzip
import json
from pathlib import Path
from statistics import median

from . import report

SITE = Path(__file__).parent.parent / "_build/site"
NOTE = """Of `_build/site`, as `make site` leaves it. An embedded figure is one file that needs no
other; its KB are those of its gzip. "Keep for offline" loads the files listed, here at full size.
Wanted: an embedded figure at most 60 KB."""


def main():
    embeds = sorted(
        len(gzip.compress(file.read_bytes(), 6)) / 1e3
        for file in (SITE / "_static/embed").glob("*.html")
    )
    listed = json.loads((SITE / "offline.json").read_text())
    rows = [
        ("figures to embed", len(embeds)),
        *((f"{name} of them, KB", f"{of(embeds):.0f}") for name, of in ORDER.items()),
        *(
            (f"kept for offline: {kind}, MB in {len(listed[kind])} files", megabytes(listed[kind]))
            for kind in ("pages", "python")
        ),
        *(
            (f"the whole as {kind}, MB", f"{(SITE / f'lossbook.{kind}').stat().st_size / 1e6:.1f}")
            for kind in ("zip", "pdf", "epub")
        ),
    ]
    report.write(
        "along",
        "What readers take along",
        NOTE.replace("\n", " "),
        report.table(("what", ""), rows),
        libraries=("sphinx",),
    )


ORDER = {"least": min, "median": median, "most": max}


def megabytes(entries):
    return f"{sum(size for _, _, size in entries) / 1e6:.1f}"


if __name__ == "__main__":
    main()
