"""Which packs a cell's imports need, without importing anything."""

import ast
import re
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

OURS = "lossbook"
# An import that is in no function; to parse the whole module would take ten times as long.
AT_IMPORT = re.compile(r"^(?:import|from)\b[^(\n]*(?:\([^)]*\))?", re.MULTILINE)


@cache
def home():
    return Path(PathFinder.find_spec(OURS).submodule_search_locations[0])


@cache
def source(module):
    """The text of a module of lossbook, and whether it is a package; None if there is none."""
    path = home().joinpath(*module.split(".")[1:])
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file.read_text("utf-8"), file.name == "__init__.py"
    return None


@cache
def inside(module):
    """The modules that a module of lossbook imports when it is imported; of a name that a package
    finds later, by a table {"name": ".module"}, that module."""
    found = source(module)
    if found is None:
        parent, _, name = module.rpartition(".")
        text, _ = source(parent) or ("", True)
        return frozenset(parent + place for place in re.findall(rf'"{name}": "(\.[\w.]+)"', text))
    text, package = found
    names = set()
    for node in ast.parse("\n".join(AT_IMPORT.findall(text))).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
            continue
        up = module.split(".")[: len(module.split(".")) - node.level + package]
        stem = ".".join([*(up if node.level else ()), *filter(None, [node.module])])
        names |= {stem, *(f"{stem}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def closure(modules):
    """The modules that are imported with these: those of lossbook are looked into."""
    todo, found = list(modules), set()
    while todo:
        module = todo.pop()
        if module in found:
            continue
        found.add(module)
        if module.split(".")[0] == OURS:
            todo += inside(module)
            todo += [module.rpartition(".")[0]] if "." in module else []
    return found


def pack_of(module, packs):
    return next((name for name, pack in packs.items() if module in pack["modules"]), None)


def with_needs(names, packs):
    """These packs in an order in which each comes after those that it needs."""
    ordered = []

    def take(name):
        for need in packs[name].get("needs", ()):
            take(need)
        if name not in ordered:
            ordered.append(name)

    for name in sorted(names):
        take(name)
    return ordered


def required(modules, packs):
    """Of `packs` {name: {"modules": …, "needs": …}} those to load, in order; and the modules that
    the page has not."""
    found = closure(modules)
    tops = {module.split(".")[0] for module in found}
    names = {pack_of(top, packs) for top in tops} - {None}
    names |= {"data"} & packs.keys() if f"{OURS}.data" in found else set()
    tops -= {top for pack in packs.values() for top in pack["modules"]} | {""}
    return with_needs(names, packs), sorted(tops - sys.stdlib_module_names)
