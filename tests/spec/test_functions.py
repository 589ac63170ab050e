"""The functions of the language: each card keeps its promise, and what each answers."""

import pytest

from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.odsql.parser import parse_order_by, parse_select, parse_where

CARDS = [function for signatures in FUNCTIONS.values() for function in signatures]
IDS = [f"{function.name}-{function.role}" for function in CARDS]

# What is told, what is selected of the Orsay museum, and what comes.
VALUES = [
    ("length counts characters, accents as one", 'length("été")', 3),
    ("length of a field", "length(name)", 13),
    ("lower and upper change letters with accents too", 'lower("ÉTÉ")', "été"),
    ("upper", "upper(town)", "PARIS"),
    ("functions may be written in capitals", "LENGTH(ref)", 2),
    ("ifnull keeps a value that is there", "ifnull(price, 0)", 16.0),
    ("ifnull takes a date", "ifnull(opened, date'2020')", "1986-12-09"),
    ("year and its like are whole numbers", "year(opened)", 1986),
    ("quarter", "quarter(opened)", 4),
    ("dayofweek counts from Monday, 1, to Sunday, 7", "dayofweek(opened)", 2),
    ("hour of a date is that of its beginning", "hour(opened)", 0),
    ("dayofweek in the zone of the question", "dayofweek(seen)", 3),
    ("minute", "minute(seen) + 5", 5),
    ("second", "second(seen)", 0),
    ("millisecond", "millisecond(seen)", 0),
    ("geo_digest is the same for the same place", "length(geo_digest(place))", 32),
    ("json_format reads the JSON of a text", "json_format('{\"a\": [1, true]}')", {"a": [1, True]}),
    ("json_format leaves what is no JSON as it is", "json_format(town)", "Paris"),
    ("json_format with null leaves nothing of it", "json_format(town, null)", None),
    ("json_format with a text says that instead", "json_format(town, 'none')", "none"),
    ("cast to text", "cast(visitors as text)", "3200000"),
    ("cast with a comma", "cast(visitors, 'text')", "3200000"),
    ("cast to int rounds", "cast(22.2 as int)", 22),
    ("cast of what cannot be read is missing", "cast(town as int)", None),
    ("cast to double", "cast('1.50' as double)", 1.5),
    ("cast to date", "cast('2020-02-30' as date)", None),
    ("cast of a moment to its day", "cast(seen as date)", "2025-09-10"),
    ("cast of a text with a zone", "cast('2020-01-01T10:00+02:00' as datetime)",
     "2020-01-01T08:00:00+00:00"),
    ("cast of a text without hours", "cast('2020-01-01' as datetime)",
     "2020-01-01T00:00:00+00:00"),
    ("cast of a moment to text", "cast(seen as text)", "2025-09-10T08:00:00"),
    ("cast of a boolean", "cast(free as int)", 0),
    ("cast to boolean", "cast('true' as boolean)", True),
    ("cast of what is never of that type", "cast(visitors as date)", None),
    ("a calculation from left to right", "10 - 4 - 3", 3),
    ("products before sums", "2 + 3 * 4", 14),
    ("parentheses first", "(2 + 3) * 4", 20),
    ("quotients are decimal", "7 / 2", 3.5),
    ("nothing divided by nothing", "visitors / (price - price)", None),
    ("a sign before anything", "-(price + 1)", -17.0),
    ("what leaves the range of whole numbers is missing", "visitors * 9223372036854775807", None),
    ("hundreds of terms", "+".join(["1"] * 300), 300),
    ("distance in metres", "distance(place, geom'POINT(2.3266 48.86)')", 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("told", "expression", "value"), VALUES, ids=[row[0] for row in VALUES])
def test_what_a_function_gives(desk, told, expression, value):
    found = desk.records(select=f"{expression} as it", where='ref = "M1"')

    assert found == [{"it": value}]


@pytest.mark.parametrize("card", CARDS, ids=IDS)
def test_every_function_is_told_and_its_example_is_answered(desk, card):
    assert card.promise.endswith(".")
    assert card.signature.startswith(f"{card.name}(")
    assert card.example.startswith(f"{card.name}(")
    if card.role == "group":
        assert desk.records(group_by=card.example)
    elif card.clauses == ("order_by",):
        assert len(desk.records(order_by=card.example)) == 4
    elif card.role in ("condition", "text"):
        assert desk.ask(where=card.example).total_count > 0
    else:
        assert desk.records(select=card.example, where='ref = "M1"')


@pytest.mark.parametrize("card", CARDS, ids=IDS)
def test_every_function_is_refused_where_it_may_not_stand(desk, card):
    reads = {"select": parse_select, "where": parse_where, "order_by": parse_order_by}
    for clause, read in reads.items():
        read(card.example)
        if clause not in card.clauses:
            with pytest.raises(Exception, match=r"cannot stand here|stands in group_by"):
                desk.ask(**{clause: card.example})


def test_the_same_seed_draws_the_same_order_and_another_draws_another(desk):
    def drawn(seed):
        return [row["ref"] for row in desk.records(select="ref", order_by=f"random({seed})")]

    orders = {tuple(drawn(seed)) for seed in range(8)}

    assert drawn(3) == drawn(3)
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("M1", "M2", "M3", "M4")}


# What is told, the select, the names of what comes.
CHOSEN = [
    ("include takes the fields that begin so", "include(p*)", "path price place"),
    ("include takes one field", "ref, include(town)", "ref town"),
    ("a pattern may stand in back quotes", "include(`and`)", "and"),
    ("exclude takes from all", "exclude(p*), exclude(t*), exclude(*e*)", "kind visitors and"),
    ("exclude takes from what was chosen", "include(p*), exclude(place)", "path price"),
    ("exclude takes from a star", "*, exclude(*e*), exclude(t*)", "kind path visitors and"),
    ("what has a name of its own stays", "ref as r, *, exclude(*)", "r"),
]


@pytest.mark.parametrize(("told", "select", "names"), CHOSEN, ids=[row[0] for row in CHOSEN])
def test_fields_chosen_by_the_pattern_of_their_names(desk, told, select, names):
    (found,) = desk.records(select=select, where='ref = "M1"')

    assert sorted(found) == sorted(names.split()), told
