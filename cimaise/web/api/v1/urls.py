"""Every address of the v1 API, below `/api/`; one spelling each, the door takes the rest."""

from django.urls import path

from cimaise.web.api.v1 import datasets, records

DATASET = "datasets/1.0/<str:slug>"

urlpatterns = [
    path("records/1.0/search", records.search),
    path("datasets/1.0/search", datasets.search),
    path(DATASET, datasets.lookup),
    path(f"{DATASET}/records/<str:record_id>", records.lookup),
]
