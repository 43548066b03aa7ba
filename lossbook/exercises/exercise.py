"""What an exercise consists of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SUM = "you sum over the examples; the risk is their mean."


@dataclass(frozen=True)
class Exercise:
    """`expected` gives the right answer for each of `inputs`.

    `mistakes` are wrong answers, each under its hint: a reader whose answers are the same, on all
    inputs, reads that hint; any other reads `hint`.  What is less than a millionth of `small` is
    not told from 0.
    """

    expected: Callable
    inputs: Sequence[tuple]
    hint: str
    mistakes: dict[str, Callable] = field(default_factory=dict)
    small: float = 1e-3
