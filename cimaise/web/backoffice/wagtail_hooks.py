"""The desk's place in Wagtail's admin: its addresses and its entry in the menu."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cimaise.web.accounts.models import ApiKey
from cimaise.web.backoffice.api_keys import ApiKeyViews, OnlyToRevoke
from cimaise.web.backoffice.organisations import CatalogueViews
from cimaise.web.backoffice.urls import urlpatterns


@hooks.register("register_admin_urls")
def desk_addresses() -> list[URLPattern | URLResolver]:
    """Everything of the desk lies below `datasets/`."""
    return [path("datasets/", include((urlpatterns, "desk")))]


class DatasetsMenuItem(MenuItem):
    """The entry "Datasets", for whoever publishes for an organisation."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Shown to administrators and to members of an organisation."""
        person = request.user
        return bool(
            person.is_authenticated and (person.is_superuser or person.organisations.exists())
        )


@hooks.register("register_admin_menu_item")
def datasets_entry() -> MenuItem:
    """First in the menu: it is what producers come for."""
    return DatasetsMenuItem(
        _("Datasets"), reverse("desk:datasets"), name="datasets", icon_name="table", order=50
    )


@hooks.register("insert_global_admin_css")
def desk_style() -> SafeString:
    """The few rules the desk adds to Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/desk.css"))


register_snippet(CatalogueViews)
register_permission_policy(ApiKey, OnlyToRevoke(ApiKey))
register_snippet(ApiKeyViews)
