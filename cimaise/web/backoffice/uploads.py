"""One file on the desk: what was understood of it, its correction, its publication."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cimaise.engine.progress import STAGES
from cimaise.web.backoffice.corrections import corrected, ignored, known_names, type_choices
from cimaise.web.backoffice.desk import DeskPage
from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.ingest.models import Run, Upload
from cimaise.web.ingest.runs import said_again, settle_dead
from cimaise.web.ingest.work import ask_for

UNDER_WAY = (Run.State.WAITING, Run.State.RUNNING)


def last_run(upload: Upload) -> Run | None:
    """The newest run over a file, settled if its worker died."""
    run = upload.runs.order_by("-asked", "-pk").first()
    return None if run is None else settle_dead(run)


def share_done(run: Run) -> int:
    """How far a run is, in percent, by its stage and its share of the stage."""
    if run.state == Run.State.DONE:
        return 100
    if run.stage not in STAGES:
        return 0
    within = run.done / run.total if run.total else 0.0
    return round(100 * (STAGES.index(run.stage) + min(within, 1.0)) / len(STAGES))


def refusal_said(run: Run | None) -> dict[str, Any] | None:
    """The refusal of a run in the language of the page: what, where, what to do."""
    if run is None or run.refusal is None:
        return None
    kept = {name: said_again(run.refusal[name]) for name in ("what", "where", "remedy")}
    words = {name: said.in_words(gettext) if said else "" for name, said in kept.items()}
    return {"code": run.refusal["code"], **words}


def messages_said(kept: list[dict[str, Any]]) -> list[str]:
    """Kept sentences in the language of the page."""
    said = (said_again(message) for message in kept)
    return [message.in_words(gettext) for message in said if message]


class UploadPage(DeskPage):
    """A file: its progress while the worker reads it, then what it holds and how to correct it."""

    template_name = "backoffice/upload.html"
    page_title = _("A file")

    def trail(self) -> list[tuple[str, str]]:
        """Two steps."""
        upload = self.upload()
        return [
            (reverse("desk:dataset", args=[upload.dataset.slug]), upload.dataset.title),
            (self.request.path, upload.filename),
        ]

    def get_template_names(self) -> list[str]:
        """The part that changes alone, when the page itself asks for it."""
        if self.request.GET.get("part") == "progress":
            return ["backoffice/progress.html"]
        return [self.template_name]

    def get(self, request: HttpRequest, slug: str, upload: int) -> HttpResponseBase:
        """The file as it stands."""
        brought = self.upload()
        run = last_run(brought)
        found = brought.understanding
        current = brought.dataset.current
        return self.show(
            dataset=brought.dataset,
            upload=brought,
            run=run,
            under_way=run is not None and run.state in UNDER_WAY,
            share=share_done(run) if run else 0,
            refusal=refusal_said(run),
            found=found,
            notes=messages_said(found["notes"]) if found else [],
            keys=[
                {"fields": ", ".join(key["fields"]), "reason": messages_said([key["reason"]])[0]}
                for key in found["keys"]
            ]
            if found
            else [],
            left_out=ignored(brought.wishes),
            types=type_choices(),
            known=known_names(snapshot_of(current, brought.dataset.slug) if current else None),
        )

    def post(self, request: HttpRequest, slug: str, upload: int) -> HttpResponseBase:
        """Keep the corrections, then understand again or publish."""
        brought = self.upload()
        run = last_run(brought)
        if run is not None and run.state in UNDER_WAY:
            messages.warning(request, gettext("The worker is on this file: wait, or stop it."))
            return redirect("desk:upload", slug=slug, upload=upload)
        self.correct(brought)
        publish = "publish" in request.POST
        ask_for(
            brought,
            Run.Kind.PUBLISH if publish else Run.Kind.UNDERSTAND,
            accept_breaking="accept_breaking" in request.POST,
            note=request.POST.get("note", "")[:2000],
        )
        return redirect("desk:upload", slug=slug, upload=upload)

    def correct(self, upload: Upload) -> None:
        """Keep what the form says; a form without fields (a refused file) says how to read it."""
        found = upload.understanding or {"fields": []}
        wishes = corrected(self.request.POST, found, upload.wishes)
        if not found["fields"]:
            wishes = {**upload.wishes, "reading": wishes["reading"]}
        upload.wishes = wishes
        upload.save(update_fields=["wishes"])


class StopPage(DeskPage):
    """Stopping a run: the worker hears of it at its next waypoint."""

    def post(self, request: HttpRequest, slug: str, upload: int, run: int) -> HttpResponseBase:
        """Ask; nothing that was served changes."""
        stopped = get_object_or_404(Run, pk=run, upload=self.upload())
        stopped.stop_asked = True
        stopped.save(update_fields=["stop_asked"])
        return redirect("desk:upload", slug=slug, upload=upload)
