"""What the Explore API never had: cursors, versions by date, strictness about parameters."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from small_datasets import MUSEUMS, museums

from cimaise.web.catalog.models import Version

RECORDS = "catalog/datasets/musees/records"
NEXT = re.compile(r'<([^>]+)>; rel="next"')


def following(response):
    """The address of the next page, below the root of the API; None when there is none."""
    found = NEXT.fullmatch(response.headers.get("Link", ""))
    return found and found[1].split("/api/explore/v2.1/")[1]


@pytest.mark.parametrize("order", ["", "nom", "-visites", "region, nom desc"])
@pytest.mark.parametrize("links", ["false", "true"])
def test_following_the_link_header_reads_every_record_once(client, get, order, links):
    pairs = [("limit", "2"), ("select", "ref"), ("include_links", links)]
    pairs += [("order_by", order)] if order else []
    response, read = get(RECORDS, *pairs), []
    while True:
        assert response.status_code == 200
        assert response.json()["total_count"] == 5
        read += [each["ref"] for each in response.json()["results"]]
        address = following(response)
        if address is None:
            break
        assert "offset" not in parse_qs(urlsplit(address).query)
        response = get(address)
    whole = [("limit", "100"), *pairs[1:]]
    assert read == [each["ref"] for each in get(RECORDS, *whole).json()["results"]]


def test_the_link_header_follows_an_offset_and_groups(get):
    address = following(get(RECORDS, ("limit", "2"), ("offset", "2"), ("order_by", "nom")))
    assert [each["ref"] for each in get(address).json()["results"]] == ["M0003"]
    first = get(RECORDS, ("group_by", "region"), ("limit", "2"))
    second = get(following(first))
    assert [each["region"] for each in first.json()["results"]] == [
        "Hauts-de-France",
        "Île-de-France",
    ]
    assert [each["region"] for each in second.json()["results"]] == ["Normandie"]


def test_a_cursor_of_another_version_says_to_start_again(get, publish):
    address = following(get(RECORDS, ("limit", "2")))
    publish(museums(), MUSEUMS + "M0006;Musée neuf;Paris;Île-de-France;Société;;;;\n")
    response = get(address)
    assert response.status_code == 400
    assert response.json()["error_code"] == "InvalidRESTParameterError"
    assert "start again" in response.json()["message"]
    assert get(f"{address}&version=1").status_code == 200


def test_a_cursor_goes_with_no_offset(get):
    address = following(get(RECORDS, ("limit", "2")))
    assert get(f"{address}&offset=1").status_code == 400
    assert get(RECORDS, ("after", "nonsense")).status_code == 400


@pytest.fixture
def two_versions(shown, publish):
    """The museums as they were in 2020 and since 2022."""
    publish(museums(), MUSEUMS + "M0006;Musée neuf;Paris;Île-de-France;Société;;;;\n")
    for number, year in ((1, 2020), (2, 2022)):
        published = datetime(year, 3, 1, 12, tzinfo=UTC)
        Version.objects.filter(dataset__slug="musees", number=number).update(published=published)


AS_OF = [
    ("2020-03-01", 5), ("2021-06-30", 5), ("2022-02-28", 5), ("2022-03-01", 6), ("2030-01-01", 6),
    ("2020-03-01T12:00:00Z", 5), ("2022-03-01T11:59:59", 5), ("2022-03-01T12:00:00", 6),
    ("2022-03-01T12:30:00+01:00", 5), ("2022-03-01 12:00", 6), ("2022-03-01T13:30:00 01:00", 6),
]  # fmt: skip


@pytest.mark.parametrize(("moment", "count"), AS_OF)
def test_a_date_chooses_the_version_published_then(get, two_versions, moment, count):
    assert get(RECORDS, ("as_of", moment)).json()["total_count"] == count


def test_every_read_knows_the_date(client, get, two_versions):
    then = ("as_of", "2021-01-01")
    dataset = "catalog/datasets/musees"
    assert len(get(f"{dataset}/exports/json", then).getvalue()) < len(
        get(f"{dataset}/exports/json").getvalue()
    )
    assert (
        get(f"{dataset}/facets", then, ("facet", "region")).json()["facets"][0]["facets"][0][
            "count"
        ]
        == 2
    )
    assert get(dataset, then).json()["metas"]["default"]["records_count"] == 5
    added = get(RECORDS, ("where", 'ref="M0006"'), ("include_app_metas", "true")).json()
    address = f"{RECORDS}/{added['results'][0]['_id']}"
    assert get(address).status_code == 200
    assert get(address, then).status_code == 404
    old = client.get("/api/records/1.0/search/?dataset=musees&as_of=2021-01-01")
    assert old.json()["nhits"] == 5


def test_before_the_first_version_there_is_nothing(get, two_versions):
    response = get(RECORDS, ("as_of", "2020-02-29"))
    assert response.status_code == 404
    assert "its first version is of 2020-03-01T12:00:00+00:00" in response.json()["message"]
    assert (
        "first version"
        not in get("catalog/datasets/absent/records", ("as_of", "2020-02-29")).json()["message"]
    )


WRONG = [
    "yesterday",
    "2020-13-01",
    "9999-12-31",
    "0000-00-00",
    "2020-01-01T99:00",
    "1" * 400,
]


@pytest.mark.parametrize("moment", WRONG)
def test_what_is_no_date_is_refused(get, two_versions, moment):
    response = get(RECORDS, ("as_of", moment))
    assert response.status_code == 400
    assert "as_of" in response.json()["message"]
    assert get(RECORDS, ("as_of", "2020-05-05"), ("version", "1")).status_code == 400


def test_the_day_ends_where_the_asker_is(get, two_versions):
    Version.objects.filter(dataset__slug="musees", number=2).update(
        published=datetime(2022, 3, 1, 23, 30, tzinfo=UTC)
    )
    assert get(RECORDS, ("as_of", "2022-03-01")).json()["total_count"] == 6
    paris = ("timezone", "Europe/Paris")
    assert get(RECORDS, ("as_of", "2022-03-01"), paris).json()["total_count"] == 5


STRICT_AT = [
    RECORDS, "catalog/datasets", "catalog/datasets/musees", "catalog/facets",
    "catalog/datasets/musees/facets", "catalog/datasets/musees/exports/csv",
]  # fmt: skip


@pytest.mark.parametrize("address", STRICT_AT)
def test_unknown_parameters_are_told_or_refused(get, address):
    loose = get(address, ("lnag", "fr"), ('x"\r\ny', "1"))
    assert loose.status_code == 200
    assert loose.headers["Warning"] == (
        '299 - "Unknown parameters, not taken into account: lnag, x???y"'
    )
    strict = get(address, ("lnag", "fr"), ("strict", "true"))
    assert strict.status_code == 400
    assert strict.json() == {
        "error_code": "InvalidRESTParameterError",
        "message": "Unknown API parameter: lnag. Did you mean lang?",
    }
    fine = get(address, ("lang", "fr"), ("strict", "true"))
    assert fine.status_code == 200
    assert "Warning" not in fine.headers
    assert get(address, ("strict", "maybe"), ("q", "1"), ("zz", "1")).status_code == 400


def test_aliases_and_parameters_of_formats_are_known(get):
    assert "Warning" not in get(RECORDS, ("rows", "1"), ("start", "0")).headers
    csv = get("catalog/datasets/musees/exports/csv", ("delimiter", ","), ("strict", "true"))
    assert csv.status_code == 200


EXPLAINED = [
    ([], "The records from 1 to 10: ", "range", 5),
    ([("where", "visites > 100 and not region = 'Normandie'"), ("select", "nom")],
     "The records from 1 to 10: nom, where visites is more than 100 and "
     "not: region is “Normandie”.",
     "scan", 5),
    ([("where", "visites in [1 .. 5] or type in ('a', 'b')"), ("select", "nom"), ("limit", "3"),
      ("offset", "2"), ("order_by", "-nom, ref")],
     "The records from 3 to 5: nom, where visites is between 1 and 5 or type is one of “a”, “b”, "
     "sorted by nom from the greatest, ref.", "scan", 5),
    ([("group_by", "region"), ("select", "count(*), avg(visites)"), ("refine", "type:Société")],
     "for each region", "scan", 5),
    ([("where", "search('louvre') and visites is not null"), ("select", "nom")],
     "words like “louvre” are found", "index", 5),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "said", "plan", "count"), EXPLAINED)
def test_a_question_is_explained_in_a_sentence_and_not_run(get, pairs, said, plan, count):
    told = get(RECORDS, ("explain", "true"), ("lang", "en"), *pairs).json()["explanation"]
    assert said in told["meaning"]
    assert told["meaning"].endswith(".")
    assert told["cost"] == {"plan": plan, "records_read": count, "records": 5}
    assert told["asked_of"]["version"] == 1


def test_a_wrong_question_is_not_explained(get):
    assert get(RECORDS, ("explain", "true"), ("where", "nomm = 1")).status_code == 400
    assert get(RECORDS, ("explain", "maybe")).status_code == 400
