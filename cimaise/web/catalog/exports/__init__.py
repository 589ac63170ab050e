"""The catalogue as files, one file a format; the table of them all is CATALOGUE_EXPORTS."""

from collections.abc import Mapping

from cimaise.web.catalog.exports.base import CatalogueCard
from cimaise.web.catalog.exports.csv import CSV
from cimaise.web.catalog.exports.data_json import DATA_JSON
from cimaise.web.catalog.exports.json import JSON
from cimaise.web.catalog.exports.rss import RSS
from cimaise.web.catalog.exports.xlsx import XLSX

CATALOGUE_EXPORTS: Mapping[str, CatalogueCard] = {
    card.name: card for card in (CSV, JSON, XLSX, DATA_JSON, RSS)
}
