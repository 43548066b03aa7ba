"""The book without a network: once kept it is whole and of one version; removed, it is gone."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin
from zipfile import ZipFile

import hosted
import pytest
from built import BOOK, DISK, PAGES, lay_out
from figures import View
from host import CHAPTER, FIRST, Host
from PIL import Image
from playwright.sync_api import Error, expect
from reader import Cell

SCRIPT, PACK = "_static/book.js", "_static/python/packs/core-0.js"
READ = re.compile(r'<(?:script|img|link|a)\b[^>]* (?:src|href)="(?!data:|http|#)([^"?#]+\.[^"?#]+)')
NEW = {CHAPTER: ("<h1>", '<h1 id="new">'), SCRIPT: ("window", "window.isNew = true; window")}
RECORD = """news => {
    window.said = [];
    new MutationObserver(() => said.push(news.textContent)).observe(news,
        { childList: true, subtree: true, characterData: true });
}"""
GIVES = "path => fetch(path).then(answer => answer.text(), () => 'nothing')"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    host = Host(tmp_path_factory.mktemp("host"))
    yield host
    host.close()


@pytest.fixture
def tab(context, host):
    page = context.new_page()
    page.goto(host.url + FIRST)
    yield page
    host.down, host.broken, host.moved = False, (), ()
    host.slow.set()


def box(page):
    return page.locator(".keep-offline")


def press(page, name):
    box(page).get_by_role("button", name=name).click()


def says(page, *words):
    for each in words:
        expect(box(page).get_by_role("status")).to_contain_text(each)


def keep(page):
    press(page, "Keep for offline")
    says(page, "on this device")


def left_behind(page):
    """The caches, and the workers."""
    return page.evaluate("""async () => [
        ...await caches.keys(), ...await navigator.serviceWorker.getRegistrations()]""")


def update(page):
    """Let the browser look for a newer book, to the end; whether it has got one."""
    return page.evaluate("""async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update().catch(() => {});
        const worker = registration.installing ?? registration.waiting;
        while (worker && !["installed", "redundant"].includes(worker.state))
            await new Promise(resolve => setTimeout(resolve, 20));
        return worker?.state === "installed";
    }""")


def version(page):
    """Whether the page is new, and whether its script is; both or none."""
    page.locator("article h1").wait_for()  # past an empty page
    found = page.evaluate("[document.getElementById('new') !== null, 'isNew' in window]")
    assert len(set(found)) == 1, f"half-old: {found}"
    return found[0]


def test_kept_it_needs_no_network(tab, host):
    expect(box(tab)).to_contain_text("MB of pages, figures and search")
    host.moved = {Path(FIRST).name}
    keep(tab)
    press(tab, "Add Python")
    says(tab, "with Python")
    host.down = True
    tab.goto(host.url)
    tab.wait_for_url(f"**/{FIRST}")
    says(tab, "on this device")
    view = View(tab)
    before = view.picture()
    view.root.get_by_role("slider").last.press("ArrowRight")
    assert view.picture() != before
    tab.goto(f"{host.url}search.html?q=gradient")
    tab.locator("#search-results li a", has_text="teaching signal").first.click()
    tab.locator("article .highlighted").first.wait_for(state="attached")
    for name in ("_sources/book/01-teaching-signal.ipynb", PACK):
        assert tab.evaluate("async path => (await fetch(path)).ok", f"../{name}")
    saved = {}
    for kind in ("source", "package"):  # for which Chromium would not ask the worker
        tab.get_by_role("button", name="Download this page").click()
        with tab.expect_download() as download:
            tab.locator(f".btn-download-{kind}-button").click()
        file = download.value
        saved[Path(file.suggested_filename).suffix] = file.path().read_bytes()
    assert json.loads(saved[".ipynb"])["cells"]
    assert saved[".whl"].startswith(b"PK")
    tab.goto(host.url + CHAPTER)
    lay_out(tab)
    name = tab.locator(".python-bar:visible").first.evaluate(
        "bar => bar.closest('.cell').id.slice(5)"
    )
    cell = Cell(tab, name)
    cell.news.evaluate(RECORD)
    cell.run()
    said = tab.evaluate("said")
    assert any("Python starts in this page" in each for each in said)
    assert not any("download" in each for each in said)


def test_a_page_and_its_script_are_of_one_version(tab, context, host):
    keep(tab)
    tab.goto(host.url + CHAPTER)
    assert not version(tab)
    for name, change in NEW.items():
        host.edit(name, *change)
    host.edit(PACK, "(", " (")
    host.publish()
    host.edit(SCRIPT, "isNew = true", "isNew = 1")
    assert not update(tab)  # half of what is listed has come
    tab.reload()
    assert not version(tab)
    host.edit(SCRIPT, "isNew = 1", "isNew = true")
    host.asked.clear()
    assert any(update(tab) for _ in range(3))  # the reload's own look may still be failing
    assert set(host.asked) <= {"sw.js", "offline.json", *(Path(name).name for name in NEW)}
    other = context.new_page()
    other.goto(host.url + CHAPTER)
    assert not version(other)
    tab.reload()
    assert not version(tab)  # two pages are open, and what they still load is of their version
    assert "isNew" not in tab.evaluate(GIVES, f"../{SCRIPT}")
    assert tab.evaluate(GIVES, f"../{PACK}") == "nothing"  # for the host has that of the other
    other.close()
    tab.goto(f"{host.url}{FIRST}#chapters")
    expect(box(tab)).to_be_visible()
    assert tab.url.endswith("#chapters")
    host.down = True
    tab.goto(host.url + CHAPTER)
    assert version(tab)
    assert len(left_behind(tab)) == 2  # a cache and a worker


def test_removed_nothing_is_left_and_it_can_be_kept_again(tab, host):
    keep(tab)
    tab.reload()
    says(tab, "without Python")
    press(tab, "Remove")
    says(tab, "is removed")
    assert left_behind(tab) == []
    keep(tab)
    assert len(left_behind(tab)) == 2
    press(tab, "Remove")
    says(tab, "is removed")
    host.down = True
    with pytest.raises(Error, match="ERR_EMPTY_RESPONSE"):
        tab.goto(host.url + CHAPTER)


def test_what_cannot_be_kept_is_said(tab, host, context):
    tab.get_by_role("checkbox", name="MB of Python").check()
    host.slow.clear()
    press(tab, "Keep for offline")
    press(tab, "Cancel")
    says(tab, "Cancelled.")
    expect(box(tab).get_by_role("status")).to_be_focused()
    assert left_behind(tab) == []
    host.slow.set()
    host.broken = {"searchindex.js"}
    press(tab, "Keep for offline")
    says(tab, "the network failed")
    host.broken, host.asked[:] = (), []
    keep(tab)
    says(tab, "with Python")
    assert len(host.asked) < 10  # the others came before
    press(tab, "Remove")
    says(tab, "is removed")
    devtools = context.new_cdp_session(tab)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": host.url, "quotaSize": 1e6})
    press(tab, "Keep for offline")
    says(tab, "too little room")
    assert left_behind(tab) == []
    tab.evaluate("ServiceWorkerContainer.prototype.register = () => Promise.reject({}); 0")
    press(tab, "Keep for offline")
    says(tab, "does not let the site store anything")


def test_in_a_frame_nothing_is_offered(page, book_url):
    page.goto(book_url + CHAPTER)
    page.evaluate(
        """address => new Promise(resolve => {
        const frame = document.createElement("iframe");
        Object.assign(frame, { src: address, onload: resolve });
        document.body.append(frame);
    })""",
        book_url + FIRST,
    )
    assert page.frames[1].locator(".keep-offline button").count() == 0


def test_from_a_disk_nothing_is_offered(visit):
    page = visit(FIRST, DISK)
    assert not box(page).is_visible()
    assert page.locator("link[rel=manifest]").count() == 0


def test_all_that_pages_read_is_listed():
    listed = json.loads((BOOK / "offline.json").read_text())
    paths = {path for path, *_ in listed["pages"] + listed["python"]}
    for name in PAGES:
        for address in READ.findall((BOOK / name).read_text("utf-8")):
            assert urljoin(name, address) in paths, (name, address)


def test_it_is_an_app(page, book_url):
    page.goto(book_url + CHAPTER)
    page.locator(".dropdown-download-buttons button").first.click()
    page.get_by_role("link", name="The whole book").click()
    expect(box(page)).to_be_in_viewport()
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    told = json.loads(found["data"])
    assert (BOOK / told["start_url"]).is_file()
    for entry in told["icons"]:
        with Image.open(BOOK / entry["src"]) as icon:
            assert f"{icon.width}x{icon.height}" == entry["sizes"]
            alpha = icon.convert("RGBA").getpixel((0, 0))[3]
            assert alpha == (255 if entry["purpose"] == "maskable" else 0)


def test_a_host_offers_the_whole_book(host, tmp_path):
    site, pdf, epub = (tmp_path / name for name in ("site", "book.pdf", "book.epub"))
    pdf.write_bytes(bytes(3_000_000))
    epub.write_bytes(bytes(2_000_000))
    hosted.main(host.folder, pdf, epub, site)
    first = (site / FIRST).read_text("utf-8")
    for address in re.findall(r'href="\.\./([^"]+)" download>', first):
        assert f"({(site / address).stat().st_size / 1e6:.0f} MB" in first
    for kind in ("zip", "pdf", "epub"):
        assert f'href="../lossbook.{kind}"' in first
        assert f"lossbook.{kind}" not in (site / "offline.json").read_text()
    with ZipFile(site / "lossbook.zip") as whole:
        whole.extractall(tmp_path)
    copy = tmp_path / "lossbook"
    assert (copy / "index.html").is_file()
    assert (copy / FIRST).read_bytes() == (host.folder / FIRST).read_bytes()
    assert not list(copy.rglob("*.zip"))
    listed = json.loads((copy / "offline.json").read_text())  # another host may serve the copy
    assert all((copy / path).is_file() for path, *_ in listed["pages"] + listed["python"])
    assert (copy / "sw.js").is_file()
    assert (site / "sw.js").read_text() != (host.folder / "sw.js").read_text()
