"""Records with the fields of other datasets beside theirs: what `join` makes of a snapshot.

Each record keeps its place and meets one record of each other dataset, or none: what it is met by
tells their records apart. So the joined records answer every question that records answer.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import Message, say
from cimaise.engine.odsql.check import Check
from cimaise.engine.odsql.coercion import readable
from cimaise.engine.odsql.errors import InvalidParameterError, ODSQLError
from cimaise.engine.odsql.joining import Joining, parse_join
from cimaise.engine.odsql.kinds import is_group, kind_of, kind_of_field
from cimaise.engine.odsql.nodes import NOWHERE, Column, FullText, Name, Node, Span, walk
from cimaise.engine.odsql.to_sql import Lowering
from cimaise.engine.odsql.tokens import written_name
from cimaise.engine.query.limits import clock_of, zone_of
from cimaise.engine.query.plan import RECORDS, ROW
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot

MOST = 3  # datasets joined in one question
OWN = "own"
_FAMILIES = {"text": "text", "int": "number", "double": "number", "date": "date",
             "datetime": "datetime"}  # fmt: skip


class Shelf(Protocol):
    """Where datasets are found by their identifiers, as the asker sees them."""

    def find(self, dataset: str) -> Snapshot | None:
        """The snapshot of a dataset; None for one that is not there for this asker."""

    def near(self, dataset: str) -> str | None:
        """The identifier a person most likely meant."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A joined dataset: each record meets the one whose `key` is the value `own`.

    `fields` are those of the dataset under their names in the question; `table` is the alias of
    its records, `tree` the value `own` over the records joined before.
    """

    snapshot: Snapshot
    alias: str
    own: Node
    key: Field
    fields: tuple[Field, ...]
    table: str
    tree: exp.Expr


@dataclass(frozen=True, slots=True)
class Joined(Snapshot):
    """A snapshot whose records have the fields of others too; its name tells them all."""

    plain: Snapshot
    partners: tuple[Partner, ...] = field(default=())

    def records(self, room: ReadingRoom) -> exp.Expr:
        """The table of its records under the alias RECORDS: `_id`, rowid, and every field.

        A record is never lost nor repeated; the order is not kept.
        """
        own = exp.Column(this=exp.Star(), table=exp.to_identifier(OWN))
        items: list[exp.Expr] = [own, exp.alias_(exp.column(ROW, table=OWN), ROW)]
        for partner in self.partners:
            for each, named in zip(partner.snapshot.schema, partner.fields, strict=True):
                theirs = exp.column(each.name, table=partner.table, quoted=True)
                items.append(exp.alias_(theirs, named.name, quoted=True))
        tree = exp.select(*items, copy=False)
        tree = tree.from_(exp.alias_(room.table(self.serve_file), OWN, table=True), copy=False)
        for partner in self.partners:
            records = room.table(partner.snapshot.serve_file)
            key = exp.column(partner.key.name, table=partner.table, quoted=True)
            tree = tree.join(
                exp.alias_(records, partner.table, table=True, quoted=True),
                on=partner.tree.copy().eq(key),
                join_type="left",
                copy=False,
            )
        return tree.subquery(RECORDS, copy=False)


def joined(question: Question, snapshot: Snapshot, shelf: Shelf, room: ReadingRoom) -> Snapshot:
    """The snapshot with what the question joins to it; itself if that is nothing.

    Raises AskingError, with the place in the `join` that is wrong.
    """
    texts = [text for text in question.join if text.strip()]
    if len(texts) > MOST:
        raise InvalidParameterError.out_of_bounds("join", len(texts), f"at most {MOST}")
    found = snapshot
    for text in texts:
        found = _with(found, parse_join(text, found.schema.joined), shelf, room, question)
    return found


def _with(
    snapshot: Snapshot, said: Joining, shelf: Shelf, room: ReadingRoom, question: Question
) -> Joined:
    plain = snapshot.plain if isinstance(snapshot, Joined) else snapshot
    partners = snapshot.partners if isinstance(snapshot, Joined) else ()
    theirs = shelf.find(said.dataset)
    if theirs is None:
        near = shelf.near(said.dataset)
        hint = say("Did you mean {name}?", name=near) if near else None
        raise _refused(
            said, say("Unknown dataset: {name}", name=said.dataset[:100]), said.span, hint
        )
    if any(partner.alias.casefold() == said.alias.casefold() for partner in partners):
        what = say("Two joined datasets are called {name}", name=said.alias[:100])
        raise _refused(said, what, said.span, say("Give one of them another name after as."))
    match = _Matching(said, snapshot.schema, theirs, room, zone_of(question))
    own, key = match.said(said.own, said.theirs) if said.theirs else match.declared()
    lower = Lowering(_unsearched, clock_of(question), column=_column_of(partners))
    partner = Partner(
        theirs,
        said.alias,
        own,
        key,
        tuple(_named(each, said.alias) for each in theirs.schema),
        f"joined {len(partners) + 1}",
        lower(own),
    )
    return _made(plain, snapshot, (*partners, partner))


def _made(plain: Snapshot, before: Snapshot, partners: tuple[Partner, ...]) -> Joined:
    last = partners[-1]
    theirs = last.snapshot.manifest
    # As short as any name of a snapshot: cursors carry it.
    said = "/".join((before.manifest.snapshot, theirs.dataset, theirs.snapshot))
    name = hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
    manifest = replace(
        before.manifest,
        schema=Schema((*before.schema, *last.fields)),
        snapshot=f"joined-{name}",
        created=max(before.manifest.created, theirs.created),
    )
    return Joined(plain.directory, manifest, plain, partners)


def _named(each: Field, alias: str) -> Field:
    """A field of theirs as a question names it; it identifies no record of ours."""
    told = each.annotated(id=False)
    name, label = f"{alias}.{each.name}", f"{each.label} ({alias})"
    return replace(told, name=name, label=label, joined=alias)


def _column_of(partners: Sequence[Partner]) -> Callable[[Field], exp.Expr]:
    """Where a field stands among the tables joined so far."""
    tables = {partner.alias: partner.table for partner in partners}

    def column(each: Field) -> exp.Expr:
        if each.joined is None:
            return exp.column(each.name, table=OWN, quoted=True)
        name = each.name.removeprefix(f"{each.joined}.")
        return exp.column(name, table=tables[each.joined], quoted=True)

    return column


def _unsearched(search: FullText) -> exp.Expr:
    raise ValueError("a text that is searched is no value to join by")


@dataclass(frozen=True, slots=True)
class _Matching:
    """Finds what is alike in records of ours and of theirs."""

    asked: Joining
    schema: Schema
    other: Snapshot
    room: ReadingRoom
    zone: ZoneInfo

    # -- as said --------------------------------------------------------------------------------

    def said(self, own: Node | None, theirs: Name | None) -> tuple[Node, Field]:
        """The value and the field that `on` names."""
        if own is None or theirs is None:
            return self.declared()
        check = Check(self.asked.source, self.schema, self.zone)
        value = check.value(own)
        key = self._field(theirs)
        self._agree(own, value, theirs, key)
        repeated = self._repeated(key)
        if repeated:
            what = say(
                "{field} of {dataset} does not tell its records apart: {count} of its values are "
                "there more than once",
                field=key.name, dataset=self.asked.dataset, count=repeated,
            )  # fmt: skip
            hint = say("Join by a field without repeated values, or ask the other way round.")
            raise _refused(self.asked, what, theirs.span, hint)
        return value, key

    def _field(self, theirs: Name) -> Field:
        schema = self.other.schema
        if theirs.name in schema:
            return schema[theirs.name]
        near = schema.nearest(theirs.name)
        hint = say("Did you mean {name}?", name=near) if near else None
        what = say(
            "{dataset} has no field {name}", dataset=self.asked.dataset, name=theirs.name[:100]
        )
        raise _refused(self.asked, what, theirs.span, hint)

    def _agree(self, own: Node, value: Node, theirs: Name, key: Field) -> None:
        """Refuse kinds that never meet."""
        ours, kind = kind_of(value), kind_of_field(key)
        named = any(isinstance(part, Column) for part in walk(value))
        odd = any(isinstance(part, FullText) or is_group(part) for part in walk(value))
        if not named or odd or ours not in _FAMILIES:
            what = say("{written} is nothing to join by", written=self._shown(own))
            hint = say("Write a field of texts, numbers or dates, or what is made of one.")
            raise _refused(self.asked, what, own.span, hint)
        if kind not in _FAMILIES:
            what = say("{written} is nothing to join by", written=self._shown(theirs))
            raise _refused(self.asked, what, theirs.span)
        if _FAMILIES[ours] != _FAMILIES[kind]:
            what = say(
                "{own} is a {kind} and {theirs} a {other}: they are never equal",
                own=self._shown(own), kind=readable(ours), theirs=key.name, other=readable(kind),
            )  # fmt: skip
            cast = f"cast({self._shown(own)} as {kind})"
            raise _refused(
                self.asked, what, own.span, say("Write {cast}, or another field.", cast=cast)
            )

    def _shown(self, node: Node) -> str:
        text = self.asked.source.text[node.span.start : node.span.end]
        return text if len(text) <= 60 else f"{text[:60]}…"

    # -- as declared ----------------------------------------------------------------------------

    def declared(self) -> tuple[Node, Field]:
        """The fields of one official list, where theirs tells their records apart."""
        pairs = [
            (own, theirs)
            for theirs in self.other.schema
            for own in self.schema.own
            if own.referentiel is not None and own.referentiel == theirs.referentiel
            if kind_of_field(own) == kind_of_field(theirs) and own.type in _FAMILIES
        ]
        keys = [pair for pair in pairs if self.other.schema.key == (pair[1].name,)]
        fit = keys or [pair for pair in pairs if not self._repeated(pair[1])]
        if len(fit) == 1:
            own, theirs = fit[0]
            return Column(NOWHERE, own), theirs
        raise self._undeclared(fit or pairs, several=bool(fit))

    def _undeclared(self, pairs: Sequence[tuple[Field, Field]], *, several: bool) -> ODSQLError:
        name = self.asked.dataset
        if several:
            what = say("{dataset} can be joined in several ways", dataset=name)
        elif pairs:
            what = say(
                "{field} of {dataset} does not tell its records apart: {count} of its values are "
                "there more than once",
                field=pairs[0][1].name, dataset=name, count=self._repeated(pairs[0][1]),
            )  # fmt: skip
        else:
            what = say("Nothing that both datasets declare joins {dataset}", dataset=name)
        told = "our_field = their_field"
        if several:
            own, theirs = pairs[0]
            told = f"{written_name(own.name)} = {written_name(theirs.name)}"
        hint = say("Write: {join}.", join=f"{name} on {told}")
        return _refused(self.asked, what, self.asked.span, hint)

    # -- what tells records apart ---------------------------------------------------------------

    def _repeated(self, key: Field) -> int:
        """How many values of a field of theirs stand in several records."""
        manifest = self.other.manifest
        if manifest.schema.key == (key.name,):
            return 0
        known = manifest.counts.get("fields", {}).get(key.name, {})
        filled = int(manifest.counts["records"]) - int(known.get("nulls") or 0)
        if known.get("distinct") == filled and not known.get("approximate"):
            return 0
        column = exp.column(key.name, quoted=True)
        several = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
        values = (
            exp.select(column)
            .from_(self.room.table(self.other.serve_file))
            .where(exp.Not(this=exp.Is(this=column.copy(), expression=exp.null())))
            .group_by(column.copy())
            .having(several)
        )
        counted = exp.select(exp.Count(this=exp.Star())).from_(values.subquery("values"))
        return int(self.room.rows(counted)[0][0])


def _refused(said: Joining, what: Message, span: Span, hint: Message | None = None) -> ODSQLError:
    return said.source.malformed(what, span.start, span.end, hint)
