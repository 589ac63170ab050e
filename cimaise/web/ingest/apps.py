"""Registration of the ingest part with Django."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """The ingest app."""

    name = "cimaise.web.ingest"
    label = "ingest"
