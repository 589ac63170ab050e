"""A key of groups: how it is worked out of a record, shown, and put in order."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.trees import cast

Tree = exp.Expr
Turn = Callable[[Tree], Tree]


def as_it_is(key: Tree) -> Tree:
    """The key itself."""
    return key


@dataclass(frozen=True, slots=True)
class Way:
    """`tree` gives the key of a record; `shown` what the answer shows of a key.

    `ordered` gives what an order compares, the first first. `every` is how many keys there are,
    from 0, where even those of no record are shown; -1 is then the key of records in none of them.
    """

    tree: Tree
    shown: Turn = as_it_is
    ordered: Callable[[Tree], tuple[Tree, ...]] = lambda key: (key,)
    every: int | None = None


def written(*parts: Tree) -> Tree:
    """Texts one after the other; null when one is."""
    whole = parts[0]
    for part in parts[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return whole


def literal(text: str) -> Tree:
    """A text written out."""
    return exp.Literal.string(text)


def as_text(value: Tree) -> Tree:
    """A value as text."""
    return cast(value, "VARCHAR")
