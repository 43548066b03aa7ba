"""A host of the book that fails when it is told to, and the small book that it serves."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import downloads
import offline
from built import BOOK

FIRST, CHAPTER = "book/intro.html", "book/01-teaching-signal.html"
FOLDER = "courses/loss"  # where it stands on the host


class Host:
    """It gives `asked`, the names that it was asked for, breaks off at what is in `broken`, and
    leads on from what is in `moved`."""

    def __init__(self, folder):
        self.folder, self.asked, self.broken, self.moved = folder / FOLDER, [], (), ()
        self.down = False
        self.slow = threading.Event()
        self.slow.set()
        small_book(self.folder)
        handler = partial(Answer, self, directory=folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/{FOLDER}/"

    def edit(self, name, old, new):
        file = self.folder / name
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    def publish(self):
        offline.write(self.folder, self.folder / FIRST)

    def close(self):
        self.slow.set()
        self.server.shutdown()
        self.server.server_close()


class Answer(SimpleHTTPRequestHandler):
    def __init__(self, host, *args, **options):
        self.host = host
        super().__init__(*args, **options)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        name = path.rpartition("/")[2]
        self.host.asked.append(name)
        if name != "sw.js":
            self.host.slow.wait(20)
        if name in self.host.moved and not query:
            self.send_response(302)
            self.send_header("Location", f"{path}?moved")
            self.end_headers()
        elif not self.host.down and name not in self.host.broken:  # else it closes without a word
            super().do_GET()

    def log_message(self, *args):
        pass


def small_book(folder):
    """Two pages of the book, what they need and offer, and one pack of Python."""

    def left_out(path, names):
        kept = ("intro", "01-", "core-0.", downloads.WHEEL)
        sorted_out = path.endswith(("/book", "/packs", "/locales", "/embed"))
        return [name for name in names if sorted_out and not name.startswith(kept)]

    shutil.copytree(BOOK, folder, ignore=left_out)
    offline.write(folder, folder / FIRST)
