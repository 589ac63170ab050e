"""Records as the v1 API writes them: JSON objects, features and CSV cells (explore-api §3-§5).

Where v1 differs from v2.1: absent values have no key, places are `[lat, lon]`, lists are one text,
booleans are `True` and `False`, and the CSV of the portal rounds places to twelve digits.
"""

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import SECONDS
from cimaise.engine.exports.cells import (
    Cell,
    as_json,
    call,
    coordinate,
    geometry,
    is_list,
    joined,
    known,
    listed,
    literal,
    plain,
    point_geometry,
    text,
    when,
)
from cimaise.engine.exports.lines import BATCH, Cells, RowText, wrapped
from cimaise.engine.query.answer import ask
from cimaise.engine.query.plan import RECORDS, Column, Plan
from cimaise.engine.query.planner import field_column
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

_END = "\r\n"
_LISTED = ","
_BETWEEN = ",\n"
ID, PLACE = "_id", "_geometry"


@dataclass(frozen=True, slots=True)
class Edition:
    """What v1 says of each record beside its fields: its dataset, and when it was made."""

    dataset: str
    timestamp: str


def identified(planned: Plan, schema: Schema) -> Plan:
    """The plan of ungrouped records, yielding besides what `records` and `features` need."""
    columns = [Column(ID, "text", ID)]
    trees = [exp.alias_(exp.column(ID, table=RECORDS, quoted=True), ID, quoted=True)]
    place = place_of(schema)
    if place is not None:
        columns.append(Column(PLACE, place.type, PLACE, place))
        trees.append(exp.alias_(field_column(place), PLACE, quoted=True))
    tree = planned.tree.select(*trees)
    return replace(planned, tree=tree, columns=(*planned.columns, *columns))


def place_of(schema: Schema) -> Field | None:
    """The field that is the geometry of records: a point if there is one, else a shape."""
    return schema.point or next(iter(schema.of_type("geo_shape")), None)


def counted(planned: Plan, room: ReadingRoom, rows: int) -> int:
    """How many records match a plan whose page held that many rows."""
    if planned.known_total is not None or planned.total is None:
        return planned.known_total or 0
    last_page = planned.page is None or rows < planned.page
    if last_page and (rows or planned.offset == 0):
        return planned.offset + rows
    return int(ask(room, planned.total, planned.total_values)[0][0])


def records(
    planned: Plan, room: ReadingRoom, edition: Edition, seconds: float = SECONDS
) -> Iterator[list[str]]:
    """The JSON of each record (explore-api §5.4), in batches; the plan is an `identified` one.

    `seconds` are those the engine may work. Raises TooLong and DuckFailure.
    """
    head = f'{{"datasetid": {json.dumps(edition.dataset)}, "recordid": "'
    tail = f', "record_timestamp": {json.dumps(edition.timestamp)}}}'

    def row(cells: Cells) -> Cell:
        own = {column.name: value for column, value in cells if column.name == ID}
        return joined(
            literal(head),
            own[ID],
            literal('", "fields": {'),
            _members(cells, planned.timezone),
            literal("}"),
            _placed(cells, ', "geometry": '),
            literal(tail),
        )

    return _lines(planned, room, row, seconds)


def features(planned: Plan, room: ReadingRoom, seconds: float = SECONDS) -> Iterator[list[str]]:
    """The GeoJSON feature of each record, in batches; as `records`."""

    def row(cells: Cells) -> Cell:
        where = call("coalesce", call("nullif", _placed(cells, ""), literal("")), literal("null"))
        return joined(
            literal('{"type": "Feature", "geometry": '),
            where,
            literal(', "properties": {'),
            _members(cells, planned.timezone),
            literal("}}"),
        )

    return _lines(planned, room, row, seconds)


def _lines(planned: Plan, room: ReadingRoom, row: RowText, seconds: float) -> Iterator[list[str]]:
    tree = wrapped(planned, lambda cells: [row(cells)])
    for batch in room.batches(tree, planned.values, BATCH, seconds=seconds):
        yield [line for (line,) in batch]


def _members(cells: Cells, timezone: str) -> Cell:
    """The fields that have a value, as the inside of a JSON object."""
    parts = [
        exp.DPipe(
            this=literal(json.dumps(column.name, ensure_ascii=False) + ": "),
            expression=_value(column, value, timezone),
        )
        for column, value in cells
        if column.name not in (ID, PLACE)
    ]
    return call("concat_ws", literal(", "), *parts) if parts else literal("")


def _placed(cells: Cells, lead: str) -> Cell:
    """The geometry after `lead`; an empty text where the record is nowhere."""
    for column, value in cells:
        if column.name == PLACE:
            drawn = geometry(value) if column.type == "geo_shape" else point_geometry(value)
            return when(known(value), joined(literal(lead), drawn), literal(""))
    return literal("")


def _value(column: Column, value: Cell, timezone: str) -> Cell:
    """The JSON of a value, null where it is null (explore-api §3, column v1)."""
    if is_list(column):
        return when(known(value), text(call("to_json", listed(value, _separator(column)))))
    by_type: dict[str, Callable[[], Cell]] = {
        "boolean": lambda: when(
            known(value), when(value.copy(), literal('"True"'), literal('"False"'))
        ),
        "geo_point_2d": lambda: when(
            known(value),
            joined(
                literal("["),
                text(coordinate(value, "lat")),
                literal(", "),
                text(coordinate(value, "lon")),
                literal("]"),
            ),
        ),
        "geo_shape": lambda: geometry(value),
    }
    special = by_type.get(column.type)
    return special() if special else as_json(column, value, timezone=timezone)


def _separator(column: Column) -> str:
    """What joins the values of a list: what parted them in the source, if people can read it."""
    said = column.field.annotations.multivalued if column.field else None
    return said if said and said.isprintable() else _LISTED


def csv(
    planned: Plan,
    room: ReadingRoom,
    *,
    separator: str,
    use_labels: bool,
    seconds: float = SECONDS,
) -> Generator[bytes]:
    """The CSV of the portal's old export (explore-api §4.2): CRLF, minimal quoting, no BOM."""
    names = [column.label if use_labels else column.name for column in planned.columns]
    header = separator.join(_written(name, separator) for name in names) + _END

    def row(cells: Cells) -> Cell:
        parts: list[Cell] = []
        for column, value in cells:
            raw = _cell(column, value, planned.timezone)
            parts += [literal(separator), _dressed(raw, separator)]
        if len(cells) == 1:  # an empty line would be read back as no row at all
            parts[1] = call("coalesce", parts[1], literal('""'))
        return joined(*parts[1:], literal(_END))

    def pieces() -> Generator[bytes]:
        yield header.encode()
        for batch in _lines(planned, room, row, seconds):
            yield "".join(batch).encode()

    return pieces()


def _written(name: str, separator: str) -> str:
    if any(sign in name for sign in (separator, '"', "\r", "\n")):
        return '"' + name.replace('"', '""') + '"'
    return name


def _cell(column: Column, value: Cell, timezone: str) -> Cell:
    if column.type == "geo_point_2d":
        digits = literal("%.12g")
        lat = call("printf", digits, coordinate(value, "lat"))
        lon = call("printf", digits.copy(), coordinate(value, "lon"))
        return when(known(value), joined(lat, literal(","), lon))
    if column.type == "geo_shape":
        return _type_first(value)
    return plain(column, value, timezone=timezone, separator=_separator(column))


def _type_first(value: Cell) -> Cell:
    """A GeoJSON geometry as Python's json writes it, its type first."""
    found = call("ST_AsGeoJSON", value.copy())
    kind = call("json_extract", found, literal("$.type"))
    coordinates = call("json_extract", found.copy(), literal("$.coordinates"))
    spaced = call("replace", text(coordinates), literal(","), literal(", "))
    whole = joined(literal('{"type": '), kind, literal(', "coordinates": '), spaced, literal("}"))
    return when(known(value), when(known(coordinates), whole, text(found)))


def _dressed(raw: Cell, separator: str) -> Cell:
    wild = [call("contains", raw.copy(), literal(sign)) for sign in ('"', separator, "\n", "\r")]
    doubled = call("replace", raw.copy(), literal('"'), literal('""'))
    return when(exp.or_(*wild), joined(literal('"'), doubled, literal('"')), raw)


def array(batches: Iterator[list[str]], lead: str = "[", end: str = "]") -> Generator[bytes]:
    """The objects of batches as a JSON array, as they come."""
    first = True
    for batch in batches:
        if batch:
            yield ((lead if first else _BETWEEN) + _BETWEEN.join(batch)).encode()
            first = False
    yield (lead + end if first else end).encode()
