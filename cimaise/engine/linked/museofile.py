"""Museums of France, by their notice on the ministry's heritage platform."""

from cimaise.engine.linked.base import Authority

MUSEOFILE = Authority(
    referentiel="museofile",
    address="https://pop.culture.gouv.fr/notice/museo/{code}",
    codes=r"M[0-9]{4}",
    source="https://pop.culture.gouv.fr/",
)
