"""Registration of the configuration, for the verbs that run the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The verbs `serve` and its kin."""

    name = "cimaise.config"
    label = "portal"
