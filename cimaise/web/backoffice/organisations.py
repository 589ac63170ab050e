"""What an administrator tends at the desk: organisations and their people, themes, licences."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog.models import Licence, Theme

PRODUCERS = "Producers"  # the group that may enter the admin (migration 0001)


class OrganisationForm(WagtailAdminModelForm):
    """An organisation and the people who publish for it; they are let into the admin."""

    people = forms.ModelMultipleChoiceField(
        label=_("People who publish for it"),
        queryset=Person.objects.order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["people"] = self.instance.people.all()

    def save(self, commit: bool = True) -> Organisation:
        """Keep the organisation and who belongs to it."""
        organisation: Organisation = super().save(commit=commit)
        organisation.people.set(self.cleaned_data["people"])
        producers, _created = Group.objects.get_or_create(name=PRODUCERS)
        producers.user_set.add(*self.cleaned_data["people"])
        return organisation


class OrganisationViews(SnippetViewSet):
    """Organisations: created here, and the people in them."""

    model = Organisation
    icon = "group"
    list_display = ("name", "slug", "website")
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "slug", "website", "people")],
        base_form_class=OrganisationForm,
    )


class ThemeViews(SnippetViewSet):
    """Themes of the catalogue, in their order."""

    model = Theme
    icon = "tag"
    list_display = ("name", "name_en", "order")
    panels = tuple(FieldPanel(name) for name in ("name", "name_en", "slug", "order"))


class LicenceViews(SnippetViewSet):
    """Licences and the addresses of their texts."""

    model = Licence
    icon = "doc-full"
    list_display = ("name", "url")
    panels = tuple(FieldPanel(name) for name in ("name", "slug", "url"))


class CatalogueViews(SnippetViewSetGroup):
    """The three of them under one entry of the menu, for those who have the right."""

    menu_label = _("Catalogue")
    menu_icon = "list-ul"
    menu_order = 60
    items = (OrganisationViews, ThemeViews, LicenceViews)
