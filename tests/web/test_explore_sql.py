"""The page to ask in SQL, as somebody without JavaScript uses it."""

import re
from html import unescape

import pytest

from cimaise.engine.sql.carrels import AllTaken
from cimaise.web.catalog import sql
from cimaise.web.catalog.models import Dataset

PAGE = "/explore/sql/"


@pytest.fixture(scope="module")
def kept_carrels(tmp_path_factory):
    opened = sql.Carrels(tmp_path_factory.getbasetemp())
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def carrels(kept_carrels, monkeypatch):
    monkeypatch.setattr(sql, "carrels", lambda: kept_carrels)


@pytest.fixture
def page(client, shown):
    def asked(**sent):
        response = client.get(PAGE, sent, headers={"Accept-Language": "en"})
        return response.status_code, unescape(response.content.decode())

    return asked


def test_the_page_shows_what_can_be_asked(page):
    status, text = page(dataset="musees")
    assert status == 200
    for expected in ("_id", "visites", "geo_point_2d", 'SELECT * FROM "musees" LIMIT 10', "median"):
        assert expected in text
    assert '<option value="catalogue"' in text


def test_a_question_gives_a_table_and_files_of_it(page, client):
    query = "select nom, visites from musees where visites > 1000000 order by 2"
    status, text = page(query=query)
    assert status == 200
    assert query in text
    assert text.index("Musée d’Orsay") < text.index("Musée du Louvre")
    files = re.findall(r'href="(/api/sql/\?[^"]+)"', text)
    csv = next(address for address in files if "format=csv" in address)
    assert "Musée du Louvre;8700000" in client.get(csv).getvalue().decode()


def test_a_long_answer_says_that_there_is_more(page):
    assert "hold them all" in page(query="select 1 from musees a, musees b, musees c")[1]
    assert "hold them all" not in page(query="select 1 from musees")[1]


def test_a_mistake_is_told_with_its_place(page):
    status, text = page(query="select nomm from musees")
    assert status == 400
    assert "Unknown field: nomm" in text
    assert "Did you mean nom?" in text
    assert "       ^^^^" in text


def test_markup_in_a_question_or_an_answer_stays_text(client, shown):
    query = "select '<script>alert(1)</script>' as \"<b>x</b>\""
    response = client.get(PAGE, {"query": query})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert b"<b>x" not in response.content
    assert response.content.count(b"&lt;script&gt;alert") >= 2  # in the box and in the table


def test_a_restricted_dataset_is_neither_shown_nor_asked(page):
    Dataset.objects.filter(slug="musees").update(restricted=True)
    status, text = page(dataset="musees", query="select * from musees")
    assert status == 400
    assert "Unknown dataset: musees" in text
    assert 'value="musees"' not in text
    assert "visites" not in text


def test_too_many_at_once_are_told_on_the_page(page, monkeypatch):
    def full(*_):
        raise AllTaken

    monkeypatch.setattr(sql.Carrels, "answer", full)
    assert "Too many SQL questions" in page(query="select 1")[1]
