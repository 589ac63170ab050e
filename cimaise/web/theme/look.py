"""What every page's shell needs to know: brand, navigation, the reader's choice of scheme."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

SCHEMES = ("auto", "light", "dark")
SCHEME_COOKIE = "cimaise_scheme"


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the masthead or of the foot of the page."""

    label: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Look:
    """The shell of one page: `scheme` is auto, light or dark; `ign` draws IGN's base map."""

    brand: str
    scheme: str
    address: str
    navigation: tuple[Way, ...]
    foot: tuple[Way, ...]
    accessibility: str
    ign: bool


def _ways(setting: str, path: str) -> tuple[Way, ...]:
    return tuple(
        Way(str(label), address, path.startswith(address))
        for label, address in getattr(settings, setting, ())
    )


def look(request: HttpRequest) -> dict[str, Look]:
    """Context processor: `look` in every template.

    Settings read: WAGTAIL_SITE_NAME, NAVIGATION and FOOT_LINKS (pairs of label and address),
    ACCESSIBILITY_STATUS (none, partial or full: the mention that RGAA 4.1 requires), IGN_TILES.
    """
    scheme = request.COOKIES.get(SCHEME_COOKIE, "auto")
    return {
        "look": Look(
            brand=getattr(settings, "WAGTAIL_SITE_NAME", "Cimaise"),
            scheme=scheme if scheme in SCHEMES else "auto",
            address=request.get_full_path(),
            navigation=_ways("NAVIGATION", request.path),
            foot=_ways("FOOT_LINKS", request.path),
            accessibility=getattr(settings, "ACCESSIBILITY_STATUS", "none"),
            ign=bool(getattr(settings, "IGN_TILES", False)),
        )
    }
