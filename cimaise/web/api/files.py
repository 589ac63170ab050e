"""Files that records name: `/files/{id}` leads to where they are."""

import re
from hashlib import sha1

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router
from sqlglot import exp

from cimaise.engine.query.planner import field_column, records_table
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.web.api.operations import operation
from cimaise.web.api.parameters import VERSIONS, read
from cimaise.web.api.problems import unknown_resource
from cimaise.web.api.reach import on_shelf
from cimaise.web.catalog.shelf import reading_room

router = Router()
IDENTIFIER = re.compile(r"[0-9a-f]{40}")


@operation(
    router,
    "/catalog/datasets/{dataset_id}/files/{file_id}",
    VERSIONS,
    None,
    name="getDatasetFile",
    summary=_("Go to a file that a record names"),
    tags=("Dataset",),
    media_types=("application/octet-stream",),
)
def file(request: HttpRequest, dataset_id: str, file_id: str) -> HttpResponseBase:
    """Redirect to a file of a record; its identifier is the SHA-1 of its address."""
    found = on_shelf(request, dataset_id, read(request.GET, VERSIONS))
    address = address_of(file_id, found.snapshot)
    if address is None:
        raise unknown_resource("file", file_id[:100])
    return HttpResponseRedirect(address)


def file_id(address: str) -> str:
    """The identifier of a file by its address."""
    return sha1(address.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def address_of(identifier: str, snapshot: Snapshot) -> str | None:
    """The address of that identifier in any record; None if none has it."""
    if not IDENTIFIER.fullmatch(identifier):
        return None
    room = reading_room()
    for field in snapshot.schema.of_type("file"):
        column = field_column(field)
        same = exp.Anonymous(this="sha1", expressions=[column.copy()]).eq(
            exp.Literal.string(identifier)
        )
        tree = exp.select(column).from_(records_table(room, snapshot)).where(same).limit(1)
        for (address,) in room.rows(tree):
            return str(address)
    return None
