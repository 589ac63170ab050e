"""The desk's first page, a new dataset, and the home of each dataset."""

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cimaise.engine.messages import Refusal
from cimaise.web.backoffice.desk import DeskPage, desk_datasets, desk_organisations
from cimaise.web.backoffice.forms import DescriptionForm, FileForm, NewDatasetForm
from cimaise.web.catalog.mirror import rebuild
from cimaise.web.catalog.models import Dataset
from cimaise.web.ingest.incoming import refused_at_the_door
from cimaise.web.ingest.models import Run
from cimaise.web.ingest.runs import settle_dead
from cimaise.web.ingest.uploads import Brought, discard, keep
from cimaise.web.ingest.work import ask_for


def bring(page: DeskPage, dataset: Dataset, file: Brought) -> Run:
    """Keep a file for a dataset and have it understood, with the last corrections as a start.

    How the last file was to be read says nothing of how this one is written.
    """
    last = dataset.uploads.first()
    upload = keep(dataset, file, page.person)
    if last is not None:
        wishes = last.wishes
        upload.wishes = {"key": wishes.get("key"), "fields": wishes.get("fields", [])}
        upload.save(update_fields=["wishes"])
    return ask_for(upload, Run.Kind.UNDERSTAND, page.person)


class DatasetsPage(DeskPage):
    """Every dataset this person may work on."""

    template_name = "backoffice/datasets.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        return self.show(
            datasets=desk_datasets(self.person),
            may_add=desk_organisations(self.person).exists(),
        )


class NewDatasetPage(DeskPage):
    """A title, a producer, a file: the rest is understood, then corrected."""

    template_name = "backoffice/new.html"
    page_title = _("New dataset")

    def trail(self) -> list[tuple[str, str]]:
        """One step."""
        return [(reverse("desk:new"), gettext("New dataset"))]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The empty form."""
        return self.show(form=NewDatasetForm(person=self.person))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Create the dataset, unpublished, and have its file understood."""
        form = NewDatasetForm(
            request.POST,
            request.FILES,
            person=self.person,
            refused=refused_at_the_door(request),
        )
        if not form.is_valid():
            return self.show(form=form)
        try:
            with transaction.atomic():
                dataset = Dataset.objects.create(
                    slug=form.slug(),
                    title=form.cleaned_data["title"],
                    producer=form.cleaned_data["producer"],
                )
                run = bring(self, dataset, form.cleaned_data["file"])
        except Refusal as refusal:
            form.add_error("file", refusal.in_words(gettext))
            return self.show(form=form)
        return redirect("desk:upload", slug=dataset.slug, upload=run.upload_id)


class DatasetPage(DeskPage):
    """One dataset: its files, its versions, and bringing another file."""

    template_name = "backoffice/dataset.html"

    def trail(self) -> list[tuple[str, str]]:
        """One step."""
        return [(self.request.path, self.dataset().title)]

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The dataset as it stands."""
        return self.page(FileForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Bring another file."""
        form = FileForm(request.POST, request.FILES, refused=refused_at_the_door(request))
        if not form.is_valid():
            return self.page(form)
        try:
            run = bring(self, self.dataset(), form.cleaned_data["file"])
        except Refusal as refusal:
            form.add_error("file", refusal.in_words(gettext))
            return self.page(form)
        return redirect("desk:upload", slug=slug, upload=run.upload_id)

    def page(self, form: FileForm) -> HttpResponseBase:
        """The page around a form."""
        dataset = self.dataset()
        uploads = list(dataset.uploads.prefetch_related("runs")[:20])
        for upload in uploads:
            for run in upload.runs.all():
                settle_dead(run)
        return self.show(
            dataset=dataset,
            form=form,
            uploads=uploads,
            versions=dataset.versions.select_related("published_by"),
            may_discard=not dataset.versions.exists(),
        )


class DiscardPage(DeskPage):
    """Giving up a dataset of which nothing was ever published, with its files."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Remove it; one that was published once is there for ever."""
        dataset = self.dataset()
        try:
            discard(dataset)
        except Refusal as refusal:
            messages.error(request, refusal.in_words(gettext))
            return redirect("desk:dataset", slug=slug)
        messages.success(request, gettext("“{title}” is gone.").format(title=dataset.title))
        return redirect("desk:datasets")


class DescribePage(DeskPage):
    """What the catalogue says of a dataset."""

    template_name = "backoffice/describe.html"
    page_title = _("Describe the dataset")

    def trail(self) -> list[tuple[str, str]]:
        """Two steps."""
        dataset = self.dataset()
        return [
            (reverse("desk:dataset", args=[dataset.slug]), dataset.title),
            (self.request.path, gettext("Describe")),
        ]

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The form as the catalogue stands."""
        dataset = self.dataset()
        form = DescriptionForm(instance=dataset, person=self.person)
        return self.show(dataset=dataset, form=form)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Keep the description and let the catalogue follow."""
        dataset = self.dataset()
        form = DescriptionForm(request.POST, instance=dataset, person=self.person)
        if not form.is_valid():
            return self.show(dataset=dataset, form=form)
        form.save()
        rebuild()
        messages.success(request, gettext("The description is kept."))
        return redirect("desk:dataset", slug=slug)
