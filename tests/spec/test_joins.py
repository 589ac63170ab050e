"""Joins: records with the fields of other datasets, in every clause, and what is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import pytest
from served import a_field, question, serve

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.answer import answer
from cimaise.engine.query.cursors import Position, cursor_of, page_from, position_at
from cimaise.engine.query.explain import explained
from cimaise.engine.query.facets import facets
from cimaise.engine.query.joins import joined
from cimaise.engine.query.limits import WHOLE
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot

VISITS = Schema(
    (
        replace(a_field("house", "text"), referentiel="museofile"),
        a_field("year", "int"),
        a_field("number", "int"),
        a_field("note", "text"),
        a_field("day", "date"),
    )
)
VISIT_ROWS = [
    {"house": "M1", "year": 2020, "number": 10, "note": "closed for works"},
    {"house": "M1", "year": 2021, "number": 30, "day": date(2021, 1, 1)},
    {"house": "M2", "year": 2020, "number": 5},
    {"house": "M9", "year": 2020, "number": 7},
    {"year": 2021, "number": 1, "note": "of nobody, in Paris"},
]
HOUSES = Schema(
    (
        replace(a_field("ref", "text", id=True), referentiel="museofile"),
        a_field("name", "text"),
        a_field("town", "text", facet=True),
        a_field("themes", "text", multivalued=";", facet=True),
        a_field("rank", "int"),
        a_field("opened", "date"),
        a_field("place", "geo_point_2d"),
        a_field("2020_visits", "int"),
    )
)
HOUSE_ROWS = [
    {"ref": "M3", "name": "Archives", "town": "Paris", "rank": 3},
    {
        "ref": "M1",
        "name": "Musée d'Orsay",
        "town": "Paris",
        "themes": ["art", "histoire"],
        "rank": 1,
        "opened": date(1986, 12, 9),
        "place": {"lon": 2.3266, "lat": 48.86},
        "2020_visits": 9,
    },
    {"ref": "M2", "name": "Médiathèque", "town": "Évreux", "themes": ["livres"], "rank": 2},
]
TOWNS = Schema((a_field("name", "text"), a_field("code", "int"), a_field("part", "text")))
TOWN_ROWS = [
    {"name": "Paris", "code": 75, "part": "north"},
    {"name": "Évreux", "code": 27, "part": "north"},
    {"name": "Nice", "code": 6},
    {"code": 1},
    {"code": 2},
]
H = "the-houses"


@dataclass
class Reading:
    """Three datasets and a room to ask them in."""

    room: ReadingRoom
    kept: Mapping[str, Snapshot]

    def find(self, dataset: str) -> Snapshot | None:
        return self.kept.get(dataset)

    def near(self, dataset: str) -> str | None:
        return next(iter(get_close_matches(dataset, self.kept, n=1)), None)

    def of(self, *join: str, about: str = "visits", **asked):
        said = question(join=join, **asked)
        return said, joined(said, self.kept[about], self, self.room)

    def ask(self, *join: str, limits=WHOLE, **asked):
        said, found = self.of(*join, **asked)
        return answer(said, found, self.room, limits)

    def rows(self, *join: str, **asked):
        return [tuple(record.values()) for record in self.ask(*join, **asked).records()]


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> Iterator[Reading]:
    root: Path = tmp_path_factory.mktemp("joins")
    kept = {}
    for name, schema, rows in (
        ("visits", VISITS, VISIT_ROWS),
        (H, HOUSES, HOUSE_ROWS),
        ("towns", TOWNS, TOWN_ROWS),
    ):
        (root / name).mkdir()
        made = serve(root / name, schema, rows)
        kept[name] = replace(made, manifest=replace(made.manifest, dataset=name))
    room = ReadingRoom(root)
    yield Reading(room, kept)
    room.close()


def test_every_record_stays_once_in_its_order_with_the_fields_of_the_other(reading):
    found = reading.ask(H)

    assert found.total_count == 5
    records = found.records()
    assert [record["number"] for record in records] == [10, 30, 5, 7, 1]
    assert [record[f"{H}.town"] for record in records] == ["Paris", "Paris", "Évreux", None, None]
    assert list(records[0]) == [*VISITS.names, *(f"{H}.{name}" for name in HOUSES.names)]
    assert records[0][f"{H}.place"] == {"lon": 2.3266, "lat": 48.86}
    assert [column.label for column in found.columns][-1] == f"2020_visits ({H})"


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"select": f"number, {H}.town"}, [(10, "Paris"), (30, "Paris"), (5, "Évreux")]),
        ({"select": f"`{H}.town`, {H}.`rank`"}, [("Paris", 1), ("Paris", 1), ("Évreux", 2)]),
        ({"select": f"`{H}`.town as t"}, [("Paris",), ("Paris",), ("Évreux",)]),
        ({"select": f"number - {H}.rank-1 as n"}, [(8,), (28,), (2,)]),
        ({"select": f"{H}.2020_visits as v"}, [(9,), (9,), (None,)]),
        ({"select": f"number, upper({H}.town) as t", "offset": 1, "limit": 1}, [(30, "PARIS")]),
        ({"select": f"include({H}.to*)"}, [("Paris",), ("Paris",), ("Évreux",)]),
        (
            {"select": f"{H}.*, year, exclude({H}.na*), exclude({H}.op*)", "limit": 1},
            [("M1", "Paris", ["art", "histoire"], 1, {"lon": 2.3266, "lat": 48.86}, 9, 2020)],
        ),
        ({"select": f"`{H}`.*, exclude({H}.*), number"}, [(10,), (30,), (5,)]),
        ({"select": "number", "order_by": f"{H}.town desc, number"}, [(10,), (30,), (5,)]),
        ({"select": "number", "order_by": f"-{H}.rank"}, [(5,), (10,), (30,)]),
    ],
)
def test_fields_of_the_other_stand_in_select_and_order_by(reading, asked, rows):
    assert reading.rows(H, where="house in ('M1', 'M2')", **asked) == rows


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (f"{H}.town = 'Paris'", [10, 30]),
        (f"{H}.town = 'Paris' and number > 10", [30]),
        (f"not {H}.town = 'Paris'", [5, 7, 1]),
        (f"{H}.town is null", [7, 1]),
        (f"{H}.rank >= 2", [5]),
        (f"number > {H}.rank * 5", [10, 30]),
        (f"'art' in {H}.themes", [10, 30]),
        (f"{H}.name like 'mediatheque'", [5]),
        (f"{H}.name ilike 'm%'", [10, 30, 5]),
        (f"startswith({H}.name, 'Mus')", [10, 30]),
        (f"within_distance({H}.place, geom'POINT(2.33 48.86)', 1km)", [10, 30]),
        # Texts are searched in the fields of the dataset itself: nothing of Orsay is there.
        ("'orsay'", []),
        ("'paris'", [1]),
        ("search('work')", [10]),
        (f"'closed' and {H}.town = 'Paris'", [10]),
    ],
)
def test_conditions_are_of_both(reading, where, numbers):
    found = reading.ask(H, select="number", where=where)

    assert [record["number"] for record in found.records()] == numbers
    assert found.total_count == len(numbers)
    assert len(reading.ask(H, where=where, limit=1).rows) == min(1, len(numbers))
    assert reading.ask(H, where=where, limit=1).total_count == len(numbers)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (
            {"group_by": f"{H}.town", "select": "count(*) as n, sum(number) as s"},
            [(None, 2, 8), ("Évreux", 1, 5), ("Paris", 2, 40)],
        ),
        (
            {"group_by": f"{H}.town", "select": "count(*) as n", "having": f"{H}.town is not null"},
            [("Évreux", 1), ("Paris", 2)],
        ),
        (
            {"group_by": "year", "select": f"max({H}.rank) as r", "order_by": "r desc"},
            [(2020, 2), (2021, 1)],
        ),
        (
            {"group_by": f"{H}.themes", "select": "sum(number) as s"},
            [(None, 8), ("art", 40), ("histoire", 40), ("livres", 5)],
        ),
        ({"group_by": f"{H}.town as t", "select": "t", "order_by": "-t"},
         [("Paris",), ("Évreux",), (None,)]),
        ({"select": f"avg({H}.rank) as a", "limit": 1}, [(4 / 3,)]),
        ({"group_by": f"range({H}.rank, 2)", "select": "count(*) as n", "limit": 1}, [(None, 2)]),
    ],
)  # fmt: skip
def test_groups_are_made_of_both(reading, asked, rows):
    assert reading.rows(H, **asked) == rows


@pytest.mark.parametrize(
    ("join", "select", "rows"),
    [
        (f"{H} on house = ref", f"{H}.rank", [1, 1, 2, None, None]),
        (f"{H} on ref = house".replace("ref", f"{H}.ref"), f"{H}.rank", [1, 1, 2, None, None]),
        (f"{H} on house = {H}.ref as h", "h.rank", [1, 1, 2, None, None]),
        (f"{H} as h on house = h.ref", "h.rank", [1, 1, 2, None, None]),
        (f"`{H}` as `my-h`", "my-h.rank", [1, 1, 2, None, None]),
        (f"{H} on lower(house) = ref", f"{H}.rank", [None] * 5),
        (f"{H} on cast(number / 5 as int) = rank", f"{H}.ref", ["M2", None, "M1", "M1", None]),
        ("towns on number + 65 = code as t", "t.name", ["Paris", None, None, None, None]),
    ],
)
def test_what_is_alike_may_be_said(reading, join, select, rows):
    assert [row for (row,) in reading.rows(join, select=f"{select} as v")] == rows


def test_a_join_may_depend_on_the_one_before(reading):
    joins = (H, f"towns on {H}.town = name")

    rows = reading.rows(*joins, group_by="towns.part", select=f"count(*) as n, max({H}.rank) as r")

    assert rows == [(None, 2, None), ("north", 3, 2)]


def test_a_dataset_may_be_joined_to_itself(reading):
    assert reading.rows(
        f"{H} on ref = ref as same", about=H, select="name, same.name as n", limit=1
    ) == [("Archives", "Archives")]


def test_facets_are_counted_and_refined_by(reading):
    said, found = reading.of(H, refine=f"{H}.town:Paris", limit=0)

    groups = facets(said, [f"{H}.town", f'facet(name="{H}.themes")', "year"], found, reading.room)

    told = {group.name: [(each.name, each.count) for each in group.values] for group in groups}
    assert told == {
        f"{H}.town": [("Paris", 2)],
        f"{H}.themes": [("art", 2), ("histoire", 2)],
        "year": [("2020", 1), ("2021", 1)],
    }
    assert [group.name for group in facets(said, [], found, reading.room)] == [
        f"{H}.town",
        f"{H}.themes",
    ]
    assert reading.rows(H, select="number", exclude=f"{H}.town:Paris") == [(5,), (7,), (1,)]


@pytest.mark.parametrize("order", ["", f"{H}.town desc", "number"])
def test_pages_follow_each_other(reading, order):
    said, found = reading.of(H, select="number", order_by=order, limit=2)
    position, seen = Position(), []
    while position is not None:
        if position.seen:
            position = position_at(cursor_of(position, said, found), said, found)
        page = page_from(position, said, found, reading.room)
        seen += [record["number"] for record in page.answer.records()]
        assert page.answer.total_count == 5
        position = page.following

    assert seen == [number for (number,) in reading.rows(H, select="number", order_by=order)]
    assert len(seen) == 5


def test_the_v1_language_speaks_of_the_dataset_itself(reading):
    assert reading.rows(H, select="number", qv1=("paris",)) == [(1,)]
    assert reading.rows(H, select="number", qv1=("number>5",)) == [(10,), (30,), (7,)]


def test_the_explanation_tells_the_join(reading):
    said, found = reading.of(H, select="number", where=f"{H}.town = 'Paris'")

    told = explained(said, found, str)

    assert "with the fields of the-houses, where House is Ref" in told.meaning
    assert told.read == len(VISIT_ROWS) + len(HOUSE_ROWS)


@pytest.mark.parametrize(
    ("joins", "place", "words", "hint"),
    [
        (["the-house"], "the-house", "Unknown dataset: the-house", "Did you mean the-houses?"),
        (["nothing"], "nothing", "Unknown dataset: nothing", None),
        (["towns"], "towns", "Nothing that both datasets declare joins towns",
         "Write: towns on our_field = their_field."),
        (["towns on note = part"], "part",
         "part of towns does not tell its records apart: 1 of its values are there more than once",
         "Join by a field without repeated values, or ask the other way round."),
        (["towns on number = name"], "number",
         "number is a number and name a text: they are never equal",
         "Write cast(number as text), or another field."),
        (["towns on note = code"], "note",
         "note is a text and code a number: they are never equal",
         "Write cast(note as int), or another field."),
        (["towns on day = name"], "day", "day is a date and name a text: they are never equal",
         "Write cast(day as text), or another field."),
        (["towns on nots = name"], "nots", "Unknown field: nots", "Did you mean note?"),
        (["towns on note = nam"], "nam", "towns has no field nam", "Did you mean name?"),
        (["towns on 3 = code"], "3", "3 is nothing to join by", ...),
        (["towns on range(number, 5) = name"], "range(number, 5)",
         "range(number, 5) is nothing to join by", ...),
        (["towns on search('x') = name"], "search('x')", "search('x') is nothing to join by", ...),
        (["towns on sum(number) = code"], "sum(number)", "sum() cannot stand here", None),
        ([f"{H} on note = themes"], "themes", "themes is nothing to join by", None),
        ([f"{H} on note = place"], "place", "place is nothing to join by", None),
        (["towns on number = 3"], "3", "After = stands a field of the joined dataset", ...),
        ([H, f"{H} on note = ref as `The-Houses`"], H, "Two joined datasets are called The-Houses",
         ...),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_told_with_its_place(reading, joins, place, words, hint):
    with pytest.raises(AskingError) as refused:
        reading.of(*joins)

    error = refused.value
    assert str(error.what) == words
    assert error.clause == "join"
    assert error.text[error.position : error.position + error.length] == place
    if hint is not ...:
        assert (None if error.hint is None else str(error.hint)) == hint


@pytest.mark.parametrize(
    "join",
    [
        "", " ,", "towns,visits", "towns on", "towns on note", "towns on note =", "towns on = name",
        "towns note = name", "towns on note = name as", "towns as 'x'", "towns as `a b`",
        "towns.name", "towns as t as u", "date 'x'", "towns on note = name extra", "`towns",
        "to ns", "towns on " + "(" * 500, "\x00", "towns on note > name", "é" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_join_is_refused(reading, join):
    with pytest.raises(AskingError):
        reading.of(join or "`")


def test_at_most_three_datasets_are_joined(reading):
    with pytest.raises(AskingError, match="at most 3"):
        reading.of(*(f"{H} as h{rank}" for rank in range(4)))
    assert len(reading.rows(*(f"{H} as h{rank}" for rank in range(3)))) == 5


@pytest.mark.parametrize(
    ("asked", "words", "hint"),
    [
        ({"where": f"search({H}.name, 'x')"},
         "search() looks into the fields of the dataset itself",
         "In fields of joined datasets look with like or ilike."),
        ({"where": f"{H}.* = 1"}, f"Unknown field: {H}.*", f"Did you mean {H}.ref?"),
        ({"select": "other.*"}, "unexpected . at position 5 in other.*", "None"),
        ({"select": "town"}, "Unknown field: town", f"Did you mean {H}.town?"),
        ({"select": f"{H}.twn"}, f"Unknown field: {H}.twn", f"Did you mean {H}.town?"),
        ({"refine": f"{H}.twn:x"}, f"Unknown field: {H}.twn", f"Did you mean {H}.town?"),
    ],
)  # fmt: skip
def test_questions_about_joined_fields_are_checked(reading, asked, words, hint):
    with pytest.raises(AskingError) as refused:
        reading.ask(H, **asked)

    assert (str(refused.value.what), str(refused.value.hint)) == (words, hint)


def test_without_a_join_hyphens_subtract(reading):
    with pytest.raises(AskingError, match="Unknown field: the"):
        reading.ask(select=f"{H}.town")
