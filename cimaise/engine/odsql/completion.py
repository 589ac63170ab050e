"""What may stand where the cursor is: fields, functions and words of the language."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.odsql.functions.base import TEXTS, Clause, Function, Parameter
from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.odsql.to_sql import fold
from cimaise.engine.odsql.tokens import Token, tokenize, written_name
from cimaise.engine.odsql.values import COMPARING
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

MOST = 50  # candidates at once
_WORD = re.compile(r"(?:[^\W\d]|\$)?[\w$.]*\Z")
_VALUES = frozenset({"quoted", "string", "number", "date", "geom"})
_OPERATORS: Mapping[str, Sequence[str]] = {
    "where": ("=", "!=", "<", "<=", ">", ">=", "in", "like", "ilike", "is", "not", "and", "or"),
    "having": ("=", "!=", "<", "<=", ">", ">=", "in", "is", "not", "and", "or"),
    "select": ("as",),
    "group_by": ("as",),
    "order_by": ("asc", "desc"),
}
# Words after which only certain words may come.
_AFTER = {
    "is": ("null", "not", "true", "false"),
    "is not": ("null", "true", "false"),
    "as": (),
}
_JOINING = ("and", "or", "not", "like", "ilike", "in", "distinct", "to")
_UNSORTABLE = frozenset({"geo_point_2d", "geo_shape", "texts"})
_UNGROUPABLE = frozenset({"geo_point_2d", "geo_shape", "json"})

Kind = Literal["field", "function", "keyword"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be written: `text` goes into the question, `name` is what people look for.

    `detail` is the type of a field or the signature of a function; `note` the label of a field or
    the promise of a function.
    """

    kind: Kind
    name: str
    text: str
    detail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The candidates, best first, for what stands from `start` to before `end` of the text."""

    start: int
    end: int
    candidates: tuple[Candidate, ...]


def complete(
    text: str,
    cursor: int,
    clause: Clause,
    schema: Schema,
    functions: Mapping[str, tuple[Function, ...]] = FUNCTIONS,
) -> Completion:
    """What may stand at the cursor (characters from 0) of a clause.

    In the midst of a text in quotes, or after what is no sentence, nothing may.
    """
    before = text[: max(0, cursor)]
    begun = _begun(before)
    if begun is None:
        return Completion(len(before), len(before), ())
    start, written, tokens = begun
    place = _Place(clause, tokens, schema, functions)
    found = _matching(place.candidates(), written)
    return Completion(start, len(before), tuple(found[:MOST]))


def _begun(before: str) -> tuple[int, str, list[Token]] | None:
    """Where the word at the cursor begins, the word, and the tokens before it."""
    match = _WORD.search(before)
    start = match.start() if match else len(before)
    for place in (start, before.rfind("`")):
        if place < 0:
            continue
        try:
            tokens = tokenize(Source(before[:place], "where"))[:-1]
        except ODSQLError:
            continue
        return place, before[place:].removeprefix("`"), tokens
    return None


def _matching(candidates: Iterable[Candidate], written: str) -> list[Candidate]:
    """Those whose name begins with what was written, then those that hold it anywhere."""
    wanted = fold(written)
    first: list[Candidate] = []
    others: list[Candidate] = []
    for each in candidates:
        if fold(each.name).startswith(wanted):
            first.append(each)
        elif each.kind == "field" and wanted in f"{fold(each.name)} {fold(each.note)}":
            others.append(each)
    return first + others


@dataclass(frozen=True, slots=True)
class _Inside:
    """A pair of parentheses that is open: of a call when `function` is there."""

    function: str
    argument: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the cursor is: the clause, and the tokens before it."""

    clause: Clause
    tokens: Sequence[Token]
    schema: Schema
    functions: Mapping[str, tuple[Function, ...]]

    def candidates(self) -> Iterator[Candidate]:
        """All that may stand there."""
        words = self._words_only()
        if words is not None:
            yield from map(_keyword, words)
        elif self._is_after_value():
            whole = self._is_after_condition()
            yield from map(_keyword, ("and", "or") if whole else _OPERATORS[self.clause])
        else:
            yield from self._values()

    def _words_only(self) -> Sequence[str] | None:
        """The words that alone may come, where that is so."""
        last = [token.text.lower() if token.kind == "name" else "" for token in self.tokens[-2:]]
        if last == ["is", "not"]:
            return _AFTER["is not"]
        if last[-1:] == ["as"]:
            inside = self._inside()
            if inside is not None and inside.function == "cast":
                return sorted(self._parameters(_Inside("cast", 1))[0].words)
            return _AFTER["as"]
        if last[-1:] == ["not"] and len(self.tokens) > 1 and _is_value(self.tokens[-2]):
            return ("in", "like", "ilike")
        return _AFTER["is"] if last[-1:] == ["is"] else None

    def _is_after_value(self) -> bool:
        """Whether an operator may follow; a star is a value only where one may begin."""
        if not self.tokens or not _is_value(self.tokens[-1]):
            return False
        begins = len(self.tokens) == 1 or self.tokens[-2].is_mark("(", ",")
        return begins or not self.tokens[-1].is_mark("*")

    def _is_after_condition(self) -> bool:
        """Whether a condition just ended: a comparison with a value, a list, a test."""
        if self.clause not in ("where", "having") or len(self.tokens) < 2:
            return False
        before, last = self.tokens[-2], self.tokens[-1]
        if last.is_mark("]"):
            return True
        return before.is_mark(*COMPARING) or before.is_word("like", "ilike", "is", "not")

    # -- values ---------------------------------------------------------------------------------

    def _values(self) -> Iterator[Candidate]:
        inside = self._inside()
        parameters = [] if inside is None else self._parameters(inside)
        for parameter in parameters:
            yield from map(_keyword, sorted(parameter.words))
            yield from (_keyword(name, f"{name}=") for name in sorted(parameter.named))
        kinds = frozenset().union(*(parameter.kinds for parameter in parameters))
        called = inside is not None and bool(inside.function)
        for each in self.schema:
            if self._takes(each, kinds if called else None):
                yield _field(each)
        for signatures in self.functions.values():
            for function in signatures:
                if self._may_call(function, kinds if called else None):
                    yield _function(function)
                    break
        if self.clause in ("where", "having") and not called:
            yield from map(_keyword, ("not", "true", "false", "null"))

    def _takes(self, each: Field, kinds: frozenset[str] | None) -> bool:
        kind = kind_of_field(each)
        if kinds is not None:
            return kind in kinds
        if self.clause == "order_by":
            return kind not in _UNSORTABLE
        return self.clause != "group_by" or kind not in _UNGROUPABLE

    def _may_call(self, function: Function, kinds: frozenset[str] | None) -> bool:
        if self.clause not in function.clauses:
            return False
        if function.role == "fields" or function.role == "group":
            return kinds is None
        result = function.returns if isinstance(function.returns, str) else ""
        if kinds is None:
            return True
        nested = function.role == "aggregate" and self._is_in_aggregate()
        return not nested and (result in kinds or (not result and bool(kinds)))

    # -- calls ----------------------------------------------------------------------------------

    def _inside(self) -> _Inside | None:
        """The innermost parentheses that are open."""
        return next(iter(reversed(self._open())), None)

    def _open(self) -> list[_Inside]:
        found: list[_Inside] = []
        for place, token in enumerate(self.tokens):
            if token.is_mark("("):
                name = self.tokens[place - 1] if place else None
                known = name is not None and name.kind == "name"
                function = name.text.lower() if name is not None and known else ""
                found.append(_Inside(function if function in self.functions else "", 0))
            elif token.is_mark(")") and found:
                found.pop()
            elif token.is_mark(",") and found:
                found[-1] = _Inside(found[-1].function, found[-1].argument + 1)
        return found

    def _is_in_aggregate(self) -> bool:
        return any(
            row.role == "aggregate"
            for inside in self._open()
            for row in self.functions.get(inside.function, ())
        )

    def _parameters(self, inside: _Inside) -> list[Parameter]:
        """What an argument may stand for, in each way the function is called."""
        found = []
        for function in self.functions.get(inside.function, ()):
            if function.role == "text":
                found.append(Parameter("field", TEXTS | {"texts"}))
            elif function.repeats or inside.argument < len(function.parameters):
                found.append(function.parameter(inside.argument))
        return found


def _is_value(token: Token) -> bool:
    """Whether a token ends a value: then an operator may follow."""
    if token.kind == "name":
        return not token.is_word(*_JOINING)
    return token.kind in _VALUES or token.is_mark(")", "]", "*")


def _keyword(word: str, text: str = "") -> Candidate:
    return Candidate("keyword", word, text or word)


def _field(each: Field) -> Candidate:
    return Candidate("field", each.name, written_name(each.name), each.type, each.label)


def _function(function: Function) -> Candidate:
    return Candidate(
        "function", function.name, f"{function.name}(", function.signature, function.promise
    )
