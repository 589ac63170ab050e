"""The API tab: what is written in its boxes is answered, explained, or blamed where it is wrong."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cimaise.web.catalog.models import Dataset, Redirect

TAB = "/explore/dataset/musees/api/"


@pytest.fixture
def asked(client, shown):
    def asking(*pairs, language="en"):
        address = f"{TAB}?{urlencode(pairs)}"
        response = client.get(address, headers={"accept-language": language})
        return response.status_code, unescape(response.content.decode())

    return asking


@pytest.fixture
def complete(client, shown):
    def completing(text="", clause="where", at=None, language="en", **headers):
        sent = {"clause": clause, "text": text} | ({} if at is None else {"at": at})
        language = {"accept-language": language}
        return client.get(f"{TAB}completions", sent, headers=language | headers)

    return completing


def names(response):
    return [each["name"] for each in response.json()["candidates"]]


def call(text):
    """The parameters of the call that a page shows."""
    address = re.search(r'id="call-address">([^<]*)<', text)[1]
    return address, parse_qsl(urlsplit(address).query)


# -- the form ------------------------------------------------------------------------------------


def test_the_tab_opens_with_empty_boxes_and_asks_nothing(asked):
    status, text = asked()
    assert status == 200
    for name in ("select", "where", "group_by", "having", "order_by", "limit"):
        assert f'name="{name}"' in text
    assert 'id="answer"' not in text
    assert call(text)[1] == [("limit", "20")]


def test_a_question_is_answered_explained_and_written_as_a_call(asked, client):
    pairs = [
        ("select", "region, count(*) as n"),
        ("where", "visites > 0"),
        ("group_by", "region"),
        ("having", "n > 1"),
        ("order_by", "n desc"),
        ("limit", "5"),
    ]
    status, text = asked(*pairs)
    assert status == 200
    answer = text[text.index('id="answer"') :]
    assert "Île-de-France" in answer
    assert "for each region" in answer.lower().replace("région", "region")
    address, sent = call(text)
    assert sorted(sent) == sorted(pairs)
    rows = client.get(address.replace("http://testserver", "")).json()["results"]
    assert len(rows) == answer.split("</table>")[0].count("<tr>") - 1


def test_the_filters_of_the_address_stay_beside_the_boxes(asked):
    pairs = [("refine.region", "Normandie"), ("where", "visites > 0"), ("sort", "nom")]
    _, text = asked(*pairs)
    assert '<input type="hidden" name="refine.region" value="Normandie">' in text
    assert 'value="visites > 0"' in text
    assert 'value="`nom` desc"' in text
    assert ("refine", 'region:"Normandie"') in call(text)[1]


def test_conditions_before_the_last_are_kept(asked):
    _, text = asked(("where", "visites > 0"), ("where", 'region = "Normandie"'))
    assert '<input type="hidden" name="where" value="visites > 0">' in text
    assert "1 record answers" in text


@pytest.mark.parametrize(
    ("name", "written", "said", "drawn"),
    [
        ("where", "regio = 1", "Did you mean region?", "regio = 1\n^^^^^"),
        ("where", "region = ", "unexpected", "^"),
        ("where", 'region = "', "", "^"),
        ("where", "((" * 2000, "", "^"),
        ("select", "nomm", "Did you mean nom?", "nomm\n^^^^"),
        ("group_by", "nomm", "Did you mean nom?", "nomm\n^^^^"),
        ("order_by", "nomm", "Did you mean nom?", "nomm\n^^^^"),
        ("order_by", "nom sideways", "", "^"),
    ],
)
def test_a_mistake_is_told_under_the_box_it_is_in(asked, name, written, said, drawn):
    status, text = asked((name, written))
    assert status == 400
    form = text[text.index('id="view"') : text.index('id="limit"')]
    blamed = form[form.index(f'id="{name}"') :]
    assert said in blamed
    assert drawn in blamed
    assert form.count('aria-invalid="true"') == 1
    assert 'id="answer"' not in text


def test_a_mistake_of_having_is_told_under_it(asked):
    status, text = asked(("group_by", "region"), ("having", "n > "))
    assert status == 400
    assert 'aria-invalid="true"' in text[text.index('id="having"') : text.index('id="order_by"')]


def test_a_mistake_no_box_holds_is_told_above(asked):
    status, text = asked(("refine.nothing", "1"), ("where", "visites > 0"))
    assert status == 400
    assert 'class="alert alert-alarm"' in text
    assert 'name="where"' in text


def test_a_limit_that_is_none_is_refused(asked):
    for written in ("0", "-2", "101", "1e2", "dix", "9" * 400, "²", "1\x00"):
        status, text = asked(("limit", written))
        assert status == 400
        assert "A whole number from 1 to 100." in text


def test_any_text_is_answered_or_refused(client, shown):
    for name in ("select", "where", "group_by", "having", "order_by"):
        for written in ("\x00", "'\ufffd'", "🎭", "`", "<script>alert(1)</script>"):
            response = client.get(TAB, {name: written})
            assert response.status_code in (200, 400)
            assert b"<script>alert" not in response.content


def test_several_lines_stand_on_one(asked):
    status, text = asked(("where", "visites > 0\r\nand region = 'Normandie'"))
    assert status == 200
    assert "visites > 0  and region" in text


def test_every_kind_of_value_is_shown(asked):
    status, text = asked(
        ("select", "*, year(ouverture) as an, visites > 0 as vrai"), ("limit", "5")
    )
    assert status == 200 or "select" in text
    status, text = asked(
        ("select", "envelope(coordonnees) as boite, avg(visites) as moyenne, max(ouverture) as an")
    )
    assert status == 200
    assert "a shape on the map" in text
    assert "3,148,000" in text.replace("\u202f", ",").replace("\xa0", ",")


# -- the completions -----------------------------------------------------------------------------


def test_fields_and_functions_come_with_what_they_are(complete):
    found = complete("vis").json()
    assert found["start"] == 0
    assert found["end"] == 3
    assert found["candidates"][0] == {
        "kind": "field",
        "name": "visites",
        "text": "visites",
        "detail": "int",
        "note": "visites",
    }
    found = complete("within_d").json()["candidates"][0]
    assert found["kind"] == "function"
    assert found["text"] == "within_distance("
    assert found["detail"].startswith("within_distance(")
    assert found["note"]


def test_the_place_is_counted_in_characters(complete):
    text = 'nom = "🎭" and vis = 3'
    found = complete(text, at=text.index(" = 3")).json()
    assert text[found["start"] : found["end"]] == "vis"
    assert found["candidates"][0]["name"] == "visites"


def test_every_box_is_completed(complete):
    for clause in ("select", "where", "group_by", "having", "order_by"):
        assert "region" in names(complete("reg", clause))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"clause": "from"}, "clause is one of"),
        ({"clause": ""}, "clause is one of"),
        ({"text": "a" * 2001}, "at most 2000"),
        ({"text": "abc", "at": "4"}, "a place in the text"),
        ({"text": "abc", "at": "-1"}, "a place in the text"),
        ({"text": "abc", "at": "²"}, "a place in the text"),
        ({"text": "abc", "at": "9" * 5000}, "a place in the text"),
    ],
)
def test_what_cannot_be_completed_is_refused_with_a_reason(complete, sent, said):
    response = complete(**sent)
    assert response.status_code == 400
    assert response.json()["error_code"] == "InvalidRESTParameterError"
    assert said in response.json()["message"]


def test_any_text_is_completed_or_not(complete):
    for text in ("\x00", '"', "`", "(" * 2000, "a" * 1999 + " ", "'\\", "é`🎭"):
        assert complete(text).status_code == 200


def test_a_known_answer_is_not_sent_again(complete):
    first = complete("vis")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    etag = first.headers["ETag"]
    assert complete("vis", **{"if-none-match": etag}).status_code == 304
    assert complete("vis", language="fr").headers["ETag"] != etag
    assert complete("visi", **{"if-none-match": etag}).status_code == 200


def test_a_restricted_dataset_has_no_completions(complete, client, django_user_model):
    Dataset.objects.filter(slug="musees").update(restricted=True)
    response = complete("vis")
    assert response.status_code == 404
    assert response.json()["error_code"] == "UnknownResourceError"
    assert "visites" not in response.content.decode()
    client.force_login(django_user_model.objects.create_superuser("chef", password="une phrase"))
    assert complete("vis").headers["Cache-Control"] == "private, no-cache"


def test_a_former_name_leads_to_the_one_of_today(client, musees):
    Redirect.objects.create(slug="les-musees", dataset=musees)
    response = client.get("/explore/dataset/les-musees/api/completions", {"text": "vis"})
    assert response.status_code == 301
    assert response.headers["Location"].startswith("/explore/dataset/musees/api/completions?")


def test_only_the_columns_shown_are_ticked(client, shown):
    page = client.get("/explore/dataset/musees/table/", {"columns": "nom"}).content.decode()
    ticked = re.findall(r'<input id="column-(\w+)"[^>]*\bchecked', page)
    assert ticked == ["nom"]
