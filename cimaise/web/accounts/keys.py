"""Keys of the API: made at random, kept as digests, recognised, and revoked."""

import logging
import secrets
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from cimaise.web.accounts.models import ApiKey, Person

log = logging.getLogger(__name__)

PREFIX = "cim_"  # so that whoever finds a key in some code knows what it opens
BYTES = 32  # 256 bits from the system's own source: a slow digest would add nothing
LONGEST = 200  # characters of anything that could be a key
SEEN_AGAIN = timedelta(hours=1)  # how exactly a key knows when it was last used


def new_key(person: Person, name: str, expires: datetime | None = None) -> tuple[ApiKey, str]:
    """A key for a person, and its secret: nothing can show that again."""
    secret = PREFIX + secrets.token_hex(BYTES)
    key = ApiKey.objects.create(
        person=person, name=name, expires=expires, digest=digest(secret), ending=secret[-4:]
    )
    return key, secret


def digest(secret: str) -> str:
    """What is kept of a secret: a digest keyed by the portal's own, 64 hexadecimal digits."""
    return salted_hmac("cimaise.accounts.keys", secret, algorithm="sha256").hexdigest()


def recognised(secret: str) -> ApiKey | None:
    """The key of that secret, with its person; None when it opens nothing (any more).

    The database looks a digest up, of which nobody outside can foretell a digit; it is compared
    in constant time all the same.
    """
    if not secret or len(secret) > LONGEST:
        return None
    wanted = digest(secret)
    key = ApiKey.objects.select_related("person").filter(digest=wanted).first()
    if key is None or not constant_time_compare(key.digest, wanted):
        return None
    if not key.opens(timezone.now()):
        return None
    _note_use(key)
    return key


def revoke(key: ApiKey) -> None:
    """Let a key open nothing from the next request on; the row stays, to tell of it."""
    ApiKey.objects.filter(pk=key.pk, revoked=None).update(revoked=timezone.now())


def _note_use(key: ApiKey) -> None:
    """Keep when the key was last used, to the hour: most requests write nothing."""
    now = timezone.now()
    if key.last_used is not None and now - key.last_used < SEEN_AGAIN:
        return
    try:
        ApiKey.objects.filter(pk=key.pk).update(last_used=now)
    except DatabaseError:  # busy with a publication: the next request tells it
        log.warning("the last use of key %s could not be kept", key.pk, exc_info=True)
