"""A reader who starts at the glossary, the index or the search box reaches each loss, each noise
model and each trap in one step."""

import types
from urllib.parse import urljoin

import pytest
from built import DISK, PAGES, soup

import lossbook
from lossbook import data, derive, exercises, live, noise, scale, symbolic

pytestmark = pytest.mark.xdist_group("stored")  # pages are read once

GLOSSARY, REFERENCE = "book/glossary.html", "book/reference.html"


def typed(text):
    """With the quotes that a keyboard has."""
    return text.translate(str.maketrans("“”’", '""\''))


def traps():
    """The sections about traps: what each is called, and its address."""
    for name in PAGES:
        if name.startswith("book/"):
            for heading in soup(name).select("section > h2"):
                title = heading.find(string=lambda text: text.startswith("Trap: "))
                if title:
                    words = typed(title.removeprefix("Trap: "))
                    quoted = words.startswith('"') and words.endswith('"')
                    yield words.strip('"') if quoted else words, f"{name}#{heading.parent['id']}"


@pytest.fixture(scope="module")
def sought(glossary):
    """What a reader types; the place that the glossary must lead to; and its entry there."""
    wanted = [
        *((loss.name, f"{REFERENCE}#lossbook.{key}") for key, loss in lossbook.LOSSES.items()),
        *((f"{m.name} noise", f"{REFERENCE}#lossbook.noise.{k}") for k, m in noise.NOISES.items()),
        *traps(),
    ]
    entries = []
    for words, place in wanted:
        found = [entry for entry in glossary if place in entry[1]]
        assert len(found) == 1, f"{words}: {len(found)} entries of the glossary lead to {place}"
        entries.append((words, place, *found[0]))
    return entries


@pytest.fixture(scope="module")
def glossary():
    """Each entry: its terms by address, and the addresses that it links to."""
    entries = []
    for definition in soup(GLOSSARY).select("dl.glossary > dd"):
        terms, before = {}, definition
        while (before := before.find_previous_sibling()) and before.name == "dt":
            terms[f"{GLOSSARY}#{before['id']}"] = typed(before.find(string=True).strip())
        entries.append((terms, {urljoin(GLOSSARY, a["href"]) for a in definition.select("a")}))
    return entries


def test_no_entry_of_the_glossary_names_a_section_twice():
    for entry in soup(GLOSSARY).select("dl.glossary > dd"):
        names = [link.get_text(" ", strip=True) for link in entry.select("a[href*='.html']")]
        assert len(names) == len(set(names)), entry.get_text(" ", strip=True)


@pytest.fixture(scope="module")
def index():
    """The words of the index, and the addresses that each leads to."""
    words = {}
    for item in soup("genindex.html").select(".indextable li"):
        links = item.find_all("a", recursive=False)
        for link in links:
            words.setdefault(typed(links[0].text), set()).add(link["href"])
    return words


def test_there_are_traps():
    assert len(list(traps())) >= 14


def test_glossary_and_index_lead_there(sought, index):
    missing = []
    for words, place, terms, links in sought:
        own = {link for link in links if not link.startswith((GLOSSARY, REFERENCE))}
        for address, term in terms.items():
            missing += [f"{words}: {term}: {to}" for to in {address, *own} - index[term]]
        if not any(place in addresses for addresses in index.values()):
            missing.append(f"{words}: {place}")
    assert not missing, "\n".join(missing)


def test_words_of_the_index_have_the_quotes_of_the_text():
    words = [link.text for link in soup("genindex.html").select(".indextable a")]
    assert any("’" in word for word in words)
    assert not [word for word in words if set(word) & {'"', "'"}]


def test_search_leads_there(visit, sought):
    page = visit("search.html", DISK)
    box = page.locator("main input[name=q], .bd-main input[name=q]").first
    box.fill(sought[0][0])
    with page.expect_navigation():
        box.press("Enter")
    missing = []
    for words, _, terms, links in sought:
        found = page.evaluate(SEARCH, words)[:5]
        if not any(address in found for address in {*terms, *links}):
            missing.append(f"{words}: {found}")
    assert not missing, "\n".join(missing)


# What the page does when it is opened, with the query of its address, without loading it anew.
SEARCH = """async words => {
    const results = document.getElementById("search-results");
    const done = () => results.querySelector(".search-summary")?.innerText;
    while (Search._index === null || (results.children.length && !done()))
        await new Promise(resolve => setTimeout(resolve, 10));
    results.replaceChildren();
    history.replaceState(null, "", "?" + new URLSearchParams({ q: words }));
    Search.init();
    while (!done()) await new Promise(resolve => setTimeout(resolve, 10));
    return [...results.querySelectorAll("ul.search li a")].map(link =>
        link.getAttribute("href").replace(/[?]highlight=[^#]*/, ""));
}"""


@pytest.mark.parametrize(
    "module",
    [lossbook, lossbook.losses, noise, symbolic, derive, scale, live, exercises, data],
)
def test_every_public_name_is_in_the_reference(module):
    public = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType)
        and value.__module__.startswith(module.__name__)
        and not name.startswith("_")
    ]
    prefix = {lossbook.losses: "lossbook", derive: "lossbook.derive"}.get(module, module.__name__)
    page = soup(REFERENCE)
    assert public
    assert not [name for name in public if not page.find(id=f"{prefix}.{name}")]


def test_a_loss_is_shown_with_its_parameters():
    shown = soup(REFERENCE).select("dl.class > .sig")
    signatures = {entry["id"].split(".")[-1]: entry.get_text() for entry in shown}
    assert "(delta=1.0)" in signatures["Huber"]
    assert not [name for name, text in signatures.items() if "**named" in text]
