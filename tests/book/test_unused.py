"""No function, class or variable that nothing uses, in programs and chapters alike."""

from sources import programs
from vulture import Vulture

FRAMEWORKS = [
    *[
        "setup",
        "template",
        "obj",
        "html_math_renderer",
        "nb_execution_cache_path",
        "extensions_digest",
        "static_digest",
    ],
    *["__getattr__", "__dir__", "__init_subclass__"],  # of a module, of a class
    *[
        *["pytest_configure", "pytest_collectstart", "pytest_runtest_call"],
        "pytestmark",
        "skip_compare",
        "log_message",
        "do_GET",
        "protocol_version",
    ],
    *["fdiff", "_print_*", "dps", "at_0"],
    *["display_doctitle", "pdf_header"],
    *["epub_*", "handle_page", "get_refnodes", "toc_*", "copy_static_files", "guide_titles"],
    *["build_content", "build_navigation_doc", "build_epub"],
    *["visit_*", "encoding", "writable", "showwarning", "version_info", "_repr_*_", "standins"],
    "process",  # only tells two calls apart
]
"""What Sphinx, Python, `IPython`, the tests' runner, SymPy, mpmath and pypdf call, read or give."""


def test_nothing_is_unused():
    dead = Vulture(ignore_names=FRAMEWORKS, ignore_decorators=["@traitlets.*", "@to"])
    for path, source in programs():
        dead.scan(source, path)
    unused = dead.get_unused_code(min_confidence=60)
    assert not unused, "\n".join(item.get_report() for item in unused)
