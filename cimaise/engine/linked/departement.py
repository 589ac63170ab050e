"""Départements, as INSEE names them."""

from cimaise.engine.linked.base import Authority

DEPARTEMENT = Authority(
    referentiel="departement",
    address="http://id.insee.fr/geo/departement/{code}",
    codes=r"[0-9]{2}|2[AB]|97[0-9]",
    source="https://rdf.insee.fr/geo/index.html",
)
