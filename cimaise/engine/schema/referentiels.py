"""Official lists that the values of a field may belong to, told by its name and its values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ENOUGH = 0.95  # codes of cells that have the pattern; the others are the producer's slips


@dataclass(frozen=True, slots=True)
class Referentiel:
    """An official list: what its codes look like and what fields that hold them are called.

    `identifies` says that a code tells one thing apart, so that such a field may be a key.
    """

    name: str
    label: str
    codes: str
    named: str
    identifies: bool = False


REFERENTIELS = (
    Referentiel("museofile", "Muséofile", r"M[0-9]{4}", r"", identifies=True),
    Referentiel("isil", "ISIL", r"FR-[A-Z0-9][A-Za-z0-9/:-]{2,14}", r"", identifies=True),
    Referentiel("siret", "SIRET", r"[0-9]{14}", r"siret", identifies=True),
    Referentiel("uai", "UAI", r"[0-9]{7}[A-Z]", r"uai|rne|etablissement", identifies=True),
    Referentiel(
        "commune",
        "Code commune",
        r"[0-9]{5}|2[AB][0-9]{3}",
        r"insee(?!.*(dep|reg))|depcom|codgeo|code_(de_la_)?commune|commune_code|com_code",
    ),
    Referentiel(
        "code_postal", "Code postal", r"[0-9]{5}", r"(^|_)cp(_|$)|postal|zip_?code|postcode"
    ),
    Referentiel(
        "departement",
        "Code département",
        r"[0-9]{2}|2[AB]|97[0-9]|98[0-9]",
        r"(^|_)(dep|dept|dpt|departement)(_|$)",
    ),
    Referentiel("region", "Code région", r"[0-9]{2}", r"(^|_)(reg|region)(_|$)"),
)
_BY_NAME = {referentiel.name: referentiel for referentiel in REFERENTIELS}


def recognised(name: str, values: Sequence[str]) -> str | None:
    """The list that a field of this name with these values belongs to, if any."""
    if not values:
        return None
    for referentiel in REFERENTIELS:
        if not re.search(referentiel.named, name):
            continue
        pattern = re.compile(referentiel.codes)
        fit = sum(pattern.fullmatch(value.strip()) is not None for value in values)
        if fit >= _ENOUGH * len(values):
            return referentiel.name
    return None


def identifies(name: str | None) -> bool:
    """Whether a code of this list tells one thing apart."""
    return name is not None and name in _BY_NAME and _BY_NAME[name].identifies
