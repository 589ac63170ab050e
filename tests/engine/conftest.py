"""Small published datasets for the tests of the engine."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import bringing
import pytest

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.flow import PublicationRequest, publish
from cimaise.engine.metadata.description import DatasetDescription, FieldWish
from cimaise.engine.snapshots.manifest import Snapshot
from cimaise.engine.snapshots.store import SnapshotStore
from cimaise.engine.sources.base import Source

Published = Callable[..., Snapshot]
brought = bringing.brought
workbook_of_two_sheets = bringing.workbook_of_two_sheets


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


def publish_text(store: SnapshotStore, folder: Path, text: str | bytes, **wishes) -> Snapshot:
    """A snapshot of a file with this content; the wishes are those of `published`."""
    content = text.encode() if isinstance(text, str) else text
    filename = wishes.get("filename", "sample.csv")
    number = wishes.get("number", 1)
    path = folder / f"v{number}-{filename}"
    path.write_bytes(content)
    types, notes = wishes.get("types", {}), wishes.get("annotations", {})
    sources = wishes.get("sources", {})
    fields = tuple(
        FieldWish(
            name, source=sources.get(name), type=types.get(name), annotations=notes.get(name, {})
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


@pytest.fixture
def published(store: SnapshotStore, tmp_path: Path) -> Published:
    """`published(csv_text, **wishes)`: a snapshot of that file.

    Wishes: `dataset` (id, "sample"), `key=("ref",)`, `types={"ref": "text"}`,
    `annotations={"themes": {"multivalued": ";"}}`, `sources={"ref": "Identifiant"}`,
    `parent`, `number`, `accept_breaking`, `filename`.
    """
    return partial(publish_text, store, tmp_path)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The same as `published`, for snapshots that all tests of a module read."""
    folder = tmp_path_factory.mktemp("module")
    return partial(publish_text, SnapshotStore(folder / "portal"), folder)
