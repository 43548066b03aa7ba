"""The chapters to read are executed on all cores, into the cache that Sphinx then reads from.

Sphinx reads one page after the other. A chapter that fails here fails again there, with its
traceback.
"""

from multiprocessing import Pool
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ProcessData
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_cache.readers import DEFAULT_READ_DATA
from myst_nb.core.read import create_nb_reader
from sphinx.util import logging
from sphinx.util.display import status_iterator

logger = logging.getLogger(__name__)

DOING = "running chapters... "
# Each kernel would warn that it talks without encryption, to this machine alone.
KERNEL = ["--log-level=ERROR"]


class Worker(ExecutionWorkerLocalMProc):
    @staticmethod
    def execute(chapter, data):
        return single_nb_execution(
            chapter.nb,
            cwd=str(Path(chapter.uri).parent),
            timeout=data.timeout,
            allow_errors=data.allow_errors,
            coalesce_streams=True,  # else a page ends a line where the kernel took breath
            extra_arguments=KERNEL,
        )


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
    to_do = [
        ProcessData(chapter.pk, chapter.uri, cache, config.execution_timeout, False)
        for chapter in cache.list_unexecuted(chapters)
    ]
    if to_do:
        logger.info("%s[%4.0f%%] of %d", DOING, 0, len(to_do))
        with Pool() as pool:
            done = pool.imap_unordered(Worker(), to_do)
            for _ in status_iterator(done, DOING, length=len(to_do), stringify_func=name):
                pass


def name(result):
    _, path = result
    return Path(path).stem
