"""Runs the cells of a page: each with what it needs and nothing else, in whatever order."""

import ast
import builtins
import functools
import io
import json
import logging
import os
import sys
import tokenize
import types
import warnings
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from importlib.machinery import PathFinder
from pathlib import Path

import errors
import imports
import output as outputs
from cells import Program, syntax_error
from memory import Memory
from output import Output, Stream

os.environ["MPLBACKEND"] = "agg"  # matplotlib reads it if a cell ever imports it
# Its first figure of a page looks for fonts, and tells of it: a reader need not know.
logging.getLogger("matplotlib.font_manager").addFilter(
    lambda told: "cache" not in told.getMessage()
)
DATA = Path(__file__).with_name("data.npz")
IN_PAGE = sys.platform == "emscripten"
NO_FLAGS = "NumPy in this page raises no floating-point error: WebAssembly does not report any.\n"


class Need(BaseException):
    """A pack that must be loaded before a run can go on; no `except Exception` stops it."""


class Kernel:
    """`cells` {id: text} are those of the page in their order, as printed; `send` takes a message;
    `packs` {name: {"modules": …, "needs": …}} are those of the page."""

    def __init__(self, cells, send, packs):
        self.printed, self.send, self.packs = dict(cells), send, packs
        self.program = Program(self.printed, self.printed)
        self.as_printed = {cell: self.program.signature(cell) for cell in self.printed}
        self.memory, self.unfinished = Memory(), None
        self.globals = {"__name__": "__main__", "__builtins__": builtins, "__doc__": None}

    def prepare(self, cell, texts):
        """What a run of the cell needs: the packs, in order, and the modules that the page has not;
        and the signature of the program that it runs."""
        self._read(texts)
        packs, missing = imports.required(self.program.modules(cell), self.packs)
        return {"packs": packs, "missing": missing, "signature": self.program.signature(cell)}

    def stale(self, texts, shown):
        """The cells whose output, as `shown` {id: signature} or printed, is not of these texts."""
        self._read(texts)
        known = {**self.as_printed, **shown}
        return [cell for cell in self.printed if self.program.signature(cell) != known[cell]]

    def run(self, cell, texts):
        """Run what the cell needs and has not yet run as it is now, then the cell."""
        self._read(texts)
        signature = self.program.signature(cell)
        sent = self.unfinished[1] if self.unfinished and self.unfinished[0] == signature else ()
        self.unfinished = None
        output = Output(self.send, sent)
        try:
            with self._at_work(output):
                ok = self._run(cell, output)
        except Need as need:
            output.flush()
            self.unfinished = signature, output.sent
            self.send({"kind": "need", "pack": need.args[0]})
            return
        self.send({"kind": "end", "cell": cell, "ok": ok, "signature": signature})

    def _read(self, texts):
        cells = {cell: texts.get(cell, text) for cell, text in self.printed.items()}
        if cells != self.program.cells:
            self.program = Program(cells, self.printed)
            self.memory.keep_only(set(self.program.keys))

    def _run(self, cell, output):
        program = self.program
        at = None
        try:
            for i in self.memory.plan(program, cell):
                if program.cell_of[i] != at:
                    output.figures()
                    at = program.cell_of[i]
                    output.muted = at != cell
                    errors.remember(at, program.cells[at])
                self._run_unit(i, output, shown=i == program.spans[cell][-1])
            output.figures()
        except Need:
            raise
        except BaseException as error:
            output.figures()
            output.muted = False
            output.message(self._explained(error, cell))
            return False
        return True

    def _run_unit(self, i, output, shown):
        """Run a statement in its names; `shown` is the last one, whose value is shown."""
        program, unit, names = self.program, self.program.units[i], self.globals
        found, absent = self.memory.namespace(program, i)
        for name in absent - {"__name__", "__builtins__", "__doc__"}:
            names.pop(name, None)
        names.update(found)
        self.memory.start(program, i)
        if unit.node is None:
            raise broken(unit.text, program.cell_of[i])
        file = errors.file_of(program.cell_of[i])
        if "*" in program.binds[i]:
            values = self._star(unit, file)
        elif isinstance(unit.node, ast.Expr):
            value = eval(compile(ast.Expression(unit.node.value), file, "eval"), names)
            if shown and not silent(program.cells[program.cell_of[i]]):
                output.value(value)
            values = {name: names[name] for name in program.binds[i] if name in names}
        else:
            exec(compile(ast.Module([unit.node], []), file, "exec"), names)
            values = {name: names[name] for name in program.binds[i] if name in names}
        self.memory.finish(program, i, values)

    def _star(self, unit, file):
        """The names that `from … import *` brings."""
        names = dict.fromkeys(["__name__"], "__main__")
        exec(compile(ast.Module([unit.node], []), file, "exec"), names)
        values = {name: value for name, value in names.items() if not name.startswith("__")}
        self.globals.update(values)
        return values

    def _explained(self, error, cell):
        message = errors.message(error, cell, self.program.cells)
        if isinstance(error, NameError):
            message["text"] += self._where_defined(error.name, cell)
        if isinstance(error, ModuleNotFoundError):
            message["text"] += "\nThe Python in this page has no such module."
        return message

    def _where_defined(self, name, cell):
        """What helps with a name that a cell does not find: it stands below, or stood above."""
        program, cells = self.program, list(self.printed)
        above, below = cells[: cells.index(cell)], cells[cells.index(cell) + 1 :]
        printed = Program(self.printed)
        changed = [other for other in above if program.cells[other] != self.printed[other]]
        for other in reversed(changed):
            if any(name in printed.binds[i] for i in printed.spans[other]):
                start = errors.begins(program.cells[other])
                return f"\nBefore it was changed, the cell that begins with `{start}` defined it."
        if any(name in program.binds[i] for other in below for i in program.spans[other]):
            return f"\n`{name}` is defined in a cell further down."
        return ""

    # The surroundings of a run

    @contextmanager
    def _at_work(self, output):
        """While a cell runs, what it prints, shows, warns of and imports comes here."""
        patches = {
            "lossbook.data": give_data,
            "lossbook.exercises": lambda module: self._watch(module, output),
            "matplotlib.pyplot": lambda module: show_at_once(module, output),
            "numpy": lambda module: tell_of_flags(module, output),
        }
        finder = Finder(patches, self.packs)
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(Stream(output, "stdout")))
            stack.enter_context(redirect_stderr(Stream(output, "stderr")))
            stack.enter_context(warnings.catch_warnings())
            as_in_jupyter(output)
            stack.enter_context(replaced(outputs, current=output))
            stack.enter_context(replaced(builtins, display=outputs.display, input=no_input))
            stack.enter_context(finder)
            yield
            output.flush()

    def _watch(self, module, output):
        check = module.check

        @functools.wraps(check)
        def watched(name, answer):
            verdict = check(name, answer)
            output.message({"kind": "verdict", "name": name, "right": bool(verdict)})
            return verdict

        module.check = watched
        if IN_PAGE:  # whose boxes break lines where the screen ends
            module.WIDTH = 10**6


def begin(cells, packs, post):
    """A kernel for the page, which speaks JSON: a function of a method's name and what it takes."""
    kernel = Kernel(
        dict(json.loads(cells)), lambda message: post(json.dumps(message)), json.loads(packs)
    )
    return lambda method, *given: json.dumps(getattr(kernel, method)(*map(json.loads, given)))


class Finder:
    """Finds no module: of one in a pack that is not loaded it tells the run; others it lets be
    imported and then changed by `patches` {module: function}, until the run is over."""

    def __init__(self, patches, packs):
        self.patches, self.packs, self.undo = patches, packs, []

    def __enter__(self):
        sys.meta_path.insert(0, self)
        for name in self.patches.keys() & sys.modules.keys():
            self._patch(sys.modules[name])

    def __exit__(self, *error):
        sys.meta_path.remove(self)
        for module, before in self.undo:
            vars(module).update(before)

    def _patch(self, module):
        before = dict(vars(module))
        self.patches[module.__name__](module)
        changed = {name for name in before if before[name] is not vars(module)[name]}
        self.undo.append((module, {name: before[name] for name in changed}))

    def find_spec(self, name, path=None, target=None):
        if name in self.patches:
            spec = PathFinder.find_spec(name, path)
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: (load(module), self._patch(module))
            return spec
        if path is None and PathFinder.find_spec(name) is None:
            pack = imports.pack_of(name, self.packs)
            if pack is not None:
                raise Need(pack)
        return None


def give_data(module):
    """In the page the functions of lossbook.data give what they gave when the page was made."""
    if not IN_PAGE:
        return
    for name, function in list(vars(module).items()):
        if isinstance(function, types.FunctionType):
            setattr(module, name, functools.wraps(function)(functools.partial(stored, name)))


def stored(name):
    """Fresh copies of the arrays of a data set."""
    import numpy as np

    if not DATA.exists():
        raise Need("data")
    with np.load(DATA) as arrays:
        keys = [key for key in arrays.files if key.rpartition(".")[0] == name]
        return tuple(whole(np, arrays[key]) for key in sorted(keys))


def whole(np, array):
    """Whole numbers in the type that indexes arrays, which in the page has 32 bits."""
    return array.astype(np.intp) if array.dtype.kind == "i" else array


def tell_of_flags(numpy, output):
    """In the page NumPy raises no floating-point error: whoever asks for one is told so."""

    def told(function):
        @functools.wraps(function, updated=())
        def call(*given, **kinds):
            if "raise" in (*given, *kinds.values()):
                output.text("stderr", NO_FLAGS)
            return function(*given, **kinds)

        return call

    if IN_PAGE:
        numpy.errstate, numpy.seterr = told(numpy.errstate), told(numpy.seterr)


def show_at_once(pyplot, output):
    pyplot.show = lambda *args, **options: output.figures()


def no_input(_prompt=""):
    raise RuntimeError("input() cannot ask in this page: write the value into the code instead")


def as_in_jupyter(output):
    """Each warning once, among what is printed; those for developers only from the cell itself."""
    warnings.resetwarnings()
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")

    def show(message, category, filename, line, file=None, text=None):
        place = f" in line {line}" if filename.startswith("<cell ") else ""
        output.text("stderr", f"{category.__name__}{place}: {message}\n")

    warnings.showwarning = show


@contextmanager
def replaced(module, **values):
    missing = object()
    before = {name: getattr(module, name, missing) for name in values}
    vars(module).update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            delattr(module, name) if value is missing else setattr(module, name, value)


def silent(source):
    """Whether a cell's last statement ends in a semicolon, which hides its value."""
    skipped = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.ENDMARKER, tokenize.DEDENT}
    words = tokenize.generate_tokens(io.StringIO(source).readline)
    return [word.string for word in words if word.type not in skipped][-1] == ";"


def broken(source, cell):
    """What is wrong with a text that is no Python, as an error at its place in the cell."""
    error = syntax_error(source)
    if isinstance(error, SyntaxError):
        error.filename = errors.file_of(cell)
    return error
