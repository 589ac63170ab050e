"""What the verbs `ask` and `export` share: naming a dataset and putting a question to it."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import CommandError
from django.utils.translation import gettext

from cimaise.engine.query.question import Question
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.catalog.shelf import NotOnShelf, find


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


def snapshot_named(said: dict[str, Any]) -> Snapshot:
    """The snapshot of the dataset and version named; raises CommandError when there is none."""
    try:
        return find(said["dataset"], AnonymousUser(), said["version_number"]).snapshot
    except NotOnShelf as missing:
        raise CommandError(
            gettext("No dataset is published as {name}; the portal lists those that are.").format(
                name=said["dataset"]
            )
        ) from missing
