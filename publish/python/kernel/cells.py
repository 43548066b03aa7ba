"""Which statements of a page's cells a cell needs: a page is a program, its cells in their order.

The unit is the statement of the top level (of an import, each name), so that a cell which needs one
import of a chapter's first cell does not wait for the figure that this cell draws too.
"""

import ast
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from methods import PURE, READ_ALL, SETTERS, USED_UP
from names import Scope


@dataclass(frozen=True, eq=False)
class Unit:
    """A statement of the top level."""

    node: ast.stmt | None  # of a cell that is no Python, None
    text: str
    scope: Scope
    module: str | None = None  # of an import, what it imports

    @property
    def made_by_def(self):
        return isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def syntax_error(source):
    """What is wrong with a cell's text as a whole, or None."""
    try:
        compile(source, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
    return None


def single(node):
    """An import of several names as several imports."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(node, None)]
    stem = "." * getattr(node, "level", 0) + (getattr(node, "module", None) or "")
    parts = []
    for alias in node.names:
        part = type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]})
        parts.append((ast.copy_location(part, node), f"{stem}.{alias.name}".lstrip(".")))
    return parts


@lru_cache(maxsize=1000)
def units(source, printed=None):
    """The statements of a cell.  A text that is no Python is one unit: it would bind what the cell
    as `printed` binds, so that whoever needs that meets the mistake and not a text of the past."""
    if syntax_error(source) is not None:
        scope = Scope()
        if printed is not None and syntax_error(printed) is None:
            for statement in ast.parse(printed).body:
                scope.visit(statement)
        return [Unit(None, source, scope)]
    found = []
    for statement in ast.parse(source).body:
        for node, module in single(statement):
            scope = Scope()
            scope.visit(node)
            text = ast.unparse(node) if module else ast.get_source_segment(source, node)
            decorators = "".join(map(ast.unparse, getattr(node, "decorator_list", ())))
            found.append(Unit(node, decorators + text, scope, module))
    return found


@dataclass(frozen=True)
class Binding:
    """Who may have bound a name, the latest last; and the objects that it may stand for or be a
    part of, each by the number of the unit that made it."""

    binders: tuple = ()
    objects: frozenset = frozenset()


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


class Program:
    """The cells {id: text} of a page in their order; `printed` are their texts before any edit."""

    def __init__(self, cells, printed=None):
        printed = printed or {}
        self.cells, self.units, self.spans = cells, [], {}
        for cell, source in cells.items():
            start = len(self.units)
            self.units += units(source, printed.get(cell))
            self.spans[cell] = range(start, len(self.units))
        self.cell_of = {i: cell for cell, span in self.spans.items() for i in span}
        self.names, self.history, self.carried = {}, {}, []
        self.reads, self.changes, self.binds = [], [], []
        self.needs, self.shares, self.content, self.keys = [], [], [], []
        for i, unit in enumerate(self.units):
            self._read(i, unit)
            self._bind(i, unit)

    # What a cell needs

    def needed(self, cell):
        """The numbers of the units of other cells that a cell needs, in their order."""
        todo, found = list(self.spans[cell]), set()
        while todo:
            more = self.needs[todo.pop()] - found
            found |= more
            todo += more
        return sorted(found - set(self.spans[cell]))

    def modules(self, cell):
        """The modules that a cell imports, by itself and by what it needs."""
        numbers = (*self.needed(cell), *self.spans[cell])
        return set().union(*(self.units[i].scope.modules for i in numbers))

    def signature(self, cell):
        """Two outputs of a cell are of the same program if and only if it is the same."""
        return digest(self.cells[cell], *(self.content[i] for i in self.spans[cell]))

    def before(self, thing, i):
        """The units before number `i` that made or changed an object."""
        return {j for j in self.history[thing] if j < i}

    # The analysis, one unit after the other

    def binding(self, name):
        """Of a name as it is now; a star may have bound any."""
        known, stars = self.names.get(name, Binding()), self.names.get("*", Binding())
        return Binding(tuple(sorted({*known.binders, *stars.binders})), known.objects)

    def _read(self, i, unit):
        """Which names the unit reads and changes, itself and in the functions that it may call."""
        reads, changes, rebinds, applied = {}, set(), set(), []

        def apply(effects):
            if any(effects is other for other in applied):
                return
            applied.append(effects)
            changes.update(effects.changes)
            rebinds.update(effects.rebinds)
            for name in sorted(effects.uses | effects.changes):
                read(name)
            for call in effects.calls:
                changes.update(self._changed(*call))

        def read(name):
            if name in reads:
                return
            reads[name] = found = self.binding(name)
            if any(self.units[thing].scope.used_up for thing in found.objects):
                changes.add(name)
            for binder in found.binders:
                for effects in self.carried[binder]:
                    apply(effects)

        apply(unit.scope.now)
        if READ_ALL & reads.keys():
            for name in list(self.names):
                read(name)
        changed = {thing for name in changes for thing in self.binding(name).objects}
        needs = {j for found in reads.values() for j in found.binders}
        needs |= {j for found in reads.values() for o in found.objects for j in self.history[o]}
        self.reads.append(reads)
        self.changes.append(changed)
        self.binds.append({**unit.scope.binds, **dict.fromkeys(rebinds, False)})
        self.needs.append(needs)
        for thing in changed:
            self.history[thing].append(i)

    def _changed(self, name, path, given):
        """The names that a call of `name`, or of what its attributes lead to, changes."""
        binders = [self.units[j] for j in self.binding(name).binders]
        if any(unit.scope.changes_arguments and unit.made_by_def for unit in binders):
            return given
        *between, last = path.split(".")
        if between[:1] == ["()"]:  # a method of what the call gives
            classes = any(isinstance(unit.node, ast.ClassDef) for unit in binders)
            return {name} if classes and last not in PURE else set()
        if all(unit.module or unit.made_by_def for unit in binders):
            random = "random" in (*between, *(unit.module for unit in binders))
            return {name} if last in SETTERS or (random and last not in USED_UP) else set()
        return {name} if path and last not in PURE else set()

    def _bind(self, i, unit):
        """What the unit's names stand for from here on."""
        scope, shares = unit.scope, set()
        for names, others in scope.joins:
            objects = frozenset().union(*(self.binding(name).objects for name in others))
            shares |= objects
            holders = frozenset().union(*(self.binding(name).objects for name in names))
            for name, old in list(self.names.items()):
                if old.objects & holders and not any(self.units[j].module for j in old.binders):
                    self.names[name] = Binding(old.binders, old.objects | objects)
        carried = list(scope.later)
        held = set()  # by an instance of a class: what it was given, and what the class holds
        for name, path, given in scope.now.calls:
            for j in self.binding(name).binders:
                if not path and self.units[j].made_by_def and self.units[j].scope.maker:
                    carried += self.carried[j]
                    held |= (
                        {name, *given} if isinstance(self.units[j].node, ast.ClassDef) else set()
                    )
        for name in held.union(*(scope.shares.get(name, set()) for name in self.binds[i])):
            shares |= self.binding(name).objects
            carried += [e for j in self.binding(name).binders for e in self.carried[j]]
        self.carried.append(carried)
        self.shares.append(shares)
        self.history[i] = [i]
        for name, sure in self.binds[i].items():
            old = Binding() if sure and name != "*" else self.names.get(name, Binding())
            own = held | scope.shares.get(name, set())
            objects = frozenset().union({i}, *(self.binding(other).objects for other in own))
            self.names[name] = Binding((*old.binders, i), old.objects | objects)
        self._sign(i, unit)

    def _sign(self, i, unit):
        """Equal `content`: the same program up to here.  No two units have the same key."""
        content = digest(unit.text, *(self.content[j] for j in sorted(self.needs[i])))
        key = content
        while key in self.keys:
            key = digest(key)
        self.content.append(content)
        self.keys.append(key)
