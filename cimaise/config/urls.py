"""Every address of the portal, in one place."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/", include("cimaise.web.theme.urls")),
    path("backoffice/", include(wagtailadmin_urls)),
    path("pages/", include(wagtail_urls)),
]
