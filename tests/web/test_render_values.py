"""A value is shown by its type, in the reader's language, and can never be markup."""

from datetime import date, datetime

import pytest
from django.utils import translation

from cimaise.engine.schema.field import Annotations, Field
from cimaise.web.render.values import file_size, plain, shown

THIN = "\u202f"


def field(type_name: str, **annotations) -> Field:
    return Field("f", "F", type_name, annotations=Annotations(**annotations))


@pytest.fixture(autouse=True)
def french():
    with translation.override("fr"):
        yield


@pytest.mark.parametrize(
    ("value", "of", "said"),
    [
        (15702, field("int"), f"15{THIN}702"),
        (15702, field("int", id=True), "15702"),
        (2021, Field("annee", "Année", "int"), "2021"),
        (1234.5, field("double"), f"1{THIN}234,5"),
        (2.0, field("double"), "2"),
        (1 / 3, field("double", decimals=2), "0,33"),
        (date(2021, 3, 5), field("date"), "05/03/2021"),
        ({"lat": 48.85, "lon": 2.35}, field("geo_point_2d"), "48.85000, 2.35000"),
        (["a", "b"], field("text", multivalued=";"), "a, b"),
        (None, field("text"), ""),
    ],
)
def test_values_in_french(value, of, said):
    assert plain(value, of) == said


def test_a_unit_follows_its_number():
    assert shown(12, field("int", unit="m²")) == "12\u00a0m²"


def test_instants_are_shown_in_the_time_of_the_portal():
    moment = shown(datetime(2021, 7, 1, 22, 30), field("datetime"))  # noqa: DTZ001 - naive UTC, as stored
    assert ">02/07/2021 00:30<" in moment
    assert 'datetime="2021-07-01T22:30:00"' in moment


def test_markup_in_data_is_text():
    assert "<script>" not in shown("<script>alert(1)</script>", field("text"))
    assert "<b>" not in shown(["<b>"], field("text", multivalued=";"))
    assert "<b>" not in shown('{"a": "<b>"}', field("json"))


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "http://", "http://[", "https://a b.fr", "voir http://a.fr"]
)
def test_what_is_no_web_address_is_no_link(value):
    assert "<a " not in shown(value, field("text"))


def test_a_web_address_is_a_link_that_says_where_it_goes():
    link = shown('https://exemple.fr/a"b', field("text"))
    assert 'href="https://exemple.fr/a&quot;b"' in link
    assert ">exemple.fr/a&quot;b<" in link


def test_a_long_text_is_cut_in_a_table_and_whole_on_its_page():
    text = "mot " * 100
    assert shown(text, field("text"), short=True).endswith("…")
    assert len(shown(text, field("text"))) >= 399


def test_paragraphs_stay_paragraphs():
    assert shown("un\n\ndeux", field("text")) == "<p>un</p><p>deux</p>"


def test_sizes_as_people_say_them():
    assert file_size(12_400_000).startswith("12,4")
    assert file_size(999).startswith("999")
