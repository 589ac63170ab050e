"""How often datasets are used: counted in memory by whoever serves, added to the catalogue later.

An answer costs one addition. What a process counted is kept every `USES_SECONDS` and when it
ends; what it had not kept when it was killed is lost. The mirror of the catalogue, by which
datasets are sorted, learns of it at most once an hour.
"""

import atexit
import logging
import threading
from collections import Counter
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from cimaise.web.catalog.mirror import mark_changed, rebuild
from cimaise.web.catalog.models import Dataset, Mirror, Uses

Use = Literal["api_calls", "downloads", "attachment_downloads", "file_downloads"]
KINDS: tuple[Use, ...] = ("api_calls", "downloads", "attachment_downloads", "file_downloads")
MIRRORED_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


class Count:
    """What this process counted and has not kept yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, Use]] = Counter()
        self._keeper: threading.Thread | None = None
        self._ended = threading.Event()

    def add(self, slug: str, use: Use) -> None:
        """Count one use of a dataset."""
        with self._lock:
            self._counted[slug, use] += 1
            if self._keeper is None and settings.USES_SECONDS > 0:
                self._keeper = threading.Thread(target=self._keep_on, name="uses", daemon=True)
                self._keeper.start()
                atexit.register(self._end)

    def keep(self) -> None:
        """Add what was counted to the catalogue; a failure leaves it counted."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        try:
            if counted:
                _add(counted)
        except Exception:
            with self._lock:
                self._counted.update(counted)
            raise

    def _keep_on(self) -> None:
        while not self._ended.wait(settings.USES_SECONDS):
            self._try_to_keep()

    def _end(self) -> None:
        self._ended.set()
        self._try_to_keep()

    def _try_to_keep(self) -> None:
        try:
            close_old_connections()
            self.keep()
        except Exception:
            log.exception("uses of datasets could not be kept; they will be tried again")
        finally:
            close_old_connections()


COUNT = Count()


def _add(counted: Counter[tuple[str, Use]]) -> None:
    slugs = {slug for slug, _use in counted}
    known = dict(Dataset.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    with transaction.atomic():
        for slug, dataset in known.items():
            row, _created = Uses.objects.get_or_create(dataset_id=dataset)
            more = {use: F(use) + counted[slug, use] for use in KINDS if counted[slug, use]}
            Uses.objects.filter(pk=row.pk).update(**more)
    _mirror_in_time()


def _mirror_in_time() -> None:
    """Have the mirror built anew if it is old: datasets are sorted by its figures."""
    row = Mirror.objects.filter(pk=1).first()
    if row is not None and row.built is not None and timezone.now() - row.built > MIRRORED_EVERY:
        mark_changed()
        rebuild()
