"""The rectangle that holds the records of a question: where a map opens."""

from dataclasses import dataclass

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql import dialect
from cimaise.engine.query.answer import ask
from cimaise.engine.query.places import latitude, longitude, places
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many records are somewhere, and their west, south, east and north (None: nowhere)."""

    count: int
    box: tuple[float, float, float, float] | None


def bounds(question: Question, snapshot: Snapshot, room: ReadingRoom) -> Bounds:
    """The bounds of a question's records; ODSQLError when the dataset has no places."""
    found = places(question, snapshot, room)
    west, south, east, north = _edges(found.drawn, found.field.type)
    tree = found.select(
        exp.Count(this=west),
        exp.Min(this=west.copy()),
        exp.Min(this=south),
        exp.Max(this=east),
        exp.Max(this=north),
    )
    count, *box = ask(room, tree, found.values)[0]
    if count == 0 or None in box:
        return Bounds(int(count), None)
    return Bounds(int(count), (float(box[0]), float(box[1]), float(box[2]), float(box[3])))


def _edges(drawn: exp.Expr, kind: str) -> tuple[exp.Expr, exp.Expr, exp.Expr, exp.Expr]:
    if kind == "geo_point_2d":
        lon, lat = longitude(drawn), latitude(drawn)
        return lon, lat, lon.copy(), lat.copy()
    return (
        dialect.edge_of(drawn, "xmin"),
        dialect.edge_of(drawn, "ymin"),
        dialect.edge_of(drawn, "xmax"),
        dialect.edge_of(drawn, "ymax"),
    )
