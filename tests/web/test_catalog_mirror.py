"""The catalogue as a dataset: up to date, atomic, safe from failures, blind to what is hidden."""

import pytest
from django.contrib.auth.models import AnonymousUser
from small_datasets import MUSEUMS, museums

from cimaise.engine.query.question import Question
from cimaise.web.catalog import mirror
from cimaise.web.catalog.mirror import MIRROR, catalogue, rebuild
from cimaise.web.catalog.models import Mirror
from cimaise.web.catalog.search import asked_of_catalogue, facets_of_catalogue
from cimaise.web.catalog.shelf import store


def found(**asked):
    question = Question(**{"order_by": "dataset_id", **asked})
    answer = asked_of_catalogue(catalogue(AnonymousUser()), question, only="dataset_id")
    return [record["dataset_id"] for record in answer.records]


@pytest.fixture
def broken(monkeypatch):
    def publish(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(mirror, "publish", publish)
    return monkeypatch


def test_an_edit_is_found_by_the_next_reader(musees):
    assert found(where=('"conservatoires"',)) == []
    musees.description = "Des <em>conservatoires</em>"
    musees.save()
    assert found(where=('"conservatoire"',)) == ["musees"]


def test_the_name_of_a_producer_or_a_theme_is_followed(musees):
    musees.producer.name = "Service des musées de France"
    musees.producer.save()
    assert found(refine=('publisher:"Service des musées de France"',)) == ["musees"]
    musees.themes.clear()
    assert found(refine=("theme:Musées",)) == []


def test_a_dataset_withdrawn_is_gone(musees):
    musees.current = None
    musees.save()
    assert found() == ["evenements"]


def test_reading_without_a_change_builds_nothing(shown):
    before = catalogue(AnonymousUser()).state
    names = store().snapshots(MIRROR)
    assert catalogue(AnonymousUser()).state == before
    assert store().snapshots(MIRROR) == names


def test_a_mirror_that_cannot_be_built_loses_no_publication(publish, shown, broken, caplog):
    dataset = publish(museums(), MUSEUMS.replace("Musée du Louvre", "Le Louvre"))
    assert dataset.current.number == 2
    assert found() == ["evenements", "musees"]
    assert "could not be rebuilt" in caplog.text
    broken.undo()
    assert rebuild()
    row = Mirror.objects.get()
    assert row.shown == row.wanted


def test_what_became_restricted_is_hidden_even_from_an_old_mirror(musees, broken):
    musees.restricted = True
    musees.save()
    assert found() == ["evenements"]
    groups = facets_of_catalogue(catalogue(AnonymousUser()), Question(), ["theme"])
    assert [value.name for value in groups[0].values] == ["Spectacle"]


def test_a_mirror_that_failed_is_not_tried_by_every_reader(musees, monkeypatch):
    tried = []

    def publish(*_):
        tried.append(1)
        raise OSError

    monkeypatch.setattr(mirror, "publish", publish)
    musees.save()
    for _ in range(3):
        catalogue(AnonymousUser())
    assert len(tried) == 1


def test_old_mirrors_are_swept_away(musees):
    for _ in range(mirror.KEPT + 2):
        musees.save()
        rebuild()
    assert len(store().snapshots(MIRROR)) == mirror.KEPT
    assert Mirror.objects.get().snapshot in store().snapshots(MIRROR)


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("musees de france", ["musees"]),
        ("l'etablissement labellise", ["musees"]),
        ("MUSÉE", ["musees"]),
        ("bibliotheque salle", ["evenements"]),
        ("normandie", ["evenements"]),
        ("zzz", []),
    ],
)
def test_words_are_found_whatever_their_accents_and_endings(shown, words, slugs):
    assert found(where=(f'"{words}"',), order_by="") == slugs
