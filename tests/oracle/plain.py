"""ODSQL evaluated by plain Python over rows, slowly: what the engine's answers are held against."""

import operator
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from cimaise.engine.odsql.nodes import (
    Among,
    Between,
    Calculation,
    Call,
    Column,
    Comparison,
    Complement,
    Either,
    Every,
    FullText,
    Instant,
    Like,
    Member,
    Node,
    Number,
    Opposite,
    Test,
    Text,
    Truth,
)

Row = Mapping[str, Any]
_OPS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(node: Node, row: Row) -> bool:
    """Whether a record satisfies a checked condition; what is unknown does not satisfy."""
    match node:
        case Every(parts=parts):
            return all(holds(part, row) for part in parts)
        case Either(parts=parts):
            return any(holds(part, row) for part in parts)
        case Complement(part=part):
            return not holds(part, row)
        case Comparison(op=op, left=left, right=right):
            return compare(op, value(left, row), value(right, row))
        case FullText():
            return finds(node, row)
    return predicate(node, row)


def predicate(node: Node, row: Row) -> bool:
    match node:
        case Among(operand=operand, values=values):
            return any(compare("=", value(operand, row), value(each, row)) for each in values)
        case Between():
            return between(node, row)
        case Test(operand=operand, outcome=outcome, negated=negated):
            expected = {"null": None, "true": True, "false": False}[outcome]
            return (value(operand, row) is expected) != negated
        case Like(operand=operand, pattern=Text(value=pattern)):
            return like(value(operand, row), pattern)
        case Member(value=item, container=container):
            return compare("=", value(container, row), value(item, row))
    return value(node, row) is True


def elements(found: Any) -> list[Any]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def compare(op: str, left: Any, right: Any) -> bool:
    if isinstance(right, list):
        left, right = right, left
        op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    if left is None or right is None:
        return False
    if isinstance(left, list):
        if op == "!=":
            return right not in left
        return any(compare(op, each, right) for each in left)
    return bool(_OPS[op](*alike(left, right)))


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Texts by their bytes, dates as moments when one is."""
    if isinstance(left, str) and isinstance(right, str):
        return left.encode(), right.encode()
    if isinstance(left, datetime) != isinstance(right, datetime) and isinstance(left, date):
        return midnight(left), midnight(right)
    return left, right


def midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def between(node: Between, row: Row) -> bool:
    low = None if node.low is None else value(node.low, row)
    high = None if node.high is None else value(node.high, row)

    def inside(each: Any) -> bool:
        above = low is None or compare(">" if node.low_open else ">=", each, low)
        below = high is None or compare("<" if node.high_open else "<=", each, high)
        return above and below

    return any(inside(each) for each in elements(value(node.operand, row)))


def folded(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize(
        "NFC", "".join(c for c in parts if unicodedata.category(c) != "Mn")
    )


def like(found: Any, pattern: str) -> bool:
    if found is None:
        return False
    text = folded("\n".join(elements(found)))
    if "%" in pattern:
        regex = ".*".join(re.escape(part) for part in folded(pattern).split("%"))
        return re.fullmatch(regex, text, re.DOTALL) is not None
    words = re.findall(r"[^\W_]+", text)
    return all(fits(chunk, words) for chunk in folded(pattern).split())


def fits(chunk: str, words: list[str]) -> bool:
    parts = re.findall(r"[^\W_]+", chunk)
    if not parts:
        return True
    *whole, last = parts
    starred = chunk.endswith("*")
    ended = any(word.startswith(last) if starred else word == last for word in words)
    return ended and all(part in words for part in whole)


def finds(node: FullText, row: Row) -> bool:
    """startswith, or whole words of a few letters, which no analysis changes."""
    found = [each for field in node.columns for each in elements(row.get(field.name))]
    if node.mode == "startswith":
        return any(each.startswith(node.text) for each in found)
    words = {word for each in found for word in re.findall(r"[^\W_]+", folded(each))}
    return all(word in words for word in folded(node.text).split())


def value(node: Node, row: Row) -> Any:
    """The value of a checked expression for a record; None where it has none."""
    match node:
        case Column(field=field):
            return row.get(field.name)
        case Text(value=found) | Number(value=found) | Truth(value=found) | Instant(value=found):
            return found
        case Opposite(operand=operand):
            found = value(operand, row)
            return None if found is None else -found
        case Calculation(operators=operators, parts=parts):
            found = value(parts[0], row)
            for op, part in zip(operators, parts[1:], strict=True):
                found = calculated(op, found, value(part, row))
            return found
        case Call(function=name, arguments=arguments):
            return called(name, [value(each, row) for each in arguments])
    return holds(node, row)


def calculated(op: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if op == "/":
        return None if right == 0 else float(left) / float(right)
    found = {"+": operator.add, "-": operator.sub, "*": operator.mul}[op](left, right)
    overflows = isinstance(found, int) and not -(2**63) <= found < 2**63
    return None if overflows else found


def called(name: str, arguments: list[Any]) -> Any:
    first = arguments[0]
    if name == "ifnull":
        return arguments[1] if first is None else first
    if first is None:
        return None
    if name in ("lower", "upper"):
        return first.lower() if name == "lower" else first.upper()
    if name == "length":
        return len(first)
    if name == "quarter":
        return (first.month + 2) // 3
    if name in ("hour", "minute", "second"):
        return getattr(first, name, 0)
    return getattr(first, name)
