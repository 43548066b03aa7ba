"""Wrong answers made from a right one: the source of a function, changed in one place at a time.

Some changes change nothing that can be seen: whoever uses them compares what the functions give.
"""

import ast

NUMBERS = ("0", "1", "2", "2 * {0}", "{0} / 2", "{0} + 1", "{0} - 1", "-{0}", "1 / {0}")
NAMES = (
    *NUMBERS,
    *("{0} ** 2", "abs({0})", "np.abs({0})", "np.sign({0})", "np.sqrt({0})", "np.exp({0})"),
    *("np.maximum({0}, 0)", "np.minimum({0}, 0)", "np.maximum({0}, 1)", "np.minimum({0}, 1)"),
    *("np.clip({0}, -10, 10)", "np.round({0})", "np.asarray({0}).astype(int)", "1 - {0}"),
    *("np.ravel({0})[0]", "{0}[:1]", "{0}[1:]", "{0}[::-1]", "np.sort({0})", "np.unique({0})"),
    *("np.mean({0})", "np.sum({0})", "np.max({0})", "np.min({0})", "np.median({0})", "{0}.T"),
)
WHOLE = (
    *("-({0})", "2 * ({0})", "({0}) / 2", "({0}) ** 2", "1 / ({0})", "1 - ({0})", "({0}) + 1"),
    *("np.abs({0})", "np.maximum({0}, 0)", "np.round({0})", "np.asarray({0}).astype(int)"),
)
RETURNED = (
    *("None", "np.sum({0})", "np.mean({0})", "({0})[0]", "({0})[1]", "({0})[::-1]", "[{0}]"),
    *("np.cumsum({0})", "np.ravel({0})", "np.transpose({0})", "np.nan_to_num({0})"),
)
CONDITIONS = ("True", "False", "not ({0})", "~({0})", "np.any({0})", "np.all({0})")
ARITHMETIC = ("+", "-", "*", "/", "**", "@", "&", "|")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
AKIN = [
    {"mean", "sum", "median", "max", "min", "prod", "std", "ptp"},
    {"maximum", "minimum", "add", "fmax", "hypot"},
    {"abs", "square", "sign", "negative", "floor"},
    {"exp", "expm1", "exp2", "log", "log1p", "log2", "sqrt", "reciprocal"},
    {"cumsum", "cumprod", "sort", "argsort", "diff", "flip"},
    {"argmax", "argmin"},
    {"softmax", "log_softmax", "expit", "ndtri", "ndtr"},
]
MODULES = {"np", "lb", "math", "losses"}


def mutants(source):
    """Sources that differ from `source`, that of one function, in one place; some may be none."""
    source = ast.unparse(ast.parse(source))
    tree = ast.parse(source)
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen = {source}
    for node in ast.walk(tree.body[0]):
        for text in (statement if isinstance(node, ast.stmt) else expression)(node):
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            mutant = (source.encode()[:begin] + text.encode() + source.encode()[end:]).decode()
            if mutant not in seen:
                seen.add(mutant)
                yield mutant


def blind(source):
    """Sources of the same function of other inputs: it does not see a part of one of them."""
    body = ast.unparse(ast.parse(source)).splitlines()
    (function,) = ast.parse("\n".join(body)).body
    head = function.body[0].lineno - 1
    names = [argument.arg for argument in function.args.args]
    for name in names:
        for text in [pattern.format(name) for pattern in NAMES] + [n for n in names if n != name]:
            yield "\n".join([*body[:head], f"    {name} = {text}", *body[head:]])


def statement(node):
    """Left out; with another operator; what it returns changed as a whole."""
    match node:
        case ast.Assign() | ast.AugAssign() | ast.Expr() | ast.For() | ast.If():
            yield "pass"
    match node:
        case ast.AugAssign(target, op, value):
            for other in others(op):
                yield f"{ast.unparse(target)} {other}= {ast.unparse(value)}"
            yield f"{ast.unparse(target)} = {ast.unparse(value)}"
        case ast.Return(value) if value:
            for pattern in (*WHOLE, *RETURNED):
                yield f"return {pattern.format(ast.unparse(value))}"


def expression(node):
    """What may stand in the place of an expression; each in its brackets."""
    if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
        yield from (f"({text})" for text in changed(node))


def changed(node):
    match node:
        case ast.Constant(bool(value)):
            yield str(not value)
        case ast.Constant(int() | float() as value):
            yield from (pattern.format(value) for pattern in NUMBERS)
        case ast.Name(name) if name not in MODULES:
            yield from (pattern.format(name) for pattern in NAMES)
        case ast.UnaryOp(_, operand):
            yield ast.unparse(operand)
        case ast.BinOp(left, op, right):
            yield from binary(left, op, right)
        case ast.Compare(left, [op], [right]):
            yield from comparison(left, op, right)
        case ast.BoolOp(_, values):
            yield from map(ast.unparse, values)
        case ast.IfExp(test, body, orelse):
            yield from choice(test, body, orelse)
        case ast.Call(function, arguments, keywords):
            yield from call(function, arguments, keywords)
        case ast.Subscript(ast.Name() as value) | ast.Starred(value):
            yield ast.unparse(value)
        case ast.Tuple(items) | ast.List(items):
            yield from sequence(items)
    if isinstance(node, (ast.BinOp, ast.Call, ast.Subscript)):
        yield from (pattern.format(ast.unparse(node)) for pattern in WHOLE)


def binary(left, op, right):
    a, b = (f"({ast.unparse(side)})" for side in (left, right))
    yield from (a, b, f"{b} {symbol(op)} {a}", f"{a} {symbol(op)} -{b}")
    yield from (f"{a} {other} {b}" for other in others(op))
    yield from (f"np.{name}({a}, {b})" for name in ("maximum", "minimum"))


def comparison(left, op, right):
    a, b = (f"({ast.unparse(side)})" for side in (left, right))
    for other in COMPARISONS:
        yield f"{a} {other} {b}"
    yield from (pattern.format(f"{a} {symbol(op)} {b}") for pattern in CONDITIONS)
    yield from (f"{a} {symbol(op)} {number}" for number in ("0", "1", f"2 * {b}", f"{b} / 2"))
    yield from (f"abs({a}) {symbol(op)} {b}", f"{a} {symbol(op)} -{b}", f"-{a} {symbol(op)} {b}")


def choice(test, body, orelse):
    """`body` if `test` else `orelse`, however it is written."""
    c, a, b = map(ast.unparse, (test, body, orelse))
    yield from (a, b, f"np.where({c}, {b}, {a})", f"(({a}) if ({c}) else ({b}))")
    yield from (f"np.where({c}, {a}, {new})" for new in ("0", "1", f"-({b})"))
    yield from (f"np.where({c}, {new}, {b})" for new in ("0", "1", f"-({a})"))


def call(function, arguments, keywords):
    """Another function, arguments left out, exchanged or returned as they are."""
    given = [ast.unparse(argument) for argument in arguments]
    named = [f"{k.arg}={ast.unparse(k.value)}" for k in keywords]
    of = ast.unparse(function)
    if of == "np.where":
        yield from choice(*arguments)
    stem, _, name = of.rpartition(".")
    for other in set().union(*(family for family in AKIN if name in family)) - {name}:
        owner = f"{stem}." if stem else "np." if name in ("abs", "max", "min", "sum") else ""
        yield f"{owner}{other}({', '.join(given + named)})"
    for k in range(len(given)):
        yield given[k]
        yield f"{of}({', '.join(given[:k] + given[k + 1 :] + named)})"
    for k in range(len(given) - 1):
        swapped = [*given[:k], given[k + 1], given[k], *given[k + 2 :]]
        yield f"{of}({', '.join(swapped + named)})"
    for k in range(len(named)):
        yield f"{of}({', '.join(given + named[:k] + named[k + 1 :])})"
    if isinstance(function, ast.Attribute) and stem not in MODULES:
        yield ast.unparse(function.value)


def sequence(items):
    texts = [ast.unparse(item) for item in items]
    for k in range(len(texts)):
        yield f"{', '.join(texts[:k] + texts[k + 1 :])},"
        yield f"{', '.join([*texts[:k], texts[k - 1], *texts[k + 1 :]])},"
    yield f"{', '.join(texts[::-1])},"


def others(op):
    return [other for other in ARITHMETIC if other != symbol(op)]


SYMBOLS = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@"},
    **{ast.BitAnd: "&", ast.BitOr: "|", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="},
    **{ast.Eq: "==", ast.NotEq: "!=", ast.FloorDiv: "//"},
}


def symbol(op):
    return SYMBOLS[type(op)]
