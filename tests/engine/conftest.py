"""Small published datasets for the tests of the engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source

Published = Callable[..., Snapshot]


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    """An empty portal directory."""
    return SnapshotStore(tmp_path / "portal")


@pytest.fixture
def room(store: SnapshotStore) -> Iterator[ReadingRoom]:
    """A reading room over the store."""
    opened = ReadingRoom(store.root)
    yield opened
    opened.close()


@pytest.fixture
def published(store: SnapshotStore, tmp_path: Path) -> Published:
    """`published(csv_text, **wishes)`: a snapshot of that file.

    Wishes: `dataset` (id, "sample"), `key=("ref",)`, `types={"ref": "text"}`,
    `annotations={"themes": {"multivalued": ";"}}`, `sources={"ref": "Identifiant"}`,
    `parent`, `number`, `accept_breaking`, `filename`.
    """

    def publish_text(text: str | bytes, **wishes) -> Snapshot:
        content = text.encode() if isinstance(text, str) else text
        filename = wishes.get("filename", "sample.csv")
        number = wishes.get("number", 1)
        path = tmp_path / f"v{number}-{filename}"
        path.write_bytes(content)
        types, notes = wishes.get("types", {}), wishes.get("annotations", {})
        sources = wishes.get("sources", {})
        fields = tuple(
            FieldWish(
                name,
                source=sources.get(name),
                type=types.get(name),
                annotations=notes.get(name, {}),
            )
            for name in dict.fromkeys((*types, *notes, *sources))
        )
        dataset = wishes.get("dataset", "sample")
        request = PublicationRequest(
            dataset=dataset,
            source=Source(path, filename, "a test"),
            description=DatasetDescription(
                dataset, dataset.title(), key=wishes.get("key"), fields=fields
            ),
            parent=wishes.get("parent"),
            number=number,
            accept_breaking=wishes.get("accept_breaking", False),
        )
        return publish(request, store)

    return publish_text
