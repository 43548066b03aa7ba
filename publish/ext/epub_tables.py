"""Tables that can be read cell by cell, by ear and on a page too narrow for their columns."""

from epub_parts import words


def tell_headings(table):
    """Which cells head a column or a row, and, in each cell, what heads its column."""
    if table.find_parent(class_="loss-table"):
        return  # it comes so (lossbook/traits.py)
    headings = table.thead.find_all(["th", "td"])
    for heading in table.thead.find_all("th"):
        heading["scope"] = "col"
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.select("tbody tr")]
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            cell["data-heading"] = words(heading)
    names = [words(row[0]) for row in rows]
    if len(set(names)) == len(names) and all(names):
        for row in rows:
            row[0].name, row[0]["scope"] = "th", "row"
