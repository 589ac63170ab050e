"""What may stand where the cursor is, for those who write a question in a box."""

import pytest
from served import a_field

from cimaise.engine.odsql.completion import complete
from cimaise.engine.odsql.functions import FUNCTIONS
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("name", "text"),
        a_field("themes", "text", multivalued=";"),
        a_field("visitors", "int"),
        Field("nb_entrees", "Fréquentation", "double"),
        a_field("free", "boolean"),
        a_field("opened", "date"),
        a_field("place", "geo_point_2d"),
        a_field("zone", "geo_shape"),
        a_field("count", "int"),
        a_field("1_uai", "text"),
    )
)
# What is told, the clause, the text up to the cursor (|), candidates that are there, some that
# are not.
OFFERED = [
    ("at the beginning all fields", "where", "|", "name visitors place `count` `1_uai`", ""),
    ("and functions that make conditions", "where", "|", "within_distance( search( not", "sum("),
    ("what begins as the word does", "where", "vis|", "visitors", "name"),
    ("whatever its case and accents", "where", "NÂ|", "name", "visitors"),
    ("a field by its label", "where", "freq|", "nb_entrees", "free"),
    ("after a field operators", "where", "visitors |", "= != in is not like", "name and("),
    ("after a comparison what joins", "where", "visitors > 3 |", "and or", "= like"),
    ("then fields again", "where", "visitors > 3 and |", "name free", "="),
    ("after an operator too", "where", "visitors > |", "nb_entrees length(", "and"),
    ("after is its words", "where", "free is |", "null not true false", "name"),
    ("after is not too", "where", "free is not |", "null true", "not"),
    ("after not, before what it denies", "where", "name not |", "in like ilike", "name"),
    ("in quotes nothing", "where", 'name = "vis|', "", "visitors"),
    ("in back quotes fields", "where", "`1_|", "`1_uai`", "name"),
    ("an argument is of its kind", "where", "within_distance(|", "place zone", "name visitors"),
    ("texts in searches", "where", "search(|", "name themes", "visitors place"),
    ("dates in dates", "where", "year(|", "opened now(", "visitors name"),
    ("words of arguments", "where", "geometry(place, geom'POINT(1 2)', |", "within disjoint",
     "name"),
    ("settings of now", "where", "opened > now(ye|", "year= years=", "mondays="),
    ("numbers in sums", "select", "sum(|", "visitors nb_entrees length(", "name opened avg("),
    ("types after as in cast", "select", "cast(name as |", "int double boolean", "name"),
    ("after an item its name", "select", "visitors |", "as", "and"),
    ("nothing is offered as a name", "select", "visitors as |", "", "name as"),
    ("aggregates in select", "select", "name, co|", "count( `count`", "name"),
    ("patterns of names", "select", "inc|", "include(", ""),
    ("a star multiplies or is all", "select", "visitors * |", "nb_entrees", "as"),
    ("what can be sorted", "order_by", "|", "name visitors random(", "place themes"),
    ("and how", "order_by", "name |", "asc desc", "and"),
    ("what makes groups", "group_by", "|", "name themes range( geo_cluster(", "place"),
    ("inside parentheses a condition", "where", "(fr|", "free", "name"),
    ("after a closed call operators", "where", "length(name) |", "= >", "name"),
    ("after what is no sentence nothing", "where", "name ; |", "", "name visitors"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "clause", "text", "there", "absent"), OFFERED, ids=[row[0] for row in OFFERED]
)
def test_what_is_offered(told, clause, text, there, absent):
    found = complete(text.replace("|", ""), text.index("|"), clause, SCHEMA)
    texts = [each.text for each in found.candidates]

    assert not set(there.split()) - set(texts)
    assert not set(absent.split()) & set(texts)
    assert not texts or there


def test_what_stands_after_the_cursor_is_left_alone():
    found = complete("name = 1 and vis > 3", 16, "where", SCHEMA)

    assert (found.start, found.end) == (13, 16)
    assert [each.text for each in found.candidates] == ["visitors"]


def test_candidates_are_told():
    field = complete("nb", 2, "where", SCHEMA).candidates[0]
    function = complete("lengt", 5, "where", SCHEMA).candidates[0]

    assert (field.kind, field.detail, field.note) == ("field", "double", "Fréquentation")
    assert (function.kind, function.detail) == ("function", "length(text)")
    assert function.note == FUNCTIONS["length"][0].promise


@pytest.mark.parametrize(
    "text",
    ["", "`", "'", "((((", "))))", ",,,", "\x00", "\ud800", "1_uai", "a" * 5_000, "é`", "now("],
)
@pytest.mark.parametrize("clause", ["select", "where", "group_by", "having", "order_by"])
def test_whatever_is_written_is_answered(clause, text):
    for cursor in (-1, 0, len(text), len(text) + 5):
        found = complete(text, cursor, clause, SCHEMA)
        assert 0 <= found.start <= found.end <= len(text)


def test_what_is_offered_reads_back():
    """Every field that is offered is one that the language reads."""
    for each in complete("", 0, "where", SCHEMA).candidates:
        if each.kind == "field":
            again = complete(f"{each.text} ", len(each.text) + 1, "where", SCHEMA)
            assert "=" in [one.text for one in again.candidates]
