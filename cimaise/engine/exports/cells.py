"""The text of a value, as an expression that the engine computes: no Python touches a cell.

Each function takes the expression of a stored value (storage of types: `schema.types`) and
returns the expression of its text, null where the value is null.
"""

from collections.abc import Callable

from sqlglot import exp

from cimaise.engine.query.plan import Column

Cell = exp.Expr  # the base of every node

_PRECISIONS = {"year": "%Y", "month": "%Y-%m"}


def call(name: str, *arguments: Cell) -> Cell:
    """A call of one of DuckDB's functions, written as it stands."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def literal(text: str) -> Cell:
    """A text constant."""
    return exp.Literal.string(text)


def number(value: float) -> Cell:
    """A numeric constant."""
    return exp.convert(value)


def joined(*parts: Cell) -> Cell:
    """The texts one after the other; nulls count for nothing."""
    return call("concat", *parts)


def when(test: Cell, then: Cell, otherwise: Cell | None = None) -> Cell:
    """`then` where the test holds, else `otherwise` (null)."""
    return exp.Case(ifs=[exp.If(this=test, true=then)], default=otherwise)


def known(value: Cell) -> Cell:
    """Whether a value is not null."""
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def text(value: Cell) -> Cell:
    """The engine's own text of a value: shortest form that reads back the same for numbers."""
    return exp.cast(value.copy(), "VARCHAR")


def finite(value: Cell) -> Cell:
    """The text of a number, null for what JSON and Excel cannot hold."""
    return when(call("isfinite", value.copy()), text(value))


def day(column: Column, value: Cell) -> Cell:
    """A date as ISO 8601, cut at the precision of its field (explore-api §3)."""
    precision = column.field.annotations.timeserie_precision if column.field else None
    pattern = _PRECISIONS.get(precision or "")
    if pattern is None:
        return text(value)
    return call("strftime", value.copy(), literal(pattern))


def local(value: Cell, timezone: str) -> Cell:
    """A stored instant (naive, UTC) as the wall clock of a time zone showed it."""
    return call("timezone", literal(timezone), call("timezone", literal("UTC"), value.copy()))


def instant(value: Cell, timezone: str) -> Cell:
    """A datetime with its offset; the fraction of the second only if there is one."""
    here = value if timezone == "UTC" else local(value, timezone)
    offset = literal("+00:00") if timezone == "UTC" else _offset(value, here)
    whole = exp.EQ(this=call("microsecond", value.copy()) % 1_000_000, expression=number(0))
    seconds = "%Y-%m-%dT%H:%M:%S"
    said = when(
        whole,
        call("strftime", here.copy(), literal(seconds)),
        call("strftime", here.copy(), literal(f"{seconds}.%f")),
    )
    return when(known(value), joined(said, offset))


def _offset(value: Cell, here: Cell) -> Cell:
    """`+hh:mm`, with seconds for the local times of before time zones."""
    gap = call("date_diff", literal("second"), value.copy(), here.copy())
    size = call("abs", gap)
    sign = when(exp.LT(this=gap.copy(), expression=number(0)), literal("-"), literal("+"))
    rest = call("mod", size.copy(), number(60))
    return joined(
        sign,
        call("lpad", text(_whole(size, 3600)), number(2), literal("0")),
        literal(":"),
        call("lpad", text(call("mod", _whole(size, 60), number(60))), number(2), literal("0")),
        when(
            exp.GT(this=rest, expression=number(0)),
            joined(literal(":"), call("lpad", text(rest), number(2), literal("0"))),
        ),
    )


def _whole(value: Cell, by: int) -> Cell:
    return exp.IntDiv(this=value.copy(), expression=number(by))


def coordinate(point: Cell, name: str) -> Cell:
    """`lon` or `lat` of a stored point."""
    return call("struct_extract", point.copy(), literal(name))


def point(value: Cell) -> Cell:
    """`lat, lon`, every digit kept: the cell of CSV and Excel files (explore-api §4.2)."""
    return when(
        known(value),
        joined(text(coordinate(value, "lat")), literal(", "), text(coordinate(value, "lon"))),
    )


def geometry(value: Cell) -> Cell:
    """A GeoJSON geometry, its coordinates first as the live Explore API writes them."""
    found = call("ST_AsGeoJSON", value.copy())
    compact = text(call("json_extract", found, literal("$.coordinates")))
    # Numbers and brackets only: live servers leave a space after each comma.
    coordinates = call("replace", compact, literal(","), literal(", "))
    kind = call("json_extract", found.copy(), literal("$.type"))
    reordered = joined(
        literal('{"coordinates": '), coordinates, literal(', "type": '), kind, literal("}")
    )
    return when(known(value), when(known(coordinates), reordered, text(found)))


def listed(value: Cell, separator: str) -> Cell:
    """The texts of a list in one cell."""
    return call("array_to_string", value.copy(), literal(separator))


def is_list(column: Column) -> bool:
    """Whether the answer holds a list of texts in this column."""
    field = column.field
    listed = field is not None and field.annotations.multivalued is not None
    return column.type == "texts" or (column.type == "text" and listed)


def plain(column: Column, value: Cell, *, timezone: str, separator: str) -> Cell:
    """The text of a cell of CSV and Excel files, unquoted."""
    if is_list(column):
        return listed(value, separator)
    by_type: dict[str, Callable[[], Cell]] = {
        "boolean": lambda: when(
            known(value), when(value.copy(), literal("True"), literal("False"))
        ),
        "date": lambda: day(column, value),
        "datetime": lambda: instant(value, timezone),
        "geo_point_2d": lambda: point(value),
        "geo_shape": lambda: geometry(value),
    }
    return by_type.get(column.type, lambda: text(value))()


def as_json(column: Column, value: Cell, *, timezone: str) -> Cell:
    """The JSON text of a value, the same as `/records` answers (explore-api §3)."""
    if is_list(column):
        return text(call("to_json", value.copy()))
    by_type: dict[str, Callable[[], Cell]] = {
        "int": lambda: text(value),
        "double": lambda: finite(value),
        "boolean": lambda: text(value),
        "date": lambda: _quoted(day(column, value)),
        "datetime": lambda: _quoted(instant(value, timezone)),
        "geo_point_2d": lambda: _point_object(value),
        "geo_shape": lambda: _feature(value),
        "json": lambda: _embedded(value),
    }
    return by_type.get(column.type, lambda: text(call("to_json", text(value))))()


def point_geometry(value: Cell) -> Cell:
    """A stored point as a GeoJSON geometry."""
    return when(
        known(value),
        joined(
            literal('{"type": "Point", "coordinates": ['),
            text(coordinate(value, "lon")),
            literal(", "),
            text(coordinate(value, "lat")),
            literal("]}"),
        ),
    )


def _quoted(said: Cell) -> Cell:
    return exp.DPipe(this=exp.DPipe(this=literal('"'), expression=said), expression=literal('"'))


def _point_object(value: Cell) -> Cell:
    return when(
        known(value),
        joined(
            literal('{"lon": '),
            text(coordinate(value, "lon")),
            literal(', "lat": '),
            text(coordinate(value, "lat")),
            literal("}"),
        ),
    )


def _feature(value: Cell) -> Cell:
    return when(
        known(value),
        joined(
            literal('{"type": "Feature", "geometry": '),
            geometry(value),
            literal(', "properties": {}}'),
        ),
    )


def _embedded(value: Cell) -> Cell:
    """JSON text as the value it is, on one line; text that is no JSON stays a string."""
    return when(
        call("json_valid", value.copy()),
        text(call("json", value.copy())),
        text(call("to_json", text(value))),
    )
