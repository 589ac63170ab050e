"""Shapefile: a zip of .shp, .shx, .dbf, .prj and .cpg, with all that this old format cannot hold.

Its limits, as we meet them: one kind of geometry, that of the first record that has one (other
records keep their attributes and lose their place); names of ten letters; texts of 254 bytes;
no boolean (1 or 0); an instant is a text; a number from 1e21 on is null; files of 2 GB.
"""

import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlglot import exp

from cimaise.engine.duck import DuckFailure, ReadingRoom
from cimaise.engine.exports.base import EPSG, PIECE, SECONDS, ExportCard, Rendition
from cimaise.engine.exports.cells import Cell, call, known, literal, number, plain, when
from cimaise.engine.exports.columns import SEPARATOR, attribute, is_daily, without_places
from cimaise.engine.exports.dbase import declare_days
from cimaise.engine.exports.gdal import GEOMETRY, copied, place_of, scratch
from cimaise.engine.exports.headers import short_headers
from cimaise.engine.exports.lines import Cells, wrapped
from cimaise.engine.exports.places import has_places, placed
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Column

LARGEST = 2**31 - 1  # bytes of any of its files
_NAME = "records"
_LONGEST = 10  # letters of a name
_GREATEST = 1e21  # GDAL cuts the digits of numbers beyond
_KINDS = {
    "POINT": ("POINT",),
    "MULTIPOINT": ("MULTIPOINT",),
    "ARC": ("LINESTRING", "MULTILINESTRING"),
    "POLYGON": ("POLYGON", "MULTIPOLYGON"),
}


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """The zip, made in a private directory and then sent; raises Refusal past 2 GB."""
    with scratch() as directory, tempfile.TemporaryFile() as bundle:
        with _small_enough():
            _layer(rendition, room, directory / f"{_NAME}.shp")
        _bundled(directory, rendition.provenance.dataset, bundle)
        bundle.seek(0)
        while piece := bundle.read(PIECE):
            yield piece


def _layer(rendition: Rendition, room: ReadingRoom, target: Path) -> None:
    plan = rendition.plan
    kind = _kind(rendition, room)
    names = short_headers(plan.columns, longest=_LONGEST)
    told = without_places(plan.columns)

    def columns(cells: Cells) -> list[Cell]:
        attributes = [
            exp.alias_(_attribute(*cells[each], plan.timezone), names[each], quoted=True)
            for each in told
        ]
        return [*attributes, exp.alias_(_of_kind(place_of(cells), kind), GEOMETRY, quoted=True)]

    options = ("ENCODING=UTF-8", "RESIZE=YES", "2GB_LIMIT=YES", f"SHPT={kind}")
    tree = wrapped(plan, columns)
    copied(rendition, room, target, tree, driver="ESRI Shapefile", layer=_NAME, options=options)
    days = [names[each] for each in told if is_daily(plan.columns[each])]
    declare_days(target.with_suffix(".dbf"), days)
    if any(path.stat().st_size > LARGEST for path in target.parent.iterdir()):
        raise _too_large()


def _attribute(column: Column, value: Cell, timezone: str) -> Cell:
    if column.type == "double":
        return when(call("abs", value.copy()) < number(_GREATEST), value)
    if is_daily(column):
        return call("replace", attribute(column, value, timezone), literal("-"), literal(""))
    if column.type == "datetime":
        return plain(column, value, timezone=timezone, separator=SEPARATOR)
    return attribute(column, value, timezone)


def _kind(rendition: Rendition, room: ReadingRoom) -> str:
    """The kind of shapes of the file: that of the first place of the answer."""
    plan = rendition.plan
    if placed(plan.columns) is None:
        return "POINT"
    places = wrapped(plan, lambda cells: [exp.alias_(place_of(cells), "place")]).subquery("places")
    place = exp.column("place")
    sort = exp.cast(call("ST_GeometryType", place), "VARCHAR")
    drawable = [sort.copy().isin(*(name for names in _KINDS.values() for name in names))]
    tree = exp.select(sort).from_(places)
    tree = tree.where(known(place), exp.Not(this=call("ST_IsEmpty", place.copy())), *drawable)
    found = room.rows(tree.limit(1), plan.values, seconds=SECONDS)
    sorts = {name: kind for kind, names in _KINDS.items() for name in names}
    return sorts[found[0][0]] if found else "POINT"


def _of_kind(place: Cell, kind: str) -> Cell:
    sort = exp.cast(call("ST_GeometryType", place.copy()), "VARCHAR")
    full = exp.Not(this=call("ST_IsEmpty", place.copy()))
    return when(exp.and_(sort.isin(*_KINDS[kind]), full), call("ST_Force2D", place))


@contextmanager
def _small_enough() -> Generator[None]:
    try:
        yield
    except DuckFailure as failure:
        if "2GB" in str(failure):
            raise _too_large() from failure
        raise


def _too_large() -> Refusal:
    return Refusal(
        "too_large_for_shapefile",
        say("These records make a Shapefile larger than 2 GB, which nothing could open."),
        remedy=say("Filter the records, or take GeoPackage or FlatGeobuf instead."),
    )


def _bundled(directory: Path, dataset: str, bundle: IO[bytes]) -> None:
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for path in sorted(directory.iterdir()):
            member = zipfile.ZipInfo(f"{dataset}{path.suffix}")  # no date: same rows, same bytes
            member.compress_type = zipfile.ZIP_DEFLATED
            member.file_size = path.stat().st_size
            with path.open("rb") as file, archive.open(member, "w") as held:
                while piece := file.read(PIECE):
                    held.write(piece)


SHP = ExportCard(
    name="shp",
    label="Shapefile",
    extension="zip",
    media_type="application/zip",
    write=write,
    offered=has_places,
    parameters=(EPSG,),
    family="maps",
)
