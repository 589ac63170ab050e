"""Records as graphs: who names official codes is the table AUTHORITIES."""

from collections.abc import Mapping

from cimaise.engine.linked.base import Authority
from cimaise.engine.linked.commune import COMMUNE
from cimaise.engine.linked.departement import DEPARTEMENT
from cimaise.engine.linked.museofile import MUSEOFILE
from cimaise.engine.linked.region import REGION

AUTHORITIES: Mapping[str, Authority] = {
    card.referentiel: card for card in (COMMUNE, DEPARTEMENT, REGION, MUSEOFILE)
}
