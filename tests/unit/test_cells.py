"""Which statements a cell needs, on small programs: each rule, and what it leaves alone."""

import pytest
from cells import Program


def needed(*cells):
    """The statements of the cells before that the last of these cells needs."""
    program = Program(dict(enumerate(cells)))
    return [program.units[i].text for i in program.needed(len(cells) - 1)]


@pytest.mark.parametrize(
    ("above", "cell", "expected"),
    [
        # Definitions: the last before the use, and what it was made of.
        ("x = 1\ny = x\nz = 2", "y", ["x = 1", "y = x"]),
        ("x = 1\ny = x\nx = 2", "x", ["x = 2"]),
        ("x = 1\ny = x\nx = 2", "y", ["x = 1", "y = x"]),
        ("x = 1\nif x:\n    y = 2", "y", ["x = 1", "if x:\n    y = 2"]),
        ("y = 1\nfor k in []:\n    y = k", "y", ["y = 1", "for k in []:\n    y = k"]),
        ("y = 1\nwith f():\n    y = 2", "y", ["with f():\n    y = 2"]),
        ("y = (x := 3)", "x", ["y = (x := 3)"]),
        ("x = 1\ndel x", "x", None),
        ("x: int = 1", "x", ["x: int = 1"]),
        ("(a, [b, *c]), d = f()", "c", ["(a, [b, *c]), d = f()"]),
        # Scopes.
        ("x = 1", "[x for x in range(3)]", []),
        ("x = 1", "[y for y in range(x)]", ["x = 1"]),
        ("x = 1", "def f(x): return x\nf(2)", []),
        ("x = 1", "def f():\n    x = 2\n    return lambda: x\nf()", []),
        ("x = 1", "class A:\n    x = 2\n    def f(self): return x\nA().f()", ["x = 1"]),
        ("x = 1", "for x in range(3): print(x)", []),
        ("x = 1", "print(x)\nx = 2", ["x = 1"]),
        ("x = 1", "try:\n    f()\nexcept E as x:\n    print(x)", []),
        ("x = 1", "match 3:\n    case x:\n        print(x)", []),
        # A function needs what it reads, as it is when it is called.
        ("a = 1\ndef f(): return a", "f()", ["a = 1", "def f(): return a"]),
        ("def f(): return g()\ndef g(): return 1", "f()", None),
        ("a = 1\ndef f(): return a\na = 2", "f()", ["def f(): return a", "a = 2"]),
        ("a = 1\nf = lambda: a\ng = f\na = 2", "g()", None),
        ("a = 1\ndef f():\n    return lambda: a\ng = f()\na = 2", "g()", None),
        ("a = 1\nclass A:\n    def f(self): return a\nx = A()\na = 2", "x.f()", None),
        # Changes.
        ("x = []\nx.append(1)", "x", ["x = []", "x.append(1)"]),
        ("x = []\nx[0] = 1", "x", ["x = []", "x[0] = 1"]),
        ("x = []\ny = len(x)\nx += [1]", "x", ["x = []", "x += [1]"]),
        ("x = []\ny = x.pop()", "x", ["x = []", "y = x.pop()"]),
        ("x = A()\nx.a.b[1].c = 2", "x", ["x = A()", "x.a.b[1].c = 2"]),
        ("x = [1]\ndel x[0]", "x", ["x = [1]", "del x[0]"]),
        ("x = [1]\ny = x.copy()\nx.index(1)", "x", ["x = [1]"]),
        ("x = f()\nfor k in range(3):\n    x.draw(k)", "x", None),
        ("import numpy as np\nx = f()\nnp.add(1, 2, out=x)", "x", None),
        ("import random\nx = [1]\nrandom.shuffle(x)", "x", None),
        ("def f(rows): rows.append(1)\nx = []\nf(x)", "x", None),
        ("def f(rows): return len(rows)\nx = []\nf(x)", "x", ["x = []"]),
        ("x = []\ndef f(): x.append(1)\nf()", "x", ["x = []", "def f(): x.append(1)", "f()"]),
        ("x = []\ndef f(): x.append(1)", "x", ["x = []"]),
        ("x = 1\ndef f():\n    global x\n    x += 1\nf()", "x", None),
        ("import sympy as sp\nx = sp.Symbol('x')\nsp.solve(x, x)", "x", [
            "import sympy as sp", "x = sp.Symbol('x')"]),
        ("import numpy as np\nnp.ones(3)", "np", ["import numpy as np"]),
        ("import numpy as np\nnp.set_printoptions(precision=2)", "np", None),
        ("import numpy as np\nnp.random.seed(1)\nx = np.random.normal()", "np", None),
        # Of a generator of numbers, and of an iterator, each use takes something away.
        ("r = default_rng(0)\nx = r.normal()", "r", ["r = default_rng(0)", "x = r.normal()"]),
        ("r = default_rng(0)\nx = draw(r)", "r", ["r = default_rng(0)", "x = draw(r)"]),
        ("r = default_rng(0)\ndef d(): return r.normal()\nx = d()", "r", None),
        ("r = default_rng(0)\nx = r.normal()\ny = r.normal()", "x", [
            "r = default_rng(0)", "x = r.normal()"]),
        ("r = zip(a, b)\nx = list(r)", "r", ["r = zip(a, b)", "x = list(r)"]),
        ("r = (k for k in range(3))\nx = sum(r)", "r", None),
        # Two names of one thing, a part and its whole.
        ("f = g()\na, b = f.axes\na.set(x=1)", "f", ["f = g()", "a, b = f.axes", "a.set(x=1)"]),
        ("f = g()\na, b = f.axes\na.set(x=1)", "b", ["f = g()", "a, b = f.axes", "a.set(x=1)"]),
        ("f = g()\nh = f\nf.draw()", "h", ["f = g()", "h = f", "f.draw()"]),
        ("f = g()\nh = f\nf = g()\nf.draw()", "h", ["f = g()", "h = f"]),
        ("f = g()\nfor ax in f.axes:\n    ax.set(x=1)", "f", None),
        ("row = []\nrows = []\nrows.append(row)\nrow.append(1)", "rows", None),
        ("row = []\nrows = {'a': row}\nrow.append(1)", "rows", None),
        ("a = []\nb = []\nc = b\nb.append(a)\na.append(1)", "c", None),
        ("class A:\n    def f(self): self.x.append(1)\nx = []\na = A(x)\na.f()", "x", None),
        ("x = []\nclass A:\n    y = x\n    def f(self): self.y.append(1)\nA().f()", "x", None),
        ("f = figure()\nax = f.add_subplot()\nax.plot(x)", "f", None),
        # Imports: each name by itself.
        ("import a, b\nfrom c import d, e as f", "f", ["from c import e as f"]),
        ("import a.b\nimport a.c", "a.b.x", ["import a.b", "import a.c"]),
        ("from math import *\nx = 1", "sqrt(2)", ["from math import *"]),
        ("x = 1\ny = 2", "eval('x')", ["x = 1", "y = 2"]),
    ],
)  # fmt: skip
def test_needed(above, cell, expected):
    """`None`: all statements above."""
    if expected is None:
        expected = [unit.text for unit in Program({0: above}).units]
    assert needed(above, cell) == expected
