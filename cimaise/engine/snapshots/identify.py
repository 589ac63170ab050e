"""Records and their ids: the same record keeps its id through every version."""

import hashlib
from collections.abc import Sequence

from sqlglot import exp

from cimaise.engine.duck import DuckFailure, Row, Workspace
from cimaise.engine.messages import Message, Refusal, say
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.trees import ID, LINE, RECORDS, call, column, in_words, number, text
from cimaise.engine.steps.typed import TypedRows

UNIT = "\x1f"  # the unit separator of ASCII: between the parts of a key
NOTHING = "\x1e"  # stands for null where a record has no key
SHOWN = 5


def record_id(dataset: str, key: Sequence[str]) -> str:
    """The id of a record with a key: SHA-1 of the dataset's id and the key's values as text."""
    return hashlib.sha1(UNIT.join((dataset, *key)).encode(), usedforsecurity=False).hexdigest()


def write_records(typed: TypedRows, dataset: str, workspace: Workspace) -> int:
    """Write table `records`: `_id`, then every field, in the order of the source.

    Returns the number of rows. Raises Refusal `key_has_nulls`, `key_not_unique`
    or `reserved_name`.
    Without a key the id hashes every value, in the order of the fields' names, so that another
    order of columns changes no id; exact repetitions are told apart by their rank.
    """
    schema = typed.schema
    _check_names(schema)
    rows = exp.select(
        exp.alias_(_id(schema, dataset), ID, quoted=True),
        *(column(name) for name in schema.names),
    ).from_(typed.select.subquery("typed"))
    workspace.run(exp.Create(this=RECORDS.copy(), kind="TABLE", expression=rows))
    if schema.key:
        _check_nulls(typed, workspace)
        _check_repetitions(typed, workspace)
    else:
        _tell_repetitions_apart(workspace)
    return int(workspace.rows(exp.select(exp.Count(this=exp.Star())).from_(RECORDS))[0][0])


def _check_names(schema: Schema) -> None:
    """Refuse what a producer may wish, but what would hide the engine's own columns."""
    hiding = [name for name in schema.names if name.lower() in (ID, LINE, "rowid")]
    if hiding:
        raise Refusal(
            "reserved_name",
            say("“{name}” is a name that the portal keeps for itself.", name=hiding[0]),
            remedy=say("Give the field another name."),
        )


def _id(schema: Schema, dataset: str) -> exp.Expr:
    if schema.key:
        parts = [in_words(schema[name]) for name in schema.key]
    else:
        parts = [
            exp.func("coalesce", in_words(field), text(NOTHING))
            for field in sorted(schema, key=lambda field: field.name)
        ]
    return call("sha1", call("concat_ws", text(UNIT), text(dataset), *parts))


def _check_nulls(typed: TypedRows, workspace: Workspace) -> None:
    key = typed.schema.key
    empty = exp.or_(*(exp.Is(this=column(name), expression=exp.null()) for name in key))
    count = exp.select(exp.Count(this=exp.Star())).from_(RECORDS).where(empty)
    nulls = workspace.rows(count)[0][0]
    if nulls:
        raise Refusal(
            "key_has_nulls",
            say(
                "{key} cannot be the key: it is empty in {count} rows.", key=_said(key), count=nulls
            ),
            where=_lines(typed, workspace, empty),
            remedy=say("Fill it in, or choose another key."),
        )


def _check_repetitions(typed: TypedRows, workspace: Workspace) -> None:
    key = typed.schema.key
    columns = [column(name) for name in key]
    twice = exp.GT(this=exp.Count(this=exp.Star()), expression=number(1))
    repeated = exp.select(*columns).from_(RECORDS).group_by(*columns).having(twice)
    counted = exp.select(exp.Count(this=exp.Star())).from_(repeated.subquery("repeated"))
    found = workspace.rows(counted)[0][0]
    if not found:
        return
    first = workspace.rows(repeated.order_by(call("min", exp.column("rowid"))).limit(SHOWN))
    same = exp.or_(*(_equals(key, row) for row in first))
    raise Refusal(
        "key_not_unique",
        say(
            "{key} cannot be the key: {count} values occur more than once, first {values}.",
            key=_said(key),
            count=found,
            values=", ".join(" · ".join(str(value) for value in row) for row in first),
        ),
        where=_lines(typed, workspace, same, [value for row in first for value in row]),
        remedy=say("Correct the file, add a field to the key, or choose another key."),
    )


def _equals(key: Sequence[str], values: Row) -> exp.Expr:
    pairs = zip(key, values, strict=True)
    return exp.and_(*(exp.EQ(this=column(name), expression=exp.Placeholder()) for name, _ in pairs))


def _lines(
    typed: TypedRows, workspace: Workspace, which: exp.Expr, values: Sequence[object] = ()
) -> Message | None:
    """Where the rows are in the source; None where its lines have no numbers."""
    rows = typed.select.copy().select(column(LINE))
    found = exp.select(column(LINE)).from_(rows.subquery("typed")).where(which).limit(2 * SHOWN)
    try:
        lines = workspace.rows(found, values)
    except DuckFailure:
        return None
    return say("See lines {lines}.", lines=", ".join(str(line) for (line,) in lines))


def _said(key: Sequence[str]) -> str:
    return " + ".join(key)


def _tell_repetitions_apart(workspace: Workspace) -> None:
    """Give the second, third … of identical rows an id of the first one's and their rank."""
    twice = exp.GT(this=exp.Count(this=exp.Star()), expression=number(1))
    ids = exp.select(column(ID)).from_(RECORDS).group_by(column(ID)).having(twice)
    rank = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(ID)],
        order=exp.Order(expressions=[exp.Ordered(this=exp.column("rowid"))]),
    )
    ranked = (
        exp.select(exp.alias_(exp.column("rowid"), "place"), exp.alias_(rank, "rank"))
        .from_(RECORDS)
        .where(exp.In(this=column(ID), query=ids.subquery()))
    )
    repeated = workspace.raw("repeated_rows")
    workspace.run(exp.Create(this=repeated, kind="TABLE", expression=ranked))
    rank_in_words = exp.cast(column("rank", "later"), "VARCHAR")
    new_id = call("sha1", call("concat_ws", text(UNIT), column(ID), rank_in_words))
    here = exp.column("rowid", table="records")
    workspace.run(
        exp.Update(
            this=RECORDS.copy(),
            expressions=[exp.EQ(this=column(ID), expression=new_id)],
            from_=exp.From(this=exp.alias_(repeated.copy(), "later", table=True)),
            where=exp.Where(
                this=exp.and_(
                    exp.EQ(this=here, expression=column("place", "later")),
                    exp.GT(this=column("rank", "later"), expression=number(1)),
                )
            ),
        )
    )
