"""What could not be read, kept word for word."""

from pathlib import Path

from sqlglot import exp

from cimaise.engine.duck import Workspace
from cimaise.engine.snapshots.trees import LINE, column
from cimaise.engine.steps.typed import TypedRows

REJECTS = "rejects.parquet"


def write_rejects(typed: TypedRows, workspace: Workspace, directory: Path) -> int:
    """Write `line`, `field`, `value`, `reason` of every reject; returns how many there are.

    The file is always there, with the same columns.
    """
    if typed.rejects is None:
        nothing = [
            exp.alias_(exp.cast(exp.null(), kind), name)
            for name, kind in (
                ("line", "BIGINT"),
                ("field", "VARCHAR"),
                ("value", "VARCHAR"),
                ("reason", "VARCHAR"),
            )
        ]
        return workspace.to_parquet(exp.select(*nothing).where(exp.false()), directory / REJECTS)
    source = exp.Subquery(this=typed.rejects.copy(), alias=exp.to_identifier("rejected"))
    rows = exp.select(
        exp.alias_(exp.cast(column(LINE), "BIGINT"), "line"),
        *(exp.alias_(exp.cast(column(n), "VARCHAR"), n) for n in ("field", "value", "reason")),
    ).from_(source)
    return workspace.to_parquet(rows.order_by("line", "field"), directory / REJECTS)
