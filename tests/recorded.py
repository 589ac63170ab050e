"""Exchanges of live portals, made to happen again: their data, published here, asked the same."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client, override_settings

from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.sources.base import Source
from cimaise.web.catalog.describe import describe
from cimaise.web.ingest.publication import Order, publish_version

OURS = ("facet", "facetsort", "sortable", "disjunctive", "multivalued", "hierarchical", "unit",
        "decimals", "timeserie_precision")  # fmt: skip


def described(body, id_field=None):
    """A recorded description as a producer here would have written it."""
    metas = body["metas"]["default"]
    return DatasetDescription(
        id=body["dataset_id"],
        title=metas["title"],
        description=metas["description"] or "",
        producer=metas["publisher"] or "Nobody",
        licence=metas["license"] or "",
        themes=tuple(metas["theme"] or ()),
        keywords=tuple(metas["keyword"] or ()),
        language=metas["language"],
        key=(id_field,) if id_field else (),
        fields=tuple(
            FieldWish(
                field["name"],
                label=field["label"],
                source=field["name"],
                type={"json_blob": "json"}.get(field["type"], field["type"]),
                description=field["description"],
                annotations={
                    "facet": False,
                    "sortable": False,
                    "facetsort": None,
                    **_notes(field["annotations"]),
                },
            )
            for field in body["fields"]
        ),
    )


def _notes(annotations):
    """Annotations of either version: `true`, `[]` or `["hour"]`."""
    scalar = {
        name: (value[0] if value else True) if isinstance(value, list) else value
        for name, value in annotations.items()
    }
    return {name: value for name, value in scalar.items() if name in OURS}


def table(names, rows):
    """Rows of dictionaries as CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@contextmanager
def portal(directory) -> Iterator[Client]:
    """A portal whose datasets are gone afterwards; gives who asks it."""
    roots = {name: directory / name.lower() for name in
             ("SNAPSHOTS_ROOT", "UPLOADS_ROOT", "ATTACHMENTS_ROOT")}  # fmt: skip
    for root in roots.values():
        root.mkdir()
    with override_settings(**roots), transaction.atomic():
        yield Client(headers={"host": "localhost"})
        transaction.set_rollback(True)


def publish(directory, description, text):
    """Publish a CSV as that dataset."""
    path = directory / f"{description.id}.csv"
    path.write_text(text, encoding="utf-8", newline="")
    publish_version(Order(describe(description), Source(path, path.name, path.name), description))


def asked(client, url, root="/api/explore/v2.1"):
    """The answer to a recorded request, whole."""
    parts = urlsplit(url)
    path = parts.path if parts.path.startswith(root) else root + parts.path
    response = client.get(f"{path}?{parts.query}" if parts.query else path)
    streaming = getattr(response, "streaming_content", None)
    content = response.content if streaming is None else b"".join(streaming)
    return Heard(response.status_code, dict(response.headers), content)


class Heard:
    """A status, headers and a body."""

    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def json(self):
        """The body as JSON."""
        return json.loads(self.content)


def shape(value):
    """What a client relies on: names in their order, and the kind of each value."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if type(value) in (int, float) else type(value).__name__
