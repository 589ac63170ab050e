"""Who calls, as far as counting goes: an address, seen through the proxies that are trusted."""

import logging
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

log = logging.getLogger(__name__)

HOUSEHOLD = 64  # bits of an IPv6 address that a provider gives to one customer
MOST_STEPS = 20  # proxies looked through; the header can hold thousands
Address = IPv4Address | IPv6Address


def address_of(request: HttpRequest) -> str:
    """The address a request comes from, as text; IPv6 ones by the /64 their customer has.

    `X-Forwarded-For` counts only when it comes from a proxy of CIMAISE_TRUSTED_PROXIES, and only
    up to the first address, from the right, that is no such proxy: what stands before it, anybody
    can write.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    said: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if said and _is_trusted(_address(peer)):
        return _behind(peer, said)
    if said:
        _tell_once(peer)
    return _household(peer)


def _behind(peer: str, said: str) -> str:
    """The nearest address that is no proxy of ours; the farthest one where all are."""
    seen = peer
    for step in reversed(said.split(",")[-MOST_STEPS:]):
        address = _address(step)
        if address is None:
            break
        seen = str(address)
        if not _is_trusted(address):
            break
    return _household(seen)


@lru_cache(maxsize=4_096)
def _household(said: str) -> str:
    address = _address(said)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, HOUSEHOLD), strict=False))
    return said if address is None else str(address)


def _address(said: str) -> Address | None:
    text = said.strip().removeprefix("[").partition("]")[0]
    if text.count(":") == 1:  # an IPv4 address with its port
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def _is_trusted(address: Address | None) -> bool:
    return address is not None and any(address in each for each in settings.TRUSTED_PROXIES)


@lru_cache(maxsize=1)
def _tell_once(peer: str) -> None:
    log.warning(
        "%s forwards for others but is not in CIMAISE_TRUSTED_PROXIES: "
        "all who come through it are counted as one caller",
        peer,
    )
