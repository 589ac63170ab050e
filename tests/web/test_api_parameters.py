"""What the API reads in an address, and what it refuses."""

import pytest
from django.http import QueryDict

from cimaise.web.api.parameters import EXPORT, RECORDS, read, whole, window
from cimaise.web.api.problems import Problem


def asked(query):
    return read(QueryDict(query), RECORDS)


def test_defaults_are_those_of_the_explore_api():
    said = asked("")
    assert window(said) == (10, 0)
    assert said.text("lang") == "fr"
    assert said.text("timezone") == "UTC"
    assert not said.yes("include_links")


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("limit=0", (0, 0)),
        ("limit=-1", (100, 0)),
        ("limit=100&offset=9900", (100, 9900)),
        ("rows=5&start=3", (5, 3)),
        ("limit=20000&group_by=a", (20000, 0)),
        ("limit=&offset=", (10, 0)),
        ("limit=+7", (7, 0)),
        ("limit=3&rows=5", (3, 0)),
    ],
)
def test_pages_that_may_be_asked_for(query, page):
    assert window(asked(query)) == page


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "limit=1473",
            "Invalid value for limit API parameter: 1473 was found "
            "but -1 <= limit <= 100 is expected.",
        ),
        ("limit=-2", "-1 <= limit <= 100 is expected."),
        ("limit=20001&group_by=a", "-1 <= limit <= 20000 is expected."),
        ("offset=-1", "offset >= 0 is expected."),
        ("offset=10000", "0 <= offset <= 9990 is expected."),
        ("limit=100&offset=9901", "0 <= offset <= 9900 is expected."),
        ("limit=ten", "an integer is expected."),
        ("limit=" + "9" * 5000, "an integer is expected."),
        ("limit=٣", "an integer is expected."),
        ("lang=xx", "one of en, fr"),
        ("timezone=Mars/Olympus", "an IANA time zone is expected."),
        ("timezone=../../etc/passwd", "an IANA time zone is expected."),
        ("include_links=perhaps", "a boolean"),
        ("where=a%00b", "a text without NUL is expected."),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_explore_api(query, message):
    with pytest.raises(Problem) as refused:
        window(asked(query))
    assert refused.value.status == 400
    assert refused.value.code == "InvalidRESTParameterError"
    assert message in refused.value.message


@pytest.mark.parametrize("word", ["true", "True", "TRUE", "1"])
def test_booleans_come_in_any_case(word):
    assert asked(f"include_links={word}").yes("include_links")
    assert not asked("include_links=False").yes("include_links")


def test_empty_clauses_are_left_out_and_repeated_ones_kept():
    said = asked("where=&where=a%3D1&where=%20&where=b%3D2")
    assert said.several("where") == ("a=1", "b=2")
    assert asked("select=a&select=b").text("select") == "a, b"


def test_languages_may_come_with_a_region():
    assert asked("lang=fr-FR").text("lang") == "fr"
    assert asked("lang=EN").text("lang") == "en"


def test_exports_go_as_far_as_there_are_records():
    def bounds(query):
        return whole(read(QueryDict(query), EXPORT))

    assert bounds("") == (None, 0)
    assert bounds("limit=-1") == (None, 0)
    assert bounds("limit=250000&offset=7") == (250000, 7)
    with pytest.raises(Problem):
        bounds("limit=-2")
