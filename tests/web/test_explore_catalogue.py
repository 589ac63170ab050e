"""The catalogue finds datasets, counts them and keeps its state in the address."""

import re
from urllib.parse import urlencode

import pytest

from cimaise.web.catalog.models import Dataset


@pytest.fixture
def browse(client, shown):
    """Ask for the catalogue, in English; gives the response."""

    def asked(*pairs):
        query = "?" + urlencode(pairs) if pairs else ""
        return client.get(f"/explore/{query}", headers={"accept-language": "en"})

    return asked


def slugs(response):
    """The datasets of the page, in order."""
    return re.findall(
        r'<a href="/explore/dataset/([^/"]+)/information/"', response.content.decode()
    )


@pytest.mark.parametrize("words", ["musee", "MUSÉES", "l'établissement labellisé", "collection"])
def test_words_are_found_whatever_their_accents_plural_and_elision(browse, words):
    assert slugs(browse(("q", words))) == ["musees"]


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("refine.theme", "Musées")], ["musees"]),
        ([("refine.publisher", "Région Normandie")], ["evenements"]),
        ([("refine.keyword", "label")], ["musees"]),
        ([("refine.license", "ODbL 1.0")], ["evenements"]),
        ([("refine.features", "geo")], ["musees"]),
        ([("refine", "theme:Spectacle")], ["evenements"]),
        ([("exclude.theme", "Spectacle")], ["musees"]),
        ([("sort", "title")], ["evenements", "musees"]),
        ([("sort", "-title")], ["musees", "evenements"]),
        ([("sort", "records_count")], ["musees", "evenements"]),
        ([("sort", "-records_count")], ["evenements", "musees"]),
        ([("sort", "explore.popularity_score")], ["evenements", "musees"]),
    ],
)
def test_old_and_new_parameters_filter_and_sort(browse, pairs, found):
    assert slugs(browse(*pairs)) == found


def test_facets_lead_to_their_datasets_and_chips_away_from_them(browse):
    page = browse().content.decode()
    assert 'href="/explore/?refine.theme=Spectacle"' in page
    chosen = browse(("refine.theme", "Spectacle"), ("q", "salles")).content.decode()
    assert 'href="/explore/?q=salles"' in chosen
    assert 'href="/explore/?refine.theme=Spectacle"' in chosen


def test_a_restricted_dataset_is_neither_shown_nor_counted(browse):
    Dataset.objects.filter(slug="musees").update(restricted=True)
    response = browse()
    assert slugs(response) == ["evenements"]
    assert "<strong>1</strong> dataset" in response.content.decode()
    assert "Patrimoine" not in response.content.decode()


def test_nothing_found_says_what_to_do(browse):
    page = browse(("q", "nothing of the kind")).content.decode()
    assert "No dataset answers this question." in page


@pytest.mark.parametrize(
    "pairs",
    [
        [("where", "(((")],
        [("refine.nothing", "x")],
        [("page", "99999")],
        [("sort", "-")],
        [("q", '"\\ * ~ (')],
        [("more", "nothing")],
    ],
)
def test_no_address_ends_in_a_failure_of_ours(browse, pairs):
    assert browse(*pairs).status_code in {200, 400}


def test_an_empty_portal_has_a_catalogue(client, portal):
    assert client.get("/explore/").status_code == 200


def test_crawlers_are_told_of_every_dataset_anybody_may_see(client, shown):
    Dataset.objects.filter(slug="evenements").update(restricted=True)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "/explore/dataset/musees/information/</loc>" in sitemap
    assert "evenements" not in sitemap
    assert "Sitemap: http" in client.get("/robots.txt").content.decode()


def test_an_address_that_leads_nowhere_helps(client, shown):
    response = client.get("/nowhere/", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()
