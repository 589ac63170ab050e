"""What changes the catalogue: saving or deleting anything its mirror shows."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from cimaise.web.accounts.models import Organisation
from cimaise.web.catalog.mirror import mark_changed, rebuild
from cimaise.web.catalog.models import Attachment, Dataset, Licence, Theme

MIRRORED: tuple[type[Model], ...] = (Attachment, Dataset, Organisation, Licence, Theme)


def heard(sender: Any, raw: bool = False, **_: Any) -> None:
    """Count the change now, mirror it once it is committed; readers would do it otherwise.

    Rows loaded as they were kept (`raw`) come with the mirror that was kept with them.
    """
    if raw:
        return
    mark_changed()
    transaction.on_commit(rebuild_once, robust=True)


def rebuild_once() -> None:
    """Rebuild after a commit; called again for the same transaction, it finds nothing to do."""
    rebuild()


def listen() -> None:
    """Hear of every change; called once, when Django is ready."""
    for model in MIRRORED:
        post_save.connect(heard, sender=model, dispatch_uid=f"mirror-save-{model.__name__}")
        post_delete.connect(heard, sender=model, dispatch_uid=f"mirror-delete-{model.__name__}")
    m2m_changed.connect(heard, sender=Dataset.themes.through, dispatch_uid="mirror-themes")
