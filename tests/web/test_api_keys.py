"""Keys of the API: where they are read, what they open, and what becomes of wrong ones."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cimaise.web.accounts.keys import digest, new_key, revoke
from cimaise.web.accounts.models import ApiKey, Organisation, Person
from cimaise.web.catalog.models import Dataset

RECORDS = "/api/explore/v2.1/catalog/datasets/musees/records"
WRONG = "cim_" + "0" * 64
FIRST = (
    "/api/records/1.0/search/?dataset=musees", "/api/datasets/1.0/musees/",
    "/explore/dataset/musees/download/?format=csv", "/explore/dataset/musees/files/abc/download/",
)  # fmt: skip


@pytest.fixture
def reader(shown):
    """Somebody to whom the dataset of museums, which is restricted, was opened."""
    person = Person.objects.create_user("lectrice", password="une phrase de passe")
    dataset = Dataset.objects.get(slug="musees")
    dataset.restricted = True
    dataset.save()
    dataset.readers.add(person)
    return person


@pytest.fixture
def secret(reader):
    return new_key(reader, "Carte")[1]


@pytest.mark.parametrize("scheme", ["Apikey", "ApiKey", "apikey", "APIKEY", "Bearer", "bearer"])
def test_a_key_is_read_in_the_header_whatever_its_spelling(client, secret, scheme):
    assert client.get(RECORDS).status_code == 404
    response = client.get(RECORDS, headers={"authorization": f"{scheme} {secret}"})
    assert response.json()["total_count"] == 5
    assert response["Cache-Control"].startswith("private")


@pytest.mark.parametrize("name", ["apikey", "access_token"])
def test_a_key_is_read_in_the_address(client, secret, name):
    response = client.get(RECORDS, {name: secret})
    assert response.json()["total_count"] == 5
    assert response["Cache-Control"].startswith("private")


def test_a_key_in_the_body_of_a_form_is_read(client, secret):
    # Nothing can be posted here, but whoever posts is recognised first.
    assert client.post(RECORDS, f"access_token={secret}", FORM).status_code == 405
    assert client.post(RECORDS, f"access_token={WRONG}", FORM).status_code == 401


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("said", ["", WRONG, "x" * 10_000, "é", "\x00", "cim_ 0", "null"])
@pytest.mark.parametrize("slug", ["musees", "evenements", "none"])
def test_a_wrong_key_is_never_taken_for_nobody(client, reader, said, slug):
    path = f"/api/explore/v2.1/catalog/datasets/{slug}/records"
    answers = [client.get(path, headers={"authorization": f"ApiKey {said}"})]
    answers += [client.get(path, {"apikey": said})] if said else []
    for response in answers:
        assert response.status_code == 401
        assert response.json() == {
            "error_code": "AuthenticationError", "message": "API key is not valid"
        }  # fmt: skip
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "no-store"
        assert response["WWW-Authenticate"]


@pytest.mark.parametrize("address", FIRST)
def test_addresses_of_the_first_api_refuse_it_in_their_own_envelope(client, reader, address):
    response = client.get(address, headers={"authorization": f"Apikey {WRONG}"})
    assert response.status_code == 401
    assert response.json() == {"error": "API key is not valid"}
    assert response["Access-Control-Allow-Origin"] == "*"


def test_an_empty_parameter_and_the_key_of_a_proxy_are_no_keys(client, reader):
    public = RECORDS.replace("musees", "evenements")
    assert client.get(public, {"apikey": ""}).status_code == 200
    assert client.get(public, headers={"authorization": "Basic dTpw"}).status_code == 200
    assert client.get(RECORDS, {"apikey": " "}).status_code == 404


def test_expired_and_revoked_keys_and_those_of_people_who_left_open_nothing(client, reader):
    _, expired = new_key(reader, "old", expires=timezone.now() - timedelta(seconds=1))
    later, secret = new_key(reader, "later", expires=timezone.now() + timedelta(days=1))
    assert client.get(RECORDS, {"apikey": expired}).status_code == 401
    assert client.get(RECORDS, {"apikey": secret}).status_code == 200
    revoke(later)
    assert client.get(RECORDS, {"apikey": secret}).status_code == 401
    _, left = new_key(reader, "left")
    Person.objects.filter(pk=reader.pk).update(is_active=False)
    assert client.get(RECORDS, {"apikey": left}).status_code == 401


def test_rights_that_were_taken_back_are_gone_for_the_key_too(client, reader, secret):
    Dataset.objects.get(slug="musees").readers.remove(reader)
    assert client.get(RECORDS, {"apikey": secret}).status_code == 404


def test_an_organisation_that_may_read_opens_it_to_its_people(client, reader):
    other = Person.objects.create_user("autre", password="une phrase de passe")
    _, secret = new_key(other, "mine")
    assert client.get(RECORDS, {"apikey": secret}).status_code == 404
    museum = Organisation.objects.create(name="Musée", slug="musee")
    Dataset.objects.get(slug="musees").reading_organisations.add(museum)
    other.organisations.add(museum)
    assert client.get(RECORDS, {"apikey": secret}).status_code == 200
    listed = client.get("/api/explore/v2.1/catalog/datasets", {"apikey": secret})
    assert listed.json()["total_count"] == 2
    assert listed["ETag"] != client.get("/api/explore/v2.1/catalog/datasets")["ETag"]


def test_what_a_reader_may_read_says_that_it_is_restricted(client, secret):
    path = RECORDS.removesuffix("/records")
    body = client.get(path, headers={"authorization": f"ApiKey {secret}"}).json()
    assert body["visibility"] == "restricted"
    exported = client.get(f"{path}/exports/csv", {"apikey": secret})
    assert exported.status_code == 200
    assert exported["Cache-Control"].startswith("private")


def test_a_tag_of_somebody_with_rights_tells_a_stranger_nothing(client, secret):
    with_rights = client.get(RECORDS, {"apikey": secret})
    again = client.get(RECORDS, {"apikey": secret}, headers={"if-none-match": with_rights["ETag"]})
    assert again.status_code == 304
    assert client.get(RECORDS, headers={"if-none-match": with_rights["ETag"]}).status_code == 404


def test_a_key_goes_before_whoever_is_signed_in(client, secret):
    client.force_login(Person.objects.create_user("autre", password="une phrase de passe"))
    assert client.get(RECORDS).status_code == 404
    assert client.get(RECORDS, {"apikey": secret}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/account/", "/account/api-keys/", "/backoffice/", "/explore/dataset/musees/table/"]
)
def test_a_key_opens_no_page(client, secret, address):
    response = client.get(
        address, {"apikey": secret}, headers={"authorization": f"Apikey {secret}"}
    )
    assert response.status_code in (302, 404)


def test_only_a_digest_is_kept_and_the_last_use_is_written_once_an_hour(
    client, secret, django_assert_num_queries
):
    key = ApiKey.objects.get()
    assert key.digest == digest(secret) != digest(secret + "0")
    assert secret not in str(vars(key).values())
    client.get(RECORDS, {"apikey": secret})
    key.refresh_from_db()
    first = key.last_used
    assert first is not None
    path = "/api/explore/v2.1/swagger.json"
    with django_assert_num_queries(1):  # the key is looked up, and nothing is written
        client.get(path, {"apikey": secret})
    with django_assert_num_queries(0):
        client.get(path)
    ApiKey.objects.update(last_used=first - timedelta(hours=2))
    client.get(path, {"apikey": secret})
    key.refresh_from_db()
    assert key.last_used >= first


# -- the page of one's keys -----------------------------------------------------------------------


PAGE = "/account/api-keys/"


@pytest.fixture
def mine(client, db):
    person = Person.objects.create_user("ada", password="une phrase de passe")
    client.force_login(person)
    return person


def test_a_key_is_shown_once_and_works(client, mine, shown):
    made = client.post(PAGE, {"name": "Carte <b>", "days": "30"})
    secret = made.context["secret"]
    text = made.content.decode()
    assert secret in text
    assert "Carte &lt;b&gt;" in text
    assert "no-store" in made["Cache-Control"]
    assert secret not in client.get(PAGE).content.decode()
    path = RECORDS.replace("musees", "evenements")
    answer = client.get(path, headers={"authorization": f"ApiKey {secret}"})
    assert answer["X-RateLimit-Remaining"]
    assert client.get(PAGE).context["rows"][0].calls == 1
    key = ApiKey.objects.get()
    assert timedelta(days=29) < key.expires - timezone.now() < timedelta(days=31)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": " ", "days": "30"},
        {"name": "x", "days": "31"},
        {"name": "y" * 101, "days": "0"},
    ],
)
def test_a_key_without_a_name_or_with_another_life_is_not_made(client, mine, said):
    answer = client.post(PAGE, said)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not ApiKey.objects.exists()


def test_a_person_has_so_many_keys_and_no_more(client, mine):
    keys = [new_key(mine, str(number))[0] for number in range(50)]
    assert client.post(PAGE, {"name": "x", "days": "0"}).status_code == 400
    revoke(keys[0])
    assert client.post(PAGE, {"name": "x", "days": "0"}).status_code == 200


def test_a_key_is_revoked_after_a_question_by_its_person_only(client, mine):
    key, _ = new_key(mine, "Carte")
    page = reverse("account:revoke", args=[key.pk])
    other = Person.objects.create_user("autre", password="une phrase de passe")
    client.force_login(other)
    assert client.post(page).status_code == 404
    client.force_login(mine)
    assert "Carte" in client.get(page).content.decode()
    assert ApiKey.objects.get().revoked is None
    assert client.post(page).status_code == 302
    assert ApiKey.objects.get().revoked is not None
    assert client.post(page).status_code == 404
    assert "Carte" in client.get(PAGE).content.decode()


def test_the_account_says_who_is_signed_in_and_lets_out(client, mine):
    assert client.get("/account/my-api-keys/")["Location"] == PAGE
    assert "ada" in client.get("/account/").content.decode()
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get("/account/")["Location"].endswith("?next=/account/")
    assert client.get(PAGE).status_code == 302


# -- administrators -------------------------------------------------------------------------------

KEYS = "/backoffice/snippets/accounts/apikey/"


def test_an_administrator_sees_every_key_and_revokes_it(client, mine):
    key, secret = new_key(mine, "Carte")
    client.force_login(Person.objects.create_superuser("chief", password="not-a-real-one-1"))
    listed = client.get(KEYS).content.decode()
    assert "Carte" in listed
    assert "ada" in listed
    page = client.get(f"{KEYS}edit/{key.pk}/").content.decode()
    assert secret not in page + listed
    assert key.digest not in page + listed
    assert client.post(f"{KEYS}edit/{key.pk}/", {}).status_code == 302
    assert ApiKey.objects.get().revoked is None
    assert client.post(f"{KEYS}edit/{key.pk}/", {"end": "on", "name": "Autre"}).status_code == 302
    assert ApiKey.objects.get().revoked is not None
    assert ApiKey.objects.get().name == "Carte"
    assert client.get(f"{KEYS}add/").status_code in (302, 404)
    assert client.post(f"{KEYS}delete/{key.pk}/").status_code in (302, 404)
    assert ApiKey.objects.exists()


def test_a_producer_does_not_see_the_keys_of_others(desk):
    key, _ = new_key(Person.objects.create_user("ada"), "Carte")
    for path in (KEYS, f"{KEYS}edit/{key.pk}/"):
        answer = desk.client.get(path)
        assert answer.status_code in (302, 403, 404)


def test_the_document_of_the_api_tells_where_a_key_goes(client, db):
    document = client.get("/api/explore/v2.1/swagger.json").json()
    schemes = document["components"]["securitySchemes"]
    assert {(each["type"], each.get("in"), each.get("name")) for each in schemes.values()} == {
        ("apiKey", "header", "Authorization"),
        ("http", None, None),
        ("apiKey", "query", "apikey"),
        ("apiKey", "query", "access_token"),
    }
    assert document["security"][0] == {}  # none is needed
    assert {name for one in document["security"] for name in one} == set(schemes)
    for methods in document["paths"].values():
        assert {"401", "429"} <= set(methods["get"]["responses"])
