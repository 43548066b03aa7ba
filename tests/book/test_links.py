"""Addresses outside of the book's pages, as far as can be seen without a network.

Links within the book are looked up in the built pages: tests/browser/test_pages.py.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pybtex.database import parse_file
from sources import ROOT, programs, texts

SOURCES = parse_file(ROOT / "book/references.bib").entries
NAMESPACE = re.compile(r"\bxmlns(:\w+)?=\"[^\"]*\"")  # a name that looks like an address
NAMES = ("http://127.0.0.1", "http://www.w3.org/", "http://www.sitemaps.org/")  # no links
ADDRESS = re.compile(r"\bhttps?://(?=[^\s\W])[^\s\"'`<>)\]}]*")
SETTINGS = [ROOT / name for name in ("_config.yml", "pyproject.toml", "book/references.bib")]


def test_digital_object_identifiers_are_well_formed_and_differ():
    found = [entry.fields["doi"] for entry in SOURCES.values() if "doi" in entry.fields]
    assert [doi for doi in found if not re.fullmatch(r"10\.\d{4,9}/[-.;()/:\w]+", doi)] == []
    assert len(found) == len(set(map(str.lower, found)))


def test_addresses_are_well_formed_and_encrypted():
    written = [*texts(), *programs(), *((path, path.read_text("utf-8")) for path in SETTINGS)]
    for path, text in written:
        for address in ADDRESS.findall(NAMESPACE.sub("", text).replace(r"\.", ".")):  # a pattern's
            if not address.startswith(NAMES):
                assert urlsplit(address).scheme == "https", (path, address)
                assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", urlsplit(address).hostname), (
                    address
                )


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: page.name)
def test_files_that_the_front_pages_name_are_there(page):
    text = re.sub(r"`[^`]*`", "", page.read_text("utf-8"))
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    assert [to for to in links if "://" not in to and not Path(ROOT, to).exists()] == []
