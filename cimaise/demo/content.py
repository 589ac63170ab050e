"""Which datasets the demonstration shows, and where their bytes are on this machine."""

import os
from dataclasses import dataclass
from pathlib import Path

from cimaise.engine.metadata.declared import read_description
from cimaise.engine.metadata.description import DatasetDescription

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

# In the order they are published: the four of the announcement first.
DATASETS = (
    "bibliotheques-publiques",
    "offres-culturelles-en-ligne",
    "services-d-archives",
    "documents-des-archives-nationales",
    "musees-de-france",
    "frequentation-des-musees-de-france",
    "communes",
    "departements",
    "regions",
)


class ContentMissing(Exception):
    """A file of the demonstration is not on this machine; says which and what to do."""


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """A dataset of the demonstration: its description and the file to publish."""

    description: DatasetDescription
    file: Path
    is_sample: bool


def real_data() -> Path | None:
    """The folder of the real files: CIMAISE_DEMO_DATA, else beside the repository, else none."""
    said = os.environ.get("CIMAISE_DEMO_DATA")
    folder = Path(said) if said else REPOSITORY.parent / "shared" / "data" / "culture"
    return folder if folder.is_dir() else None


def demo_dataset(name: str, real: Path | None) -> DemoDataset:
    """Description and file of one dataset: the real file, the official list, else the sample."""
    description = read_description(HERE / "datasets" / f"{name}.toml")
    official = official_list(description.source or "")
    if official is not None:
        return DemoDataset(description, official, is_sample=False)
    if real is not None and (real / str(description.source)).is_file():
        return DemoDataset(description, real / str(description.source), is_sample=False)
    sample = HERE / "sample" / f"{name}.csv"
    if not sample.is_file():
        raise ContentMissing(f"{name}: neither {description.source} nor {sample.name} is here")
    return DemoDataset(description, sample, is_sample=True)


def official_list(source: str) -> Path | None:
    """A file of the npm package of official lists: installed, or as the wheel carries it."""
    package, _, file = source.partition(":")
    if package != "decoupage-administratif":
        return None
    places = (
        REPOSITORY / "node_modules/@etalab/decoupage-administratif/data" / file,
        HERE / "official" / file,
    )
    for place in places:
        if place.is_file():
            return place
    raise ContentMissing(f"{file} of @etalab/decoupage-administratif: run `make build`")
