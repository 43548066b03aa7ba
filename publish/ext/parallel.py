"""The chapters to read are executed on all cores, into the cache that Sphinx then reads from.

Sphinx reads one page after the other. A chapter that fails here fails again there, with its
traceback.
"""

import logging
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.readers import DEFAULT_READ_DATA
from myst_nb.core.read import create_nb_reader


def setup(app):
    app.connect("env-before-read-docs", execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def execute(app, env, names):
    config = env.mystnb_config
    cache = get_cache(config.execution_cache_path)
    chapters = []
    for path in map(env.doc2path, names):
        text = Path(path).read_text("utf-8")
        reader = create_nb_reader(path, env.myst_config, config, text)
        if reader:
            kind = reader.read_fmt or DEFAULT_READ_DATA
            cache.add_nb_to_project(path, read_data=kind)
            chapters.append(path)
    executor = load_executor("local-parallel", cache)
    executor.logger.setLevel(logging.WARNING)
    executor.run_and_cache(filter_uris=chapters, timeout=config.execution_timeout)
