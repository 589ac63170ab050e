"""Vector tiles of the records of a question: counted clusters from afar, each record when near."""

import math
from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import say
from cimaise.engine.odsql import dialect
from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.odsql.functions.places import in_box
from cimaise.engine.query.answer import ask
from cimaise.engine.query.cells import Square, clusters, latitude_at
from cimaise.engine.query.places import Places, latitude, longitude, places
from cimaise.engine.query.plan import RECORDS
from cimaise.engine.query.planner import field_column
from cimaise.engine.query.question import Question
from cimaise.engine.query.vector_tile import Dot, tile_of_dots
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.aids import aids_of
from cimaise.engine.snapshots.book import BOOK
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.text import rows_condition
from cimaise.engine.snapshots.trees import ID
from cimaise.engine.trees import cast

LAYER = "records"
EXTENT = 4096  # units of a tile's side
BUFFER = 64  # units drawn beyond the sides, so that circles are not cut
DEEPEST = 22
NEAREST = 14  # from here every record stands for itself, even many at one place
MANY = 5_000  # most records one tile draws
Identity = tuple[str | None, str | None]
_NOBODY: Identity = (None, None)
_TITLES = ("nom", "name", "titre", "title", "libelle", "label", "intitule")


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the web's map: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        side = 2 ** min(max(self.z, 0), DEEPEST)
        if not (0 <= self.z <= DEEPEST and 0 <= self.x < side and 0 <= self.y < side):
            what = say("There is no tile {z}/{x}/{y}.", z=self.z, x=self.x, y=self.y)
            raise InvalidParameterError(str(what), what)

    @property
    def side(self) -> int:
        """Tiles along the side of the world."""
        return int(2**self.z)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, the buffer included."""
        margin = BUFFER / EXTENT
        return (
            (self.x - margin) / self.side * 360 - 180,
            latitude_at((self.y + 1 + margin) / self.side),
            (self.x + 1 + margin) / self.side * 360 - 180,
            latitude_at((self.y - margin) / self.side),
        )

    def position(self, lon: float, lat: float) -> tuple[int, int]:
        """A place in units of the tile, from its north-west corner (Web Mercator)."""
        down = 0.5 - math.atanh(math.sin(math.radians(lat))) / (2 * math.pi)
        return (
            round(((lon + 180) / 360 * self.side - self.x) * EXTENT),
            round((down * self.side - self.y) * EXTENT),
        )


def tile(
    question: Question, snapshot: Snapshot, room: ReadingRoom, z: int, x: int, y: int
) -> bytes:
    """The tile as Mapbox Vector Tile, layer `records`; b"" where nothing is.

    Points of `count` 1 carry `_id` and `title`, clusters only their `count`; shapes all carry
    `_id` and `title`. Whether records are clustered hangs on the zoom alone, so that two tiles
    side by side never draw the same crowd in two ways. Raises AskingError for a question or a
    tile that is none.
    """
    where = Tile(z, x, y)
    found = places(question, snapshot, room)
    title = title_field(snapshot.schema)
    if found.field.type == "geo_shape":
        return _drawn(_shapes(found, where, title), found.values, room)
    if z < NEAREST:
        return _clusters(found, where, title, snapshot, room)
    return _drawn(_points(found, where, title), found.values, room)


def _drawn(tree: exp.Select, values: tuple[object, ...], room: ReadingRoom) -> bytes:
    drawn, features = ask(room, dialect.vector_tile(tree, LAYER, EXTENT), values)[0]
    return bytes(drawn) if features else b""


def title_field(schema: Schema) -> Field | None:
    """The field that names a record to people: one called so, else the first text."""
    texts = [each for each in schema.of_type("text") if each.annotations.multivalued is None]
    named = [each for each in texts if each.name.split("_")[0] in _TITLES]
    free = [each for each in texts if not each.annotations.facet and not each.annotations.id]
    return next(iter([*named, *free, *texts]), None)


def _within(found: Places, where: Tile, *items: exp.Expr) -> exp.Select:
    return found.select(*items).where(in_box(found.drawn, found.field.type, where.box))


def _identity(title: Field | None) -> list[exp.Expr]:
    named = exp.null() if title is None else field_column(title)
    return [
        exp.alias_(exp.column("_id", table="r", quoted=True), "_id", quoted=True),
        exp.alias_(cast(named, "VARCHAR"), "title", quoted=True),
    ]


def _points(found: Places, where: Tile, title: Field | None) -> exp.Select:
    """Each record where it is."""
    drawn = found.drawn
    place = _in_tile(longitude(drawn), latitude(drawn), where)
    one = exp.alias_(cast(exp.Literal.number(1), "INTEGER"), "count", quoted=True)
    return _within(
        found, where, exp.alias_(place, "geometry", quoted=True), one, *_identity(title)
    ).limit(MANY)


def _clusters(
    found: Places, where: Tile, title: Field | None, snapshot: Snapshot, room: ReadingRoom
) -> bytes:
    """Each cell at the centre of its records; a cell of one record is that record."""
    cells = clusters(found, Square(where.z, where.x, where.y), snapshot, room)
    placed = [(cell, *where.position(cell.lon, cell.lat)) for cell in cells]
    seen = range(-BUFFER, EXTENT + BUFFER + 1)
    drawn = sorted(
        ((cell, x, y) for cell, x, y in placed if x in seen and y in seen),
        key=lambda each: (each[2], each[1]),
    )
    alone = [cell.row for cell, _, _ in drawn if cell.count == 1]
    known = _titles(alone, found, title, snapshot, room)
    dots = []
    for cell, x, y in drawn:
        identity = known.get(cell.row, _NOBODY) if cell.count == 1 else _NOBODY
        members = {"count": cell.count, "_id": identity[0], "title": identity[1]}
        dots.append(Dot(x, y, members))
    return tile_of_dots(dots, LAYER, EXTENT)


def _titles(
    rows: list[int],
    found: Places,
    title: Field | None,
    snapshot: Snapshot,
    room: ReadingRoom,
) -> dict[int, Identity]:
    """The identifier and title of some rows."""
    if not rows:
        return {}
    names = [ID] if title is None else [ID, title.name]
    book = aids_of(room).find(snapshot, BOOK)
    if book is not None:
        held = ((row[0], None if title is None else row[1]) for row in book.rows(rows, names))
        return dict(zip(rows, held, strict=True))
    condition, values = rows_condition(rows, max(rows) + 1, RECORDS)
    row = exp.column("rowid", table=RECORDS)
    tree = exp.select(row, *_identity(title)).from_(found.table).where(condition)
    return {row: (known, named) for row, known, named in ask(room, tree, tuple(values))}


def _in_tile(lon: exp.Expr, lat: exp.Expr, where: Tile) -> exp.Expr:
    """The same as `Tile.position`, for columns."""
    across = _scaled(
        exp.Div(
            this=exp.paren(exp.Add(this=lon.copy(), expression=dialect.number(180.0))),
            expression=dialect.number(360.0),
        ),
        where.side,
        where.x,
    )
    radians = exp.Radians(this=lat.copy())
    sine = exp.Sin(this=radians)
    down = exp.Sub(
        this=dialect.number(0.5),
        expression=exp.Div(
            this=dialect.call("atanh", sine), expression=dialect.number(2 * math.pi)
        ),
    )
    return dialect.call("st_point", across, _scaled(exp.paren(down), where.side, where.y))


def _scaled(share: exp.Expr, side: int, rank: int) -> exp.Expr:
    inside = exp.Sub(
        this=exp.Mul(this=share, expression=dialect.number(float(side))),
        expression=dialect.number(float(rank)),
    )
    units = exp.Mul(this=exp.paren(inside), expression=dialect.number(float(EXTENT)))
    return dialect.call("round", units)


def _shapes(found: Places, where: Tile, title: Field | None) -> exp.Select:
    """The shapes that touch the tile, cut and simplified to what can be seen."""
    # Half a unit of the tile: nothing that is seen goes.
    flat = dialect.flattened(found.drawn, dialect.HALF_WORLD / where.side / EXTENT)
    one = exp.alias_(cast(exp.Literal.number(1), "INTEGER"), "count", quoted=True)
    touching = _within(found, where, exp.alias_(flat, "flat"), one, *_identity(title))
    place = dialect.in_tile(exp.column("flat"), (where.z, where.x, where.y), EXTENT, BUFFER)
    kept = (exp.column(name, quoted=True) for name in ("count", "_id", "title"))
    cut = exp.select(exp.alias_(place, "geometry", quoted=True), *kept).from_(
        touching.subquery("touching")
    )
    drawn = exp.Not(this=exp.Is(this=exp.column("geometry", quoted=True), expression=exp.null()))
    return exp.select(exp.Star()).from_(cut.subquery("cut")).where(drawn)
