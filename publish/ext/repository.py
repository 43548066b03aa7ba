"""From each page to its source, and from each chapter to where it runs: Binder and Colab.

All this follows from one setting, the address of the repository: `REPOSITORY_URL` of the
environment, which the publishing workflow takes from its host, or `repository: {url: …}` in
`_config.yml`. Without it no page shows a button that leads there.

Binder builds the pinned environment and opens the chapter as the repository has it. Colab has no
such environment, and a link opens there only what lies on GitHub: it leads to the notebooks that
the published book offers, which install what they need (downloads.py), on a branch where the
workflow puts them. The chapters themselves need no cell that is there for Colab alone.
"""

import os
import re

from sphinx.errors import ConfigError

ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)")
BRANCH, NOTEBOOKS = "main", "notebooks"
BINDER = "https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{page}.ipynb"
COLAB = "https://colab.research.google.com/github/{name}/blob/{notebooks}/{page}.ipynb"
# The theme's own icon, of the host, is in a font that nothing else needs.
ICON = "fas fa-code-branch"


def setup(app):
    app.connect("config-inited", take_address)
    app.connect("html-page-context", offer_launch, priority=600)  # after the theme's own buttons
    app.connect("html-page-context", fit_icons, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def take_address(app, config):
    options = config.html_theme_options
    address = os.environ.get("REPOSITORY_URL") or options.get("repository_url")
    if not address:
        return
    address = address.rstrip("/")
    if not ADDRESS.fullmatch(address):
        raise ConfigError(
            f"the address of the repository is {address!r}; it must be like "
            "https://github.com/owner/name"
        )
    options |= {
        "repository_url": address,
        "repository_branch": BRANCH,
        "use_repository_button": True,
        "use_issues_button": True,
        "use_edit_page_button": True,
    }


def offer_launch(app, page, template, context, doctree):
    address = app.config.html_theme_options.get("repository_url")
    if not address or context.get("page_source_suffix") != ".ipynb":
        return
    name = ADDRESS.fullmatch(address)[1]
    places = {"branch": BRANCH, "notebooks": NOTEBOOKS, "name": name, "page": page}
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": "Run this page elsewhere",
            "icon": "fas fa-rocket",
            "label": "launch-buttons",
            "buttons": [
                launch("Binder", BINDER.format(**places), "JupyterLab with all that the book uses"),
                launch("Colab", COLAB.format(**places), "Its first cell installs what it needs"),
            ],
        }
    )


def launch(text, url, tooltip):
    icon = "fas fa-rocket"
    return {"type": "link", "text": text, "url": url, "tooltip": tooltip, "icon": icon}


def fit_icons(app, page, template, context, doctree):
    for group in context["header_buttons"]:
        if group.get("label") == "source-buttons":
            group["icon"] = group["buttons"][0]["icon"] = ICON
