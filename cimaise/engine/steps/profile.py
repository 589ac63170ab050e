"""What the columns of a raw table hold: a sample to guess from, then every value to be sure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from cimaise.engine.duck import Row, Workspace
from cimaise.engine.progress import Progress, Waypoint
from cimaise.engine.readers.base import RawColumn, RawTable
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.types import TYPES
from cimaise.engine.schema.types.base import (
    BLANKS,
    Form,
    called,
    is_blank,
    literal,
    matches,
    surrounded,
)

SAMPLE = 2000
FORMS: Mapping[str, Form] = {
    f"{card.name}.{form.name}": form for card in TYPES.values() for form in card.forms
}
_PATTERNS = {name: re.compile(form.pattern) for name, form in FORMS.items()}
_LIKELY = 0.5  # a form that fewer sampled cells have is not worth counting over all rows
_LOOKED_AT = 300  # sampled cells that forms are tried on
_MIXED = (("int", "double"), ("date", "datetime"), ("json",))  # types whose forms mix in one column
_AT_ONCE = 12  # columns a pass: bounded memory for the sketches of distinct values
_FIGURES = ("present", "filled", "distinct", "longest", "total")


def profiles(raw: RawTable, workspace: Workspace, progress: Progress) -> tuple[ColumnProfile, ...]:
    """A profile of each column, in order; the figures are over all rows."""
    sampled = _sample(raw, workspace)
    found: list[ColumnProfile] = []
    for start in range(0, len(raw.columns), _AT_ONCE):
        progress(Waypoint("profile", start, len(raw.columns)))
        group = range(start, min(start + _AT_ONCE, len(raw.columns)))
        found.extend(_measured(raw, group, sampled, workspace))
    return tuple(_looked_up(raw, place, profile, workspace) for place, profile in enumerate(found))


def _looked_up(
    raw: RawTable, place: int, profile: ColumnProfile, workspace: Workspace
) -> ColumnProfile:
    """A column whose few filled cells the sample missed is measured on them."""
    if profile.sample or not profile.filled or profile.storage != "VARCHAR":
        return profile
    cell = exp.column(profile.column)
    filled = exp.select(cell).from_(raw.tree).where(is_blank(cell.copy()).not_()).limit(SAMPLE)
    alone: list[Row] = [(None,) * place + row for row in workspace.rows(filled)]
    found = next(_measured(raw, range(place, place + 1), alone, workspace))
    return replace(found, first=None)


def _sample(raw: RawTable, workspace: Workspace) -> list[Row]:
    """Rows from all over the table, the same ones each time, the first one first."""
    step = max(1, raw.rows // SAMPLE)
    turn = exp.Mod(this=exp.column("_line"), expression=exp.convert(step))
    cells = [exp.cast(exp.column(column.column), "VARCHAR") for column in raw.columns]
    here = exp.select(*cells).from_(raw.tree).where(turn.eq(exp.convert(2 % step)))
    return workspace.rows(here.order_by("_line"))


def _measured(
    raw: RawTable, group: Sequence[int], sampled: Sequence[Row], workspace: Workspace
) -> Iterator[ColumnProfile]:
    cells = {place: _filled_cells(sampled, place) for place in group}
    likely = {place: _likely_forms(raw.columns[place], cells[place]) for place in group}
    figures = [figure for place in group for figure in _figures(raw.columns[place], likely[place])]
    row = iter(workspace.rows(exp.select(*figures).from_(raw.tree))[0])
    for place in group:
        column = raw.columns[place]
        said = {name: next(row) or 0 for name in _FIGURES}
        counted = {form: int(next(row)) for form in likely[place]}
        yield ColumnProfile(
            column=column.column,
            header=column.header,
            storage=column.storage,
            rows=raw.rows,
            filled=said["filled"],
            blank=said["present"] - said["filled"],
            distinct=said["distinct"],
            longest=said["longest"],
            average=said["total"] / said["filled"] if said["filled"] else 0.0,
            forms=counted,
            sample=cells[place],
            first=sampled[0][place] if sampled else None,
        )


def _filled_cells(sampled: Sequence[Row], place: int) -> tuple[str, ...]:
    return tuple(row[place] for row in sampled if row[place] and row[place].strip(BLANKS))


def _likely_forms(column: RawColumn, cells: Sequence[str]) -> tuple[str, ...]:
    """Forms worth counting over all rows: those of most sampled cells, and what mixes with them."""
    if column.storage != "VARCHAR" or not cells:
        return ()
    looked_at = cells[:: max(1, len(cells) // _LOOKED_AT)]
    fits = {
        name: sum(pattern.fullmatch(cell.strip(BLANKS)) is not None for cell in looked_at)
        for name, pattern in _PATTERNS.items()
    }
    found = {name for name, fit in fits.items() if fit >= _LIKELY * len(looked_at)}
    for family in _MIXED:
        together = {name for name in FORMS if name.split(".")[0] in family}
        if sum(fits[name] for name in together) >= _LIKELY * len(looked_at):
            found |= together
    return tuple(name for name in FORMS if name in found)


def _figures(column: RawColumn, forms: Sequence[str]) -> Iterator[exp.Expr]:
    cell = exp.column(column.column)
    distinct = called("approx_count_distinct", cell.copy())
    if column.storage != "VARCHAR":
        there = exp.Count(this=cell.copy())
        yield from (there, there.copy(), distinct, exp.convert(0), exp.convert(0))
        return
    size = called("length", cell.copy())
    yield exp.Count(this=called("nullif", cell.copy(), literal("")))
    yield called("count_if", is_blank(cell.copy()).not_())
    yield distinct
    yield exp.Max(this=size)
    yield exp.Sum(this=size.copy())
    for name in forms:
        form = FORMS[name]
        read = exp.Is(this=form.sql(cell.copy()), expression=exp.null()).not_()
        yield called("count_if", exp.and_(matches(cell.copy(), surrounded(form.pattern)), read))
