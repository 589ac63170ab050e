"""Communes, as INSEE names them."""

from cimaise.engine.linked.base import Authority

COMMUNE = Authority(
    referentiel="commune",
    address="http://id.insee.fr/geo/commune/{code}",
    codes=r"[0-9]{5}|2[AB][0-9]{3}",
    source="https://rdf.insee.fr/geo/index.html",
)
