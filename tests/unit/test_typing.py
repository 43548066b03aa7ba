"""Every public function says what it takes and what it gives; `make style` checks that it is so."""

import ast
import inspect
from pathlib import Path

import pytest

import lossbook

MODULES = [lossbook, *(getattr(lossbook, name) for name in ("exercises", "live", "objectives"))]
MODULES += [
    lossbook.scale,
    lossbook.show,
    lossbook.noise,
    lossbook.symbolic,
    lossbook.derive,
    lossbook.traits,
]
FUNCTIONS = {
    f"{function.__module__}.{function.__qualname__}": function
    for module in MODULES
    for function in (
        getattr(module, name) for name in getattr(module, "__all__", ["risk_and_grad"])
    )
    if inspect.isfunction(function)
}
METHODS = {
    f"{kind.__name__}.{name}": getattr(kind, name)
    for kind, names in {
        lossbook.Loss: ["grad", "value_and_grad", "curvature", "hessian_product", "__call__"],
        lossbook.losses.shown.Shown: ["card", "plot"],
        lossbook.noise.Noise: ["log_expression", "density", "log_density", "sample"],
    }.items()
    for name in names
}
PUBLIC = FUNCTIONS | METHODS


def test_the_functions_are_found():
    assert len(FUNCTIONS) >= 15
    assert {"lossbook.risk.risk", "lossbook.symbolic.densities.custom"} <= FUNCTIONS.keys()


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_has_types(name):
    signature = inspect.signature(PUBLIC[name])
    bare = [
        p.name
        for p in signature.parameters.values()
        if p.annotation is p.empty and p.name != "self"
    ]
    assert bare == []
    assert signature.return_annotation is not signature.empty


def test_type_checkers_are_told_that_there_are_types():
    assert (Path(lossbook.__file__).parent / "py.typed").exists()


def test_checkers_find_every_module():
    """In the branch that only they read."""
    tree = ast.parse(Path(lossbook.__file__).read_text("utf-8"))
    [branch] = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    named = [alias.name for found in branch.body for alias in found.names]
    assert named == [*sorted(lossbook.LATER.keys() - {"derive"}), "derive"]
