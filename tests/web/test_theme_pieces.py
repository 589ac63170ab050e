"""The kit's own reckoning: pages shown, numbers written, pictures drawn, files found."""

import json
import re

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from cimaise.web.theme import assets
from cimaise.web.theme.charts import chart_spec
from cimaise.web.theme.look import look
from cimaise.web.theme.paging import steps
from cimaise.web.theme.pieces import Cell, Choice, Column
from cimaise.web.theme.preferences import preferences
from cimaise.web.theme.templatetags.theme import grouped, share


def shown(template: str, **context: object) -> str:
    """A template of the portal, rendered."""
    return engines["django"].from_string(CottonCompiler().process(template)).render(context)


@pytest.mark.parametrize(
    ("current", "last", "expected"),
    [
        (1, 1, "[1]"),
        (1, 3, "[1] 2 3"),
        (4, 9, "1 2 3 [4] 5 … 9"),
        (5, 9, "1 … 4 [5] 6 … 9"),
        (3, 9, "1 2 [3] 4 … 9"),
        (4, 6, "1 2 3 [4] 5 6"),
        (786, 786, "1 … 785 [786]"),
    ],
)
def test_a_pagination_shows_both_ends_and_the_neighbours(current, last, expected):
    walk = steps(current, last, lambda number: f"?page={number}")
    said = [
        "…" if step.number is None else f"[{step.number}]" if step.here else str(step.number)
        for step in walk
    ]
    assert " ".join(said) == expected


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1\u202f000"),
        (15_702, "15\u202f702"),
        (-1_234_567, "-1\u202f234\u202f567"),
        ("01500", "01500"),
        (None, ""),
    ],
)
def test_numbers_are_parted_by_thousands_and_text_is_left_alone(number, written):
    assert grouped(number) == written


def test_a_bar_is_as_long_as_its_share_of_the_longest():
    assert [share(part, [200, 50, 0]) for part in (200, 50, 0)] == ["100", "25", "0"]
    assert share(0, []) == "0"


def test_a_table_says_what_is_missing_and_escapes_what_is_there():
    html = shown(
        '<c-table caption="Libraries" :columns="columns" :rows="rows" />',
        columns=[Column("Name", "?order_by=name", "descending"), Column("Surface", number=True)],
        rows=[[Cell("<b>Nîmes</b>", head=True), Cell("", number=True)]],
    )
    assert "&lt;b&gt;Nîmes&lt;/b&gt;" in html
    assert 'aria-sort="descending"' in html
    assert re.search(r'<th scope="row"[^>]*>', html)
    assert "—" in html


def test_a_facet_is_a_list_of_links_that_tells_the_chosen_one():
    html = shown(
        '<c-facet title="Region" :choices="choices" more="?more" />',
        choices=[Choice("Bretagne", 1234, "?r=53", chosen=True), Choice("Corse", 3, "?r=94")],
    )
    assert html.count("<a ") == 3
    assert html.count('aria-current="true"') == 1
    assert "1\u202f234" in html


def test_text_from_data_cannot_leave_an_attribute():
    html = shown('<c-cartel title="{{ t }}" href="#" maker="{{ t }}" />', t='"><script>')
    assert "<script>" not in html


def test_a_chart_spec_cannot_close_its_element():
    text = chart_spec({"title": "</script><!-- & 'é'"})
    inside = re.fullmatch(r"<script[^>]*>(.*)</script>", text).group(1)
    assert "<" not in inside
    assert json.loads(inside) == {"title": "</script><!-- & 'é'"}


def test_a_chart_takes_its_specification_as_it_is():
    html = shown('<c-chart title="Entries" :spec="spec" />', spec={"mark": "bar"})
    assert json.loads(re.search(r"data-spec>(.*?)</script>", html).group(1)) == {"mark": "bar"}


@pytest.mark.parametrize(
    ("sent", "cookie", "value", "place"),
    [
        ({"scheme": "dark", "next": "/explore/?q=a"}, "cimaise_scheme", "dark", "/explore/?q=a"),
        ({"language": "en", "next": "/explore/"}, "cimaise_language", "en", "/explore/"),
        ({"scheme": "light", "next": "https://other.example/"}, "cimaise_scheme", "light", "/"),
    ],
)
def test_a_preference_is_kept_and_the_reader_sent_back(sent, cookie, value, place):
    answer = preferences(RequestFactory().post("/theme/preferences/", sent))
    assert answer.status_code == 303
    assert answer["Location"] == place
    assert answer.cookies[cookie].value == value


def test_an_unknown_preference_is_refused():
    answer = preferences(RequestFactory().post("/theme/preferences/", {"scheme": "<pink>"}))
    assert answer.status_code == 400
    assert not answer.cookies


def test_a_cookie_that_makes_no_sense_is_ignored():
    request: HttpRequest = RequestFactory().get("/")
    request.COOKIES["cimaise_scheme"] = '"><script>'
    assert look(request)["look"].scheme == "auto"


def test_pages_stand_before_the_first_build(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    assert shown("{% load theme %}{% theme_head %}") == ""


def test_a_new_build_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({assets.STYLE: {"file": "assets/a-1.css"}}))
    assert shown("{% load theme %}{% theme_head %}").endswith(
        '<link rel="stylesheet" href="/static/cimaise/build/assets/a-1.css">'
    )
