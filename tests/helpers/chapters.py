"""How nbval compares chapters with a fresh run: every text strictly, no drawing.

A chapter that gave its stored texts again goes, as it ran, to those of which the book is made, so
that `make test` need not run it twice.
"""

from pathlib import Path

import pytest
from ext import freshness
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbval.plugin import IPyNbCell, IPyNbFile

CACHE = get_cache(freshness.executed(Path(__file__).parents[2] / "_build"))


def pytest_configure():
    CACHE.db  # noqa: B018  made here, before the processes that fill it


def pytest_collectstart(collector):
    if isinstance(collector, IPyNbFile):
        collector.skip_compare += ("image/svg+xml",)  # png and jpeg are left out by nbval itself
        collector.compared = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    yield  # raises where a cell fails
    if isinstance(item, IPyNbCell):
        chapter = item.parent
        item.cell.outputs = item.test_outputs
        chapter.compared.append(item.cell)
        if chapter.compared == [cell for cell in chapter.nb.cells if cell.cell_type == "code"]:
            told = chapter.kernel.kc.kernel_info(reply=True, timeout=60)["content"]
            chapter.nb.metadata["language_info"] = told["language_info"]  # how its code is coloured
            ran = CacheBundleIn(chapter.nb, str(chapter.path))
            CACHE.cache_notebook_bundle(ran, check_validity=False, overwrite=True)
