"""KML 2.2: places as Google Earth and other globes open them, in longitude and latitude always.

Written by the engine like every other text: GDAL's driver turns coordinates round, cuts their
digits, and spells days and booleans in ways of its own.
"""

from collections.abc import Generator, Iterator

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, ExportCard, Rendition
from cimaise.engine.exports.cells import (
    Cell,
    call,
    coordinate,
    joined,
    known,
    literal,
    number,
    plain,
    text,
    when,
)
from cimaise.engine.exports.columns import SEPARATOR
from cimaise.engine.exports.headers import headers, titled
from cimaise.engine.exports.lines import Cells, lines
from cimaise.engine.exports.markup import coordinates, element, parts, plain_escaped
from cimaise.engine.exports.places import has_places, placed
from cimaise.engine.query.plan import Column, Plan

# KML's whole number has 32 bits: ours go as texts, as GDAL writes them.
_TYPES = {"double": "double", "boolean": "bool"}
_OUTER = "<outerBoundaryIs><LinearRing><coordinates>"
_OUTER_END = "</coordinates></LinearRing></outerBoundaryIs>"
_INNER = "<innerBoundaryIs><LinearRing><coordinates>"
_INNER_END = "</coordinates></LinearRing></innerBoundaryIs>"


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """A Placemark a record, named by its title; one without a place has its data only."""
    plan = rendition.plan
    drawn = placed(plan.columns)
    named = titled(plan.columns)
    names = headers(plan.columns)

    def placemark(cells: Cells) -> Cell:
        data = [
            element(
                "SimpleData",
                _said(column, value, plan),
                f' name="{plain_escaped(names[position])}"',
            )
            for position, (column, value) in enumerate(cells)
            if position != drawn
        ]
        title = None if named is None else element("name", _said(*cells[named], plan))
        return joined(
            literal("<Placemark>"),
            *([] if title is None else [title]),
            literal('<ExtendedData><SchemaData schemaUrl="#fields">'),
            *data,
            literal("</SchemaData></ExtendedData>"),
            *([] if drawn is None else [_drawn(*cells[drawn])]),
            literal("</Placemark>\n"),
        )

    return _stream(_head(rendition, names, drawn), lines(plan, room, placemark))


def _stream(head: str, batches: Iterator[list[str]]) -> Generator[bytes]:
    yield head.encode()
    for batch in batches:
        yield "".join(batch).encode()
    yield b"</Document></kml>\n"


def _head(rendition: Rendition, names: tuple[str, ...], drawn: int | None) -> str:
    fields = "".join(
        f'<SimpleField name="{plain_escaped(name)}" type="{_TYPES.get(column.type, "string")}">'
        f"<displayName>{plain_escaped(column.label)}</displayName></SimpleField>\n"
        for position, (column, name) in enumerate(zip(rendition.plan.columns, names, strict=True))
        if position != drawn
    )
    title = plain_escaped(rendition.provenance.dataset)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f'<Document><name>{title}</name>\n<Schema name="fields" id="fields">\n{fields}</Schema>\n'
    )


def _said(column: Column, value: Cell, plan: Plan) -> Cell:
    if column.type == "boolean":
        return text(exp.cast(value.copy(), "INTEGER"))
    return plain(column, value, timezone=plan.timezone, separator=SEPARATOR)


def _drawn(column: Column, value: Cell) -> Cell:
    if column.type == "geo_point_2d":
        point = joined(
            literal("<Point><coordinates>"),
            text(coordinate(value, "lon")),
            literal(","),
            text(coordinate(value, "lat")),
            literal("</coordinates></Point>"),
        )
        return when(known(value), point)
    several = exp.GT(this=call("len", call("ST_Dump", value.copy())), expression=number(1))
    found = parts(value, _part("part"), "part")
    grouped = joined(literal("<MultiGeometry>"), found, literal("</MultiGeometry>"))
    return when(known(value), when(several, grouped, found.copy()))


def _part(var: str) -> Cell:
    """A point, a line or a polygon from its coordinates: positions parted by blanks."""
    kind, written = coordinates(var)
    listed = call("replace", call("trim", written, literal("[]")), literal("],["), literal(" "))
    empty = exp.EQ(this=listed.copy(), expression=literal(""))
    rings = call("string_split", call("trim", written.copy(), literal("[]")), literal("]],[["))
    ring = [
        call("list_extract", rings, number(1)),
        call("list_slice", rings.copy(), number(2), number(-1)),
    ]
    holes = call("array_to_string", ring[1], literal(_INNER_END + _INNER))
    has_holes = exp.GT(this=call("len", rings.copy()), expression=number(1))
    polygon = call(
        "replace",
        joined(
            literal(f"<Polygon>{_OUTER}"),
            ring[0],
            literal(_OUTER_END),
            when(has_holes, joined(literal(_INNER), holes, literal(_INNER_END))),
            literal("</Polygon>"),
        ),
        literal("],["),
        literal(" "),
    )
    cases = exp.Case(default=literal(""))
    cases = cases.when(empty, literal(""))
    for name, tag in (("POINT", "Point"), ("LINESTRING", "LineString")):
        line = joined(
            literal(f"<{tag}><coordinates>"), listed.copy(), literal(f"</coordinates></{tag}>")
        )
        cases = cases.when(exp.EQ(this=kind.copy(), expression=literal(name)), line)
    return cases.when(exp.EQ(this=kind.copy(), expression=literal("POLYGON")), polygon)


KML = ExportCard(
    name="kml",
    label="KML",
    extension="kml",
    media_type="application/vnd.google-earth.kml+xml",
    write=write,
    offered=has_places,
    parameters=(COMPRESSED,),
    family="maps",
)
