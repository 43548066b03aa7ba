"""What a run sends to the page: its text in few messages and not without end, and its values."""

import io
import sys
import time

from values import bundle, is_figure, png

LONGEST = 200_000  # characters of one cell
PROMPT = 100  # so many lines are sent at once; then
ENOUGH, WAIT = 8_000, 0.1  # so much text, or seconds, make a message
CUT = "\n… The rest of this output is left out: it is longer than 200 000 characters.\n"

current = None


class Output:
    """Sends; a run that starts again with what was `sent` before does not send that twice."""

    def __init__(self, send, sent=()):
        self.send, self.muted = send, False
        self.sent, self.before = [], list(sent)
        self.waiting, self.stream, self.since, self.length = [], None, 0.0, 0

    def message(self, message):
        self.flush()
        if not self.muted:
            self._once(message)

    def data(self, data):
        self.message({"kind": "data", "data": data})

    def text(self, name, text):
        if self.muted or self.length > LONGEST or not text:
            return
        self.length += len(text)
        if self.length > LONGEST:
            text = text[: len(text) + LONGEST - self.length] + CUT
        if name != self.stream:
            self.flush()
        if not self.waiting:
            self.since = time.monotonic()
        self.stream = name
        self.waiting.append(text)
        if (
            (len(self.sent) < PROMPT and text.endswith("\n"))
            or sum(map(len, self.waiting)) > ENOUGH
            or self.length > LONGEST  # nothing comes that would send it
            or time.monotonic() - self.since > WAIT
        ):
            self.flush()

    def flush(self):
        text, self.waiting = "".join(self.waiting), []
        if text:
            self._once({"kind": "stream", "name": self.stream, "text": text})

    def _once(self, message):
        self.sent.append(message)
        if not self.before:
            self.send(message)
        elif self.before[0]["kind"] == "stream" == message["kind"]:
            known, new = self.before[0]["text"], message["text"]
            if len(known) > len(new):
                self.before[0] = {**message, "text": known[len(new) :]}
                return
            self.before.pop(0)
            if new := new[len(known) :]:
                self.sent.pop()
                self.sent.append({**message, "text": known})
                self._once({**message, "text": new})
        else:
            self.before.pop(0)

    def figures(self):
        """Show the figures that `pyplot` has open, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            figure = pyplot.figure(number)
            if not self.muted:
                self.data({"text/plain": repr(figure), "image/png": png(figure)})
            pyplot.close(figure)

    def value(self, value):
        """Show a value; a figure of `pyplot` only here, not at the end of the cell too."""
        if value is None:
            return
        self.data(bundle(value))
        if is_figure(value) and "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(value)


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr while a cell runs."""

    encoding = "utf-8"

    def __init__(self, output, name):
        self.output, self.name = output, name

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {type(text).__name__}")
        self.output.text(self.name, text)
        return len(text)

    def flush(self):
        self.output.flush()


def display(*values, raw=False, **options):
    """Show values at once, as the notebook's `display` does."""
    for value in values:
        if current is not None:
            current.data(value) if raw else current.value(value)
