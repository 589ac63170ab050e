"""The table that the examples of the language are about."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from served import Desk, a_field

from cimaise.engine.schema.schema import Schema

SCHEMA = Schema(
    (
        a_field("ref", "text", id=True),
        a_field("name", "text"),
        a_field("town", "text", facet=True),
        a_field("themes", "text", multivalued=";", facet=True),
        a_field("path", "text", hierarchical="/", facet=True),
        a_field("kind", "text", facet=True, disjunctive=True),
        a_field("visitors", "int"),
        a_field("price", "double"),
        a_field("free", "boolean", facet=True),
        a_field("opened", "date", facet=True),
        a_field("seen", "datetime"),
        a_field("place", "geo_point_2d"),
        a_field("and", "text"),
    )
)
ROWS = [
    {
        "ref": "M1",
        "name": "Musée d'Orsay",
        "town": "Paris",
        "themes": ["art", "histoire"],
        "path": "France/Paris/7e",
        "kind": "museum",
        "visitors": 3200000,
        "price": 16.0,
        "free": False,
        "opened": date(1986, 12, 9),
        "seen": datetime.fromisoformat("2025-09-10T08:00"),
        "place": {"lon": 2.3266, "lat": 48.86},
        "and": "x",
    },
    {
        "ref": "M2",
        "name": "Médiathèque de l'Eure",
        "town": "Évreux",
        "themes": ["livres"],
        "path": "France/Eure",
        "kind": "library",
        "visitors": 45000,
        "price": 0.0,
        "free": True,
        "opened": date(1995, 10, 21),
        "seen": datetime.fromisoformat("2025-09-11T22:30"),
        "place": {"lon": 1.1508, "lat": 49.024},
    },
    {
        "ref": "M3",
        "name": "Archives nationales",
        "town": "Paris",
        "themes": ["histoire", "documents"],
        "path": "France/Paris/3e",
        "kind": "archive",
        "visitors": 12,
        "price": 22.2,
        "free": True,
        "opened": date(1808, 3, 6),
        "place": {"lon": 2.3582, "lat": 48.8603},
    },
    {"ref": "M4", "name": "écomusée", "town": "evry", "kind": "museum", "visitors": -5},
]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Four houses: two of Paris, one of Évreux, one of which little is known."""
    opened = Desk(tmp_path_factory.mktemp("houses"), SCHEMA, ROWS)
    yield opened
    opened.close()
