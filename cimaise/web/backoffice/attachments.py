"""The files that go with a dataset: bringing one, taking one away."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cimaise.engine.messages import Refusal
from cimaise.web.backoffice.desk import DeskPage
from cimaise.web.backoffice.forms import AttachmentForm
from cimaise.web.catalog.mirror import rebuild
from cimaise.web.ingest.attachments import attach, detach
from cimaise.web.ingest.incoming import refused_at_the_door


class AttachmentsPage(DeskPage):
    """Every file that goes with a dataset, and bringing another one."""

    template_name = "backoffice/attachments.html"
    page_title = _("Attached files")

    def trail(self) -> list[tuple[str, str]]:
        """Two steps."""
        dataset = self.dataset()
        return [
            (reverse("desk:dataset", args=[dataset.slug]), dataset.title),
            (self.request.path, gettext("Attached files")),
        ]

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The list, and the empty form."""
        return self.page(AttachmentForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Keep a file with the dataset and let the catalogue follow."""
        form = AttachmentForm(request.POST, request.FILES, refused=refused_at_the_door(request))
        if not form.is_valid():
            return self.page(form)
        said = form.cleaned_data
        try:
            attach(self.dataset(), said["file"], said["title"], said["kind"], said["description"])
        except Refusal as refusal:
            form.add_error("file", refusal.in_words(gettext))
            return self.page(form)
        rebuild()
        messages.success(request, gettext("The file goes with the dataset now."))
        return redirect("desk:attachments", slug=slug)

    def page(self, form: AttachmentForm) -> HttpResponseBase:
        """The page around a form."""
        dataset = self.dataset()
        return self.show(dataset=dataset, form=form, attachments=dataset.attachments.all())


class DetachPage(DeskPage):
    """Taking a file away from a dataset."""

    def post(self, request: HttpRequest, slug: str, attachment: int) -> HttpResponseBase:
        """Remove it."""
        detach(get_object_or_404(self.dataset().attachments, pk=attachment))
        rebuild()
        messages.success(request, gettext("The file is gone."))
        return redirect("desk:attachments", slug=slug)
