"""The coat of a figure in Jupyter: a widget that shows it, in JupyterLab as in the book."""

import anywidget
import traitlets

from .assets import asset


class Widget(anywidget.AnyWidget):
    """Shows a :class:`Figure`; the figure's `values` and those of the front end are the same."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    markup = traitlets.Unicode().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, figure):
        self._figure = figure
        super().__init__(_esm=_module(figure), _css=asset("live.css"), values=figure.values)

    def __repr__(self):
        return repr(self._figure)

    @traitlets.validate("values")
    def _merge(self, proposal):
        return self._figure._merged(proposal["value"])

    @traitlets.observe("values")
    def _share(self, change):
        self._figure.values = change["new"]

    def _repr_mimebundle_(self, **kwargs):
        self._esm = _module(self._figure)
        self.markup = self._figure.html()
        bundle, metadata = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        return {**bundle, "text/html": self.markup}, metadata


def _module(figure):
    """The scripts of a figure as the module that JupyterLab asks for."""
    scripts = [*map(asset, [*figure.scripts, "to-go.js"]), f"{figure.code}\n"]
    return "".join(scripts) + "export default { render: lossbook.render };\n"
