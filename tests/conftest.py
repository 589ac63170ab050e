"""What every test may ask for: the real files beside the repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
