"""Every source in the bibliography's files is cited somewhere: a warning names what is not.

That every citation has its source is sphinxcontrib-bibtex's own check.
"""

from sphinx.util import logging

logger = logging.getLogger(__name__)


def setup(app):
    app.connect("env-check-consistency", require_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def require_citations(app, env):
    domain = env.get_domain("cite")
    cited = {target.key for place in domain.citation_refs for target in place.targets}
    for key in domain.bibdata.data.entries.keys() - cited:
        logger.warning("a source that no page cites: %s", key)
