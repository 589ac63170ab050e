"""Registration of the backoffice part with Django."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The backoffice app."""

    name = "cimaise.web.backoffice"
    label = "backoffice"
