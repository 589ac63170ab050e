"""What a worker does before it begins: give back what workers that died had taken."""

import shutil
from pathlib import Path

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cimaise.web.ingest.incoming import forget_the_forgotten
from cimaise.web.ingest.models import Run
from cimaise.web.ingest.runs import is_alive, settle_dead
from cimaise.web.ingest.work import work


class WorkerDied(Exception):
    """The worker that had taken a task is gone."""


def recover() -> int:
    """Settle the tasks that died with their worker; gives how many.

    The queue itself says of such a task that it is running, for ever. One whose run had not begun
    waits again; one whose run had begun is failed, its run interrupted, and can be asked for
    anew. Scratch folders and files that never arrived whole are removed.
    """
    dead = 0
    for taken in DBTaskResult.objects.running().filter(task_path=work.module_path):
        run = Run.objects.filter(pk=taken.args_kwargs["args"][0]).first()
        if run is not None and is_alive(run):
            continue
        dead += 1
        if run is not None and run.state == Run.State.WAITING:
            taken.status = TaskResultStatus.READY
            taken.save(update_fields=["status"])
            continue
        if run is not None:
            settle_dead(run)
        taken.set_failed(WorkerDied())
    forget_the_forgotten()
    if not any(is_alive(run) for run in Run.objects.filter(state=Run.State.RUNNING)):
        for scratch in Path(settings.UPLOADS_ROOT).glob(".scratch-*"):
            shutil.rmtree(scratch, ignore_errors=True)
    return dead
