"""Which version of a dataset a request means: a number, or what was published at a moment."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser

from cimaise.web.accounts.models import Person
from cimaise.web.api.parameters import AS_OF, Asked
from cimaise.web.api.problems import Problem, bad_parameter
from cimaise.web.catalog.models import Version
from cimaise.web.catalog.shelf import visible

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+ -]\d\d:\d\d)?)?")
EXPECTED = "a date (2024-05-31) or a date and time (2024-05-31T12:00:00+02:00)"


def number_asked(slug: str, person: Person | AnonymousUser, asked: Asked) -> int | None:
    """The number of the version meant; None is the current one. Raises Problem.

    A dataset that this person may not see has no versions: what is wrong is then told later, as
    of any other.
    """
    number, said = asked.number("version"), asked.text(AS_OF.name).strip()
    if not said:
        return number
    if number is not None:
        raise bad_parameter(AS_OF.name, said, "either version or as_of, not both,")
    return number_at(slug, person, said, asked.text("timezone") or "UTC")


def number_at(slug: str, person: Person | AnonymousUser, said: str, timezone: str) -> int | None:
    """The number of the version published last at the moment said; as `number_asked`."""
    moment = moment_of(said, timezone)
    versions = Version.objects.filter(dataset__in=visible(person).filter(slug=slug))
    before = versions.filter(published__lt=moment).order_by("-published", "-number")
    found = before.values_list("number", flat=True).first()
    if found is None and (first := versions.order_by("published").first()) is not None:
        raise Problem(
            404,
            "NotFoundResource",
            f"The dataset {slug} was not published yet at {said}: "
            f"its first version is of {first.published.isoformat(timespec='seconds')}.",
        )
    return found


def moment_of(said: str, timezone: str) -> datetime:
    """The end of what was said: of a day, of a second; in `timezone` unless it has its own.

    Raises Problem.
    """
    zone = ZoneInfo(timezone)
    try:
        if not _WRITTEN.fullmatch(said):  # ISO 8601 has spellings that nobody reads
            raise ValueError(said)
        # A space is the one between date and time, or the plus sign that an address turned to one.
        found = datetime.fromisoformat(f"{said[:10]}{said[10:11]}{said[11:].replace(' ', '+')}")
    except ValueError as error:
        raise bad_parameter(AS_OF.name, said, EXPECTED) from error
    daily = len(said) <= len("2024-05-31")
    try:
        if daily:
            return datetime.combine(found.date() + timedelta(days=1), time(), zone)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        return found + timedelta(microseconds=1)
    except OverflowError as error:
        raise bad_parameter(AS_OF.name, said, EXPECTED) from error
