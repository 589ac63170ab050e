"""Files that go with a dataset: kept as they are, below a folder no address leads to."""

import mimetypes
import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from cimaise.engine.schema.names import unique_name
from cimaise.web.catalog.models import Attachment, Dataset
from cimaise.web.ingest.incoming import ArrivedFile, lack_of_room
from cimaise.web.ingest.uploads import Brought, put, safe_name

LONGEST_NAME = 90
UNKNOWN = "application/octet-stream"


def attach(
    dataset: Dataset, brought: Brought, title: str, kind: str, description: str = ""
) -> Attachment:
    """Keep a file with a dataset; the name it came with makes its identifier and media type.

    What the sender says of its type is not believed. Raises Refusal `disk_full`.
    """
    if refusal := lack_of_room(brought.size or 0, arrived=isinstance(brought, ArrivedFile)):
        raise refusal
    filename = safe_name(brought.name or "file")
    folder = Path(settings.ATTACHMENTS_ROOT) / dataset.slug / secrets.token_hex(8)
    folder.mkdir(parents=True)
    try:
        put(brought, folder / filename)
        return _recorded(dataset, folder / filename, title, kind, description)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@transaction.atomic
def _recorded(dataset: Dataset, path: Path, title: str, kind: str, description: str) -> Attachment:
    taken = dataset.attachments.filter(kind=kind).values_list("name", flat=True)
    base = slugify(path.name.replace(".", "_"))[:LONGEST_NAME] or "file"
    return Attachment.objects.create(
        dataset=dataset,
        kind=kind,
        name=unique_name(base, taken),
        title=title or path.name,
        description=description,
        filename=path.name,
        mimetype=mimetypes.guess_type(path.name)[0] or UNKNOWN,
        path=str(path.relative_to(settings.ATTACHMENTS_ROOT)),
        size=path.stat().st_size,
    )


def detach(attachment: Attachment) -> None:
    """Remove a file from its dataset: the row first, so that nothing leads to what is gone."""
    folder = file_of(attachment).parent
    attachment.delete()
    shutil.rmtree(folder, ignore_errors=True)


def file_of(attachment: Attachment) -> Path:
    """Where its bytes are."""
    return Path(settings.ATTACHMENTS_ROOT) / attachment.path
