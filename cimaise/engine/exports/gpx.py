"""GPX 1.1: waypoints and tracks for GPS devices, in longitude and latitude always.

Points are waypoints, lines and the rings of polygons are tracks; GPX cannot hold a record without
a place, which is left out. Attributes are extensions as GDAL writes them, or a description.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import COMPRESSED, ExportCard, ExportParameter, Rendition
from cimaise.engine.exports.cells import (
    Cell,
    call,
    coordinate,
    joined,
    known,
    literal,
    plain,
    text,
    when,
)
from cimaise.engine.exports.columns import SEPARATOR
from cimaise.engine.exports.headers import titled, xml_headers
from cimaise.engine.exports.lines import Cells, RowText, lines
from cimaise.engine.exports.markup import coordinates, element, parts
from cimaise.engine.exports.places import has_places, placed
from cimaise.engine.query.plan import Column

NAME_FIELD = ExportParameter(
    "name_field", "", "The field that names waypoints; the first text if absent."
)
DESCRIBED = ExportParameter(
    "description_field_list", "", "Fields of the description, parted by commas."
)
USE_EXTENSION = ExportParameter(
    "use_extension", True, "Attributes as <extensions>; false: as <desc>."
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Cimaise" '
    'xmlns="http://www.topografix.com/GPX/1/1" xmlns:ogr="http://osgeo.org/gdal">\n'
)
_ATTRIBUTES = r' lat="\2" lon="\1"'
_POSITION = r"\[([^,\[\]]+),([^,\[\]]+)[^\[\]]*\],?"


@dataclass(frozen=True, slots=True)
class _Said:
    """Which columns are said, and where: positions in the answer."""

    name: int | None
    described: tuple[int, ...]
    extended: tuple[int, ...]


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """Waypoints first, then tracks, as the format wants: two readings of the answer for shapes."""
    plan = rendition.plan
    said = _said(rendition)
    drawn = placed(plan.columns)
    elements = xml_headers(plan.columns)

    def about(cells: Cells) -> Cell:
        return joined(*_about(cells, said, elements, plan.timezone))

    def waypoints(cells: Cells) -> Cell:
        column, value = cells[drawn or 0]
        if column.type == "geo_point_2d":
            attributes = _at(text(coordinate(value, "lat")), text(coordinate(value, "lon")))
            return _or_nothing(known(value), _filled("wpt", attributes, about(cells)))
        kind, written = coordinates("part")
        position = call("regexp_replace", written, literal(_POSITION), literal(_ATTRIBUTES))
        full = exp.and_(_is(kind, "POINT"), exp.NEQ(this=written.copy(), expression=literal("[]")))
        points = parts(value, when(full, _filled("wpt", position, about(cells))), "part")
        return call("coalesce", points, literal(""))

    def tracks(cells: Cells) -> Cell:
        _, value = cells[drawn or 0]
        segments = parts(value, _segments("part"), "part")
        filled = joined(literal("<trk>"), about(cells), segments, literal("</trk>\n"))
        full = exp.NEQ(this=segments.copy(), expression=literal(""))
        return _or_nothing(full, filled)

    passes: list[RowText] = []
    if drawn is not None:
        passes = [waypoints]
        if plan.columns[drawn].type == "geo_shape":
            passes.append(tracks)
    return _stream(iter([]) if not passes else _rows(rendition, room, passes))


def _rows(
    rendition: Rendition, room: ReadingRoom, passes: Sequence[RowText]
) -> Iterator[list[str]]:
    for row in passes:
        yield from lines(rendition.plan, room, row)


def _stream(batches: Iterator[list[str]]) -> Generator[bytes]:
    yield _HEAD.encode()
    for batch in batches:
        if written := "".join(batch).encode():
            yield written
    yield b"</gpx>\n"


def _said(rendition: Rendition) -> _Said:
    columns, parameters = rendition.plan.columns, rendition.parameters
    names = [column.name for column in columns]
    drawn = placed(columns)
    asked = str(parameters[NAME_FIELD.name]).strip()
    name = _position(asked, names, NAME_FIELD) if asked else titled(columns)
    listed = [part.strip() for part in str(parameters[DESCRIBED.name]).split(",") if part.strip()]
    described = tuple(_position(each, names, DESCRIBED) for each in listed)
    others = tuple(each for each in range(len(columns)) if each not in (name, drawn))
    if parameters[USE_EXTENSION.name]:
        return _Said(name, described, others)
    return _Said(name, described or others, ())


def _position(name: str, names: Sequence[str], parameter: ExportParameter) -> int:
    if name not in names:
        raise parameter.refusal(name, f"one of {', '.join(names)}")
    return names.index(name)


def _about(cells: Cells, said: _Said, elements: Sequence[str], timezone: str) -> Iterator[Cell]:
    """Name, description and extensions of a place, in the order GPX has them."""

    def shown(position: int) -> Cell:
        column, value = cells[position]
        return plain(column, value, timezone=timezone, separator=SEPARATOR)

    if said.name is not None:
        yield element("name", shown(said.name))
    if said.described:
        yield element(
            "desc", _described([(cells[each][0], shown(each)) for each in said.described])
        )
    if said.extended:
        yield literal("<extensions>")
        for each in said.extended:
            yield element(f"ogr:{elements[each]}", shown(each))
        yield literal("</extensions>")


def _described(told: Sequence[tuple[Column, Cell]]) -> Cell:
    """`Label: value`, a line each, for the values there are."""
    rows = [
        when(known(value), joined(literal(f"{column.label}: "), value)) for column, value in told
    ]
    said = call("concat_ws", literal("\n"), *rows)
    return call("nullif", said, literal(""))


def _at(latitude: Cell, longitude: Cell) -> Cell:
    return joined(literal(' lat="'), latitude, literal('" lon="'), longitude, literal('"'))


def _filled(name: str, attributes: Cell, content: Cell) -> Cell:
    return joined(literal(f"<{name}"), attributes, literal(">"), content, literal(f"</{name}>\n"))


def _segments(var: str) -> Cell:
    """A line, or each ring of a polygon, as a segment of a track."""
    kind, written = coordinates(var)
    rings = call("substr", written.copy(), exp.Literal.number(2), call("length", written) - 2)
    listed = when(_is(kind, "POLYGON"), rings, written.copy())
    opened = call("replace", listed, literal("[["), literal("<trkseg>["))
    closed = call("replace", opened, literal("]]"), literal("]</trkseg>"))
    point = literal(f"<trkpt{_ATTRIBUTES}/>")
    drawn = call("regexp_replace", closed, literal(_POSITION), point, literal("g"))
    tidy = call("replace", drawn, literal("</trkseg>,"), literal("</trkseg>"))
    full = exp.and_(
        kind.copy().isin("LINESTRING", "POLYGON"),
        exp.NEQ(this=written.copy(), expression=literal("[]")),
    )
    return _or_nothing(full, tidy)


def _or_nothing(test: Cell, then: Cell) -> Cell:
    return when(test, then, literal(""))


def _is(kind: Cell, name: str) -> Cell:
    return exp.EQ(this=kind.copy(), expression=literal(name))


GPX = ExportCard(
    name="gpx",
    label="GPX",
    extension="gpx",
    media_type="application/gpx+xml",
    write=write,
    offered=has_places,
    parameters=(NAME_FIELD, DESCRIBED, USE_EXTENSION, COMPRESSED),
    family="maps",
)
