"""What crawlers ask a site for: robots.txt and a map of its datasets."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from cimaise.web.catalog.shelf import visible

# Filtered pages are endless and say nothing that their dataset's page does not say.
ROBOTS = """User-agent: *
Disallow: /explore/*?
Disallow: /explore/dataset/*/download/
Disallow: /explore/dataset/*/tiles/
Disallow: /api/
Disallow: /backoffice/

Sitemap: {sitemap}
"""
AN_HOUR = "public, max-age=3600"
LARGEST = 50_000  # addresses that the sitemap protocol allows in a file


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """`/` leads to the home page."""
    return redirect("/pages/home/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    text = ROBOTS.format(sitemap=settings.SITE_ADDRESS + reverse("sitemap"))
    return HttpResponse(text, "text/plain; charset=utf-8", headers={"Cache-Control": AN_HOUR})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The home page, the catalogue, and every dataset that anybody may see."""
    published = visible(AnonymousUser()).select_related("current").order_by("slug")
    places = [("/pages/home/", ""), (reverse("explore:catalogue"), "")]
    places += [
        (
            reverse("explore:information", args=[dataset.slug]),
            dataset.current.published.date().isoformat() if dataset.current else "",
        )
        for dataset in published[: LARGEST - len(places)]
    ]
    listed = format_html_join(
        "",
        "<url><loc>{}</loc>{}</url>\n",
        (
            (
                settings.SITE_ADDRESS + place,
                format_html("<lastmod>{}</lastmod>", day) if day else "",
            )
            for place, day in places
        ),
    )
    text = format_html(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</urlset>\n',
        listed,
    )
    return HttpResponse(text, "application/xml; charset=utf-8", headers={"Cache-Control": AN_HOUR})
