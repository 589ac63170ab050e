"""Addresses of the theme: the reader's preferences and the living page of the kit."""

from django.urls import path

from cimaise.web.theme.kit import kit
from cimaise.web.theme.preferences import preferences

app_name = "theme"
urlpatterns = [
    path("preferences/", preferences, name="preferences"),
    path("kit/", kit, name="kit"),
]
