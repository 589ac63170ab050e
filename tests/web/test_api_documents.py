"""The OpenAPI documents: what they say is so, and every example of theirs is answered."""

import json
from urllib.parse import urlencode

import pytest

V21 = "/api/explore/v2.1"


@pytest.fixture
def run(client, shown):
    """Ask an address; gives the response, its content read."""

    def asked(address):
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
        return response

    return asked


def examples(document):
    """Every request that a document gives as an example: each parameter alone, and whole ones."""
    for path, methods in document["paths"].items():
        said = methods["get"]
        places = {each["name"]: each.get("example") for each in said["parameters"]
                  if each["in"] == "path"}  # fmt: skip
        if None in places.values():
            continue
        address = path
        for name, value in places.items():
            address = address.replace(f"{{{name}}}", value)
        if places:
            yield address
        for each in said["parameters"]:
            if each["in"] == "query" and "example" in each:
                value = each["example"]
                yield f"{address}?{urlencode([(each['name'], value)], doseq=True)}"
        yield from said.get("x-example-requests", ())


def test_every_example_of_the_whole_document_is_answered(client, run):
    document = client.get(f"{V21}/swagger.json").json()
    asked = list(examples(document))
    assert len(asked) > 30
    wrong = {each: run(each).content for each in asked if run(each).status_code != 200}
    assert not wrong


@pytest.mark.parametrize("slug", ["musees", "evenements"])
def test_every_example_of_a_dataset_is_answered(client, run, slug):
    document = client.get(f"{V21}/catalog/datasets/{slug}/swagger.json").json()
    asked = list(examples(document))
    assert any("/exports/csv?" in each for each in asked)
    assert any("having" in each for each in asked)
    wrong = {each: run(each).content for each in asked if run(each).status_code != 200}
    assert not wrong


def test_a_dataset_is_told_with_its_own_fields_and_types(client, shown):
    document = client.get(f"{V21}/catalog/datasets/musees/swagger.json/").json()
    record = document["components"]["schemas"]["DatasetRecord"]["properties"]
    answered = client.get(f"{V21}/catalog/datasets/musees/records").json()["results"][0]
    assert list(record) == list(answered)
    assert record["visites"]["anyOf"][0] == {"type": "integer", "format": "int64"}
    assert record["themes"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}
    assert record["ouverture"]["anyOf"][0]["format"] == "date"
    assert all("{dataset_id}" not in path for path in document["paths"])
    records = document["paths"][f"{V21}/catalog/datasets/musees/records"]["get"]
    page = records["responses"]["200"]["content"]["application/json"]["schema"]
    assert page["properties"]["results"]["items"]["anyOf"][0]["$ref"].endswith("DatasetRecord")
    refine = next(each for each in records["parameters"] if each["name"] == "refine")
    assert refine["example"] == ['`region`:"Normandie"']


def test_documents_are_of_those_who_may_see(client, musees):
    path = f"{V21}/catalog/datasets/musees/swagger.json"
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    musees.restricted = True
    musees.save()
    assert client.get(path).json()["error_code"] == "NotFoundResource"
    assert client.get(f"{V21}/catalog/datasets/none/swagger.json").status_code == 404


def test_the_page_opens_the_document_of_a_dataset(client, shown):
    page = client.get(f"{V21}/console", {"dataset": "musees"}).content.decode()
    assert f"{V21}/catalog/datasets/musees/swagger.json" in page
    assert "region" in page
    assert f"{V21}/catalog/exports/rss" in page


def test_documents_are_openapi_with_no_reference_astray(client, shown):
    for path in ("swagger.json", "catalog/datasets/musees/swagger.json"):
        text = client.get(f"{V21}/{path}").content.decode()
        document = json.loads(text)
        assert document["openapi"].startswith("3.1")
        known = document["components"]["schemas"]
        used = {each.split('"')[0] for each in text.split("#/components/schemas/")[1:]}
        assert used <= set(known)
        names = [methods["get"]["operationId"] for methods in document["paths"].values()]
        assert len(names) == len(set(names))
