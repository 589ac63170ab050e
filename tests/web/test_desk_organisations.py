"""An administrator creates an organisation and says who publishes for it."""

import pytest
from django.test import Client

from cimaise.web.accounts.models import Organisation, Person

pytestmark = pytest.mark.django_db
ADDRESS = "/backoffice/snippets/accounts/organisation/"


@pytest.fixture
def chief(client: Client) -> Client:
    person = Person.objects.create_superuser("chief", password="not-a-real-one-1")
    client.force_login(person)
    return client


def test_people_of_a_new_organisation_may_enter_the_desk_and_publish_for_it(chief):
    ada = Person.objects.create_user("ada", password="not-a-real-one-2")
    said = {"name": "Musée des rails", "slug": "musee-des-rails", "website": "", "people": [ada.pk]}

    answer = chief.post(f"{ADDRESS}add/", said)

    assert answer.status_code == 302
    assert ada.publishes_for(Organisation.objects.get(slug="musee-des-rails"))
    chief.force_login(ada)
    assert "Musée des rails" in chief.get("/backoffice/datasets/new/").content.decode()


def test_people_taken_out_of_an_organisation_publish_for_it_no_more(chief):
    bob = Person.objects.create_user("bob", password="not-a-real-one-3")
    museum = Organisation.objects.create(name="Musée", slug="musee")
    museum.people.add(bob)

    page = chief.get(f"{ADDRESS}edit/{museum.pk}/").content.decode()
    chief.post(f"{ADDRESS}edit/{museum.pk}/", {"name": "Musée", "slug": "musee", "website": ""})

    assert "bob" in page
    assert not bob.publishes_for(museum)


def test_a_producer_does_not_tend_organisations(client):
    eve = Person.objects.create_user("eve", password="not-a-real-one-4")
    client.force_login(eve)

    assert client.get(f"{ADDRESS}add/").status_code in (302, 403)
