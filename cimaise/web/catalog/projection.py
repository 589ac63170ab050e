"""A part of a dataset's description: keys and metadata by name, as `select` asks (§1.3)."""

from collections.abc import Mapping, Sequence
from typing import Any


class NoSuchMetadata(Exception):
    """No key and no metadata of datasets has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def projected(body: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The named parts of a dataset's description, under the very names that were asked for.

    A bare name is a key of the dataset or a standard metadata (`title`), a dotted one a metadata
    of its template (`default.title`, `dcat.created`). Raises NoSuchMetadata.
    """
    return {name: _part(body, name) for name in names}


def _part(body: Mapping[str, Any], name: str) -> Any:
    name = {"datasetid": "dataset_id"}.get(name, name)
    metas: Mapping[str, Mapping[str, Any]] = body["metas"]
    if name in body:
        return body[name]
    if name in metas["default"]:
        return metas["default"][name]
    template, _, inner = name.removeprefix("metas.").partition(".")
    if template in metas and not inner:
        return metas[template]
    if template in metas and inner in metas[template]:
        return metas[template][inner]
    raise NoSuchMetadata(name)
