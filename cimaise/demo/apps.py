"""Registration of the demonstration with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The verb `demo`."""

    name = "cimaise.demo"
    label = "demo"
