"""A part of a dataset's description: keys and metadata by name, as `select` asks (§1.3)."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from cimaise.web.catalog.templates import DEFAULT, TEMPLATES

KEYS = (
    "visibility", "fields", "dataset_id", "dataset_uid", "has_records", "features", "attachments",
    "alternative_exports", "data_visible", "metas",
)  # fmt: skip
ALSO = {"datasetid": "dataset_id"}
DOTTED = {f"{each.name}.{name}" for each in TEMPLATES for name in each.names}
KNOWN = {*KEYS, *ALSO, *DEFAULT.names, *DOTTED, *(each.name for each in TEMPLATES)}
TRANSLATED = ("theme_en", "theme_fr")  # there only where a translation is


class NoSuchMetadata(Exception):
    """No key and no metadata of datasets has that name; `near` is what was probably meant."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.near = next(iter(get_close_matches(name[:100], sorted(KNOWN), n=1)), None)


def check(names: Sequence[str]) -> None:
    """Raise NoSuchMetadata for a name that no dataset can have."""
    for name in names:
        bare = name.removeprefix("metas.")
        if bare not in KNOWN and bare.removeprefix("default.") not in TRANSLATED:
            raise NoSuchMetadata(name)


def projected(body: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The named parts of a dataset's description, under the very names that were asked for.

    A bare name is a key of the dataset or a standard metadata (`title`), a dotted one a metadata
    of its template (`default.title`, `dcat.created`). Raises NoSuchMetadata.
    """
    check(names)
    return {name: _part(body, name) for name in names}


def _part(body: Mapping[str, Any], name: str) -> Any:
    name = ALSO.get(name, name)
    metas: Mapping[str, Mapping[str, Any]] = body["metas"]
    if name in body:
        return body[name]
    if name in DEFAULT.names or name in TRANSLATED:
        return metas[DEFAULT.name].get(name)
    template, _, inner = name.removeprefix("metas.").partition(".")
    found = metas.get(template, {})
    return found.get(inner) if inner else found
