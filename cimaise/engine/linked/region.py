"""Regions, as INSEE names them."""

from cimaise.engine.linked.base import Authority

REGION = Authority(
    referentiel="region",
    address="http://id.insee.fr/geo/region/{code}",
    codes=r"[0-9]{2}",
    source="https://rdf.insee.fr/geo/index.html",
)
