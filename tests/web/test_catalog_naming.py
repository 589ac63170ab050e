"""Names of metadata in questions to the catalogue."""

import pytest

from cimaise.web.catalog.entry import plain_text
from cimaise.web.catalog.naming import (
    facet_request,
    plain_names,
    refinement,
    selected,
    translated,
)


@pytest.mark.parametrize(
    ("clause", "known"),
    [
        ('default.title = "default.title"', 'title = "default.title"'),
        ("datasetid:'datasetid'", "dataset_id:'datasetid'"),
        ("`default.title` is null", "`default.title` is null"),
        ("dcat.created > date'2020'", "created > date'2020'"),
        ("records_count > 1.5", "records_count > 1.5"),
        ('"unfinished', '"unfinished'),
        ("custom.owner = 1", "custom.owner = 1"),
    ],
)
def test_clauses_are_translated_outside_of_strings(clause, known):
    assert translated(clause) == known


def test_columns_keep_the_name_they_were_asked_by():
    assert selected("default.title, publisher") == "`title` as `default.title`, `publisher`"
    assert selected("count(*) as n") == "count(*) as n"
    assert selected("") == ""


def test_facets_and_refinements_are_translated():
    assert facet_request("default.theme") == "theme"
    assert facet_request('facet(name="default.theme", limit=3)') == 'facet(name="theme", limit=3)'
    assert refinement('default.publisher:"a: b"') == 'publisher:"a: b"'
    assert refinement("theme") == "theme"


def test_lists_of_names_are_told_from_expressions():
    assert plain_names("title, `default.theme`") == ("title", "default.theme")
    assert plain_names("count(*)") is None
    assert plain_names("title as t") is None


def test_descriptions_are_searched_as_text():
    assert plain_text("<p>Les <b>musées</b><br>&amp; l&#39;art</p>") == "Les musées & l'art"
    assert plain_text("2 < 3") == "2 < 3"
