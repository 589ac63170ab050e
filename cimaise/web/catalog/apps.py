"""Registration of the catalog part with Django."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class CatalogConfig(AppConfig):
    """The catalog app."""

    name = "cimaise.web.catalog"
    label = "catalog"

    def ready(self) -> None:
        """Listen to changes of the catalogue, now that its models may be imported."""
        import_string("cimaise.web.catalog.changes.listen")()
