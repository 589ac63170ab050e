"""file: the address of a file, most often an image."""

import re

from sqlglot import exp

from cimaise.engine.schema.types.base import BLANKS, Form, TypeCard, matches, trimmed, when

_URL = r"(?i:https?)://[^\s]+"
# A producer may also name a file of the portal itself, by an address without a host.
_ADDRESS = r"((?i:https?):/)?/[^\s]+"
IMAGE = r"(?i:https?)://[^\s]+\.(?i:jpe?g|png|gif|webp|svg|avif|tiff?)([?#][^\s]*)?"


def _read(text: str) -> str:
    word = text.strip(BLANKS)
    if not re.fullmatch(_ADDRESS, word):
        raise ValueError(text)
    return word


def _sql(text: exp.Expression) -> exp.Expression:
    word = trimmed(text)
    return when((matches(word, _ADDRESS), word.copy()))


FILE = TypeCard(
    name="file",
    label="File",
    storage="VARCHAR",
    json_schema={"type": "string", "format": "uri"},
    description="The address of an image or of another file, on the web or on this portal.",
    read=_read,
    sql=_sql,
    forms=(Form("image", IMAGE, _sql), Form("address", _URL, _sql)),
    examples=(
        ("https://exemple.fr/a.jpg", "https://exemple.fr/a.jpg"),
        ("/static/demo/sceau.svg", "/static/demo/sceau.svg"),
    ),
    unreadable=("a.jpg", "voir le site"),
)
