"""Every address of the portal, in one place."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cimaise.web.explore import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("cimaise.web.api.urls")),
    path("", site.front_door, name="front-door"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("", include("cimaise.web.api.v1.files")),
    path("", include("cimaise.web.explore.urls")),
    path("", include("cimaise.web.explore.old_addresses")),
    path("account/", include("cimaise.web.accounts.urls")),
    path("theme/", include("cimaise.web.theme.urls")),
    path("backoffice/", include(wagtailadmin_urls)),
    path("pages/", site.front_door),
    path("pages/", include(wagtail_urls)),
]

handler400 = "cimaise.web.explore.errors.bad_request"
handler403 = "cimaise.web.explore.errors.forbidden"
handler404 = "cimaise.web.explore.errors.not_found"
handler500 = "cimaise.web.explore.errors.broken"
