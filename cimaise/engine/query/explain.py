"""What a question means, in one sentence made of its checked nodes, and what it would cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.nodes import (
    Among,
    Between,
    Calculation,
    Call,
    Column,
    Comparison,
    Complement,
    DateText,
    Either,
    Every,
    FullText,
    Instant,
    Item,
    Like,
    Measure,
    Member,
    Name,
    Node,
    Null,
    Number,
    Opposite,
    Setting,
    Shape,
    Star,
    Test,
    Text,
    Truth,
    Word,
)
from cimaise.engine.query.joins import Joined, Partner
from cimaise.engine.query.limits import PAGE, Limits, page_of
from cimaise.engine.query.question import Question
from cimaise.engine.query.understanding import Understood, understand
from cimaise.engine.snapshots.manifest import Snapshot

Translate = Callable[[str], str]
_SHOWN = 80  # characters of a text that are repeated
_COMPARED = {
    "=": say("{left} is {right}"),
    "!=": say("{left} is not {right}"),
    "<": say("{left} is less than {right}"),
    "<=": say("{left} is at most {right}"),
    ">": say("{left} is more than {right}"),
    ">=": say("{left} is at least {right}"),
}
_SEARCHED = {
    "words": say("the words “{text}” are found"),
    "search": say("words like “{text}” are found"),
    "suggest": say("words that begin as “{text}” are found"),
    "startswith": say("{fields} begins with “{text}”"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`meaning` is the sentence; `way` is how records are come by, `read` at most how many.

    `index`: the text index tells them; `range`: they lie one after the other; `scan`: every
    record is looked at.
    """

    meaning: str
    way: Literal["index", "range", "scan"]
    read: int


def explained(
    question: Question, snapshot: Snapshot, translate: Translate, limits: Limits = PAGE
) -> Explanation:
    """The meaning and the cost of a question that is not run; raises as `answer` does."""
    found = understand(question, snapshot.schema)
    limit, offset = page_of(question, limits, bool(found.groups))
    records = int(snapshot.manifest.counts["records"])
    partners = snapshot.partners if isinstance(snapshot, Joined) else ()
    meaning = _Sentence(translate, partners).of(found, limit, offset)
    beside = sum(int(each.snapshot.manifest.counts["records"]) for each in partners)
    if found.condition is None and not found.groups and not found.orders and limit is not None:
        return Explanation(meaning, "range", beside + max(0, min(limit, records - offset)))
    if found.condition is not None and _is_searched(found.condition):
        return Explanation(meaning, "index", beside + records)
    return Explanation(meaning, "scan", beside + records)


def _is_searched(condition: Node) -> bool:
    """Whether the text index narrows the records: a search that all of them must satisfy."""
    parts = condition.parts if isinstance(condition, Every) else (condition,)
    return any(isinstance(part, FullText) for part in parts)


class _Sentence:
    def __init__(self, translate: Translate, partners: Sequence[Partner] = ()) -> None:
        self.translate = translate
        self.partners = partners

    def of(self, found: Understood, limit: int | None, offset: int) -> str:
        parts = [self._what(found, limit, offset), *map(self._joined_to, self.partners)]
        if found.condition is not None:
            parts.append(self._say(say("where {condition}", condition=self.node(found.condition))))
        if found.groups:
            parts.append(self._say(say("for each {keys}", keys=self._items(found.groups))))
        if found.having is not None:
            parts.append(
                self._say(
                    say("keeping groups where {condition}", condition=self.node(found.having))
                )
            )
        if found.orders:
            parts.append(self._say(say("sorted by {keys}", keys=self._orders(found))))
        return f"{', '.join(parts)}."

    def _what(self, found: Understood, limit: int | None, offset: int) -> str:
        shown = self._items(found.items)
        plain = all(isinstance(item.expression, Column) for item in found.items)
        whole = plain and len(found.items) > 5 and not found.groups
        what = self._say(say("{count} fields", count=len(found.items))) if whole else shown
        kind = say("groups") if found.groups else say("records")
        if limit is None:
            return self._say(say("All {kind}: {what}", kind=self._say(kind), what=what))
        return self._say(
            say("The {kind} from {first} to {last}: {what}",
                kind=self._say(kind), first=offset + 1, last=offset + limit, what=what)
        )  # fmt: skip

    def _joined_to(self, partner: Partner) -> str:
        return self._say(
            say("with the fields of {dataset}, where {left} is {right}",
                dataset=partner.snapshot.manifest.dataset,
                left=self.node(partner.own), right=partner.key.label)
        )  # fmt: skip

    def _items(self, items: Sequence[Item]) -> str:
        return self._listed([self.node(item.expression) for item in items])

    def _orders(self, found: Understood) -> str:
        return self._listed(
            [
                self._say(say("{key} from the greatest", key=self.node(each.expression)))
                if each.descending
                else self.node(each.expression)
                for each in found.orders
            ]
        )

    def node(self, node: Node) -> str:
        """A node in words; what has no words of its own is written as it would be asked."""
        match node:
            case Every(parts=parts):
                return self._joined(parts, say("{left} and {right}"))
            case Either(parts=parts):
                return self._joined(parts, say("{left} or {right}"))
            case Complement(part=part):
                return self._say(say("not: {condition}", condition=self._within(part)))
            case Comparison(op=op, left=left, right=right):
                return self._filled(_COMPARED[op], left=left, right=right)
            case Test() | Among() | Between() | Member() | Like() | FullText():
                return self._condition(node)
            case _:
                return self._value(node)

    def _condition(self, node: Node) -> str:
        match node:
            case Test(operand=operand, outcome=outcome, negated=negated):
                told = say("{left} is not {right}") if negated else say("{left} is {right}")
                said = {"null": say("missing"), "true": say("true"), "false": say("false")}
                places = {"left": self.node(operand), "right": self._say(said[outcome])}
                return self._say(Message(told.text, places))
            case Among(operand=operand, values=values):
                listed = self._listed([self.node(each) for each in values])
                return self._say(
                    say("{left} is one of {right}", left=self.node(operand), right=listed)
                )
            case Between(operand=operand, low=low, high=high):
                return self._between(operand, low, high)
            case Member(value=value, container=container):
                return self._filled(say("{left} has {right}"), left=container, right=value)
            case Like(operand=operand, pattern=pattern):
                return self._filled(say("{left} is like {right}"), left=operand, right=pattern)
            case FullText(mode=mode, columns=columns, text=text):
                fields = self._listed([each.label for each in columns])
                return self._say(
                    Message(_SEARCHED[mode].text, {"text": _cut(text), "fields": fields})
                )
        return self._value(node)

    def _between(self, operand: Node, low: Node | None, high: Node | None) -> str:
        if low is None and high is not None:
            return self._filled(say("{left} is up to {right}"), left=operand, right=high)
        if high is None and low is not None:
            return self._filled(say("{left} is from {right}"), left=operand, right=low)
        if low is None or high is None:
            return self._filled(say("{left} is known"), left=operand)
        return self._filled(
            say("{left} is between {low} and {high}"), left=operand, low=low, high=high
        )

    def _value(self, node: Node) -> str:
        match node:
            case Column(field=field):
                return field.label
            case Text(value=value):
                return f"“{_cut(value)}”"
            case Call(function="count", arguments=(Star(),)) | Call(function="count", arguments=()):
                return self._say(say("how many there are"))
            case Call(function=name, arguments=arguments):
                return f"{name}({', '.join(self.node(each) for each in arguments)})"
            case Calculation(operators=operators, parts=parts):
                rest = [
                    f" {op} {self.node(part)}"
                    for op, part in zip(operators, parts[1:], strict=True)
                ]
                return self.node(parts[0]) + "".join(rest)
            case Opposite(operand=operand):
                return f"-{self.node(operand)}"
            case _:
                return _written(node)

    def _joined(self, parts: Sequence[Node], told: Message) -> str:
        said = self._within(parts[0])
        for part in parts[1:]:
            said = self._say(Message(told.text, {"left": said, "right": self._within(part)}))
        return said

    def _within(self, node: Node) -> str:
        """A condition within another: what has parts of its own is kept together."""
        said = self.node(node)
        return f"({said})" if isinstance(node, Every | Either) else said

    def _filled(self, told: Message, **nodes: Node) -> str:
        return self._say(
            Message(told.text, {name: self.node(node) for name, node in nodes.items()})
        )

    def _listed(self, said: Sequence[str]) -> str:
        return ", ".join(said)

    def _say(self, message: Message) -> str:
        return message.in_words(self.translate)


def _written(node: Node) -> str:
    match node:
        case Number(value=value) | Instant(value=value):
            return str(value)
        case Truth(value=value):
            return str(value).lower()
        case Measure(value=value, unit=unit):
            return f"{value} {unit}"
        case Shape(wkt=wkt):
            return _cut(wkt)
        case DateText(text=text) | Word(word=text) | Name(name=text):
            return _cut(text)
        case Setting(name=name, value=value):
            return f"{name}={value}"
        case Null():
            return "null"
    return "*"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
