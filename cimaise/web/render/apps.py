"""Registration of the render part with Django."""

from django.apps import AppConfig


class RenderConfig(AppConfig):
    """The render app."""

    name = "cimaise.web.render"
    label = "render"
