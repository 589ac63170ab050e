"""A small dataset with a field of every type, and names that are words of the languages."""

import json
from pathlib import Path

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source

ROWS = (
    {
        "ref": "M1",
        "name": "Musée d'Orsay",
        "town": "Paris",
        "themes": "art|histoire",
        "path": "France/Paris/7e",
        "visitors": 3200000,
        "price": 16.5,
        "free": False,
        "opened": "1986-12-09",
        "seen": "2025-09-10T08:00:00Z",
        "place": "48.86, 2.3266",
        "outline": {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 48]]]},
        "more": {"a": [1, None]},
        "photo": "https://portal.example/orsay.jpg",
        "count": 3,
        "1_uai": "0750001A",
        "select": "x",
    },
    {
        "ref": "M2",
        "name": "Médiathèque de l'Eure",
        "town": "Évreux",
        "themes": "livres",
        "path": "France/Eure",
        "visitors": 45000,
        "price": 0.25,
        "free": True,
        "opened": "1995-10-21",
        "seen": "2025-03-30T01:30:00Z",
        "place": "49.024, 1.1508",
        "outline": {"type": "Point", "coordinates": [1, 49]},
        "count": 1,
    },
    {"ref": "M3", "name": "Archives", "town": "Paris", "themes": "histoire", "visitors": -5},
)
WISHES = (
    FieldWish("town", annotations={"facet": True, "disjunctive": True}),
    FieldWish("themes", annotations={"facet": True, "multivalued": "|"}),
    FieldWish("path", annotations={"facet": True, "hierarchical": "/"}),
    FieldWish("free", annotations={"facet": True}),
    FieldWish("opened", type="date", annotations={"facet": True}),
    FieldWish("seen", type="datetime"),
    FieldWish("place", type="geo_point_2d"),
    FieldWish("outline", type="geo_shape"),
    FieldWish("more", type="json"),
    FieldWish("photo", type="file"),
)


def houses(directory: Path) -> tuple[Snapshot, ReadingRoom]:
    """The dataset, published below a directory, and a room that reads it."""
    file = directory / "houses.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    description = DatasetDescription("houses", "Houses", key=("ref",), fields=WISHES)
    source = Source(file, file.name, file.name)
    store = SnapshotStore(directory / "snapshots")
    snapshot = publish(PublicationRequest("houses", source, description), store)
    return snapshot, ReadingRoom(store.root, memory_mb=128, threads=1, seconds=2.0)
