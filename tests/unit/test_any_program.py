"""Programs of statements put together by chance: cells in any order give what they print."""

import random

import pytest
from in_kernel import Page
from values import pretty

START = """
from contextlib import nullcontext
from random import Random
rng = Random(1)
a, b, n, x = [1], [2], 0, 0
c = a
m = {"k": b}
it = iter([5] * 20)
def f(): return 1
def g(r): return 0
h = lambda: [1]
class C:
    s = b
    def put(self, v): pass
o = C()
"""
STATEMENTS = """
A = [K]
A = B
A = B[:1]
A = [B, K]
A = [*B]
A = list(B)
A = sorted(B, key=str)
A, B = B, A
A += [K]
A[:] = B[:1]
A.append(K)
A.append(B)
A.extend(B[:2])
A.clear()
del A; A = [9]
n = len(A)
x = A.pop() if A else 0
if n > 2: A = B
for v in [A, B]: v.append(K)
with nullcontext(A) as w: w.append(K)
n = [len(z) for z in [A, B]][0]
def f(): A.append(K); return len(B)
n = f()
A = f() and B
def g(r): r.append(K)
g(A)
A = g(B) or [0]
h = lambda: A + [K]
A = h()
m = {"k": A}
m["k"].append(K)
m.update(k=A)
A = m["k"]
n = next(it)
x = rng.randrange(9)
A.append(rng.randrange(9))
rng.shuffle(A)
class C: s = A; put = lambda self, v: self.s.append(v)
C().put(K)
o = C()
o.put(K)
A = o.s
""".strip().split("\n")
VALUES = ["len(str(A)), A", "str(A) + str(B)", "n, x", "str(m)", "str(A)"]


def cell(chance):
    """One or two statements, and a value."""
    lines = [*chance.choices(STATEMENTS, k=chance.randint(1, 2)), chance.choice(VALUES)]
    for letter, choices in (("A", "abc"), ("B", "abc"), ("K", "0123456789")):
        lines = [line.replace(letter, chance.choice(choices)) for line in lines]
    return lines


@pytest.mark.parametrize("seed", range(150))
def test_any_order(seed):
    chance = random.Random(seed)
    cells = [[START, "None"], *(cell(chance) for _ in range(7))]
    names, expected = {}, []
    for *statements, value in cells:
        exec("\n".join(statements), names)
        expected.append("" if value == "None" else pretty(eval(value, names)))
    texts = ["\n".join(lines) for lines in cells]
    page = Page(*texts)
    for k in chance.choices(range(8), k=16):
        assert page.shown(k) == expected[k], "\n\n".join(texts)
