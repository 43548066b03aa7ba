"""What a statement does with names: which it binds, reads and changes, at once or when a function
that it makes is called.  The rules say too much, which costs time, rather than too little."""

import ast
from dataclasses import dataclass, field

from methods import CHANGE_ARGUMENTS, KEEPERS, PASS_ON, PURE, USED_UP


@dataclass
class Effects:
    """Names of the program: `calls` are (name, attributes up to what is called, names passed)."""

    uses: set = field(default_factory=set)
    changes: set = field(default_factory=set)
    rebinds: set = field(default_factory=set)
    calls: set = field(default_factory=set)

    def add(self, other):
        for mine, more in zip(vars(self).values(), vars(other).values(), strict=True):
            mine |= more


def root(node):
    """The name at the start of `name.attribute[index]…`, or None."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def path(node):
    """The attributes that follow that start, "random.normal" of `np.random.normal`."""
    parts = []
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        parts += [node.attr] if isinstance(node, ast.Attribute) else []
        node = node.value
    return ".".join(reversed(parts))


def called(node):
    """The last name of what is called: `f` of `f()` and of `a.b.f()`."""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def bound(target):
    """The names that a target binds."""
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store}


class Scope(ast.NodeVisitor):
    """Walks statements in the order in which they run.

    Of the top level (`local` is None) it tells in `binds` which names are bound for sure; in a
    function `local` are its own names.  `shares` are the names of the program that a name of this
    scope may be a part of, or the same as.
    """

    calls_functions = True

    def __init__(self, parent=None, local=None):
        self.parent, self.local = parent, local
        self.now, self.later = Effects(), []
        self.binds, self.shares, self.joins = {}, {}, []
        self.sure, self.own = True, set(local or ())
        self.lambdas, self.modules = {}, set()
        self.used_up = self.maker = self.changes_arguments = self.yields = False
        self.parameters, self.globals = set(), set()

    # Names

    def outer(self, name):
        """The names of the program that a name leads to."""
        if name in self.own:
            return self.shares.get(name, set())
        if self.parent is not None and self.parent.local is not None:
            return self.parent.outer(name)
        return {name}

    def bind(self, target, shared):
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.bind(part, shared)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, shared)
        elif isinstance(target, ast.Name):
            self.define(target.id, shared)
        else:
            self.visit(target)
            if root(target) is not None:
                self.change(root(target))
                self.joins.append((self.outer(root(target)), shared))

    def define(self, name, shared=()):
        if self.local is None:
            self.binds[name] = self.binds.get(name, False) or self.sure
        elif name not in self.own:
            self.now.rebinds |= self.globals & {name}
            return
        self.own.add(name)
        self.shares[name] = self.shares.get(name, set()) | set(shared)

    def change(self, name):
        if name is not None:
            self.now.changes |= self.outer(name)
            self.changes_arguments |= name in self.parameters

    def everything(self, node):
        """The names of the program that occur in an expression."""
        names = (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        return set().union(*map(self.outer, names))

    def shared(self, node):
        """The names of the program that a value may be a part of, the same as, or a holder of."""
        match node:
            case ast.Name():
                return self.outer(node.id)
            case ast.Attribute() | ast.Subscript() | ast.Starred() | ast.NamedExpr():
                return self.shared(node.value)
            case ast.Tuple() | ast.List() | ast.Set():
                parts = node.elts
            case ast.Dict():
                parts = node.values
            case ast.IfExp():
                parts = [node.body, node.orelse]
            case ast.BoolOp():
                parts = node.values
            case ast.Lambda():
                self.later.append(self.lambdas[node])
                return set()
            case ast.Call() if called(node) in PASS_ON:
                parts = [*node.args, *(word.value for word in node.keywords)]
                if isinstance(node.func, ast.Attribute):
                    parts.append(node.func.value)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                element = getattr(node, "elt", None) or node.value
                targets = set().union(*(bound(loop.target) for loop in node.generators))
                if root(element) not in targets:
                    return set()
                return set().union(*(self.everything(loop.iter) for loop in node.generators))
            case _:
                parts = []
        return set().union(*map(self.shared, parts))

    @property
    def around(self):
        """The scope that a function in this one sees."""
        return self

    def receiver(self, arguments):
        """Parameters that are no arguments of a call."""
        return set()

    # Expressions

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):  # of a statement that is newer than these rules
            self.define(node.id)
        elif node.id not in self.own:
            self.now.uses |= self.outer(node.id)

    def visit_Call(self, node):
        self.generic_visit(node)
        passed = [*node.args, *(word.value for word in node.keywords)]
        name, what = root(node.func), called(node)
        given = frozenset(set().union(*map(self.shared, passed)))
        if what in CHANGE_ARGUMENTS:
            for argument in passed:
                self.change(root(argument))
        for word in node.keywords:
            if word.arg == "out":
                self.change(root(word.value))
        if name is None:
            made = node.func
            while isinstance(made, (ast.Attribute, ast.Subscript)):
                made = made.value
            if isinstance(made, ast.Call) and isinstance(made.func, ast.Name):
                starts = self.outer(made.func.id)
                self.now.calls |= {(start, f"().{what}", given) for start in starts}
            return
        self.now.calls |= {(start, path(node.func), given) for start in self.outer(name)}
        if what not in PURE and isinstance(node.func, ast.Attribute):
            self.changes_arguments |= name in self.parameters
        if what in KEEPERS and given:
            self.joins.append((self.outer(name), given))

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        self.bind(node.target, self.shared(node.value))

    def visit_Lambda(self, node):
        inner = self.function(node, [node.body])
        self.lambdas[node] = inner.now
        self.now.add(inner.now)

    def comprehension(self, node):
        own, shares = set(self.own), dict(self.shares)
        for loop in node.generators:
            self.visit(loop.iter)
            for name in bound(loop.target):
                self.own.add(name)
                self.shares[name] = self.everything(loop.iter)
            for test in loop.ifs:
                self.visit(test)
        for part in ("key", "value", "elt"):
            if hasattr(node, part):
                self.visit(getattr(node, part))
        targets = set().union(*(bound(loop.target) for loop in node.generators))
        self.own = own | (self.own - targets)  # a name bound by := stays
        self.shares = {**self.shares, **shares}

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_Yield(self, node):
        self.yields = True
        self.generic_visit(node)

    visit_YieldFrom = visit_Yield

    # Statements

    def visit_Assign(self, node):
        self.visit(node.value)
        value, shared = node.value, self.shared(node.value)
        self.used_up |= isinstance(value, ast.GeneratorExp) or (
            isinstance(value, ast.Call) and called(value) in USED_UP
        )
        for target in node.targets:
            self.bind(target, shared)

    def visit_AnnAssign(self, node):
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.bind(node.target, self.shared(node.value))

    def visit_AugAssign(self, node):
        self.visit(node.value)
        name = root(node.target)
        if isinstance(node.target, ast.Name):
            before = self.outer(name)
            self.now.uses |= before if name not in self.own else set()
            self.change(name)
            self.define(name, before)
        else:
            self.bind(node.target, self.shared(node.value))

    def visit_Delete(self, node):
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.visit(target)
                self.define(target.id)
            else:
                self.bind(target, set())

    def branch(self, *statements, target=None, shared=()):
        """Statements that may not run: what they bind is bound perhaps."""
        sure, own = self.sure, set(self.own)
        self.sure = False
        if target is not None:
            self.bind(target, shared)
        for statement in statements:
            self.visit(statement)
        self.sure = sure
        if self.local is None:
            self.own = own

    def visit_For(self, node):
        self.visit(node.iter)
        self.branch(*node.body, target=node.target, shared=self.everything(node.iter))
        self.branch(*node.orelse)

    visit_AsyncFor = visit_For

    def visit_While(self, node):
        self.visit(node.test)
        self.branch(*node.body)
        self.branch(*node.orelse)

    def visit_If(self, node):
        self.visit(node.test)
        self.branch(*node.body)
        self.branch(*node.orelse)

    def visit_Try(self, node):
        self.branch(*node.body, *node.orelse)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            name = handler.name and ast.Name(handler.name, ast.Store())
            self.branch(*handler.body, target=name)
        for statement in node.finalbody:
            self.visit(statement)

    visit_TryStar = visit_Try

    def visit_Match(self, node):
        self.visit(node.subject)
        for case in node.cases:
            names = {getattr(n, "name", None) or getattr(n, "rest", None) for n in ast.walk(case)}
            target = ast.Tuple([ast.Name(name, ast.Store()) for name in names if name])
            guard = [case.guard] if case.guard else []
            self.branch(*guard, *case.body, target=target, shared=self.everything(node.subject))

    def visit_With(self, node):
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, self.everything(item.context_expr))
        for statement in node.body:
            self.visit(statement)

    visit_AsyncWith = visit_With

    def visit_Import(self, node):
        stem = "." * getattr(node, "level", 0) + (getattr(node, "module", None) or "")
        for alias in node.names:
            self.modules.add(f"{stem}.{alias.name}" if stem else alias.name)
            first, *more = alias.name.split(".")
            if more and not alias.asname:  # each `import a.b` adds to the same `a`
                self.branch(target=ast.Name(first, ast.Store()))
            else:
                self.define(alias.asname or alias.name)

    visit_ImportFrom = visit_Import

    def visit_Global(self, node):
        self.globals |= set(node.names)

    def function(self, node, body):
        """What the body of a function does when it is called."""
        a = node.args
        given = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
        for default in (*a.defaults, *filter(None, a.kw_defaults)):
            self.visit(default)
        parameters = {argument.arg for argument in given}
        inner = Scope(self.around, parameters | assigned(body))
        inner.parameters = parameters - self.receiver(a)
        for statement in body:
            inner.visit(statement)
        self.modules |= inner.modules
        self.maker |= isinstance(node, ast.Lambda)
        return inner

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.visit(decorator)
        inner = self.function(node, node.body)
        self.later.append(inner.now)
        if node.decorator_list or (self.local is not None and self.calls_functions):
            self.now.add(inner.now)
        self.changes_arguments |= inner.changes_arguments
        self.yields |= inner.yields and self.local is None
        self.maker |= self.local is not None or inner.maker
        self.define(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        inner = Class(self, assigned(node.body))
        for statement in node.body:
            inner.visit(statement)
        self.now.add(inner.now)
        self.later += inner.later
        self.changes_arguments |= inner.changes_arguments
        self.maker = True
        self.modules |= inner.modules
        self.define(node.name, set().union(*inner.shares.values()))


class Class(Scope):
    """The body of a class, whose names its methods do not see."""

    calls_functions = False

    @property
    def around(self):
        return self.parent

    def receiver(self, arguments):
        return {argument.arg for argument in arguments.args[:1]}


def assigned(body):
    """The names that a body of statements binds in its own scope."""
    names, declared, todo = set(), set(), list(body)
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
                todo += node.decorator_list
                continue
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                names |= {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}
                continue
            case ast.Name(ctx=ast.Store() | ast.Del()):
                names.add(node.id)
            case ast.Import() | ast.ImportFrom():
                names |= {a.asname or a.name.partition(".")[0] for a in node.names}
            case (
                ast.ExceptHandler(name=str()) | ast.MatchAs(name=str()) | ast.MatchStar(name=str())
            ):
                names.add(node.name)
            case ast.MatchMapping(rest=str()):
                names.add(node.rest)
            case ast.Global() | ast.Nonlocal():
                declared |= set(node.names)
        todo += ast.iter_child_nodes(node)
    return names - declared
