"""A restricted dataset, at every public address: to those without rights it does not exist."""

import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern

from cimaise.web.accounts.keys import new_key
from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog.mirror import rebuild
from cimaise.web.catalog.models import Attachment, Dataset
from cimaise.web.ingest.attachments import attach

HIDDEN, ABSENT = "musees", "muzees"  # of one length, so that lengths can be compared too
V21 = "/api/explore/v2.1/catalog"
PLACE = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
DATASET_NAMES = {"slug", "dataset_id", "dataset"}
QUERIES = (
    "", "?version=1", "?version=7", "?limit=1&select=nom", "?where=nom((", "?limit=-9",
    "?refine=region:Normandie&lang=en", "?apikey=",
)  # fmt: skip
# Where a dataset is named in a parameter, or may show among others.
NAMED = (
    f"{V21}/datasets/evenements/records?join=@", f"{V21}/datasets/evenements/records?join=@:id",
    f'{V21}/datasets?where=dataset_id="@"', f'{V21}/datasets?where="@"', f"{V21}/datasets?q=@",
    f"{V21}/exports/json?where=dataset_id:@", f"{V21}/exports/rss?refine=publisher:@",
    "/api/sql/?q=select+*+from+@", '/api/sql/?query=select+count(*)+from+"@"',
    "/api/sql?sql=select+*+from+@", "/api/sql/json?q=select+*+from+@+limit+1",
    *(
        f"/api/records/1.0/{name}/?dataset=@&rows=1&facet=region&x=region&y.s.func=COUNT"
        "&clusterprecision=3&clusterdistance=50"
        for name in ("search", "download", "analyze", "geocluster", "boundingbox", "geopreview",
                     "geopolygon", "lookup")
    ),
    "/api/datasets/1.0/@/attachments/x", "/api/datasets/1.0/@/alternative_exports/x/",
    "/api/datasets/1.0/@/files/x/300/", "/explore/dataset/@/files/x/300/", "/api/datasets/1.0/@/",
    "/api/datasets/1.0/@/records/0", "/api/datasets/1.0/search/?q=@",
    "/explore/?q=@", "/explore/dataset/@/?tab=map", "/explore/dataset/@/download/?format=csv",
    "/explore/embed/dataset/@/table/", "/api/explore/v2.1/console?dataset=@",
    "/api/v2/catalog/datasets/@",
    "/api/explore/v2.0/catalog/datasets/@/records", "/api/v2/catalog/datasets/@/aggregates",
)  # fmt: skip
# Where all datasets show: these must not change when the hidden one is withdrawn for good.
LISTS = (
    "/sitemap.xml", "/pages/home/", "/explore/", "/explore/?q=Louvre", "/explore/?q=Ministère",
    f"{V21}/datasets", f"{V21}/datasets?limit=0", f"{V21}/datasets?order_by=title desc",
    f"{V21}/datasets?select=count(*) as n,sum(records_count) as r",
    f"{V21}/datasets?group_by=publisher&select=count(*) as n",
    f'{V21}/datasets?where="musées"', f'{V21}/datasets?where=dataset_id="musees" or 1=1',
    f"{V21}/datasets?where=visibility='restricted'", f"{V21}/datasets?explain=true",
    f"{V21}/datasets?exclude=publisher:Nobody", f"{V21}/datasets?refine=theme:Musées",
    f"{V21}/facets", f"{V21}/facets?facet=publisher", f"{V21}/facets?facet=theme&facet=keyword",
    f'{V21}/facets?facet=facet(name="publisher", disjunctive=true)&refine=publisher:X',
    f"{V21}/exports", f"{V21}/exports/csv", f"{V21}/exports/json", f"{V21}/exports/rss",
    f"{V21}/exports/data.json", f"{V21}/exports/dcat", f"{V21}/exports/xlsx",
    "/api/datasets/1.0/search/?rows=10&facet=publisher", "/api/explore/v2.0/catalog/datasets",
    "/api/v2/catalog/facets", "/api/explore/v2.1/console", "/api/explore/v2.1/swagger.json",
    "/api/sql/", "/api/sql/?q=select 1", "/robots.txt",
)  # fmt: skip


def routes(patterns=None, before="/"):
    """Every route of the portal that takes a dataset, with its other places still open."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        said = pattern.pattern
        route = before + (said._route if isinstance(said, RoutePattern) else "")
        if route.startswith("/backoffice/"):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        elif DATASET_NAMES & set(PLACE.findall(route)):
            yield route


def filled(route, slug, record):
    """The address of a route, for a dataset; the rest of it is what the hidden dataset has."""
    known = {"record_id": record, "export_format": "csv", "z": "0", "x": "0", "y": "0"}
    known |= dict.fromkeys(DATASET_NAMES, slug)
    return PLACE.sub(lambda place: known.get(place[1], "x"), route)


@pytest.fixture
def record(shown):
    """The id of a record of the hidden dataset, which somebody may have kept from before."""
    address = f"{V21}/datasets/{HIDDEN}/records?limit=1&include_app_metas=true"
    page = Client().get(address).json()
    dataset = Dataset.objects.get(slug=HIDDEN)
    for kind in Attachment.Kind.values:  # named as the walk names what it knows nothing of
        attach(dataset, SimpleUploadedFile("x", b"what is hidden"), "X", kind)
    hide()
    return page["results"][0]["_id"]


def hide():
    """Restrict the dataset as the desk does."""
    dataset = Dataset.objects.get(slug=HIDDEN)
    dataset.restricted = True
    dataset.save()
    rebuild()


def outsider():
    """Somebody who publishes for another organisation."""
    person = Person.objects.create_user("elsewhere", password="not-a-real-one-1")
    person.organisations.add(Organisation.objects.create(name="Autre", slug="autre"))
    return person


def signed_in():
    client = Client()
    client.force_login(outsider())
    return client


def with_key():
    _key, secret = new_key(outsider(), "mine")
    return Client(headers={"authorization": f"ApiKey {secret}"})


def same(client, hidden, absent, method="get"):
    """Whether two addresses answer alike but for the identifier; what differs otherwise."""
    one, other = (getattr(client, method)(path) for path in (hidden, absent))
    return {
        name: (first, second)
        for name, first, second in (
            ("status", one.status_code, other.status_code),
            ("body", neutral(one), neutral(other)),
            ("headers", heads(one), heads(other)),
        )
        if first != second
    }


def neutral(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(
        r'name="csrfmiddlewaretoken"[^>]*', "", without_id(content.decode(errors="replace"))
    )


def heads(response):
    left_out = ("ETag", "Last-Modified", "Set-Cookie", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    return {
        name: without_id(value) for name, value in response.headers.items() if name not in left_out
    }


def without_id(text):
    return text.replace(HIDDEN, "@").replace(ABSENT, "@")


def test_the_walk_finds_the_addresses_of_today():
    found = set(routes())
    assert len(found) > 15
    assert "/explore/dataset/<str:slug>/tiles/<int:z>/<int:x>/<int:y>.mvt" in found


@pytest.mark.parametrize(
    ("who", "queries"), [(Client, QUERIES), (signed_in, QUERIES[:2]), (with_key, QUERIES[:2])]
)
def test_at_every_address_a_hidden_dataset_is_one_that_does_not_exist(record, who, queries):
    client = who()
    different = {}
    for route in routes():
        hidden, absent = (filled(route, slug, record) for slug in (HIDDEN, ABSENT))
        for query in queries:
            if found := same(client, hidden + query, absent + query):
                different[hidden + query] = found
        for method in ("head", "post", "options"):
            if found := same(client, hidden, absent, method):
                different[f"{method} {hidden}"] = found
    for address in NAMED:
        if found := same(client, address.replace("@", HIDDEN), address.replace("@", ABSENT)):
            different[address] = found
    assert not different


@pytest.mark.parametrize("who", [Client, with_key])
def test_no_list_changes_when_a_hidden_dataset_is_withdrawn(record, who):
    client = who()
    before = {address: neutral_list(client.get(quote(address, "/?=&:+"))) for address in LISTS}
    dataset = Dataset.objects.get(slug=HIDDEN)
    dataset.current = None
    dataset.save()
    rebuild()
    after = {address: neutral_list(client.get(quote(address, "/?=&:+"))) for address in LISTS}
    assert {
        place: (said, after[place]) for place, said in before.items() if said != after[place]
    } == {}


def neutral_list(response):
    body = neutral(response)
    return response.status_code, len(body) if response["Content-Type"].endswith("sheet") else body


def test_with_rights_every_address_answers_and_no_cache_may_share_it(record):
    reader = Person.objects.create_user("reader", password="not-a-real-one-2")
    Dataset.objects.get(slug=HIDDEN).readers.add(reader)
    client = Client()
    client.force_login(reader)
    shared = {}
    for route in routes():
        response = client.get(filled(route, HIDDEN, record))
        assert response.status_code < 500, route
        kept = response.headers.get("Cache-Control", "")
        if response.status_code == 200 and not re.search(r"\b(?:private|no-store)\b", kept):
            shared[route] = kept
    assert not shared
    assert client.get(f"/explore/dataset/{HIDDEN}/table/").status_code == 200
    attached = client.get(f"{V21}/datasets/{HIDDEN}/attachments/x")
    assert b"".join(attached) == b"what is hidden"
