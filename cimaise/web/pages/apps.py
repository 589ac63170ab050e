"""Registration of the pages part with Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The pages app."""

    name = "cimaise.web.pages"
    label = "pages"
