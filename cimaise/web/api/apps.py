"""Registration of the api part with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api app."""

    name = "cimaise.web.api"
    label = "api"
