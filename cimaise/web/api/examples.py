"""Examples of what may be asked: of the catalogue, and of a dataset with its own fields.

Each stands for a parameter of an operation and works by itself; requests show several at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cimaise.engine.odsql.kinds import kind_of_field
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema
from cimaise.engine.snapshots.manifest import Snapshot

Examples = Mapping[str, Any]
ANYWHERE = {"lang": "fr", "timezone": "Europe/Paris"}
_PLACES = ("geo_point_2d", "geo_shape")


@dataclass(frozen=True, slots=True)
class Shown:
    """Examples of one operation: `parameters` by name, `requests` of several together."""

    parameters: Examples
    requests: tuple[Examples, ...] = field(default=())


_OF_DATASETS = {
    **ANYWHERE,
    "where": "records_count > 0",
    "qv1": "records_count > 0",
    "refine": "features:analyze",
    "exclude": "features:image",
    "facet": 'facet(name="publisher", sort="alphanum", limit=20)',
}
_GROUPED = {
    "select": "count(*) as datasets",
    "group_by": "publisher",
    "having": "count(*) > 0",
    "order_by": "datasets desc",
}
_LISTED = {
    **_OF_DATASETS,
    "select": "dataset_id, default.title, records_count",
    "group_by": "publisher",
    "order_by": "modified desc",
    "facet": 'facet(name="theme", disjunctive=true)',
    "limit": 20,
    "offset": 0,
}
CATALOGUE: Mapping[str, Shown] = {
    "getDatasets": Shown(
        {**_LISTED, "include_app_metas": True, "include_links": True}, (_GROUPED,)
    ),
    "exportDatasets": Shown(
        {**_LISTED, "catalogue_format": "csv", "use_labels": True}, (_GROUPED,)
    ),
    "getDatasetsFacets": Shown(_OF_DATASETS),
    "getMetadataTemplatesOfType": Shown({"template_type": "interop"}),
    "getMetadataTemplate": Shown({"template_type": "basic", "template_name": "default"}),
}


def of_dataset(snapshot: Snapshot, record_id: str | None, value: str | None) -> dict[str, Shown]:
    """Examples of every operation on a dataset, by the name of the operation.

    `record_id` is that of a record, `value` one of its first facet; None where there is none.
    """
    schema, version = snapshot.schema, snapshot.manifest.number
    common = {**ANYWHERE, "version": version}
    asked = {**common, **_filters(schema, value)}
    listed = {**asked, **_shaping(schema), "limit": 20, "offset": 0}
    grouped = _grouped(schema)
    page = {**listed, "include_links": True, "include_app_metas": True, "explain": True}
    return {
        "getDataset": Shown({**common, "select": "dataset_id, default.title"}),
        "getRecords": Shown(page, grouped),
        "getRecord": Shown(
            {**common, **_shaping(schema, grouped=False), "record_id": record_id}
            if record_id
            else common
        ),
        "getRecordsFacets": Shown(asked | _facets(schema)),
        "exportRecords": Shown({**listed, "export_format": "csv", "use_labels": True}, grouped),
    }


def _filters(schema: Schema, value: str | None) -> dict[str, Any]:
    """Conditions on the first field that one can be put on."""
    plain = next((each for each in schema if each.type not in _PLACES), None)
    found: dict[str, Any] = {} if plain is None else {"where": f"{quoted(plain)} is not null"}
    facet = first_facet(schema)
    if facet is not None and value is not None:
        said = f'{quoted(facet)}:"{escaped(value)}"'
        found |= {"refine": said, "exclude": said}
    if facet is not None:
        found["facet"] = f'facet(name="{escaped(facet.name)}", disjunctive=true)'
    return found


def _shaping(schema: Schema, *, grouped: bool = True) -> dict[str, Any]:
    """Some fields, an order, and groups."""
    fields = [quoted(each) for each in schema]
    shaping: dict[str, Any] = {"select": ", ".join(fields[:3])}
    sortable = next((each for each in schema if _is_single(each)), None)
    if grouped and sortable is not None:
        shaping["order_by"] = f"{quoted(sortable)} desc"
    facet = first_facet(schema)
    if grouped and facet is not None:
        # Alone, group_by lists the keys; requests show it with select.
        shaping["group_by"] = quoted(facet)
    return shaping


def _grouped(schema: Schema) -> tuple[Examples, ...]:
    key = first_facet(schema)
    if key is None:
        return ()
    number = next(iter(schema.of_type("int", "double")), None)
    told = f", avg({quoted(number)}) as mean" if number and number != key else ""
    return (
        {
            "select": f"count(*) as records{told}",
            "group_by": quoted(key),
            "having": "count(*) > 0",
            "order_by": "records desc",
            "limit": 20,
        },
    )


def _facets(schema: Schema) -> dict[str, Any]:
    facet = first_facet(schema)
    return {} if facet is None else {"facet": f'facet(name="{escaped(facet.name)}", limit=20)'}


def first_facet(schema: Schema) -> Field | None:
    """The field to show facets by: the first that is one, else the first that could be."""
    able = [each for each in schema if each.type not in (*_PLACES, "json", "file")]
    return next((each for each in able if each.annotations.facet), next(iter(able), None))


def _is_single(field: Field) -> bool:
    return field.type not in (*_PLACES, "json") and kind_of_field(field) != "texts"


def quoted(field: Field) -> str:
    """The name of a field as ODSQL reads any."""
    return f"`{field.name}`"


def escaped(text: str) -> str:
    """A text between quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
