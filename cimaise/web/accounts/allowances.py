"""How many calls a key or an address may make, and what is left of them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cimaise.web.accounts.models import ApiKey
from cimaise.web.accounts.tally import A_DAY, Allowance, Spent, Tally


@dataclass(frozen=True, slots=True)
class Quota:
    """One call held against what its caller is allowed; `reset` is when the day begins anew."""

    allowed: Allowance
    spent: Spent
    at: datetime
    reset: datetime

    @property
    def granted(self) -> bool:
        """Whether the call may be answered."""
        return self.spent.wait == 0

    @property
    def remaining(self) -> int:
        """Calls left today; 0 too where any number is allowed."""
        return max(0, self.allowed.a_day - self.spent.calls)


def of_addresses() -> Allowance:
    """What one address may call without a key."""
    return Allowance(settings.ANONYMOUS_CALLS_A_DAY, settings.ANONYMOUS_CALLS_A_SECOND)


def of_keys() -> Allowance:
    """What one key may call."""
    return Allowance(settings.KEY_CALLS_A_DAY, settings.KEY_CALLS_A_SECOND)


def spend_of_address(address: str) -> Quota:
    """Count a call of an address, unless it is one too many."""
    return _spend(f"address {address}", of_addresses())


def spend_of_key(key: ApiKey) -> Quota:
    """Count a call of a key, unless it is one too many."""
    return _spend(_caller(key), of_keys())


def calls_today(key: ApiKey) -> int:
    """How many calls of a key were granted today (UTC)."""
    return _tally().calls(_caller(key), time.time())


def _caller(key: ApiKey) -> str:
    return f"key {key.digest}"


def _spend(caller: str, allowed: Allowance) -> Quota:
    now = time.time()
    limited = allowed.a_day or allowed.a_second
    spent = _tally().spend(caller, allowed, now) if limited else Spent(0, 0.0)
    reset = datetime.fromtimestamp((now // A_DAY + 1) * A_DAY, UTC)
    return Quota(allowed, spent, datetime.fromtimestamp(now, UTC), reset)


def _tally() -> Tally:
    return _opened(settings.CALLS_FILE, settings.SECRET_KEY)


@lru_cache(maxsize=1)
def _opened(path: Path, secret: str) -> Tally:
    return Tally(path, secret.encode())
