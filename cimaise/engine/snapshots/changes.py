"""What became of each record since the parent: added, removed, changed field by field."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.schema.field import Field
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.trees import ID, RECORDS, column, in_words, parquet, text

CHANGES = "changes.parquet"
COLUMNS = (ID, "change", "field", "before", "after")


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many records appeared, vanished and changed, and how many values changed in these."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    values: int = 0

    def to_json(self) -> dict[str, int]:
        """The form kept in a snapshot's manifest."""
        return asdict(self)


def write_changes(
    fields: Sequence[Field], parent: Snapshot | None, workspace: Workspace, directory: Path
) -> ChangeCounts:
    """Write `_id`, `change`, `field`, `before`, `after`, in the order of `_id`.

    An added or removed record is one row without field; a changed one is a row for each value
    that differs, as text. Only fields of both versions are compared: what the schema gained or
    lost is the contract's to tell. A first version has no changes.
    """
    table = workspace.raw("changes")
    workspace.run(exp.Create(this=table, kind="TABLE", expression=_nothing()))
    if parent is not None:
        old = parquet(parent.directory / "records.parquet")
        _insert(workspace, _only_in(RECORDS, old, "added"))
        _insert(workspace, _only_in(old, RECORDS, "removed"))
        both = [field for field in fields if field.name in parent.schema]
        _compare(both, parent, old, workspace)
    order = [column(ID), exp.column("field")]
    workspace.to_parquet(
        exp.select(*(column(name) for name in COLUMNS)).from_(table).order_by(*order),
        directory / CHANGES,
    )
    return _count(workspace)


def _nothing() -> exp.Select:
    empty = [exp.alias_(exp.cast(exp.null(), "VARCHAR"), name, quoted=True) for name in COLUMNS]
    return exp.select(*empty).where(exp.false())


def _insert(workspace: Workspace, rows: exp.Query) -> None:
    workspace.run(exp.Insert(this=workspace.raw("changes"), expression=rows))


def _row(change: str, *rest: exp.Expr, table: str) -> list[exp.Expr]:
    return [column(ID, table), text(change), *(rest or (exp.null(), exp.null(), exp.null()))]


def _only_in(here: exp.Table, there: exp.Table, change: str) -> exp.Select:
    known = exp.select(column(ID)).from_(there.copy())
    return (
        exp.select(*_row(change, table="here"))
        .from_(exp.alias_(here.copy(), "here", table=True))
        .where(exp.not_(exp.In(this=column(ID, "here"), query=known.subquery())))
    )


def _compare(both: Sequence[Field], parent: Snapshot, old: exp.Table, workspace: Workspace) -> None:
    """Join once, keep the rows that differ, then look at their fields one by one."""
    if not both:
        return
    before = {field.name: in_words(parent.schema[field.name], "old") for field in both}
    after = {field.name: in_words(field, "new") for field in both}
    differ = [exp.NullSafeNEQ(this=before[f.name], expression=after[f.name]) for f in both]
    differing = workspace.raw("differing")
    rows = (
        exp.select(
            column(ID, "new"),
            *(exp.alias_(before[f.name], f"before_{i}") for i, f in enumerate(both)),
            *(exp.alias_(after[f.name], f"after_{i}") for i, f in enumerate(both)),
        )
        .from_(exp.alias_(RECORDS.copy(), "new", table=True))
        .join(
            exp.alias_(old.copy(), "old", table=True),
            on=exp.EQ(this=column(ID, "new"), expression=column(ID, "old")),
        )
        .where(exp.or_(*differ))
    )
    workspace.run(exp.Create(this=differing, kind="TABLE", expression=rows))
    for i, field in enumerate(both):
        was, now = exp.column(f"before_{i}"), exp.column(f"after_{i}")
        _insert(
            workspace,
            exp.select(*_row("changed", text(field.name), was, now, table="differing"))
            .from_(exp.alias_(differing.copy(), "differing", table=True))
            .where(exp.NullSafeNEQ(this=was.copy(), expression=now.copy())),
        )


def _count(workspace: Workspace) -> ChangeCounts:
    change = exp.column("change")
    counted = workspace.rows(
        exp.select(
            change,
            exp.Count(this=exp.Distinct(expressions=[column(ID)])),
            exp.Count(this=exp.Star()),
        )
        .from_(workspace.raw("changes"))
        .group_by(change)
    )
    records = {kind: found for kind, found, _ in counted}
    values = {kind: found for kind, _, found in counted}
    return ChangeCounts(
        records.get("added", 0),
        records.get("removed", 0),
        records.get("changed", 0),
        values.get("changed", 0),
    )
