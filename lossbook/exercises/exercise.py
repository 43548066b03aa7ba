"""What an exercise consists of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SUM = "you sum over the examples; the risk is their mean."


@dataclass(frozen=True)
class Exercise:
    """`expected` gives the right answer for each of `inputs`.

    `mistakes` are wrong answers, each under its hint: a reader whose answers are the same, on all
    inputs, reads that hint; any other reads `hint`.

    `small` is for numbers near 0.  An answer may be off by a millionth of what is expected, and of
    `small`: far below it, 0 passes too.  What is the same as a mistake does not depend on it, so
    one mistake stands for all that lose the digits of small numbers.
    """

    expected: Callable
    inputs: Sequence[tuple]
    hint: str
    mistakes: dict[str, Callable] = field(default_factory=dict)
    small: float = 1e-3
