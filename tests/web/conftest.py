"""Small datasets published through the real flow, for every test of the web."""

import shutil
from urllib.parse import urlencode

import bringing
import pytest
from at_the_desk import Desk
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import transaction
from django.test import override_settings
from small_datasets import EVENTS, MUSEUMS, events, museums

from cimaise.engine.sources.base import Source
from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog.describe import describe
from cimaise.web.catalog.models import Dataset, Licence, Mirror, Theme, Version
from cimaise.web.ingest.publication import Order, publish_version

workbook_of_two_sheets = bringing.workbook_of_two_sheets

SHOWN = (Organisation, Licence, Theme, Dataset, Version, Mirror)


@pytest.fixture
def portal(db, settings, tmp_path):
    """An empty portal whose snapshots lie in a directory of this test's own."""
    settings.SNAPSHOTS_ROOT = tmp_path / "snapshots"
    settings.SNAPSHOTS_ROOT.mkdir()
    settings.ATTACHMENTS_ROOT = tmp_path / "attachments"
    settings.UPLOADS_ROOT = tmp_path / "uploads"
    settings.UPLOADS_ROOT.mkdir()
    return tmp_path


def publish_text(directory, description, text, filename):
    """Publish a text as the next version of a dataset; gives the dataset back."""
    path = directory / filename
    path.write_text(text, encoding="utf-8")
    publish_version(Order(describe(description), Source(path, filename, filename), description))
    return Dataset.objects.get(slug=description.id)


@pytest.fixture
def publish(portal):
    """Publish a text as the next version of a dataset of this test's portal."""

    def published(description, text, filename="data.csv"):
        return publish_text(portal, description, text, filename)

    return published


@pytest.fixture(scope="session")
def keep(django_db_setup, django_db_blocker, tmp_path_factory):
    """Publish datasets once: the directory of their snapshots and the rows that show them."""

    def kept(*told):
        directory = tmp_path_factory.mktemp("kept")
        root = directory / "snapshots"
        root.mkdir()
        with (
            django_db_blocker.unblock(),
            override_settings(SNAPSHOTS_ROOT=root),
            transaction.atomic(),
        ):
            for description, text, filename in told:
                publish_text(directory, description, text, filename)
            # Rows that point at each other: datasets first, their current version is set last.
            rows = [*(model.objects.all() for model in SHOWN)]
            written = serializers.serialize("json", [row for found in rows for row in found])
            transaction.set_rollback(True)
        return root, written

    return kept


@pytest.fixture(scope="session")
def kept_portal(keep):
    """Two datasets published once; a module of tests may have others instead."""
    return keep((museums(), MUSEUMS, "musees.csv"), (events(), EVENTS, "evenements.csv"))


@pytest.fixture
def shown(portal, kept_portal):
    """A portal that shows five museums, four of them on the map, and three events."""
    root, kept = kept_portal
    shutil.copytree(root, portal / "snapshots", dirs_exist_ok=True)
    rows = list(serializers.deserialize("json", kept))
    current = {row.object.pk: row.object.current_id for row in rows if is_dataset(row)}
    for row in rows:
        if is_dataset(row):
            row.object.current_id = None
        row.save()
    for pk, version in current.items():
        Dataset.objects.filter(pk=pk).update(current_id=version)
    return portal


def is_dataset(row):
    """Whether a deserialized row is that of a dataset."""
    return isinstance(row.object, Dataset)


@pytest.fixture
def musees(shown):
    """The dataset of museums."""
    return Dataset.objects.get(slug="musees")


@pytest.fixture
def evenements(shown):
    """The dataset of events."""
    return Dataset.objects.get(slug="evenements")


@pytest.fixture
def get(client, shown):
    """Ask the API, below its root; gives the response."""

    def asked(path, *pairs, **headers):
        query = "?" + urlencode(pairs) if pairs else ""
        return client.get(f"/api/explore/v2.1/{path}{query}", headers=headers)

    return asked


@pytest.fixture
def desk(client, portal):
    """A producer of the ministry, signed in."""
    organisation = Organisation.objects.create(name="Ministère de la Culture", slug="ministere")
    person = Person.objects.create_user("editrice", password="une phrase de passe")
    person.organisations.add(organisation)
    person.groups.add(Group.objects.get(name="Producers"))
    client.force_login(person)
    return Desk(client, organisation)
