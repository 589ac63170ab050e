"""What the background worker does: take a run up, have the engine do it, say how it ended."""

import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django_tasks import task

from cimaise.engine.flow import understand
from cimaise.engine.messages import Refusal, say
from cimaise.engine.progress import Interrupted
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.shelf import snapshot_of
from cimaise.web.ingest.models import Run, Upload
from cimaise.web.ingest.publication import Order, publish_version
from cimaise.web.ingest.runs import Tracker, at_work, begin, end, settle_dead
from cimaise.web.ingest.understandings import kept_understanding
from cimaise.web.ingest.uploads import source_of
from cimaise.web.ingest.wishes import description_of

log = logging.getLogger(__name__)


@transaction.atomic
def ask_for(
    upload: Upload,
    kind: str,
    person: Person | None = None,
    *,
    accept_breaking: bool = False,
    note: str = "",
) -> Run:
    """Queue a run of that kind over an upload; the worker takes it up.

    Raises Refusal `already_at_work` while another run over the same file is under way. The run
    and its place in the queue are one transaction: neither is ever there without the other.
    """
    Upload.objects.select_for_update().get(pk=upload.pk)
    for other in upload.runs.filter(state__in=Run.UNDER_WAY):
        if settle_dead(other).state in Run.UNDER_WAY:
            raise Refusal(
                "already_at_work",
                say("The worker is on this file already."),
                remedy=say("Wait until it is done, or stop it."),
            )
    run = Run.objects.create(upload=upload, kind=kind, asked_by=person)
    work.enqueue(run.pk, accept_breaking, note)
    return run


@task()
def work(run_id: int, accept_breaking: bool, note: str) -> None:
    """Do a run from beginning to end; whatever happens, its row says how it ended."""
    run = Run.objects.select_related("upload__dataset", "asked_by").get(pk=run_id)
    with at_work(run):
        if not begin(run):
            return  # stopped before it began, or delivered twice: a run is done once
        try:
            if run.kind == Run.Kind.UNDERSTAND:
                understand_upload(run)
            else:
                publish_upload(run, accept_breaking=accept_breaking, note=note)
        except Refusal as refusal:
            end(run, Run.State.REFUSED, refusal)
        except Interrupted:
            end(run, Run.State.INTERRUPTED)
        except (KeyboardInterrupt, SystemExit):
            end(run, Run.State.INTERRUPTED)
            raise
        except Exception:
            log.exception("run %s of %s failed", run.pk, run.upload)
            end(run, Run.State.REFUSED, unexpected())
        else:
            end(run, Run.State.DONE)


def unexpected() -> Refusal:
    """What is said when the fault is ours: nothing was changed, and the log has the reason."""
    return Refusal(
        "unexpected",
        say("Something unforeseen happened while this file was being worked on."),
        where=say("Nothing was published."),
        remedy=say("Try again; if it happens again, give the administrator the time it happened."),
    )


def understand_upload(run: Run) -> None:
    """Read the file and keep, beside the upload, what was understood of it."""
    upload = run.upload
    dataset = upload.dataset
    parent = snapshot_of(dataset.current, dataset.slug) if dataset.current else None
    with tempfile.TemporaryDirectory(dir=settings.UPLOADS_ROOT, prefix=".scratch-") as scratch:
        understood = understand(
            source_of(upload),
            description_of(dataset, upload.wishes),
            parent,
            Path(scratch),
            Tracker(run),
        )
    upload.understanding = kept_understanding(understood)
    upload.save(update_fields=["understanding"])


def publish_upload(run: Run, *, accept_breaking: bool, note: str) -> None:
    """Publish the file as the next version of its dataset."""
    upload = run.upload
    order = Order(
        dataset=upload.dataset,
        source=source_of(upload),
        description=description_of(upload.dataset, upload.wishes),
        person=run.asked_by,
        note=note,
        accept_breaking=accept_breaking,
        run=run,
    )
    publish_version(order, Tracker(run))
