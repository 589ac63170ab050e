"""What every page of the desk shares: who may be here, and the trail back."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cimaise.web.accounts.models import Organisation, Person
from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.models import Upload


def desk_datasets(person: Person) -> QuerySet[Dataset]:
    """The datasets this person may work on: those of their organisations."""
    datasets = Dataset.objects.select_related("producer", "current")
    if person.is_superuser:
        return datasets
    return datasets.filter(producer__in=person.organisations.all())


def desk_organisations(person: Person) -> QuerySet[Organisation]:
    """The organisations this person may publish for."""
    return Organisation.objects.all() if person.is_superuser else person.organisations.all()


class DeskPage(AccessMixin, WagtailAdminTemplateMixin, View):
    """A page of the desk; somebody else's dataset is not found rather than forbidden."""

    header_icon = "table"
    page_title = _("Datasets")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only people; Wagtail has already sent visitors to the sign-in page."""
        if not isinstance(request.user, Person):
            raise Http404
        self.person = request.user
        return super().dispatch(request, *args, **kwargs)

    def dataset(self) -> Dataset:
        """The dataset of this address."""
        return get_object_or_404(desk_datasets(self.person), slug=self.kwargs["slug"])

    def upload(self) -> Upload:
        """The upload of this address, of a dataset this person may work on."""
        return get_object_or_404(
            Upload.objects.select_related("dataset__producer", "dataset__current"),
            pk=self.kwargs["upload"],
            dataset__slug=self.kwargs["slug"],
            dataset__in=desk_datasets(self.person),
        )

    def trail(self) -> list[tuple[str, str]]:
        """Addresses and labels after "Datasets"; pages add theirs."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Home, Datasets, then the page's own trail."""
        home = {"url": reverse("wagtailadmin_home"), "label": _("Home")}
        first = {"url": reverse("desk:datasets"), "label": _("Datasets")}
        rest = [{"url": url, "label": label} for url, label in self.trail()]
        return [home, first, *rest]

    def show(self, **context: Any) -> HttpResponseBase:
        """The page with that context."""
        return self.render_to_response(self.get_context_data(**context))
