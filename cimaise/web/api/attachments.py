"""Files attached to a dataset, and other forms of its data that were brought as they are (§1.7)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_noop as _
from ninja import Router

from cimaise.web.api.freshness import fresh, tag
from cimaise.web.api.operations import answered, dataset_address, link, operation
from cimaise.web.api.problems import unknown_resource
from cimaise.web.api.ranges import served
from cimaise.web.api.reach import described
from cimaise.web.api.shapes import Attachments
from cimaise.web.catalog.models import Attachment
from cimaise.web.ingest.attachments import file_of

router = Router()
ANY = ("application/octet-stream",)
# A file somebody brought is never shown as a page of this portal.
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


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
    dataset = described(request, dataset_id).dataset
    address = dataset_address(request, dataset_id)
    links = [link("self", f"{address}/attachments"), link("dataset", address)]
    kept = dataset.attachments.filter(kind=Attachment.Kind.ATTACHMENT)
    told = [
        {
            "href": f"{address}/attachments/{each.name}",
            "metas": {"mime-type": each.mimetype, "title": each.title},
            "url": f"{address}/attachments/{each.name}",
            "id": each.name,
        }
        for each in kept
    ]
    return answered({"links": links, "attachments": told})


@operation(
    router,
    "/catalog/datasets/{dataset_id}/attachments/{attachment_id}",
    (),
    None,
    name="getDatasetAttachment",
    summary=_("Download an attachment"),
    tags=("Dataset",),
    media_types=ANY,
)
def attachment(request: HttpRequest, dataset_id: str, attachment_id: str) -> HttpResponseBase:
    """Download a file attached to a dataset, as it was brought."""
    return taken(request, dataset_id, attachment_id, Attachment.Kind.ATTACHMENT)


@operation(
    router,
    "/catalog/datasets/{dataset_id}/alternative_exports/{attachment_id}",
    (),
    None,
    name="getDatasetAlternativeExport",
    summary=_("Download another form of the data"),
    tags=("Dataset",),
    media_types=ANY,
)
def alternative(request: HttpRequest, dataset_id: str, attachment_id: str) -> HttpResponseBase:
    """Download the data of a dataset in a form its producer made."""
    return taken(request, dataset_id, attachment_id, Attachment.Kind.ALTERNATIVE)


def taken(
    request: HttpRequest, dataset_id: str, name: str, kind: Attachment.Kind
) -> HttpResponseBase:
    """The file of that kind and name, or a range of it; raises Problem when there is none."""
    dataset = described(request, dataset_id).dataset
    found = dataset.attachments.filter(kind=kind, name=name).first()
    if found is None or not file_of(found).is_file():
        raise unknown_resource("attachment", name)
    etag = tag("attachment", found.path)
    response = fresh(
        request,
        etag,
        found.added,
        lambda: served(
            request, file_of(found), media_type=found.mimetype, etag=etag, changed=found.added
        ),
    )
    for header, value in HARMLESS.items():
        response[header] = value
    if response.status_code in (200, 206):
        response["Content-Disposition"] = content_disposition_header(True, found.filename) or ""
    return response
