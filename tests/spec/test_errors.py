"""What is said of a question that cannot be answered, and where the caret stands."""

import pytest

from cimaise.engine.odsql.errors import InvalidParameterError, ODSQLError, ODSQLSyntaxError
from cimaise.engine.query.limits import WHOLE

SENSE = [
    ("select", "no_such_field", "Unknown field: no_such_field", "no_such_field\n^^^^^^^^^^^^^"),
    ("select", "ref, nam", "Unknown field: nam", "ref, nam\n     ^^^"),
    ("where", "visitor > 3", "Unknown field: visitor", "visitor > 3\n^^^^^^^"),
    ("where", 'visitors = "3"', "A number cannot be compared with a text", None),
    ("where", "town = 3", "A text cannot be compared with a number", "town = 3\n       ^"),
    ("where", "opened > 2020", "A date cannot be compared with a number", None),
    ("where", "opened > date'2020-13'", "Invalid date: 2020-13", None),
    ("where", "opened > date'99999'", "Invalid date: 99999", None),
    ("where", "town", "town is not a condition", "town\n^^^^"),
    ("where", "free > true", "boolean values cannot be compared with >", None),
    ("where", "price = null", "Nothing compares with null", None),
    ("where", "town is true", "town is neither true nor false", None),
    ("where", "town + 1 = 2", "town is not a number", "town + 1 = 2\n^^^^"),
    ("where", "count(*) > 2", "count() cannot stand here", None),
    ("where", "length(visitors) = 1", "length(): visitors is not a text", None),
    ("where", "length(ref, ref) = 1", "length() takes other arguments", None),
    ("where", "place = 3", "A place cannot be compared with a number", None),
    ("where", "town in (price)", "price is not a value", None),
    ("where", "intersects(place, geom'POINT(x y)')", "Invalid geometry", None),
    ("where", "intersects(place, geom'POLYGON((1 2))')", "Invalid geometry", None),
    ("where", "within_distance(place, geom'LINESTRING(1 2, 3 4)', 3)", "is not a centre", None),
    ("where", "visitors = 1e999", "Number too large", None),
    ("select", "sum(town)", "StatAggregation only supports numeric or date expression", None),
    ("select", "sum(max(price))", "max() cannot stand here", None),
    ("select", "invalid_function()", "Unknown function: invalid_function()", None),
    ("select", "visitors > 3", "visitors > 3 is not a value", None),
    ("order_by", "place", "Records cannot be sorted by this", None),
    ("order_by", "themes", "Records cannot be sorted by this", None),
    ("select", "averge(price)", "Unknown function: averge()", "averge(price)\n^^^^^^"),
    ("select", "include(zzz)", "Unknown field: zzz", "include(zzz)\n        ^^^"),
    ("select", "include(zzz*)", "No field is left to show", None),
    ("select", "include(p*) as p", "include() has no name of its own", None),
    ("select", "length(include(p*))", "include() cannot stand here", None),
    ("select", "cast(price as colour)", "cast(): colour is not a type", None),
    ("select", "cast(place as text)", "cast(): place is not a value", None),
    ("select", "json_format(town, 3)", "json_format(): 3 is not a otherwise", None),
    ("select", "random(3)", "random() cannot stand here", None),
    ("select", "price + town", "town is not a number", "price + town\n        ^^^^"),
    ("select", "within_distance(place, geom'POINT(2 48)', 3)", "cannot stand here", None),
    ("where", "json_format(town) is null", "json_format() cannot stand here", None),
    ("where", "themes = themes", "A list is compared with one value", None),
    ("where", "free like 'x'", "like looks into texts only", None),
    ("where", "town like kind", "like is followed by a text in quotes", None),
    ("where", "town ilike 3", "like is followed by a text in quotes", None),
    ("where", "search(visitors, 'x')", "visitors is not a text field", None),
    ("where", "search(town)", "search() ends with a text in quotes", None),
    ("where", "in_bbox(place, 1, 2, 3)", "in_bbox() takes other arguments", None),
    ("where", "in_bbox(place, 1, 2, 3, visitors)", "visitors is not a lon2", None),
    ("where", "within_distance(place, geom'POINT(2 48)', '3km')", "is not a distance", None),
    ("where", "geometry(place, geom'POINT(2 48)', touches)", "touches is not a mode", None),
    ("where", "date_format(opened, 'dd') = 8", "A text cannot be compared with a number", None),
    ("where", "now(yeers=-1) < seen", "now(): yeers=-1 is not a setting", None),
    ("order_by", "random('x')", "random(): 'x' is not a seed", None),
    ("order_by", "place, ref", "Records cannot be sorted by this", "place, ref\n^^^^^"),
    ("group_by", "place", "Use the geo_cluster(position, int_precision)", None),
    ("group_by", "count(*)", "count() cannot stand here", None),
    ("group_by", "3", "Records cannot be grouped by 3", None),
]


@pytest.mark.parametrize(("clause", "text", "said", "drawn"), SENSE)
def test_a_question_without_sense(desk, clause, text, said, drawn):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(**{clause: text})

    message = refused.value.message
    assert message.startswith("ODSQL query is malformed: ")
    assert said in message
    assert message.endswith(f". Clause(s) containing the error(s): {clause}.")
    assert refused.value.error_code == "ODSQLError"
    assert drawn is None or refused.value.drawn == drawn


SYNTAX = [
    ("where", "BADSYNTAX((", "unexpected ( at position 9 in BADSYNTAX((", "         ^"),
    ("where", 'town = "Paris', 'unexpected unclosed quote " at position 7', None),
    ("where", "town =", "unexpected end of text at position 6", "      ^"),
    ("where", "town = Paris Paris", "unexpected Paris at position 13", None),
    ("where", "1_uai = 3", "unexpected _uai at position 1", None),
    ("where", 'town not ("x")', "unexpected not at position 5", None),
    ("where", "(town", "unexpected end of text at position 5", None),
    ("where", "town in [1..2", "unexpected end of text", None),
    ("where", "town = \x00", "unexpected character U+0000 at position 7", None),
    ("where", "town = 'a\x00b'", "unexpected character U+0000 at position 9", None),
    ("where", "town = '\ud800'", "unexpected character U+D800 at position 8", None),
    ("where", "town = '\\ud800'", "unexpected character escape at position 7", None),
    ("where", "(" * 100_000, "unexpected depth of nesting at position", None),
    ("where", "not " * 40_000 + "free", "unexpected depth of nesting", None),
    ("where", "-" * 10_000 + "1 = 1", "unexpected depth of nesting", None),
    ("where", "1" + "+1" * 10_000 + " = 1", "unexpected length of sum at position 599", None),
    ("where", "x" * 300_000, "unexpected length of text", None),
    ("where", "town ; drop", "unexpected ; at position 5", None),
    ("where", "town is 3", "unexpected 3 at position 8", "        ^"),
    ("where", "town in (", "unexpected end of text at position 9", None),
    ("where", "town in ['a' 'b']", "unexpected 'b' at position 13", None),
    ("where", "town not 'x'", "unexpected not at position 5", None),
    ("where", "town like", "unexpected end of text at position 9", None),
    ("where", "cast(town as )", "unexpected ) at position 13", None),
    ("where", "length town", "unexpected town at position 7", None),
    ("where", "count(*", "unexpected end of text at position 7", None),
    ("where", "((((" * 30 + "free", "unexpected depth of nesting at position 41", None),
    ("where", "length(" * 100 + "ref", "unexpected depth of nesting", None),
    ("where", "1" + "*1" * 300 + " = 1", "unexpected length of sum at position 599", None),
    ("select", "include()", "unexpected ) at position 8", None),
    ("select", "include(a, b)", "unexpected , at position 9", None),
    ("select", "*a", "unexpected a at position 1", None),
    ("order_by", "ref,", "unexpected end of text at position 4", None),
    ("select", "ref,", "unexpected end of text at position 4", None),
    ("select", "ref as", "unexpected end of text", None),
    ("select", "ref as ``", "unexpected `` at position 7", None),
    ("order_by", "ref asc desc", "unexpected desc at position 8", None),
]


@pytest.mark.parametrize(
    ("clause", "text", "said", "caret"), SYNTAX, ids=[ascii(row[1][:40]) for row in SYNTAX]
)
def test_a_text_that_is_no_sentence(desk, clause, text, said, caret):
    with pytest.raises(ODSQLSyntaxError) as refused:
        desk.ask(**{clause: text})

    message = refused.value.message
    assert message.startswith("ODSQL syntax exception: ")
    assert said in message
    assert message.endswith(f". Clause(s) containing the error(s): {clause}.")
    assert len(message) < 500
    assert refused.value.error_code == "ODSQLSyntaxError"
    assert caret is None or refused.value.drawn.splitlines()[1] == caret


HINTS = [
    ("select", "visitor", "Did you mean visitors?"),
    ("select", "averge(price)", None),
    ("select", "meian(price)", "Did you mean median()?"),
    ("where", "town = 3", 'Put the value in quotes: "3".'),
    ("where", "1_uai = 3", "A name that begins with a digit stands in back quotes: `1_uai`."),
    ("where", "price = null", "Write: is null, or: is not null."),
    ("where", "lenght(ref) = 2", "Did you mean length()?"),
    ("where", "opened > 2020", "Write a date: date'2020-11-05'."),
    ("where", "town", "Compare it with something: = != < <= > >= in like is."),
    ("where", "town in (paris)", "Texts stand in quotes, dates in date'…'."),
    ("where", "length(ref, 2) = 2", "Write length(text)."),
    ("where", "town = 'Paris", "Close the quote: ' opens here and never ends."),
    ("order_by", "vistors", "Did you mean visitors?"),
    ("group_by", "twon", "Did you mean town?"),
    (
        "select",
        "cast(price as colour)",
        "Write one of: boolean, date, datetime, double, int, text.",
    ),
    ("select", "date_format(opened, 'j')", "Write date_format(date, pattern)."),
]


@pytest.mark.parametrize(("clause", "text", "hint"), HINTS)
def test_what_to_write_instead(desk, clause, text, hint):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(**{clause: text})

    assert hint is None or str(refused.value.hint) == hint


def test_a_caret_far_in_a_long_text_is_drawn_beside_what_is_round_it(desk):
    with pytest.raises(ODSQLError) as refused:
        desk.ask(where=" or ".join(["free"] * 500) + " or fre")

    line, carets = refused.value.drawn.splitlines()
    assert line.endswith("or fre")
    assert line[carets.index("^") :] == "fre"


PARAMETERS = [
    ({"limit": 1473}, "limit API parameter: 1473 was found but -1 <= limit <= 100 is expected."),
    ({"limit": -2}, "limit API parameter: -2 was found but -1 <= limit <= 100 is expected."),
    ({"limit": 20001, "group_by": "town"}, "-1 <= limit <= 20000 is expected."),
    ({"offset": -1}, "offset API parameter: -1 was found"),
    ({"offset": 10_000}, "offset + limit API parameter: 10010 was found"),
    ({"timezone": "Mars/Olympus"}, "timezone API parameter"),
    ({"timezone": "../../etc/passwd"}, "timezone API parameter"),
]


@pytest.mark.parametrize(("asked", "said"), PARAMETERS)
def test_parameters_out_of_bounds(desk, asked, said):
    with pytest.raises(InvalidParameterError) as refused:
        desk.ask(**asked)

    assert refused.value.message.startswith("Invalid value for ")
    assert said in refused.value.message
    assert refused.value.error_code == "InvalidRESTParameterError"


def test_the_last_page_of_the_window_is_answered_and_exports_have_none(desk):
    assert desk.ask(offset=9_900, limit=100).rows == []
    assert len(desk.ask(WHOLE, limit=None).rows) == 4
    assert desk.ask(WHOLE, offset=10_000, limit=5_000).rows == []


def test_a_thousand_conditions_are_answered(desk):
    many = " or ".join(f'ref = "M{number}"' for number in range(5_000))

    assert desk.ask(where=many).total_count == 4
