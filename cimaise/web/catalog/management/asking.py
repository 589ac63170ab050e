"""What the verbs `ask` and `export` share: naming a dataset and putting a question to it."""

from argparse import ArgumentParser
from difflib import get_close_matches
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext

from cimaise.engine.messages import Refusal
from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.shelf import NotOnShelf, find, visible


def question_arguments(parser: ArgumentParser) -> None:
    """The options every question has, named as the API names them."""
    parser.add_argument("dataset", help="identifier of the dataset")
    parser.add_argument("--version-number", type=int, help="ask this version, not the current one")
    parser.add_argument("--select", default="", help="fields or expressions, as in the API")
    parser.add_argument("--where", action="append", default=[], help="condition; repeat to AND")
    parser.add_argument("--group-by", default="")
    parser.add_argument("--order-by", default="")
    parser.add_argument("--refine", action="append", default=[], metavar="FIELD:VALUE")
    parser.add_argument("--exclude", action="append", default=[], metavar="FIELD:VALUE")
    parser.add_argument("--timezone", default="UTC")


def question_of(said: dict[str, Any], *, limit: int | None, offset: int = 0) -> Question:
    """The question those options ask."""
    return Question(
        select=said["select"],
        where=tuple(said["where"]),
        group_by=said["group_by"],
        order_by=said["order_by"],
        limit=limit,
        offset=offset,
        refine=tuple(said["refine"]),
        exclude=tuple(said["exclude"]),
        timezone=said["timezone"],
    )


# Whoever runs a command on the portal's own machine can read its files: nothing is hidden there.
OPERATOR = Person(username="operator", is_superuser=True)


def refused(refusal: Refusal) -> CommandError:
    """A refusal as a command ends with it: what, where, what to do, and the place drawn."""
    words = refusal.in_words(gettext)
    drawn = refusal.drawn if isinstance(refusal, AskingError) else ""
    return CommandError(f"{words}\n\n{drawn}" if drawn else words)


def snapshot_named(said: dict[str, Any]) -> Snapshot:
    """The snapshot of the dataset and version named; raises CommandError when there is none."""
    try:
        return find(said["dataset"], OPERATOR, said["version_number"]).snapshot
    except NotOnShelf as missing:
        raise CommandError(not_published(said["dataset"])) from missing
    except Refusal as damaged:
        raise refused(damaged) from damaged


def not_published(name: str) -> str:
    """What is said of a name that no published version has, with the nearest that has one."""
    known = list(visible(OPERATOR).values_list("slug", flat=True))
    if name in known:
        return gettext("{name} has no such version.").format(name=name)
    near = get_close_matches(name, known, n=1)
    said = gettext("No dataset is published as {name}.").format(name=name)
    return f"{said} {gettext('Did you mean {near}?').format(near=near[0])}" if near else said
