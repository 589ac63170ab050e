"""Datasets that a request joins to the one it is about, as whoever asks sees them."""

from dataclasses import dataclass
from difflib import get_close_matches

from django.contrib.auth.models import AnonymousUser

from cimaise.engine.query.joins import joined
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.accounts.models import Person
from cimaise.web.api.parameters import AS_OF, JOIN, Asked
from cimaise.web.api.past import number_at
from cimaise.web.catalog.models import Redirect
from cimaise.web.catalog.pointer import Pointer, pointed
from cimaise.web.catalog.shelf import NotOnShelf, reading_room, visible


def with_companions(found: Pointer, person: Person | AnonymousUser, asked: Asked) -> Pointer:
    """The dataset with what `join` brings to it; itself where nothing is joined.

    Its name and its moment are then those of all of them together. Raises AskingError, and
    Problem for a dataset that was not published yet at the moment asked for.
    """
    texts = asked.several(JOIN.name)
    if not texts:
        return found
    question = Question(
        join=texts, lang=asked.text("lang") or "fr", timezone=asked.text("timezone") or "UTC"
    )
    shelf = _Seen(person, asked)
    return Pointer(found.slug, joined(question, found.snapshot, shelf, reading_room()))


@dataclass(frozen=True, slots=True)
class _Seen:
    """The shelf as a person sees it, at the moment that a request asks for."""

    person: Person | AnonymousUser
    asked: Asked

    def find(self, dataset: str) -> Snapshot | None:
        slug = self._slug(dataset)
        said = self.asked.text(AS_OF.name).strip()
        number = None
        if said:
            zone = self.asked.text("timezone") or "UTC"
            number = number_at(slug, self.person, said, zone)
        try:
            return pointed(slug, self.person, number).snapshot
        except NotOnShelf:
            return None

    def _slug(self, dataset: str) -> str:
        """The identifier of today of a dataset that was known by another."""
        shown = visible(self.person)
        former = Redirect.objects.filter(slug=dataset, dataset__in=shown)
        if shown.filter(slug=dataset).exists():
            return dataset
        return former.values_list("dataset__slug", flat=True).first() or dataset

    def near(self, dataset: str) -> str | None:
        known = visible(self.person).values_list("slug", flat=True)
        return next(iter(get_close_matches(dataset.lower(), known, n=1, cutoff=0.6)), None)
