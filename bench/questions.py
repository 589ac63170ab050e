"""The questions: the same one put three ways, and never twice the same in a measure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan, degrees, pi, sinh
from urllib.parse import urlencode

from bench.bare import Bare
from bench.datasette import SEARCHED, TABLE
from bench.places import DATASET

Address = Callable[[int], str]
FACETS = ("country_code", "state", "province_code")
ZOOM = 8
CELLS = 16  # along a tile's side, as engine.query.tiles counts clusters
GRID = (
    f"select avg(longitude), avg(latitude), count(*), min(rowid) from {TABLE}"
    " where latitude between :south and :north and longitude between :west and :east"
    " group by cast((longitude - :west) / :width as int),"
    " cast((latitude - :south) / :height as int)"
)
API = f"/api/explore/v2.1/catalog/datasets/{DATASET}"
RIVAL = f"/geonames/{TABLE}"
TABLE_CSV = f"{RIVAL}.csv"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    `portal` and `rival` give the address of the nth question; `bare` asks the same of DuckDB.
    `wanted` is how many times faster than Datasette; `same` says that `bare` is the work that the
    portal does, so that the difference is what HTTP costs.
    """

    name: str
    portal: Address
    rival: Address
    bare: Callable[[int], object]
    wanted: float = 2
    same: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """What is looked for: values that exist, drawn the same way each time."""

    countries: Sequence[str]
    words: Sequence[str]
    records: Sequence[tuple[str, int]]
    tiles: Sequence[tuple[int, int]]
    centres: Sequence[tuple[float, float]]


def sample(bare: Bare, point: tuple[str, str]) -> Sample:
    """Values to look for, from the published rows; `point` is the SQL of latitude and longitude."""
    latitude, longitude = point
    countries = bare.rows(
        "SELECT country_code FROM records GROUP BY 1 HAVING count(*) > 5000 ORDER BY count(*) DESC"
    )
    words = bare.rows(
        "SELECT word FROM (SELECT lower(regexp_extract(place, '[A-Za-z]{5,}')) word FROM records)"
        " WHERE word <> '' GROUP BY 1 HAVING count(*) BETWEEN 20 AND 3000 ORDER BY md5(word)"
        " LIMIT 400"
    )
    records = bare.rows(
        "SELECT _id, rowid FROM records WHERE _id LIKE '0a%' ORDER BY _id LIMIT 400"
    )
    side = f"{2**ZOOM}"
    tiles = bare.rows(
        f"SELECT x, y FROM (SELECT floor(({longitude} + 180) / 360 * {side})::INT x,"
        f" floor((1 - asinh(tan(radians({latitude}))) / pi()) / 2 * {side})::INT y"
        f" FROM records WHERE abs({latitude}) < 80) GROUP BY x, y HAVING count(*) > 500"
        " ORDER BY hash(x, y) LIMIT 300"
    )
    centres = bare.rows(
        f"SELECT {longitude}, {latitude} FROM records WHERE abs({latitude}) < 70"
        " ORDER BY md5(_id) LIMIT 300"
    )
    return Sample(
        [str(code) for (code,) in countries],
        [str(word) for (word,) in words],
        [(str(rid), int(str(rowid))) for rid, rowid in records],
        [(int(str(x)), int(str(y))) for x, y in tiles],
        [(float(str(lon)), float(str(lat))) for lon, lat in centres],
    )


def bounds(x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile, in degrees."""
    side = 2**ZOOM

    def latitude(row: int) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * row / side))))

    return (x / side * 360 - 180, latitude(y + 1), (x + 1) / side * 360 - 180, latitude(y))


class Asker:
    """Puts the questions of every line; `number` makes each differ from all others."""

    def __init__(self, bare: Bare, found: Sample, point: tuple[str, str]) -> None:
        self._bare = bare
        self._found = found
        self._latitude, self._longitude = point
        self._names = ", ".join(name for name in bare.columns if name != "_id")

    def lines(self) -> list[Line]:
        """Every line but the whole CSV."""
        return [
            self._page(),
            self._sorted(),
            self._search(),
            self._facets(),
            self._record(),
            self._tile(),
        ]

    def _country(self, number: int) -> str:
        return self._found.countries[number % len(self._found.countries)]

    def _word(self, number: int) -> str:
        return self._found.words[number % len(self._found.words)]

    def _page(self) -> Line:
        def offset(number: int) -> int:
            return number * 31 % 9900

        def bare(number: int) -> None:
            self._bare.rows("SELECT count(*) FROM records")
            page = f"SELECT {self._names} FROM records LIMIT 20 OFFSET {offset(number)}"
            self._bare.rows(page)

        return Line(
            "20 rows",
            lambda number: _portal("records", limit=20, offset=offset(number)),
            lambda number: _rival(_size=20, _next=offset(number)),
            bare,
        )

    def _sorted(self) -> Line:
        def bare(number: int) -> None:
            where = "country_code = ? AND zipcode <> ?"
            values = [self._country(number), str(number)]
            self._bare.rows(f"SELECT count(*) FROM records WHERE {where}", values)
            page = f"SELECT {self._names} FROM records WHERE {where} ORDER BY place LIMIT 20"
            self._bare.rows(page, values)

        return Line(
            "filter + sort",
            lambda number: _portal(
                "records",
                where=f'country_code = "{self._country(number)}" and zipcode != "{number}"',
                order_by="place",
                limit=20,
            ),
            lambda number: _rival(
                country_code=self._country(number), zipcode__not=number, _sort="place", _size=20
            ),
            bare,
        )

    def _search(self) -> Line:
        texts = [name for name in SEARCHED if name in self._bare.columns]
        some = " OR ".join(f"contains(lower(strip_accents({name})), $1)" for name in texts)
        page = f"SELECT {self._names} FROM records WHERE {some} LIMIT 20"
        return Line(
            "full text",
            lambda number: _portal("records", where=f'"{self._word(number)}"', limit=20),
            lambda number: _rival(_search=self._word(number), _size=20),
            lambda number: self._bare.rows(page, [self._word(number)]),
            same=False,
        )

    def _facets(self) -> Line:
        where = "country_code <> ? AND zipcode <> ?"

        def bare(number: int) -> None:
            values = [self._country(number), str(number)]
            for name in FACETS:
                self._bare.rows(
                    f"SELECT {name}, count(*) n FROM records WHERE {where} AND {name} IS NOT NULL"
                    " GROUP BY 1 ORDER BY n DESC, 1 LIMIT 100",
                    values,
                )

        return Line(
            "facet counts of three fields",
            lambda number: _portal(
                "facets",
                facet=FACETS,
                where=f'country_code != "{self._country(number)}" and zipcode != "{number}"',
            ),
            lambda number: _rival(
                country_code__not=self._country(number),
                zipcode__not=number,
                _facet=FACETS,
                _facet_size=100,
                _size=1,
            ),
            bare,
            wanted=10,
        )

    def _record(self) -> Line:
        records = self._found.records

        def identifier(number: int) -> str:
            return records[number % len(records)][0]

        one = f"SELECT {self._names} FROM records WHERE _id = ?"
        return Line(
            "one record",
            lambda number: f"{API}/records/{identifier(number)}",
            lambda number: f"{RIVAL}/{records[number % len(records)][1] + 1}.json?_shape=objects",
            lambda number: self._bare.rows(one, [identifier(number)]),
        )

    def _tile(self) -> Line:
        """Datasette draws no tiles: it counts the same records by the cells of the same grid."""
        tiles = self._found.tiles

        def rival(number: int) -> str:
            west, south, east, north = bounds(*tiles[number % len(tiles)])
            square = {
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "width": (east - west) / CELLS,
                "height": (north - south) / CELLS,
            }
            return f"/geonames.json?{urlencode({'sql': GRID, '_shape': 'arrays', **square})}"

        def portal(number: int) -> str:
            x, y = tiles[number % len(tiles)]
            return f"/explore/dataset/{DATASET}/tiles/{ZOOM}/{x}/{y}.mvt"

        return Line("map tile", portal, rival, self._bare_tile, same=False)

    def _bare_tile(self, number: int) -> None:
        x, y = self._found.tiles[number % len(self._found.tiles)]
        west, south, east, north = bounds(x, y)
        here = f"ST_Point({self._longitude}, {self._latitude})"
        self._bare.rows(
            "SELECT ST_AsMVT({'geom': geom, 'n': n}, 'records') FROM (SELECT ST_AsMVTGeom("
            f"ST_Transform(any_value({here}), 'EPSG:4326', 'EPSG:3857', true),"
            f" ST_Extent(ST_TileEnvelope({ZOOM}, {x}, {y})), 4096, 64, true) geom, count(*) n"
            f" FROM records WHERE {self._latitude} BETWEEN ? AND ?"
            f" AND {self._longitude} BETWEEN ? AND ?"
            f" GROUP BY floor(({self._longitude} - {west}) / {(east - west) / 256}),"
            f" floor(({self._latitude} - {south}) / {(north - south) / 256}))",
            [south, north, west, east],
        )


def whole_csv(number: int) -> tuple[str, str]:
    """Addresses of every row as CSV: the portal's never the same, so that no kept file answers."""
    separator = "|" * (number + 1)
    return _portal("exports/csv", list_separator=separator), f"{TABLE_CSV}?_stream=on&_size=max"


def _portal(operation: str, **asked: object) -> str:
    return f"{API}/{operation}?{urlencode(asked, doseq=True)}"


def _rival(**asked: object) -> str:
    return f"{RIVAL}.json?{urlencode({'_shape': 'objects', **asked}, doseq=True)}"
