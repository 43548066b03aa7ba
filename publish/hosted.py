"""What a host serves, in `_build/site`: the built book, and the whole of it to download, as a zip,
as the PDF and as the EPUB, with links to them on its first page. A book that is only built has no
such links.

The zip unpacks to a folder that opens from a disk, Python included: without it the copy could run
none of its code.
"""

import re
import shutil
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import yaml

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "publish/ext"))

import offline  # noqa: E402  (one of the book's extensions)

BUILT, SITE = ROOT / "_build/html", ROOT / "_build/site"
PDF, EPUB = ROOT / "_build/pdf/book.pdf", ROOT / "_build/epub/lossbook.epub"
FIRST = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["root"]
NAME = "lossbook"
PLACE = "<!-- downloads -->"
# What only a host or a programmer asks for.
UNREAD = re.compile(r"(404\.html|sitemap\.xml|objects\.inv|\..*|.*\.map)$|_static/scripts/font")

LINKS = """<ul>
<li><a href="../{name}.zip" download>The whole book as a zip</a> ({zip:.0f} MB{python}):
unpack it, and open <code>index.html</code>.</li>
<li><a href="../{name}.pdf" download>The book on paper, as a PDF</a> ({pdf:.0f} MB):
its figures stand still.</li>
<li><a href="../{name}.epub" download>The book for e-readers, as an EPUB</a> ({epub:.0f} MB):
its figures stand still too, and its formulas can be read aloud.</li>
</ul>"""


def main(built=BUILT, pdf=PDF, epub=EPUB, site=SITE):
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(built, site)
    whole = site / f"{NAME}.zip"
    pack(built, whole)
    shutil.copyfile(pdf, site / f"{NAME}.pdf")
    shutil.copyfile(epub, site / f"{NAME}.epub")
    first = site / f"{FIRST}.html"
    before, after = first.read_text("utf-8").split(PLACE)
    links = LINKS.format(
        name=NAME,
        zip=whole.stat().st_size / 1e6,
        python=", with Python" if (built / "_static/python").exists() else "",
        pdf=pdf.stat().st_size / 1e6,
        epub=epub.stat().st_size / 1e6,
    )
    first.write_text(before + links + after, encoding="utf-8")
    offline.write(site, first)
    print(f"The book as a host serves it: {site.as_uri()}")


def pack(folder, target):
    with ZipFile(target, "w", ZIP_DEFLATED) as whole:
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(folder).as_posix()
            if file.is_file() and not UNREAD.match(path):
                whole.write(file, f"{NAME}/{path}")


if __name__ == "__main__":
    main()
