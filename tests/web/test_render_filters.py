"""An address and the filters it asks for say the same thing both ways."""

import pytest
from django.http import QueryDict

from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.web.render.filters import Filters, read_filters
from cimaise.web.render.paging import Paging, page_number

SCHEMA = Schema((Field("region", "Région", "text"), Field("annee", "Année", "int")))


def read(address: str) -> Filters:
    return read_filters(QueryDict(address), SCHEMA)


def test_an_old_portal_address_lands_filtered():
    filters = read("q=m%C3%A9diath%C3%A8que&refine.region=Bretagne&refine.annee=2020&sort=-annee")
    assert filters.q == "médiathèque"
    assert filters.refine == (("region", "Bretagne"), ("annee", "2020"))
    assert filters.sort == ("annee", False)


def test_sort_without_a_sign_is_descending_as_the_old_portal_meant_it():
    assert read("sort=annee").order_by() == "`annee` desc"
    assert read("sort=-annee").order_by() == "`annee` asc"


def test_the_api_way_of_refining_is_understood_too():
    same = read("refine=region:Bretagne"), read('refine=region:"Bretagne"')
    assert {filters.refine for filters in same} == {(("region", "Bretagne"),)}


@pytest.mark.parametrize(
    "address",
    [
        "q=a+b&refine.region=Pays+de+la+Loire&exclude.annee=2001&sort=-region&version=3",
        "where=annee+%3E+2000&where=region+is+not+null",
        "disjunctive.region=true&refine.region=A%26B&refine.region=C%3DD",
    ],
)
def test_filters_survive_a_trip_through_an_address(address):
    filters = read(address)
    assert read(filters.address().removeprefix("?")) == filters


def test_a_sort_by_an_unknown_field_is_let_go():
    assert read("sort=nothing").sort is None


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "99999999999", "٣"])
def test_a_version_that_is_no_number_is_the_current_one(version):
    assert read_filters(QueryDict(f"version={version}")).version is None


def test_values_with_quotes_are_escaped_in_the_question():
    filters = Filters(q='dit "le grand"', refine=(("region", 'L\'"Île"'),))
    question = filters.question()
    assert question.where == ('"dit \\"le grand\\""',)
    assert question.refine == ('region:"L\'\\"Île\\""',)


def test_removing_a_value_removes_that_value_only():
    filters = read("refine.region=A&refine.region=B&exclude.annee=1")
    assert filters.without("region", "A").refine == (("region", "B"),)
    assert filters.without("annee", "1").exclude == ()


def test_following_a_heading_twice_turns_the_order_round():
    once = Filters().sorted_by("annee")
    assert once.sort == ("annee", False)
    assert once.sorted_by("annee").sort == ("annee", True)
    assert once.sorted_by("region").sort == ("region", False)


@pytest.mark.parametrize(
    ("said", "number"), [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("999999", 1)]
)
def test_a_page_that_is_no_page_is_the_first(said, number):
    assert page_number(said, 20) == number


def test_pages_stop_where_the_api_stops():
    assert page_number("9999", 20) == 500
    assert Paging(1, 20, 15_702).last == 500
    assert Paging(1, 20, 15_702).cut
    assert Paging(1, 20, 0).last == 1
    assert (Paging(2, 20, 21).first_row, Paging(2, 20, 21).last_row) == (21, 21)
