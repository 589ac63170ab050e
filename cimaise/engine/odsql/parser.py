"""Clauses to nodes, by recursive descent; nothing is looked up, depth and length are bounded."""

from cimaise.engine.odsql.conditions import Conditions
from cimaise.engine.odsql.errors import Source
from cimaise.engine.odsql.nodes import Call, Item, Name, Node, Opposite, Ordering, Span, Star


def parse_where(text: str, clause: str = "where", joined: tuple[str, ...] = ()) -> Node:
    """The condition of a `where`; raises ODSQLSyntaxError, ODSQLError.

    `joined` are the names of joined datasets, as in the others.
    """
    parser = _Clauses(Source(text, clause, joined))
    return parser.whole(parser.disjunction)


def parse_select(text: str, joined: tuple[str, ...] = ()) -> tuple[Item, ...]:
    """The items of a `select`; raises as parse_where."""
    return _items(text, "select", joined)


def parse_group_by(text: str, joined: tuple[str, ...] = ()) -> tuple[Item, ...]:
    """The keys of a `group_by`; raises as parse_where."""
    return _items(text, "group_by", joined)


def parse_order_by(text: str, joined: tuple[str, ...] = ()) -> tuple[Ordering, ...]:
    """The items of an `order_by`; raises as parse_where."""
    parser = _Clauses(Source(text, "order_by", joined))
    return parser.whole(lambda: parser.listed(parser.ordering))


def parse_call(text: str, clause: str, name: str) -> Call:
    """A single call of `name`, as `facet(name="x")`, its keyword arguments as comparisons."""
    parser = _Clauses(Source(text, clause), frozenset({name}))
    node = parser.whole(parser.primary)
    if not isinstance(node, Call):
        raise parser.source.unexpected(text[:1] or "end of text", 0, 1)
    return node


def _items(text: str, clause: str, joined: tuple[str, ...]) -> tuple[Item, ...]:
    parser = _Clauses(Source(text, clause, joined))
    return parser.whole(lambda: parser.listed(parser.item))


class _Clauses(Conditions):
    """Reads the items of clauses."""

    def item(self) -> Item:
        if self.token.is_mark("*"):
            token = self.step()
            return Item(Star(Span(token.start, token.end)), "*", aliased=False)
        start = self.token.start
        expression = self.disjunction()
        end = self.span_from(start).end
        if self.take_word("as"):
            alias = self.token
            if alias.kind not in ("name", "quoted", "string") or not alias.text:
                raise self.unexpected()
            self.step()
            return Item(expression, alias.text, aliased=True)
        if isinstance(expression, Name):
            return Item(expression, expression.name, aliased=False)
        return Item(expression, self.source.text[start:end], aliased=False)

    def ordering(self) -> Ordering:
        expression = self.total()
        if self.take_word("asc"):
            return Ordering(expression, descending=False)
        if self.take_word("desc"):
            return Ordering(expression, descending=True)
        if isinstance(expression, Opposite):
            return Ordering(expression.operand, descending=True)
        return Ordering(expression, descending=False)
