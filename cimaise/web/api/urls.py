"""Every address below `/api/`; whatever else is asked there gets a 404 in JSON."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path

from cimaise.web.api.console import console, dataset_swagger, swagger
from cimaise.web.api.explore import api
from cimaise.web.api.problems import refusal, unknown_address
from cimaise.web.api.sources import as_catalog, removed
from cimaise.web.api.sql.views import ask
from cimaise.web.api.v20.addresses import as_v20
from cimaise.web.api.v20.api import api as former
from cimaise.web.api.v20.api import swagger as former_swagger


def unknown(request: HttpRequest) -> HttpResponseBase:
    """A path that means nothing."""
    return refusal(unknown_address(request.path))


urlpatterns = [
    path("explore/v2.1/swagger.json", swagger, name="api-document"),
    path("explore/v2.1/catalog/datasets/<str:dataset_id>/swagger.json", dataset_swagger),
    path("explore/v2.1/console", console, name="api-console"),
    re_path(r"^explore/v2\.1/[a-z]+(?:/datasets/[^/]+)?/(?:aggregates|query)$", removed),
    re_path(r"^explore/(?P<version>v2\.[01])/(?:shared|opendatasoft)(?P<rest>/.*|)$", as_catalog),
    path("explore/v2.1/", api.urls),
    path("explore/v2.0/swagger.json", former_swagger),
    path("explore/v2.0/", former.urls),
    re_path(r"^v2(?P<rest>/.*|)$", as_v20),
    path("sql/", ask, name="sql"),
    path("", include("cimaise.web.api.v1.urls")),
    re_path("", unknown),
]
