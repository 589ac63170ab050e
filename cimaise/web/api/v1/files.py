"""Files of datasets at the addresses they had: they are served where they are now."""

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import re_path
from django.utils.http import urlencode

from cimaise.web.api.operations import ROOT
from cimaise.web.api.parameters import VERSIONS, read
from cimaise.web.api.reach import on_shelf
from cimaise.web.api.v1.downloads import portal_download
from cimaise.web.api.v1.envelope import answers_v1

DATASET = r"^explore/dataset/(?P<slug>[^/]+)"


@answers_v1
def file(request: HttpRequest, slug: str, kind: str, name: str) -> HttpResponseBase:
    """To the file itself, an attachment or an alternative export, in the API of today."""
    slug = slug.partition("@")[0]
    on_shelf(request, slug, read(request.GET, VERSIONS))  # unknown ones are told as v1 tells
    query = urlencode(request.GET, doseq=True)
    address = f"{ROOT}/catalog/datasets/{slug}/{kind}/{name}"
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


# Below the portal's own addresses, where clients know them.
urlpatterns = [
    re_path(rf"{DATASET}/download/?$", portal_download),
    re_path(
        rf"{DATASET}/(?P<kind>files|attachments|alternative_exports)"
        r"/(?P<name>[^/?#]+)(?:/(?:[0-9]+|download))?/?$",
        file,
    ),
]
