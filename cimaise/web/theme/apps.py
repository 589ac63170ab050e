"""Registration of the theme part with Django."""

from django.apps import AppConfig


class ThemeConfig(AppConfig):
    """The theme app."""

    name = "cimaise.web.theme"
    label = "theme"
