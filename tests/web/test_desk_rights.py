"""Who may do what at the desk: strangers sign in, others' datasets are not there."""

import pytest
from at_the_desk import CSV, address, fresh, last_run
from django.contrib.auth.models import Group
from django.urls import reverse

from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog.models import Dataset


@pytest.fixture
def brought(desk):
    """A file with a published version."""
    upload = desk.new(CSV)
    desk.publish(upload)
    return upload


def addresses(upload):
    slug, run = upload.dataset.slug, last_run(upload).pk
    return {
        "dataset": reverse("desk:dataset", args=[slug]),
        "describe": reverse("desk:describe", args=[slug]),
        "discard": reverse("desk:discard", args=[slug]),
        "upload": address(upload),
        "stop": reverse("desk:stop", args=[slug, upload.pk, run]),
        "go_back": reverse("desk:go_back", args=[slug, 1]),
        "rejects": reverse("desk:rejects", args=[slug, 1]),
    }


@pytest.mark.parametrize("name", ["new", "datasets"])
def test_visitors_sign_in_first(client, portal, name):
    answer = client.get(reverse(f"desk:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("wagtailadmin_login"))


def test_visitors_change_nothing(client, brought):
    client.logout()
    for page in addresses(brought).values():
        for answer in (client.get(page), client.post(page, {"publish": "1"})):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("wagtailadmin_login"))
    assert brought.runs.count() == 2
    assert fresh(brought.dataset).current.number == 1


def test_the_datasets_of_others_are_not_there(client, brought, desk):
    stranger = Person.objects.create_user("stranger")
    stranger.organisations.add(Organisation.objects.create(name="Une ville", slug="ville"))
    stranger.groups.add(Group.objects.get(name="Producers"))
    client.force_login(stranger)
    assert "Musées" not in client.get(reverse("desk:datasets")).content.decode()
    for page in addresses(brought).values():
        assert client.get(page).status_code in (404, 405)
        assert client.post(page, {"publish": "1"}).status_code in (404, 405)
    assert brought.runs.count() == 2
    bad = client.post(reverse("desk:new"), {"title": "A", "producer": desk.organisation.pk})
    assert "producer" in bad.context["form"].errors
    assert Dataset.objects.count() == 1


def test_a_file_is_below_its_own_dataset_only(client, brought, desk):
    other = desk.new(CSV, title="Autre")
    wrong = reverse("desk:upload", args=[other.dataset.slug, brought.pk])
    assert client.get(wrong).status_code == 404


def test_a_person_without_organisation_publishes_nothing(client, portal):
    person = Person.objects.create_user("seule")
    person.groups.add(Group.objects.get(name="Producers"))
    client.force_login(person)
    page = client.get(reverse("desk:datasets"))
    assert page.status_code == 200
    assert reverse("desk:new") not in page.content.decode()


def test_an_administrator_sees_every_dataset(client, brought):
    client.force_login(Person.objects.create_superuser("admin"))
    assert "Musées" in client.get(reverse("desk:datasets")).content.decode()
    assert client.get(address(brought)).status_code == 200
