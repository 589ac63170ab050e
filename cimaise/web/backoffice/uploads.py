"""One file on the desk: what was understood of it, its correction, its publication."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cimaise.engine.messages import Refusal, say
from cimaise.engine.progress import STAGES
from cimaise.web.backoffice.corrections import (
    as_said,
    corrected,
    known_names,
    left_out,
    reading_choices,
    text,
    type_choices,
)
from cimaise.web.backoffice.desk import DeskPage
from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.ingest.models import Run, Upload
from cimaise.web.ingest.runs import said_again, settle_dead, stop
from cimaise.web.ingest.work import ask_for

STAGES_SAID = {
    "fetch": _("taking the file"),
    "read": _("reading its rows"),
    "profile": _("looking at every column"),
    "understand": _("recognising types and key"),
    "type": _("giving values their types"),
    "identify": _("telling records apart"),
    "reject": _("putting aside what cannot be read"),
    "compare": _("comparing with the version before"),
    "parquet": _("writing the open file"),
    "index": _("indexing the texts"),
    "digest": _("computing digests"),
    "seal": _("sealing the version"),
    "commit": _("showing it on the portal"),
}


def last_run(upload: Upload) -> Run | None:
    """The newest run over a file, settled if its worker died."""
    run = upload.runs.select_related("version").first()
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
    return {"code": run.refusal["code"], "choices": run.refusal["choices"], **words}


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
        refusal = refusal_said(run)
        return self.show(
            dataset=brought.dataset,
            upload=brought,
            run=run,
            under_way=run is not None and run.state in Run.UNDER_WAY,
            share=share_done(run) if run else 0,
            stage=STAGES_SAID.get(run.stage, "") if run else "",
            refusal=refusal,
            reading=reading_choices(brought.wishes, refusal["choices"] if refusal else ()),
            types=type_choices(),
            **understood_said(brought),
        )

    def post(self, request: HttpRequest, slug: str, upload: int) -> HttpResponseBase:
        """Keep the corrections, then understand again or publish."""
        brought = self.upload()
        try:
            self.follow(brought)
        except Refusal as refusal:
            messages.warning(request, refusal.in_words(gettext))
        return redirect("desk:upload", slug=slug, upload=upload)

    @transaction.atomic
    def follow(self, upload: Upload) -> None:
        """Keep what the form says and ask for a run; neither, when a run is under way."""
        said = self.request.POST
        run = last_run(upload)
        if said.get("seen", str(run.pk if run else "")) != str(run.pk if run else ""):
            raise Refusal(
                "page_out_of_date",
                say("This file was worked on since this page was shown: look at it again."),
            )
        upload.wishes = corrected(said, upload.understanding or {"fields": []}, upload.wishes)
        ask_for(
            upload,
            Run.Kind.PUBLISH if "publish" in said else Run.Kind.UNDERSTAND,
            self.person,
            accept_breaking="accept_breaking" in said,
            note=text(said, "note")[:2000],
        )
        upload.save(update_fields=["wishes"])


def understood_said(upload: Upload) -> dict[str, Any]:
    """What was understood of a file, in the language of the page; empty before it was."""
    found = upload.understanding
    if not found:
        return {"found": None}
    current = upload.dataset.current
    return {
        "found": found,
        "fields": as_said(found, upload.wishes),
        "left_out": left_out(upload.wishes, found),
        "notes": messages_said(found["notes"]),
        "keys": [
            {"fields": ", ".join(key["fields"]), "reason": messages_said([key["reason"]])[0]}
            for key in found["keys"]
        ],
        "known": known_names(snapshot_of(current, upload.dataset.slug) if current else None),
    }


class StopPage(DeskPage):
    """Stopping a run: the worker hears of it at its next waypoint."""

    def post(self, request: HttpRequest, slug: str, upload: int, run: int) -> HttpResponseBase:
        """Ask; nothing that was served changes."""
        stop(get_object_or_404(Run, pk=run, upload=self.upload()))
        return redirect("desk:upload", slug=slug, upload=upload)
