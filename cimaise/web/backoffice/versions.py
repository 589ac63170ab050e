"""Versions on the desk: going back to one, and what could not be read of it."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from wagtail.admin import messages

from cimaise.engine.messages import Refusal
from cimaise.web.backoffice.desk import DeskPage
from cimaise.web.catalog.models import Version
from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.ingest.publication import go_back


class GoBackPage(DeskPage):
    """Serving another version than the current one."""

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        """Move the pointer; no version is lost."""
        dataset = self.dataset()
        try:
            version = go_back(dataset, number)
        except Version.DoesNotExist:
            messages.error(request, gettext("There is no such version."))
        except Refusal as refusal:
            messages.error(request, refusal.in_words(gettext))
        else:
            said = gettext("Version {number} is served now.").format(number=version.number)
            messages.success(request, said)
        return redirect("desk:dataset", slug=slug)


class RejectsFile(DeskPage):
    """The values of a version that could not be read, verbatim, with line and reason."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
        """The Parquet file of the snapshot itself."""
        dataset = self.dataset()
        version = get_object_or_404(Version, dataset=dataset, number=number)
        try:
            file = (snapshot_of(version, dataset.slug).directory / "rejects.parquet").open("rb")
        except (Refusal, FileNotFoundError) as missing:
            raise Http404 from missing
        name = f"{slug}-v{number}-rejects.parquet"
        return FileResponse(file, as_attachment=True, filename=name)
