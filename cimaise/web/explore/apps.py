"""Registration of the explore part with Django."""

from django.apps import AppConfig


class ExploreConfig(AppConfig):
    """The explore app."""

    name = "cimaise.web.explore"
    label = "explore"
