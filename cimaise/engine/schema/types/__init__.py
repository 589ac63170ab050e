"""Types of fields, one file a type; the table of them all is TYPES."""

from cimaise.engine.schema.types.base import TypeCard
from cimaise.engine.schema.types.day import DATE
from cimaise.engine.schema.types.decimal_number import DOUBLE
from cimaise.engine.schema.types.file import FILE
from cimaise.engine.schema.types.instant import DATETIME
from cimaise.engine.schema.types.json_text import JSON
from cimaise.engine.schema.types.point import GEO_POINT
from cimaise.engine.schema.types.shape import GEO_SHAPE
from cimaise.engine.schema.types.text import TEXT
from cimaise.engine.schema.types.truth import BOOLEAN
from cimaise.engine.schema.types.whole_number import INT

TYPES: dict[str, TypeCard] = {
    card.name: card
    for card in (TEXT, INT, DOUBLE, BOOLEAN, DATE, DATETIME, GEO_POINT, GEO_SHAPE, FILE, JSON)
}
