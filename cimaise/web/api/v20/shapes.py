"""The bodies of v2.0 as its OpenAPI tells them."""

from typing import Any

from ninja import Schema

from cimaise.web.api.shapes import Link


class DatasetEnvelope(Schema):
    """A dataset and where to go from it."""

    links: list[Link] | None = None
    dataset: dict[str, Any]


class DatasetsPage(Schema):
    """A page of datasets; grouped ones have no `total_count`."""

    total_count: int | None = None
    links: list[Link]
    datasets: list[DatasetEnvelope]


class Record(Schema):
    """A record; groups have `fields` alone."""

    id: str | None = None
    timestamp: str | None = None
    size: int | None = None
    fields: dict[str, Any]


class RecordEnvelope(Schema):
    """A record and where to go from it."""

    links: list[Link] | None = None
    record: Record


class RecordsPage(Schema):
    """A page of records, or of groups, which have no `total_count`."""

    total_count: int | None = None
    links: list[Link]
    records: list[RecordEnvelope]


class Aggregations(Schema):
    """What was worked out of all records, or of each group."""

    links: list[Link]
    aggregations: list[dict[str, Any]]
