"""A producer's corrections, between the JSON an upload keeps and what the engine reads."""

from collections.abc import Mapping
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
        themes=tuple(theme.name for theme in dataset.themes.all()),
        keywords=tuple(dataset.keywords),
        language=dataset.language,
        references=dataset.references or None,
        update_frequency=dataset.update_frequency or None,
        attributions=tuple(dataset.attributions),
        key=None if key is None else tuple(key),
        fields=tuple(FieldWish(**wish) for wish in wishes.get("fields", ())),
        reading=ReadingWishes(**wishes.get("reading", {})),
    )
