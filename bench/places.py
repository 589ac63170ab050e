"""Where the benchmark finds its rows and keeps its things."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cimaise" / "bench"
DATASET = "geonames-postal-codes"
DESCRIPTION = Path(__file__).with_name("geonames.toml")
NAME = "large/geonames_postal_codes_117_countries.csv.zst"
ROWS = 1_201_340

# Header of the source; types of the last two are numbers, the others are texts.
COLUMNS = (
    "country_code",
    "zipcode",
    "place",
    "state",
    "state_code",
    "province",
    "province_code",
    "community",
    "community_code",
    "latitude",
    "longitude",
)


def material() -> Path | None:
    """The file that is published, if it lies beside the repository."""
    said = os.environ.get("CIMAISE_DEMO_DATA")
    shelves = [ROOT.parent / "shared" / "data", *([Path(said)] if said else [])]
    return next((shelf / NAME for shelf in shelves if (shelf / NAME).is_file()), None)
