"""Facets with levels: paths, paths of records that have several, dates as precise as they are."""

import pytest
from served import Desk, a_field, question

from cimaise.engine.duck import TooLong
from cimaise.engine.query.facets import facets
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("ref", "text", id=True),
        a_field("subjects", "text", multivalued=";", hierarchical="/", facet=True),
        a_field("zone", "text"),
        a_field("year", "date", timeserie_precision="year", facet=True),
        a_field("seen", "datetime", facet=True),
        a_field("ratio", "double", facet=True),
        a_field("open", "boolean", facet=True),
    )
)
ROWS = [
    {
        "ref": "A",
        "subjects": ["Art/Painting", "Art/Sculpture", "Art", "History"],
        "zone": "Europe > France > Paris",
        "year": "1900-01-01",
        "seen": "2020-12-31 23:30:00",
        "ratio": 3.0,
        "open": True,
    },
    {
        "ref": "B",
        "subjects": ["Art/Painting/Oil", "Art/Painting/Ink"],
        "zone": "Europe > France > Lyon",
        "year": "1900-01-01",
        "seen": "2021-01-05 10:00:00",
        "ratio": 0.5,
        "open": False,
    },
    {"ref": "C", "subjects": ["History"], "zone": "Asia", "seen": "2021-02-01 00:00:00"},
]
ZONE = 'facet(name="zone", hierarchical=true, separator=" > ")'


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("levels"), SCHEMA, ROWS)
    yield opened
    opened.close()


def _shown(value):
    star = {"refined": "*", "excluded": "!", "displayed": ""}[value.state]
    below = f"({' '.join(_shown(each) for each in value.values)})" if value.values else ""
    count = "" if value.count is None else f":{value.count}"
    more = "…" if value.truncated else ""
    return f"{star}{value.value}{count}{below}{more}".replace(" > ", ">")


def counted(desk, requested, **asked):
    group = facets(question(**asked), [requested], desk.snapshot, desk.room)
    return " ".join(_shown(value) for value in group[0].values) if group else ""


COUNTED = [
    # A record with two subjects below "Art" counts once for "Art", once for "Art/Painting".
    ("subjects", {}, "Art:2 History:2"),
    ("subjects", {"refine": "subjects:Art"},
     "*Art:2(Art/Painting:2 Art/Sculpture:1) History:1"),
    ("subjects", {"refine": "subjects:Art/Painting"},
     "*Art:2(*Art/Painting:2(Art/Painting/Ink:1 Art/Painting/Oil:1) Art/Sculpture:1) History:1"),
    ("subjects", {"exclude": "subjects:Art"}, "History:1 !Art"),
    ("subjects", {"exclude": "subjects:Art/Sculpture"}, "Art:1 History:1 !Art/Sculpture"),
    ('facet(name="subjects", hierarchical=false)', {},
     "History:2 Art:1 Art/Painting:1 Art/Painting/Ink:1 Art/Painting/Oil:1 Art/Sculpture:1"),
    # Levels that only the request knows of.
    ("zone", {"exclude": "zone:Asia"},
     "Europe>France>Lyon:1 Europe>France>Paris:1 !Asia"),
    (ZONE, {}, "Europe:2 Asia:1"),
    (ZONE, {"refine": "zone:Europe"}, "*Europe:2(Europe>France:2)"),
    (ZONE, {"refine": "zone:Europe > France"},
     "*Europe:2(*Europe>France:2(Europe>France>Lyon:1 Europe>France>Paris:1))"),
    # Dates open year by year, as far as they are precise, on the clocks of the time zone.
    ("year", {}, "1900:2"),
    ("year", {"refine": "year:1900"}, "*1900:2"),
    ("seen", {}, "2021:2 2020:1"),
    ("seen", {"timezone": "Europe/Paris"}, "2021:3"),
    ("seen", {"refine": "seen:2021", "timezone": "Europe/Paris"}, "*2021:3(2021/01:2 2021/02:1)"),
    ("seen", {"refine": "seen:2021/1"}, "*2021:1(*2021/01:1(2021/01/05:1))"),
    ("seen", {"refine": 'seen:"2021-1-5"'}, "*2021:1(*2021/01:1(*2021/01/05:1))"),
    ("seen", {"exclude": "seen:2021-2"}, "2020:1 2021:1 !2021/02"),
    # Chosen values are known however they were written.
    ("ratio", {"refine": "ratio:3"}, "*3.0:1"),
    ("open", {"refine": "open:TRUE"}, "*true:1"),
    ('facet(name="ratio", sort="-num")', {}, "3.0:1 0.5:1"),
    ('facet(name="zone", sort="-alphanum", limit=1)', {}, "Europe>France>Paris:1"),
    ('facet(name="subjects", limit=1)', {"refine": "subjects:Art"},
     "*Art:2(Art/Painting:2)…"),
    ("subjects", {"refine": ("subjects:History", "subjects:Art"), "disjunctive": ("subjects",)},
     "*Art:2(Art/Painting:2 Art/Sculpture:1) *History:2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("requested", "asked", "expected"), COUNTED, ids=[f"{row[0]} {row[1]}" for row in COUNTED]
)
def test_values_of_levels(desk, requested, asked, expected):
    assert counted(desk, requested, **asked) == expected


def test_a_facet_that_was_cut_says_so(desk):
    group = facets(question(), ['facet(name="zone", limit=2)'], desk.snapshot, desk.room)[0]
    assert group.truncated
    assert not facets(question(), ["zone"], desk.snapshot, desk.room)[0].truncated


def test_many_facets_are_given_up_in_time(desk, monkeypatch):
    monkeypatch.setattr(desk.room, "seconds", -1.0)
    with pytest.raises(TooLong):
        facets(question(), ["ratio"] * 500, desk.snapshot, desk.room)
