"""The book as an EPUB, in `_build/epub`: of the chapters that `make book` has executed and read."""

import shutil

import pages
import social_card
import yaml

MADE = pages.ROOT / "_build/epub"
CONFIG = yaml.safe_load((pages.ROOT / "_config.yml").read_text("utf-8"))


def main():
    shutil.rmtree(MADE, ignore_errors=True)  # what lies there would be packed
    cover = MADE / "_static/cover.png"
    cover.parent.mkdir(parents=True)
    social_card.cover(CONFIG["author"]).savefig(cover, metadata={"Software": None})
    pages.main(pages.ROOT / "_build/epub.log", ["--builder", "custom", "--custom-builder", "epub"])
    (book,) = MADE.glob("*.epub")
    print(f"The book, {book.stat().st_size / 1e6:.1f} MB: {book.as_uri()}")


if __name__ == "__main__":
    main()
