"""What every test may ask for: the real files beside the repository, and a portal that runs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from a_portal import Portal, running_portal

ROOT = Path(__file__).resolve().parent.parent
VISITING = frozenset({"browser", "clients"})  # folders of tests that visit the running portal


@pytest.hookimpl(tryfirst=True)  # before the processes are told which tests go together
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All visits go to one process, so that one portal serves them all."""
    for item in items:
        if item.path.parent.name in VISITING:
            item.add_marker(pytest.mark.xdist_group("visits"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demonstration portal, made of the sample wherever the tests run, in its own process."""
    yield from running_portal(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; tests that need it are skipped where it is absent."""
    said = os.environ.get("CIMAISE_DEMO_DATA")
    folder = Path(said) if said else ROOT.parent / "shared" / "data"
    if not (folder / "culture").is_dir() and (folder.parent / "culture").is_dir():
        folder = folder.parent  # the variable may name the culture folder itself
    if not (folder / "culture").is_dir():
        pytest.skip(f"the real files are not at {folder}")
    return folder
