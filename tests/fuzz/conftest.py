"""The portal that is fuzzed: that of the tests of the web, and a dataset nobody may know of."""

from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from django.core.handlers.wsgi import WSGIHandler
from werkzeug.test import Client

from cimaise.engine.metadata.description import DatasetDescription
from cimaise.web.catalog import sql
from cimaise.web.catalog.models import Dataset
from fuzz.houses import houses
from fuzz.targets import Bench
from fuzz.watching import Heard, troubles
from tests.web.conftest import *  # noqa: F403 - its fixtures stand on one another


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """The dataset of houses."""
    snapshot, room = houses(Path(tmp_path_factory.mktemp("houses")))
    yield Bench(snapshot, room, answers=True)
    room.close()


@pytest.fixture(scope="session")
def kept_carrels(tmp_path_factory):
    """The carrels of every portal that is fuzzed: starting a process takes a second."""
    opened = sql.Carrels(tmp_path_factory.getbasetemp())
    yield opened
    opened.close()


@pytest.fixture
def exposed(shown, publish, kept_carrels, monkeypatch):
    """The application, as a server calls it, over two public datasets and a restricted one."""
    monkeypatch.setattr(sql, "carrels", lambda: kept_carrels)
    secret = DatasetDescription(
        "reserve-xqzw", "Réserve Xqzw", description="Qvarttel", producer="Ministère de la Culture"
    )
    publish(secret, "qvarttel;xqzw_n\nQvarttel;1\n")
    Dataset.objects.filter(slug=secret.id).update(restricted=True)
    return WSGIHandler()


@pytest.fixture
def sound(exposed):
    """Ask an address of the application; gives the answer, once nothing is wrong with it."""
    client = Client(exposed)

    def asked(address, **said):
        found = client.open(address, base_url="http://localhost", **said)
        heard = Heard(unquote_plus(address), found.status_code, dict(found.headers), found.data)
        wrong = troubles(heard)
        assert not wrong, (address[:300], wrong, found.data[:500])
        return heard

    return asked
