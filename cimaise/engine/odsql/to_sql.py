"""Checked nodes to SQL trees; values become literals of the tree, never text."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp

from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.functions import function_of
from cimaise.engine.odsql.functions.base import Clock, Operand
from cimaise.engine.odsql.kinds import ID, has_aggregate, kind_of, kind_of_field
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
    Shape,
    Test,
    Text,
    Truth,
    walk,
)
from cimaise.engine.schema.field import Field
from cimaise.engine.trees import cast

Tree = exp.Expr
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_CALCULATIONS: dict[str, type[exp.Binary]] = {
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "/": exp.Div,
}
_WORD = re.compile(r"[^\W_]+")
_EDGE = r"[^\pL\pN]"


def column(field: Field) -> Tree:
    """A field of table `records`."""
    return exp.column(field.name, quoted=True)


def _as_it_is(aggregate: Tree) -> Tree:
    return aggregate


@dataclass(frozen=True, slots=True)
class Lowering:
    """How a clause becomes SQL.

    `find` gives the condition of a full-text search; `measure` says what stands for an
    aggregate; `column` what stands for a field.
    """

    find: Callable[[FullText], Tree]
    clock: Clock = field(default_factory=Clock)
    measure: Callable[[Tree], Tree] = _as_it_is
    column: Callable[[Field], Tree] = column

    @property
    def zone(self) -> str:
        """The time zone of the answer's reader."""
        return self.clock.zone

    def __call__(self, node: Node) -> Tree:
        """The tree of a checked node."""
        match node:
            case Every(parts=parts):
                found = [part for part in parts if _is_search(part)]
                others = [part for part in parts if not _is_search(part)]
                return self.among([self(part) for part in found], others)
            case Either(parts=parts):
                return balanced(exp.Or, [self(part) for part in parts])
            case Complement(part=part):
                # The complement of a set: what is unknown does not satisfy, so it stays.
                return exp.Not(this=exp.Is(this=wrapped(self(part)), expression=exp.true()))
            case FullText():
                return self._full_text(node)
            case Comparison() | Test() | Like() | Among() | Between() | Member():
                return self._predicate(node)
            case Calculation() | Opposite() | Call():
                return self._computed(node)
        return self._literal(node)

    def among(self, found: Sequence[Tree], others: Sequence[Node]) -> Tree:
        """The condition of what searches found and other conditions keep.

        Those that read whole texts are looked at only in what was found: side by side with the
        rest, the engine would read all texts first.
        """
        slow = [node for node in others if found and _reads_texts(node)]
        quick = [self(node) for node in others if node not in slow]
        if not slow:
            return balanced(exp.And, [*found, *quick])
        read = balanced(exp.And, [self(node) for node in slow])
        kept = exp.Case(ifs=[exp.If(this=balanced(exp.And, found), true=read)])
        return balanced(exp.And, [*quick, kept])

    def _literal(self, node: Node) -> Tree:
        """A field or a value written out."""
        match node:
            case Column(field=field):
                return self.column(field)
            case Text(value=text):
                return exp.Literal.string(text)
            case Number(value=number):
                return dialect.number(number)
            case Truth(value=truth):
                return exp.true() if truth else exp.false()
            case Instant(value=value):
                timed = isinstance(value, datetime)
                written = value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
                return cast(exp.Literal.string(written), "TIMESTAMP" if timed else "DATE")
            case Shape(wkt=wkt):
                shape = dialect.geometry(wkt)
                return dialect.mended(shape) if "POLYGON" in wkt else shape
        return exp.null()

    # -- predicates -----------------------------------------------------------------------------

    def _predicate(self, node: Node) -> Tree:
        """A condition on values."""
        match node:
            case Comparison():
                return self._comparison(node)
            case Test(operand=operand, outcome=outcome, negated=negated):
                return tested(self(operand), outcome, negated)
            case Like():
                return self._like(node)
            case Among(operand=operand, values=values):
                trees = [self(value) for value in values]
                if kind_of(operand) == "texts":
                    return dialect.has_any(self(operand), trees)
                return exp.In(this=wrapped(self(operand)), expressions=trees)
            case Between(operand=operand):
                return self._between(node, self(operand), kind_of(operand))
            case Member(value=value, container=container):
                equal = Comparison(node.span, "=", container, value)
                return self._comparison(equal)
        return exp.false()

    def _like(self, node: Like) -> Tree:
        text, listed = self(node.operand), kind_of(node.operand) == "texts"
        pattern = node.pattern.value if isinstance(node.pattern, Text) else ""
        if listed and not node.letters and "%" in pattern:
            return dialect.some_element(text, like(exp.column("element"), pattern))
        if not node.letters:
            return like(dialect.joined(text, "\n") if listed else text, pattern)
        if listed:
            return dialect.some_element(text, dialect.alike(exp.column("element"), pattern))
        return dialect.alike(wrapped(text), pattern)

    def _comparison(self, node: Comparison) -> Tree:
        left, right = self(node.left), self(node.right)
        op = _COMPARISONS[node.op]
        if kind_of(node.left) != "texts" and kind_of(node.right) != "texts":
            return op(this=wrapped(left), expression=wrapped(right))
        if kind_of(node.right) == "texts":
            return self._comparison_of_list(_mirrored(node.op), right, left)
        return self._comparison_of_list(node.op, left, right)

    def _comparison_of_list(self, op: str, container: Tree, value: Tree) -> Tree:
        if op == "=":
            return dialect.has_element(container, value)
        if op == "!=":
            return exp.Not(this=dialect.has_element(container, value))
        element = exp.column("element")
        return dialect.some_element(
            container, _COMPARISONS[op](this=element, expression=wrapped(value))
        )

    def _between(self, node: Between, operand: Tree, kind: str) -> Tree:
        inside = exp.column("element") if kind == "texts" else wrapped(operand)
        bounds: list[Tree] = []
        if node.low is not None:
            above = exp.GT if node.low_open else exp.GTE
            bounds.append(above(this=inside.copy(), expression=self(node.low)))
        if node.high is not None:
            below = exp.LT if node.high_open else exp.LTE
            bounds.append(below(this=inside.copy(), expression=self(node.high)))
        condition = balanced(exp.And, bounds)
        return dialect.some_element(operand, condition) if kind == "texts" else condition

    def _full_text(self, node: FullText) -> Tree:
        if node.mode != "startswith":
            return self.find(node)
        prefix = exp.Literal.string(node.text)
        return balanced(exp.Or, [self._starts(field, prefix) for field in node.columns])

    def _starts(self, field: Field, prefix: Tree) -> Tree:
        if kind_of_field(field) == "texts":
            each = dialect.starts_with(exp.column("element"), prefix.copy())
            return dialect.some_element(self.column(field), each)
        return dialect.starts_with(self.column(field), prefix.copy())

    # -- computed values ------------------------------------------------------------------------

    def _computed(self, node: Node) -> Tree:
        """A calculation or a function."""
        match node:
            case Opposite(operand=operand):
                tree = exp.Neg(this=wrapped(self(operand)))
                # The least whole number has no opposite.
                whole = kind_of(operand) == "int" and not has_aggregate(operand)
                return dialect.attempted(tree) if whole else tree
            case Calculation():
                return self._calculation(node)
            case Call(function=name, arguments=arguments):
                return self._call(node, name, arguments)
        return exp.null()

    def _calculation(self, node: Calculation) -> Tree:
        tree = self._term(node.parts[0])
        if node.operators[0] == "/":
            tree = cast(tree, "DOUBLE")
        for op, part in zip(node.operators, node.parts[1:], strict=True):
            right = self._divisor(part) if op == "/" else self._term(part)
            tree = _CALCULATIONS[op](this=tree, expression=right)
        # Only whole numbers leave their range; what was divided is none any more.
        whole = sum(kind_of(part) == "int" for part in node.parts) > 1
        overflows = whole and {*node.operators} != {"/"} and not has_aggregate(node)
        return dialect.attempted(tree) if overflows else tree

    def _term(self, part: Node) -> Tree:
        """A part of a calculation: numbers written out are as wide as those of fields.

        The engine would give them 32 bits, or decimals that run out of digits.
        """
        if isinstance(part, Number):
            return cast(self(part), "BIGINT" if kind_of(part) == "int" else "DOUBLE")
        return wrapped(self(part))

    def _divisor(self, part: Node) -> Tree:
        """Dividing by nothing gives nothing."""
        if isinstance(part, Number):
            # The engine is slow to fold many NULLIFs of constants.
            return dialect.number(float(part.value)) if part.value else exp.null()
        zero = exp.Literal.number(0)
        return exp.Nullif(this=cast(wrapped(self(part)), "DOUBLE"), expression=zero)

    def _call(self, node: Call, name: str, arguments: tuple[Node, ...]) -> Tree:
        function = function_of(name, len(arguments))
        if function is None or function.sql is None:
            return exp.null()  # the check let no such call through
        operands = tuple(Operand(self(each), kind_of(each), each) for each in arguments)
        if node.distinct:
            distinct = exp.Distinct(expressions=[operands[0].tree])
            operands = (Operand(distinct, operands[0].kind, arguments[0]),)
        if function.of_record:
            operands = (*operands, Operand(self.column(ID), "text", node))
        tree = function.sql(operands, self.clock)
        return self.measure(tree) if function.role == "aggregate" else tree


def _is_search(node: Node) -> bool:
    return isinstance(node, FullText) and node.mode != "startswith"


def _reads_texts(node: Node) -> bool:
    return any(
        isinstance(part, Like) or (isinstance(part, Call) and part.function == "phrase")
        for part in walk(node)
    )


def wrapped(tree: Tree) -> Tree:
    """The tree in parentheses where it needs them to stand beside an operator."""
    if isinstance(tree, exp.Binary | exp.Unary | exp.Between | exp.In | exp.Escape):
        return exp.Paren(this=tree)
    return tree


def balanced(connector: type[exp.Connector], trees: Sequence[Tree]) -> Tree:
    """Conditions joined in a tree as flat as can be; none at all is true of AND, false of OR."""
    if not trees:
        return exp.true() if connector is exp.And else exp.false()
    if len(trees) == 1:
        return trees[0]
    half = len(trees) // 2
    left, right = balanced(connector, trees[:half]), balanced(connector, trees[half:])
    return connector(this=wrapped(left), expression=wrapped(right))


def tested(operand: Tree, outcome: str, negated: bool) -> Tree:
    """`is [not] null|true|false`."""
    expected = {"null": exp.null(), "true": exp.true(), "false": exp.false()}[outcome]
    test = exp.Is(this=wrapped(operand), expression=expected)
    return exp.Not(this=test) if negated else test


def fold(text: str) -> str:
    """Text without case or accents, as `dialect.folded` makes it."""
    parts = unicodedata.normalize("NFD", text.lower())
    kept = "".join(letter for letter in parts if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", kept)


def like(text: Tree, pattern: str) -> Tree:
    """`like` (explore-api §2.6): `%` any letters, `word*` a beginning, else whole words."""
    if "%" in pattern:
        # An underscore is a letter like any other here.
        escaped = pattern.replace("\\", "\\\\").replace("_", "\\_")
        found = exp.Like(
            this=dialect.folded(text), expression=dialect.folded(exp.Literal.string(escaped))
        )
        return exp.Escape(this=found, expression=exp.Literal.string("\\"))
    words = [_word_pattern(word) for word in fold(pattern).split()]
    conditions = [
        dialect.matches(dialect.folded(text.copy()), regex) for found in words for regex in found
    ]
    return balanced(exp.And, conditions) if conditions else tested(text, "null", negated=True)


def _word_pattern(word: str) -> list[str]:
    parts = _WORD.findall(word)
    regexes = [f"(^|{_EDGE}){part}($|{_EDGE})" for part in parts]
    if parts and word.endswith("*"):
        regexes[-1] = f"(^|{_EDGE}){parts[-1]}"
    return regexes


def _mirrored(op: str) -> str:
    return {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)


def order_key(tree: Tree, kind: str) -> Tree:
    """What an order compares: texts without case or accents, the rest as it is."""
    if kind in ("text", "file", "json"):
        return dialect.folded(tree)
    if isinstance(tree, exp.Literal | exp.Neg):
        # A number alone would be the place of a column of the answer.
        return cast(tree, "DOUBLE")
    return tree
