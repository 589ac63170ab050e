"""A client that asks again for what it has is told so at once, and never wrongly."""

import pytest

from cimaise.engine.metadata.description import DatasetDescription
from cimaise.web.catalog.models import Dataset

ROOT = "/api/explore/v2.1/catalog/datasets"
TABLE = "name;number\nrouge;1\nvert;2\n"
DESCRIPTION = DatasetDescription("couleurs", "Couleurs", producer="Cimaise")
ADDRESSES = ("records?limit=2", "facets?facet=name", "records?limit=1&odd=1", "records?a%70ikey=")


@pytest.fixture
def couleurs(publish):
    publish(DESCRIPTION, TABLE)
    return f"{ROOT}/couleurs"


def again(client, address, first, **headers):
    return client.get(address, headers={"if-none-match": first["ETag"], **headers})


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_told_the_same_each_time(client, couleurs, address):
    first = client.get(f"{couleurs}/{address}")
    told = [again(client, f"{couleurs}/{address}", first) for _ in range(3)]
    assert [each.status_code for each in told] == [304, 304, 304]
    assert dict(told[1].headers) == dict(told[2].headers) == dict(told[0].headers)
    assert told[2].content == b""


def test_a_new_version_is_another_answer(client, couleurs, publish):
    first = client.get(f"{couleurs}/records")
    assert [again(client, f"{couleurs}/records", first).status_code for _ in range(2)] == [304, 304]
    publish(DESCRIPTION, f"{TABLE}bleu;3\n")
    answer = again(client, f"{couleurs}/records", first)
    assert answer.status_code == 200
    assert answer.json()["total_count"] == 3


def test_what_was_withdrawn_or_restricted_is_gone_at_once(client, couleurs):
    first = client.get(f"{couleurs}/records")
    assert [again(client, f"{couleurs}/records", first).status_code for _ in range(2)] == [304, 304]
    Dataset.objects.filter(slug="couleurs").update(restricted=True)
    assert again(client, f"{couleurs}/records", first).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"if-match": '"another"'}, {"authorization": "Apikey nobody"}, {"host": "localhost"}],
)
def test_other_words_are_another_request(client, couleurs, headers):
    address = f"{couleurs}/records?include_links=true"
    first = client.get(address)
    assert [again(client, address, first).status_code for _ in range(2)] == [304, 304]
    assert again(client, address, first, **headers).status_code != 304


def test_a_key_is_found_under_any_spelling_of_its_name(client, couleurs):
    for name in ("apikey", "%61pikey", "access%5Ftoken", "limit=1&access_token"):
        assert client.get(f"{couleurs}/records?{name}=nobody").status_code == 401
