"""Values that say how they are shown."""

import mimetypes
from pathlib import Path

from output import display

__all__ = ["HTML", "SVG", "Image", "Latex", "Markdown", "Math", "Pretty", "display"]


class DisplayObject:
    """A text, or that of a file, to be shown as what its class says."""

    def __init__(self, data=None, url=None, filename=None, **options):
        if url is not None:
            raise ValueError("a page loads nothing from an address; give the data itself")
        if filename is not None:
            data = self._file(Path(filename))
        self.data, self.options = data, options

    def _file(self, path):
        return path.read_text("utf-8")

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"


class HTML(DisplayObject):
    def _repr_html_(self):
        return self.data


class Markdown(DisplayObject):
    def _repr_markdown_(self):
        return self.data


class Latex(DisplayObject):
    def _repr_latex_(self):
        return self.data


class Math(Latex):
    def _repr_latex_(self):
        return " ".join([r"$\displaystyle", self.data.strip("$")]) + "$"


class SVG(DisplayObject):
    def _repr_svg_(self):
        return self.data


class Pretty(DisplayObject):
    def __repr__(self):
        return self.data


class Image(DisplayObject):
    """The bytes of a PNG, JPEG or other image."""

    def _file(self, path):
        return path.read_bytes()

    def _repr_mimebundle_(self):
        from base64 import b64encode

        kind = self.options.get("format") or ("jpeg" if self.data[:2] == b"\xff\xd8" else "png")
        return {mimetypes.types_map.get(f".{kind}", "image/png"): b64encode(self.data).decode()}
