"""Registration of the catalog part with Django."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog app."""

    name = "cimaise.web.catalog"
    label = "catalog"
