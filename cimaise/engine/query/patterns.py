"""`include(pop*)` and `exclude(pop*)`: fields of a select chosen by the pattern of their names."""

import re
from collections.abc import Sequence

from cimaise.engine.messages import say
from cimaise.engine.odsql.check import Check
from cimaise.engine.odsql.functions.fields import PATTERNED
from cimaise.engine.odsql.nodes import Call, Column, Item, Name, Node, Text


def is_patterned(node: Node) -> bool:
    """Whether an item of a select is include() or exclude()."""
    return isinstance(node, Call) and node.function in PATTERNED


def patterned(check: Check, item: Item, found: Sequence[Item], every: Sequence[Item]) -> list[Item]:
    """The items after include() or exclude() was said: `found` before it, `every` of `*`.

    Raises ODSQLError for a name that no field has; a pattern with a star may match none.
    """
    call = item.expression
    if not isinstance(call, Call):
        return list(found)
    if item.aliased:
        check.refuse(say("{name}() has no name of its own", name=call.function), call)
    pattern = call.arguments[0]
    text = pattern.value if isinstance(pattern, Text) else ""
    if "*" not in text:
        check.value(Name(pattern.span, text))
    named = re.compile(".*".join(map(re.escape, text.split("*"))))
    if call.function == "include":
        return [*found, *(each for each in every if named.fullmatch(each.key))]
    # What has a name of its own was asked for by it.
    return [
        each
        for each in (found or every)
        if each.aliased or not isinstance(each.expression, Column) or not named.fullmatch(each.key)
    ]
