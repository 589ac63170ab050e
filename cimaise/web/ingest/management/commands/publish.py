"""`cimaise publish FILE`: publish a file as the next version of a dataset."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify
from django.utils.translation import gettext
from rich.console import Console

from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.declared import read_description
from cimaise.engine.metadata.description import DatasetDescription, FieldWish, ReadingWishes
from cimaise.engine.sources.local import local_file
from cimaise.web.catalog.describe import describe
from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.publication import Order, publish_version
from cimaise.web.ingest.terminal import shown
from cimaise.web.ingest.uploads import discard
from cimaise.web.ingest.wishes import description_of


class Command(BaseCommand):
    """Publish a file as the next version of a dataset."""

    help = "Publish a file as the next version of a dataset."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What the producer may say on the command line."""
        parser.add_argument("file", type=Path, help="CSV, XLSX, JSON, GeoJSON, Parquet; .gz .zst")
        parser.add_argument("--description", type=Path, help="a TOML file that describes it")
        parser.add_argument("--id", help="identifier of the dataset (default: from the file name)")
        parser.add_argument("--title", help="title of a new dataset")
        parser.add_argument("--producer", default="", help="who publishes it")
        parser.add_argument("--licence", default="", help='such as "Licence Ouverte 2.0"')
        parser.add_argument("--key", action="append", help="field of the key; repeat for several")
        parser.add_argument(
            "--rename",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help="the column HEADER of this file is the field FIELD; repeat for several",
        )
        parser.add_argument("--delimiter", help="delimiter of a CSV file")
        parser.add_argument("--encoding", help="encoding of a CSV file")
        parser.add_argument("--sheet", help="sheet of a workbook")
        parser.add_argument(
            "--accept-breaking",
            action="store_true",
            help="publish even where the new version breaks the contract of the one before",
        )
        parser.add_argument("--note", default="", help="what changed, for the list of versions")

    def handle(self, *_: object, **said: Any) -> None:
        """Describe, publish, say what became of it."""
        console = Console(stderr=True)
        try:
            description = described(said)
            with catalogued(description, described_anew=is_described(said)) as dataset:
                order = Order(
                    dataset=dataset,
                    source=local_file(said["file"]),
                    description=description,
                    note=said["note"],
                    accept_breaking=said["accept_breaking"],
                )
                with shown(console, description.title) as progress:
                    version = publish_version(order, progress)
        except Refusal as refusal:
            raise CommandError(refusal.in_words(gettext)) from refusal
        self.stdout.write(
            gettext(
                "{dataset}, version {number}: {records} records, {rejects} rejected values."
            ).format(
                dataset=dataset.slug,
                number=version.number,
                records=version.records,
                rejects=version.rejects,
            )
        )


def is_described(said: dict[str, Any]) -> bool:
    """Whether anything was said of what the catalogue keeps."""
    return any(said[name] for name in ("description", "title", "producer", "licence"))


def described(said: dict[str, Any]) -> DatasetDescription:
    """The description file, else what the catalogue knows, with what the command line says on top.

    Raises Refusal `bad_rename`, and those of a description file.
    """
    base = base_of(said)
    return replace(
        base,
        id=said["id"] or base.id,
        title=said["title"] or base.title,
        producer=said["producer"] or base.producer or gettext("Unknown"),
        licence=said["licence"] or base.licence,
        key=tuple(said["key"]) if said["key"] else base.key,
        fields=renamed(base.fields, said["rename"]),
        reading=ReadingWishes(
            format=base.reading.format,
            encoding=said["encoding"] or base.reading.encoding,
            delimiter=said["delimiter"] or base.reading.delimiter,
            sheet=said["sheet"] or base.reading.sheet,
        ),
    )


def base_of(said: dict[str, Any]) -> DatasetDescription:
    """What is known of the dataset before the options of the command line."""
    if said["description"]:
        return read_description(said["description"])
    file: Path = said["file"]
    name = file.name.partition(".")[0].encode("utf-8", "replace").decode()
    slug = said["id"] or slugify(name)
    known = Dataset.objects.filter(slug=slug).first()
    if known is not None:
        return description_of(known, {})
    return DatasetDescription(id=slug, title=name or slug)


def renamed(fields: Sequence[FieldWish], pairs: Sequence[str]) -> tuple[FieldWish, ...]:
    """The same fields, where HEADER=FIELD pairs say which column of this file holds which."""
    wishes = {wish.name: wish for wish in fields}
    for pair in pairs:
        header, _, name = pair.rpartition("=")
        if not header or not name:
            raise Refusal(
                "bad_rename",
                say("“{pair}” does not say which column is which field.", pair=pair),
                remedy=say("Write HEADER=FIELD: the header in this file, then the field."),
            )
        wishes[name] = replace(wishes.get(name, FieldWish(name)), source=header)
    return tuple(wishes.values())


@contextmanager
def catalogued(description: DatasetDescription, *, described_anew: bool) -> Iterator[Dataset]:
    """The dataset to publish into; one that exists keeps its description unless told otherwise.

    A dataset that was made for this and could not be published is not left behind.
    """
    known = Dataset.objects.filter(slug=description.id).first()
    if known is not None and not described_anew:
        yield known
        return
    dataset = describe(description)
    try:
        yield dataset
    except BaseException:
        if known is None:
            discard(dataset)
        raise
