"""The questions of the language: to the portal, to its engine alone, and in SQL by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from bench import moments
from bench.bare import Bare
from bench.datasette import TABLE
from bench.places import DATASET
from bench.questions import FACETS, Sample
from cimaise.engine.query.question import Question

Asked = Mapping[str, str]
ZOOMS = (3, 6, 9)
CIRCLE_KM = 30
EARTH = 6_371_008.8  # metres, as the engine's sphere


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line: `asked` gives the parameters of the nth question, the operation is `records`.

    `bare` is the same in SQL written by hand, where there is any; `rival` the address of the
    same at Datasette, where it can do it; `also` operations asked along with `records`.
    """

    name: str
    asked: Callable[[int], Asked]
    bare: Callable[[int], object] | None = None
    rival: Callable[[int], str] | None = None
    also: tuple[tuple[str, Sequence[tuple[str, str]]], ...] = ()
    dataset: str = DATASET

    def question(self, number: int) -> Question:
        """The nth question as the engine takes it."""
        asked = self.asked(number)
        return Question(
            select=asked.get("select", ""),
            where=(asked["where"],) if "where" in asked else (),
            group_by=asked.get("group_by", ""),
            order_by=asked.get("order_by", ""),
            limit=int(asked.get("limit", 10)),
        )

    def addresses(self, number: int) -> list[str]:
        """What is asked over HTTP."""
        root = f"/api/explore/v2.1/catalog/datasets/{self.dataset}"
        asked = self.asked(number)
        where = [("where", asked["where"])] if "where" in asked else []
        return [
            f"{root}/records?{urlencode(asked)}",
            *(f"{root}/{name}?{urlencode([*where, *more])}" for name, more in self.also),
        ]


class Speaker:
    """Puts the questions; `number` makes each differ from all others."""

    def __init__(
        self, places: Bare, times: Bare, found: Sample, point: tuple[str, str], field: str
    ) -> None:
        self._places = places
        self._times = times
        self._found = found
        self._latitude, self._longitude = point
        self._field = field
        self._names = ", ".join(name for name in places.columns if name != "_id")

    def lines(self) -> list[Spoken]:
        """Every line."""
        return [
            self._two_keys(),
            self._months(),
            self._percentile(),
            self._circle(),
            self._box(),
            self._search(),
            *(self._clusters(zoom) for zoom in ZOOMS),
        ]

    def _centre(self, number: int) -> tuple[float, float]:
        """A place, longitude and latitude, a little elsewhere each time."""
        centres = self._found.centres
        lon, lat = centres[number % len(centres)]
        return round(lon + number % 97 / 1000, 5), round(lat + number % 89 / 1000, 5)

    def _two_keys(self) -> Spoken:
        sql = (
            "SELECT country_code, state, count(*) n FROM records WHERE zipcode <> {mark}"
            " GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 100"
        )
        rival = sql.replace("records", TABLE).format(mark=":other")
        return Spoken(
            "group by two keys",
            lambda number: {
                "select": "country_code, state, count(*) as n",
                "where": f'zipcode != "{number}"',
                "group_by": "country_code, state",
                "limit": "100",
            },
            lambda number: self._places.rows(sql.format(mark="?"), [str(number)]),
            lambda number: _by_sql(rival, other=str(number)),
        )

    def _months(self) -> Spoken:
        sql = (
            "SELECT date_trunc('month', seen), count(*) FROM records WHERE number <> ?"
            " GROUP BY 1 ORDER BY 1 LIMIT 1000"
        )
        return Spoken(
            "date histogram by month",
            lambda number: {
                "select": "count(*) as n",
                "where": f"number != {number}",
                "group_by": "range(seen, 1 month)",
                "limit": "1000",
            },
            lambda number: self._times.rows(sql, [number]),
            dataset=moments.DATASET,
        )

    def _percentile(self) -> Spoken:
        sql = (
            f"SELECT country_code, quantile_cont({self._latitude}, 0.9) FROM records"
            " WHERE zipcode <> ? GROUP BY 1 ORDER BY 1 LIMIT 200"
        )
        return Spoken(
            "percentile by country",
            lambda number: {
                "select": "country_code, percentile(latitude, 90) as p",
                "where": f'zipcode != "{number}"',
                "group_by": "country_code",
                "limit": "200",
            },
            lambda number: self._places.rows(sql, [str(number)]),
        )

    def _circle(self) -> Spoken:
        lat, lon = self._latitude, self._longitude
        near = (
            f"2 * {EARTH} * asin(sqrt(pow(sin(radians({lat} - $2) / 2), 2) + cos(radians($2))"
            f" * cos(radians({lat})) * pow(sin(radians({lon} - $1) / 2), 2))) <= {CIRCLE_KM}000"
        )
        # A degree of latitude is 111 km; one of longitude less, the nearer the poles.
        box = (
            f"{lat} BETWEEN $2 - {CIRCLE_KM / 111} AND $2 + {CIRCLE_KM / 111} AND {lon} BETWEEN"
            f" $1 - {CIRCLE_KM / 111} / cos(radians($2)) AND"
            f" $1 + {CIRCLE_KM / 111} / cos(radians($2))"
        )

        def asked(number: int) -> Asked:
            x, y = self._centre(number)
            shape = f"geom'POINT({x} {y})'"
            return {
                "where": f"within_distance({self._field}, {shape}, {CIRCLE_KM}km)",
                "limit": "20",
            }

        return Spoken(
            "within_distance", asked, lambda number: self._page(f"{box} AND {near}", number)
        )

    def _page(self, where: str, number: int) -> None:
        values = self._centre(number)
        self._places.rows(f"SELECT count(*) FROM records WHERE {where}", values)
        self._places.rows(f"SELECT {self._names} FROM records WHERE {where} LIMIT 20", values)

    def _box(self) -> Spoken:
        lat, lon = self._latitude, self._longitude
        where = f"{lat} BETWEEN $2 - 0.5 AND $2 + 0.5 AND {lon} BETWEEN $1 - 0.5 AND $1 + 0.5"
        rival = (
            f"select * from {TABLE} where latitude between :south and :north"
            " and longitude between :west and :east limit 20"
        )

        def corners(number: int) -> tuple[float, float, float, float]:
            x, y = self._centre(number)
            return round(y - 0.5, 5), round(x - 0.5, 5), round(y + 0.5, 5), round(x + 0.5, 5)

        def theirs(number: int) -> str:
            names = ("south", "west", "north", "east")
            return _by_sql(rival, **dict(zip(names, map(str, corners(number)), strict=True)))

        return Spoken(
            "in_bbox",
            lambda number: {
                "where": f"in_bbox({self._field}, {', '.join(map(str, corners(number)))})",
                "limit": "20",
            },
            lambda number: self._page(where, number),
            theirs,
        )

    def _search(self) -> Spoken:
        words = self._found.words

        def theirs(number: int) -> str:
            asked = {"_search": words[number % len(words)], "_sort": "place", "_size": 20}
            asked |= {"_facet": FACETS, "_shape": "objects"}
            return f"/geonames/{TABLE}.json?{urlencode(asked, doseq=True)}"

        return Spoken(
            "search + facets + sort",
            lambda number: {
                "where": f'"{words[number % len(words)]}"',
                "order_by": "place",
                "limit": "20",
            },
            rival=theirs,
            also=(("facets", [("facet", name) for name in FACETS]),),
        )

    def _clusters(self, zoom: int) -> Spoken:
        return Spoken(
            f"geo_cluster, zoom {zoom}",
            lambda number: {
                "select": "count(*) as n",
                "where": f'zipcode != "{number}"',
                "group_by": f"geo_cluster({self._field}, {zoom})",
                "limit": "1000",
            },
        )


def _by_sql(sql: str, **values: str) -> str:
    return f"/geonames.json?{urlencode({'sql': sql, '_shape': 'arrays', **values})}"
