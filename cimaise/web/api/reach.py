"""Who asks, and what of the shelf they may reach."""

import re

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cimaise.web.accounts.models import Person
from cimaise.web.api.companions import with_companions
from cimaise.web.api.freshness import is_known
from cimaise.web.api.parameters import Asked
from cimaise.web.api.past import number_asked
from cimaise.web.api.problems import unknown_dataset, unknown_resource
from cimaise.web.catalog.models import Redirect
from cimaise.web.catalog.pointer import Pointer, pointed
from cimaise.web.catalog.shelf import NotOnShelf, Shown, find, visible

SLUG = re.compile(r"[-A-Za-z0-9_]{1,100}")


class Moved(Exception):
    """The dataset is known by another identifier now; a link that worked keeps working."""

    def __init__(self, former: str, slug: str) -> None:
        super().__init__(former)
        self.former = former
        self.slug = slug


def asker(request: HttpRequest) -> Person | AnonymousUser:
    """Whoever asks; the session is only opened when the request carries one."""
    return request.user if is_known(request) else AnonymousUser()


def on_shelf(request: HttpRequest, slug: str, asked: Asked) -> Pointer:
    """The snapshot of a dataset in the version asked for, with what is joined to it.

    Raises Problem or Moved, and AskingError for what cannot be joined.
    """
    if not SLUG.fullmatch(slug):
        raise unknown_dataset(slug)
    person = asker(request)
    number = number_asked(slug, person, asked)
    try:
        found = pointed(slug, person, number)
    except NotOnShelf as absent:
        raise elsewhere(slug, person, number) from absent
    return with_companions(found, person, asked)


def described(request: HttpRequest, slug: str, asked: Asked | None = None) -> Shown:
    """A dataset with what is said of it, in the version asked for; raises Problem or Moved."""
    if not SLUG.fullmatch(slug):
        raise unknown_dataset(slug)
    person = asker(request)
    number = None if asked is None else number_asked(slug, person, asked)
    try:
        return find(slug, person, number)
    except NotOnShelf as absent:
        raise elsewhere(slug, person, number) from absent


def elsewhere(slug: str, person: Person | AnonymousUser, number: int | None) -> Exception:
    """Why a dataset is not where it was looked for, as far as this person may know."""
    if number is not None and visible(person).filter(slug=slug).exists():
        return unknown_resource("version", str(number))
    former = Redirect.objects.filter(slug=slug, dataset__in=visible(person))
    moved = former.values_list("dataset__slug", flat=True).first()
    if moved is not None:
        return Moved(slug, moved)
    return unknown_dataset(slug)
