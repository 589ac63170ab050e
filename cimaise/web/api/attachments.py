"""Files attached to a dataset: none yet, and told so in the shape clients expect (§1.7)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.web.api.operations import answered, dataset_address, link, operation
from cimaise.web.api.parameters import read
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.shapes import Attachments

router = Router()


@operation(
    router,
    "/catalog/datasets/{dataset_id}/attachments",
    (),
    Attachments,
    name="getDatasetAttachments",
    summary=_("Attachments of a dataset"),
    tags=("Dataset",),
)
def attachments(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """List the files attached to a dataset."""
    on_shelf(request, dataset_id, read(request.GET, ()))
    address = dataset_address(request, dataset_id)
    links = [link("self", f"{address}/attachments"), link("dataset", address)]
    return answered({"links": links, "attachments": []})
