"""The bodies of the API as OpenAPI tells them; answers are written to these shapes directly."""

from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict


class Problem(Schema):
    """Why a request was not answered; `hint` says what to write instead, `drawn` shows where."""

    error_code: str
    message: str
    hint: str | None = None
    position: int | None = None
    drawn: str | None = None


class TooMany(Schema):
    """Why a caller must wait, in an envelope of its own (§1.8)."""

    errorcode: int
    reset_time: str
    limit_time_unit: str
    call_limit: int
    error: str


class Link(Schema):
    """A related address."""

    rel: str
    href: str


class Links(Schema):
    """Where to go from here."""

    links: list[Link]


class Records(Schema):
    """A page of records; `total_count` is absent from grouped answers."""

    total_count: int | None = None
    results: list[dict[str, Any]]


class FieldBody(Schema):
    """A field of a dataset."""

    name: str
    description: str | None
    annotations: dict[str, Any]
    label: str
    type: str


class DatasetBody(Schema):
    """A dataset: its fields and its metadata by template."""

    visibility: str
    fields: list[FieldBody]
    dataset_id: str
    dataset_uid: str
    has_records: bool
    features: list[str]
    attachments: list[dict[str, Any]]
    alternative_exports: list[dict[str, Any]]
    data_visible: bool
    metas: dict[str, dict[str, Any]]


class Datasets(Schema):
    """A page of datasets; with `select` or `group_by`, only what was selected."""

    total_count: int | None = None
    results: list[DatasetBody | dict[str, Any]]


class FacetValue(Schema):
    """A value of a facet; `value` is what `refine` takes, `name` what people read."""

    name: str
    count: int | None = None
    state: str
    value: str
    facets: list[dict[str, Any]] | None = None
    truncated: bool | None = None


class Facet(Schema):
    """A facet and its values; `truncated` is there, and true, when there are more of them."""

    name: str
    facets: list[FacetValue]
    truncated: bool | None = None


class Facets(Schema):
    """Facets of a dataset or of the catalogue."""

    links: list[Link]
    facets: list[Facet]


class Attachments(Schema):
    """Files attached to a dataset."""

    links: list[Link]
    attachments: list[dict[str, Any]]


class MetadataTemplate(Schema):
    """Metadata that belong together; `schema` lists them."""

    model_config = ConfigDict(protected_namespaces=())
    name: str
    type: str
    metas: list[dict[str, Any]] = Field(alias="schema")


class MetadataTemplates(Schema):
    """Templates of metadata."""

    total_count: int
    results: list[MetadataTemplate]


class RecordBody(Schema):
    """A record: each field by its name."""

    model_config = ConfigDict(extra="allow")
