"""Facets: what is counted, what refining and excluding leave."""

import pytest
from served import question

from cimaise.engine.odsql.errors import ODSQLError
from cimaise.engine.query.facets import facets

REFINED = [
    ({"refine": "town:Paris"}, "M1 M3"),
    ({"refine": 'town:"Paris"'}, "M1 M3"),
    ({"refine": "`town`:Paris"}, "M1 M3"),
    ({"refine": ("town:Paris", "kind:museum")}, "M1"),
    ({"refine": "town:Paris,kind:museum"}, "M1"),
    ({"refine": "name:Médiathèque de l'Eure"}, "M2"),
    ({"refine": "themes:histoire"}, "M1 M3"),
    ({"refine": ("themes:histoire", "themes:art")}, "M1"),
    ({"refine": ("kind:museum", "kind:library")}, "M1 M2 M4"),
    ({"refine": "path:France"}, "M1 M2 M3"),
    ({"refine": "path:France/Paris"}, "M1 M3"),
    ({"refine": "path:France/Paris/3e"}, "M3"),
    ({"refine": "path:Fran"}, ""),
    ({"refine": "opened:1995"}, "M2"),
    ({"refine": "opened:1995/10"}, "M2"),
    ({"refine": "opened:1995/11"}, ""),
    ({"refine": 'opened:"1808/3/6"'}, "M3"),
    ({"refine": "opened:1808-03-06"}, "M3"),
    ({"refine": "seen:2025/09/11"}, "M2"),
    ({"refine": "seen:2025/09/12", "timezone": "Europe/Paris"}, "M2"),
    ({"refine": "free:true"}, "M2 M3"),
    ({"refine": "visitors:12"}, "M3"),
    ({"refine": "price:22.2"}, "M3"),
    ({"exclude": "town:Paris"}, "M2 M4"),
    ({"exclude": ("town:Paris", "town:evry")}, "M2"),
    ({"exclude": "themes:histoire"}, "M2 M4"),
    ({"refine": "town:Paris", "exclude": "kind:museum"}, "M3"),
    ({"refine": "town:Paris", "where": "free"}, "M3"),
    ({"refine": ""}, "M1 M2 M3 M4"),
]


@pytest.mark.parametrize(("asked", "refs"), REFINED, ids=[str(asked) for asked, _ in REFINED])
def test_refining_and_excluding(desk, asked, refs):
    found = desk.records(select="ref", order_by="ref", **asked)

    assert " ".join(row["ref"] for row in found) == refs


def counted(desk, *requested, **asked):
    """`{facet: "value:count …"}`; a refined value is starred, an excluded one has no count."""
    groups = facets(question(**asked), requested, desk.snapshot, desk.room)
    return {group.name: " ".join(_shown(value) for value in group.values) for group in groups}


def _shown(value):
    star = {"refined": "*", "excluded": "!", "displayed": ""}[value.state]
    below = f"({' '.join(_shown(each) for each in value.values)})" if value.values else ""
    count = "" if value.count is None else f":{value.count}"
    return f"{star}{value.value}{count}{below}"


COUNTED = [
    (["town"], {}, {"town": "Paris:2 Évreux:1 evry:1"}),
    (["themes"], {}, {"themes": "histoire:2 art:1 documents:1 livres:1"}),
    (["town"], {"where": "free"}, {"town": "Évreux:1 Paris:1"}),
    (["town"], {"refine": "town:Paris"}, {"town": "*Paris:2"}),
    (["town"], {"exclude": "town:Paris"}, {"town": "Évreux:1 evry:1 !Paris"}),
    (["kind"], {"refine": "kind:museum"}, {"kind": "*museum:2 archive:1 library:1"}),
    (["kind"], {"refine": "town:Paris"}, {"kind": "archive:1 museum:1"}),
    (
        ["kind", "town"],
        {"refine": "kind:library"},
        {
            "kind": "museum:2 archive:1 *library:1",
            "town": "Évreux:1",
        },
    ),
    (["path"], {}, {"path": "France:3"}),
    (["path"], {"refine": "path:France"}, {"path": "*France:3(France/Paris:2 France/Eure:1)"}),
    (
        ["path"],
        {"refine": "path:France/Paris"},
        {"path": "*France:2(*France/Paris:2(France/Paris/3e:1 France/Paris/7e:1))"},
    ),
    (["opened"], {}, {"opened": "1808:1 1986:1 1995:1"}),
    (
        ["opened"],
        {"refine": "opened:1995"},
        {"opened": "*1995:1(1995/10:1)"},
    ),
    (
        ["opened"],
        {"refine": "opened:1995/10"},
        {"opened": "*1995:1(*1995/10:1(1995/10/21:1))"},
    ),
    (["free"], {}, {"free": "true:2 false:1"}),
    (['facet(name="town", sort="alphanum")'], {}, {"town": "Évreux:1 evry:1 Paris:2"}),
    (['facet(name="town", sort="-alphanum")'], {}, {"town": "Paris:2 evry:1 Évreux:1"}),
    (['facet(name="town", sort="count")'], {}, {"town": "Évreux:1 evry:1 Paris:2"}),
    (['facet(name="visitors", sort="num")'], {}, {"visitors": "-5:1 12:1 45000:1 3200000:1"}),
    (['facet(name="town", limit=1)'], {}, {"town": "Paris:2"}),
    (
        ['facet(name="town", disjunctive=true)'],
        {"refine": "town:Paris"},
        {"town": "*Paris:2 Évreux:1 evry:1"},
    ),
    (
        ['facet(name="town", disjunctive=true)', "kind"],
        {"refine": ("town:Paris", "town:evry")},
        {"town": "*Paris:2 Évreux:1 *evry:1", "kind": "museum:2 archive:1"},
    ),
    (["town"], {"where": 'ref = "none"'}, {}),
]


@pytest.mark.parametrize(
    ("requested", "asked", "expected"),
    COUNTED,
    ids=[f"{requested} {asked}" for requested, asked, _ in COUNTED],
)
def test_facet_counts(desk, requested, asked, expected):
    assert counted(desk, *requested, **asked) == expected


def test_without_request_every_annotated_field_is_counted(desk):
    assert list(counted(desk)) == ["town", "themes", "path", "kind", "free", "opened"]


def test_a_chosen_value_is_listed_however_rare(desk):
    found = counted(desk, 'facet(name="town", limit=1, disjunctive=true)', refine="town:evry")

    assert found == {"town": "*evry:1"}


def test_the_name_of_a_level_is_its_last_part(desk):
    group = facets(question(refine="opened:1995"), ["opened"], desk.snapshot, desk.room)[0]

    assert group.values[0].values[0].name == "10"
    assert not group.truncated


REFUSED = [
    ({"refine": "nowhere:x"}, "Unknown field: nowhere"),
    ({"refine": "town"}, "Invalid refinement"),
    ({"refine": "visitors:many"}, "many is not a value of visitors"),
    ({"refine": "opened:2020/13"}, "2020/13 is not a value of opened"),
    ({"refine": "opened:99999"}, "99999 is not a value of opened"),
    ({"exclude": "place:x"}, "x is not a value of place"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED, ids=[str(asked) for asked, _ in REFUSED])
def test_refinements_that_make_no_sense_are_refused(desk, asked, said):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(**asked)

    assert said in refused.value.message


@pytest.mark.parametrize(
    "requested",
    ["nowhere", "place", "facet()", "facet(name=3)", 'facet(name="town", sort="up")', "facet("],
)
def test_facets_that_make_no_sense_are_refused(desk, requested):
    with pytest.raises(ODSQLError):
        facets(question(), [requested], desk.snapshot, desk.room)
