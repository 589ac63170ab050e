"""The home page shows what there is, in both languages, and is made once."""

import re

import pytest
from wagtail.models import Page, Site

from cimaise.web.catalog.models import Dataset
from cimaise.web.pages.home import ensure_home
from cimaise.web.pages.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(portal):
    """A portal with its first pages."""
    return ensure_home()


def test_the_front_door_leads_home(client, home):
    assert client.get("/").headers["Location"] == "/pages/home/"
    assert client.get("/pages/home/").status_code == 200


def test_it_is_made_once_and_left_as_editors_made_it(home):
    HomePage.objects.update(title="Chez nous")
    assert ensure_home().title == "Chez nous"
    assert HomePage.objects.count() == 1


def test_a_database_without_any_site_gets_one(portal):
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    home = ensure_home()
    assert home.url == "/pages/home/"


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Les données de la culture"), ("en", "Culture, as data")]
)
def test_it_speaks_the_readers_language(client, home, language, said):
    page = client.get("/pages/home/", headers={"accept-language": language})
    assert said in page.content.decode()
    assert f'<html lang="{language}"' in page.content.decode()


def test_an_empty_portal_says_that_nothing_hangs_yet(client, home):
    page = client.get("/pages/home/", headers={"accept-language": "en"}).content.decode()
    assert "Nothing has been published yet." in page


def test_figures_themes_and_cartels_are_those_of_the_catalogue(client, shown):
    ensure_home()
    page = client.get("/pages/home/", headers={"accept-language": "en"}).content.decode()
    figures = re.findall(r"<dd>\s*([\d\u202f]+)", page)
    assert figures == ["2", "8", "4", "2"]
    assert "refine.theme=Spectacle" in page
    assert "/explore/dataset/musees/information/" in page


def test_what_is_restricted_is_not_counted(client, shown):
    ensure_home()
    Dataset.objects.filter(slug="musees").update(restricted=True)
    page = client.get("/pages/home/", headers={"accept-language": "en"}).content.decode()
    assert re.findall(r"<dd>\s*([\d\u202f]+)", page) == ["1", "3", "0", "1"]
    assert "Musées" not in page


def test_featured_datasets_come_before_the_latest(client, shown):
    ensure_home()
    Dataset.objects.filter(slug="musees").update(featured=True)
    page = client.get("/pages/home/").content.decode()
    assert "/explore/dataset/musees/information/" in page
    assert "/explore/dataset/evenements/information/" not in page


@pytest.mark.parametrize("slug", ["accessibility", "legal-notice"])
def test_the_foot_of_every_page_leads_to_pages_that_exist(client, home, slug):
    assert f'href="/pages/{slug}/"' in client.get("/pages/home/").content.decode()
    assert client.get(f"/pages/{slug}/").status_code == 200
