"""The book as an EPUB, in `_build/epub`: of the chapters that `make book` has executed and read."""

import shutil
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pages
import social_card
import speech
import yaml

MADE = pages.ROOT / "_build/epub"
BOOK, LOG = MADE / "lossbook.epub", pages.ROOT / "_build/epub.log"
CONFIG = yaml.safe_load((pages.ROOT / "_config.yml").read_text("utf-8"))


def main():
    shutil.rmtree(MADE, ignore_errors=True)  # what lies there would be packed
    cover = MADE / "_static/cover.png"
    cover.parent.mkdir(parents=True)
    social_card.cover(CONFIG["author"]).savefig(cover, metadata={"Software": None})
    pages.run(LOG, "--builder", "custom", "--custom-builder", "epub")
    print("Putting formulas into words …", flush=True)
    speech.add_words(MADE.glob("book/*.xhtml"))
    pack()
    print(f"The book, {BOOK.stat().st_size / 1e6:.1f} MB: {BOOK.as_uri()}")


def pack():
    """What its package lists, less the times at which the files were written."""
    package = ElementTree.parse(MADE / "content.opf")
    listed = sorted(item.get("href") for item in package.findall(".//{*}item"))
    first = "mimetype", "META-INF/container.xml", "content.opf"
    with ZipFile(BOOK, "w") as book:
        for name in [*first, *listed]:
            kind = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            book.writestr(ZipInfo(name), (MADE / name).read_bytes(), kind)


if __name__ == "__main__":
    main()
