"""Registration of the accounts part with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "cimaise.web.accounts"
    label = "accounts"
