"""How to cite a page: its title, the book, the version, the date of this copy and the address, in
words and for BibTeX, folded away at the page's foot (templates/sections/footer-content.html)."""

from pybtex.database import Entry, Person
from sphinx.util.i18n import format_date

from lossbook import __version__

TYPED = str.maketrans({"−": "-", "‖": "||"})  # LaTeX stops at these letters


def setup(app):
    app.connect("html-page-context", cite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def cite(app, page, template, context, doctree):
    if not doctree:
        return
    book, author = app.config.html_title, app.config.author
    title = app.env.titles[page].astext()
    address = app.config.html_baseurl + app.builder.get_target_uri(page)
    date = format_date("%Y-%m-%d", language="en")
    whole = page == app.config.root_doc
    place = f"{book}" if whole else f"“{title}”, in {book}"
    fields = {
        "title": f"{{{title.translate(TYPED)}}}",
        **({} if whole else {"booktitle": f"{{{book}}}"}),
        "year": date[:4],
        "note": f"Version {__version__}, {date}",
        "url": address,
    }
    entry = Entry("book" if whole else "incollection", fields)
    entry.persons["author"] = [Person(last=f"{{{author}}}")]
    entry.key = f"lossbook-{page.split('/')[-1]}"
    context["citation"] = [
        f"{author}: {place}. Version {__version__}, {date}. {address}",
        entry.to_string("bibtex").strip(),
    ]
