"""Every address of the v1 API, below `/api/`; one spelling each, the door takes the rest."""

from django.urls import path, re_path

from cimaise.web.api.v1 import analyses, datasets, downloads, files, maps, records, reuses

DATASET = "datasets/1.0/<str:slug>"

urlpatterns = [
    path("reuses/", reuses.reuses),
    re_path(r"^georeference/v1/uid/(?P<uid>[^/]+)$", reuses.georeference),
    path("records/1.0/search", records.search),
    path("records/1.0/download", downloads.download),
    path("records/1.0/analyze", analyses.analyze),
    path("records/1.0/geocluster", maps.geocluster),
    path("records/1.0/geopolygon", maps.geopolygon),
    path("records/1.0/geopreview", maps.geopreview),
    path("records/1.0/boundingbox", maps.boundingbox),
    path("datasets/1.0/search", datasets.search),
    path(DATASET, datasets.lookup),
    path(f"{DATASET}/records/<str:record_id>", records.lookup),
    re_path(
        r"^datasets/1\.0/(?P<slug>[^/]+)/(?P<kind>files|attachments|alternative_exports)"
        r"/(?P<name>[^/?#]+)(?:/(?:[0-9]+|download))?$",
        files.file,
    ),
]
