"""What a producer brings, and what became of it: uploads and runs of the publisher."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cimaise.web.catalog.models import Dataset, Version


class Upload(models.Model):
    """A file as it was brought, kept below UPLOADS_ROOT as long as its dataset.

    Old files are never removed by themselves: any version can be made again from its file.
    """

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="uploads")
    filename = models.CharField(_("file name"), max_length=255)
    path = models.CharField(max_length=500, editable=False)  # relative to UPLOADS_ROOT
    size = models.PositiveBigIntegerField(_("size"))
    brought = models.DateTimeField(_("brought"), auto_now_add=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    wishes = models.JSONField(default=dict, blank=True)
    understanding = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering: ClassVar = ["-brought", "-pk"]

    def __str__(self) -> str:
        return self.filename


class Run(models.Model):
    """One passage of the background worker over an upload: understanding it or publishing it."""

    class Kind(models.TextChoices):
        """What the worker was asked to do."""

        UNDERSTAND = "understand", _("understand")
        PUBLISH = "publish", _("publish")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        INTERRUPTED = "interrupted", _("interrupted")

    UNDER_WAY: ClassVar = (State.WAITING, State.RUNNING)

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=20, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    refusal = models.JSONField(null=True, blank=True)
    stop_asked = models.BooleanField(default=False)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    started = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)
    asked = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering: ClassVar = ["-asked", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.upload} ({self.state})"
