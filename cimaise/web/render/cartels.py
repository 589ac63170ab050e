"""A dataset's cartel, the label beside a work: what, by whom, when, how much, and its picture."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from cimaise.web.catalog.entry import plain_text
from cimaise.web.catalog.models import Dataset
from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.render.pictures import picture

SUMMARY = 180  # characters of the description


@dataclass(frozen=True, slots=True)
class Cartel:
    """What a cartel says; `picture` is an inline drawing of the data itself."""

    title: str
    address: str
    producer: str
    licence: str
    summary: str
    records: int
    updated: datetime | None
    picture: SafeString
    sample: bool


def cartel_of(dataset: Dataset) -> Cartel:
    """The cartel of a published dataset."""
    version = dataset.current
    return Cartel(
        title=dataset.title,
        address=reverse("explore:information", args=[dataset.slug]),
        producer=dataset.producer.name,
        licence=dataset.licence.name if dataset.licence else "",
        summary=Truncator(plain_text(dataset.description)).chars(SUMMARY, truncate="…"),
        records=version.records if version else 0,
        updated=version.published if version else None,
        picture=picture(snapshot_of(version, dataset.slug)) if version else SafeString(""),
        sample=dataset.is_sample,
    )
