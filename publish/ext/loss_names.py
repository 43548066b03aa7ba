"""The table of names, where a page asks for it: ``{loss-names}``."""

from docutils import nodes
from docutils.parsers.rst import Directive


def setup(app):
    app.add_directive("loss-names", LossNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LossNames(Directive):
    def run(self):
        from lossbook.names import table  # here, for most builds read no page anew

        return [nodes.raw("", table(), format="html")]
