"""The catalogue as a JSON array of datasets, each as `/catalog/datasets` answers it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from cimaise.web.catalog.exports.base import CatalogueCard, Wanted
from cimaise.web.catalog.projection import projected


def write(wanted: Wanted) -> Iterator[bytes]:
    """A dataset a line."""
    before = b"["
    for told in _objects(wanted):
        yield before + orjson.dumps(told)
        before = b",\n"
    yield b"]" if before != b"[" else b"[]"


def _objects(wanted: Wanted) -> Iterable[Mapping[str, Any]]:
    if wanted.computed is not None:
        return wanted.computed
    if wanted.names:
        return (projected(body, wanted.names) for body in wanted.described())
    return wanted.described()


JSON = CatalogueCard(
    name="json",
    label="JSON",
    file_name="datasets.json",
    media_type="application/json; charset=utf-8",
    write=write,
)
