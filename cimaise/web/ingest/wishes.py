"""A producer's corrections, between the JSON an upload keeps and what the engine reads."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cimaise.engine.metadata.description import DatasetDescription, FieldWish, ReadingWishes
from cimaise.web.catalog.models import Dataset


def description_of(dataset: Dataset, wishes: Mapping[str, Any]) -> DatasetDescription:
    """What the catalogue says of a dataset with what the producer said of this very file.

    `wishes` has `key` (list of field names or None), `fields` (list of FieldWish as dicts) and
    `reading` (ReadingWishes as a dict); each may be missing.
    """
    key = wishes.get("key")
    return DatasetDescription(
        id=dataset.slug,
        title=dataset.title,
        description=dataset.description,
        producer=dataset.producer.name,
        licence=dataset.licence.name if dataset.licence else "",
        keywords=tuple(dataset.keywords),
        language=dataset.language,
        key=None if key is None else tuple(key),
        fields=tuple(FieldWish(**wish) for wish in wishes.get("fields", ())),
        reading=ReadingWishes(**wishes.get("reading", {})),
    )


def wishes_of(description: DatasetDescription) -> dict[str, Any]:
    """The part of a description that concerns reading a file, as an upload keeps it."""
    return {
        "key": None if description.key is None else list(description.key),
        "fields": [asdict(wish) for wish in description.fields],
        "reading": asdict(description.reading),
    }
