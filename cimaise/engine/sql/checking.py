"""A tree held against the grammar: every node, part, function, type and name, or it is refused."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sqlglot import ErrorLevel, exp
from sqlglot.errors import UnsupportedError

from cimaise.engine.messages import Message, say
from cimaise.engine.sql.errors import SQLError, Written
from cimaise.engine.sql.functions import FUNCTIONS, UNSTEADY
from cimaise.engine.sql.grammar import NODES, TYPES, UNSTEADY_NODES
from cimaise.engine.sql.reading import CALLED, parsed

_WORD = re.compile(r"[A-Za-z_ ]{1,30}")
_NUMBER = re.compile(r"[0-9]{0,400}(\.[0-9]{0,400})?([eE][+-]?[0-9]{1,4})?")
_INNER = "with "  # before the number of a named question: no identifier of a dataset has a space


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text a dataset is first named."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A question of which every part is allowed.

    `statement` says it in one spelling, every name quoted; `tables` are the datasets it names, as
    written, with their places; `unsteady` tells that it may be answered otherwise a moment later.
    """

    tree: exp.Query
    statement: str
    tables: Mapping[str, Place]
    unsteady: bool


def checked(text: str) -> Checked:
    """What a text asks; raises SQLError. Its statement, read again, gives itself."""
    found = _Check(Written(text)).run()
    again = _Check(Written(found.statement)).run()
    if again.statement != found.statement:
        raise Written(text).trouble(say("this cannot be said in one way only"))
    return found


class _Check:
    def __init__(self, written: Written) -> None:
        self.written = written
        self.tables: dict[str, Place] = {}
        self.inner = 0
        self.unsteady = False

    def run(self) -> Checked:
        tree = parsed(self.written)
        for node in tree.walk():
            node.comments = None
            self._node(node)
        self._names(tree, {})
        for name in tree.find_all(exp.Identifier):
            name.set("quoted", True)
        return Checked(tree, self._said_again(tree), self.tables, self.unsteady)

    def _said_again(self, tree: exp.Query) -> str:
        try:
            return tree.sql(dialect="duckdb", unsupported_level=ErrorLevel.IMMEDIATE)
        except UnsupportedError as error:
            raise self.written.trouble(say("a part of this cannot be answered here")) from error

    # -- nodes ----------------------------------------------------------------------------------

    def _node(self, node: exp.Expr) -> None:
        allowed = NODES.get(type(node))
        if allowed is None:
            raise self._refused(node, _called(node))
        rule = _RULES.get(type(node), _Check._keywords)
        rule(self, node)
        for part, value in node.args.items():
            if value not in (None, False, [], "") and part not in allowed.parts:
                raise self._refused(node, f"{_said(node)} … {part.strip('_')}".upper())
        self.unsteady |= isinstance(node, UNSTEADY_NODES)

    def _call(self, node: exp.Expr) -> None:
        name = node.this if isinstance(node.this, str) else ""
        if not name.startswith(CALLED) or name[len(CALLED) :] not in FUNCTIONS:
            raise self._unknown_function(node, name or node.name)
        bare = name[len(CALLED) :]
        node.set("this", bare)
        self.unsteady |= bare in UNSTEADY

    def _keywords(self, node: exp.Expr) -> None:
        """What sqlglot keeps as bare text (LEFT, ROWS …) goes back as it is: words only."""
        for value in node.args.values():
            if isinstance(value, str) and value and not _WORD.fullmatch(value):
                raise self._refused(node, value[:60])

    def _table(self, node: exp.Expr) -> None:
        self._keywords(node)
        if not isinstance(node.this, exp.Identifier):
            raise self.trouble(
                node,
                say("no function gives a table here"),
                say("After FROM and JOIN come identifiers of datasets, between double quotes."),
            )
        if node.args.get("db"):
            raise self.trouble(
                node,
                say("a dataset has one name: there are no schemas here"),
                say("Put an identifier with a dot or a hyphen between double quotes."),
            )

    def _dot(self, node: exp.Expr) -> None:
        if not isinstance(node.expression, exp.Identifier):
            raise self.trouble(node, say("a function is written with its argument: f(x)"))

    def _with(self, node: exp.Expr) -> None:
        if node.args.get("recursive"):
            raise self.trouble(node, say("WITH RECURSIVE is not answered"))

    def _select(self, node: exp.Expr) -> None:
        self._keywords(node)
        if not node.args.get("expressions"):
            raise self.trouble(node, say("nothing is selected"))

    def _type(self, node: exp.Expr) -> None:
        if node.this not in TYPES:
            raise self.trouble(node, say("{type} is not a type here", type=_said(node)))

    def _literal(self, node: exp.Expr) -> None:
        if not node.args.get("is_string") and not _NUMBER.fullmatch(str(node.this)):
            raise self._refused(node, str(node.this)[:60])

    def _identifier(self, node: exp.Expr) -> None:
        if not isinstance(node.this, str):
            raise self._refused(node, _said(node))
        node.set("this", node.this.removeprefix(CALLED))

    # -- names ----------------------------------------------------------------------------------

    def _names(self, node: exp.Expr, scope: Mapping[str, str]) -> None:
        """Give named questions names of ours, and note every other table as a dataset."""
        known = dict(scope)
        with_ = node.args.get("with_")
        for named in with_.expressions if with_ else ():
            self._names(named.this, known)
            self.inner += 1
            known[named.alias.lower()] = f"{_INNER}{self.inner}"
            named.args["alias"].set("this", exp.to_identifier(f"{_INNER}{self.inner}", quoted=True))
        if isinstance(node, exp.Table):
            self._named(node, known)
        for child in _children(node, except_=with_):
            self._names(child, known)

    def _named(self, table: exp.Table, known: Mapping[str, str]) -> None:
        name = table.name
        if not table.alias:
            columns = table.args["alias"].args.get("columns") if table.args.get("alias") else None
            alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=columns)
            table.set("alias", alias)
        inner = known.get(name.lower())
        if inner is not None:
            table.set("this", exp.to_identifier(inner, quoted=True))
        elif name not in self.tables:
            self.tables[name] = Place(*_place(table))

    # -- refusals -------------------------------------------------------------------------------

    def trouble(self, node: exp.Expr, what: Message, hint: Message | None = None) -> SQLError:
        return self.written.trouble(what, *_place(node), hint)

    def _refused(self, node: exp.Expr, thing: str) -> SQLError:
        if isinstance(node, exp.Func) and thing.lower() == thing:
            return self._unknown_function(node, thing)
        return self.trouble(node, say("{thing} is not part of the SQL answered here", thing=thing))

    def _unknown_function(self, node: exp.Expr, name: str) -> SQLError:
        bare = name.removeprefix(CALLED)[:60].lower()
        near = get_close_matches(bare, FUNCTIONS, n=1, cutoff=0.6)
        start, end = _place(node)
        if start is None:
            found = re.search(rf"\b{re.escape(bare)}\s*\(", self.written.text, re.IGNORECASE)
            start, end = (found.start(), found.start() + len(bare)) if found else (None, None)
        return self.written.trouble(
            say("Unknown function: {name}", name=f"{bare}()"),
            start,
            end,
            say("Did you mean {name}?", name=near[0]) if near else None,
        )


_RULES: Mapping[type[exp.Expr], Callable[[_Check, exp.Expr], None]] = {
    exp.Select: _Check._select,
    exp.Anonymous: _Check._call,
    exp.Table: _Check._table,
    exp.With: _Check._with,
    exp.DataType: _Check._type,
    exp.Literal: _Check._literal,
    exp.Dot: _Check._dot,
    exp.Identifier: _Check._identifier,
}


def _children(node: exp.Expr, *, except_: exp.Expr | None) -> Iterator[exp.Expr]:
    return (child for child in node.iter_expressions() if child is not except_)


def _called(node: exp.Expr) -> str:
    """What people call a node that is not allowed: the name of a function, or a clause."""
    if isinstance(node, exp.Func):
        return node.sql_name().lower()
    return _said(node)


def _said(node: exp.Expr) -> str:
    return type(node).key.upper()


def _place(node: exp.Expr) -> tuple[int | None, int | None]:
    """The first place in the text that the node, or a part of it, remembers."""
    for part in node.walk():
        start = part.meta.get("start")
        if start is not None:
            return int(start), int(part.meta["end"]) + 1
    return None, None
