"""The book as an EPUB, in `_build/epub`: of the chapters that `make book` has executed and read."""

import shutil

import pages
import social_card
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
    print(f"The book, {BOOK.stat().st_size / 1e6:.1f} MB: {BOOK.as_uri()}")


if __name__ == "__main__":
    main()
