"""Makes sure the portal has its first pages, without ever touching those that editors have made."""

from django.db import transaction
from wagtail.models import Page, Site

from cimaise.web.pages.first_texts import (
    ACCESSIBILITY,
    ACCESSIBILITY_TITLE,
    HOME_INTRO,
    HOME_TITLE,
    LEGAL,
    LEGAL_TITLE,
)
from cimaise.web.pages.models import HomePage, TextPage

BLOCKS = ("featured", "figures", "themes")
TEXTS = (
    ("accessibility", ACCESSIBILITY_TITLE, ACCESSIBILITY),
    ("legal-notice", LEGAL_TITLE, LEGAL),
)


@transaction.atomic
def ensure_home() -> HomePage:
    """The page at /pages/home/, made on a new portal with those the footer links to.

    Safe to call at every start: once there is a home page, nothing is written.
    """
    if (there := HomePage.objects.first()) is not None:
        return there
    portal = _portal_root()
    home = HomePage(
        title=HOME_TITLE[0],
        title_en=HOME_TITLE[1],
        slug="home",
        intro_fr=HOME_INTRO[0],
        intro_en=HOME_INTRO[1],
        body=[(kind, {"french": "", "english": ""}) for kind in BLOCKS],
    )
    portal.add_child(instance=home)
    for slug, (title, title_en), (body, body_en) in TEXTS:
        if not portal.get_children().filter(slug=slug).exists():
            page = TextPage(
                title=title, title_en=title_en, slug=slug, body_fr=body, body_en=body_en
            )
            portal.add_child(instance=page)
    return home


def _portal_root() -> Page:
    """The page all addresses below /pages/ start from; Wagtail's welcome page becomes it."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is not None:
        portal = site.root_page
        if portal.slug == "home":  # as Wagtail's first migration left it
            portal.title, portal.slug = "Portail", "portail"
            portal.save()
        return portal
    root = Page.get_first_root_node()
    portal = root.add_child(instance=Page(title="Portail", slug="portail"))
    Site.objects.create(hostname="localhost", root_page=portal, is_default_site=True)
    return portal
