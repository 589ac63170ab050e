"""Records in the order of what was searched: alone, several together, beside other conditions."""

import pytest
from served import Desk, a_field

from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("name", "text"),
        a_field("about", "text"),
        a_field("town", "text"),
        a_field("nb", "int"),
    )
)
# The sea is told of ever more: the last are the best.
ROWS = [
    {"name": "library", "about": "books of the sea and " + "many other things " * 20, "town": "a"},
    {"name": "nothing", "about": "no water at all", "town": "a"},
    {"name": "aquarium", "about": "fishes of the sea, and others", "town": "b", "nb": 1},
    {"name": "harbour", "about": "sea", "town": "a", "nb": 2},
    {"name": "sea", "about": "sea sea", "town": "b", "nb": 3},
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = Desk(tmp_path_factory.mktemp("sea"), SCHEMA, ROWS)
    yield opened
    opened.close()


BEST = ["sea", "harbour", "aquarium", "library"]
ASKED = [
    ({"where": '"sea"'}, BEST),
    ({"where": '"sea" and town in ("a", "b")'}, BEST),
    ({"where": ('"sea"', "length(name) > 0")}, BEST),
    ({"where": '(length(name) > 0 and ("sea"))'}, BEST),
    ({"where": '"sea"', "refine": "town:a"}, ["harbour", "library"]),
    ({"where": '"sea"', "exclude": "town:a"}, ["sea", "aquarium"]),
    ({"where": 'search("sea") and nb > 0', "limit": 1, "offset": 1}, ["harbour"]),
    ({"where": ('search(about, "sea")', '"fishes"')}, ["aquarium"]),
    ({"where": '"sea" and not startswith(name, "s")'}, BEST[1:]),
    # an order that is asked wins; without a search that must be met, the order of the source
    ({"where": '"sea" and town = "a"', "order_by": "nb"}, ["harbour", "library"]),
    ({"where": '"sea" and town = "a"', "order_by": "name desc"}, ["library", "harbour"]),
    ({"where": '"sea" or town = "z"'}, ["library", "aquarium", "harbour", "sea"]),
    ({"where": 'not "sea"'}, ["nothing"]),
    ({"where": '"sea" and town = "z"'}, []),
]


@pytest.mark.parametrize(("asked", "names"), ASKED, ids=[str(asked) for asked, _ in ASKED])
def test_the_best_come_first(desk, asked, names):
    found = desk.ask(select="name", **asked)

    assert [row["name"] for row in found.records()] == names
    assert found.total_count == (3 if "limit" in asked else len(names))


def test_pages_of_a_search_never_overlap(desk):
    pages = [
        row["name"]
        for offset in range(5)
        for row in desk.records(select="name", where='"sea" and nb > 0', limit=1, offset=offset)
    ]

    assert pages == BEST[:3]


def test_aggregates_of_a_search_count_what_is_found(desk):
    [row] = desk.records(where='"sea" and town = "a"', select="count(*) as n", limit=1)

    assert row == {"n": 2}
