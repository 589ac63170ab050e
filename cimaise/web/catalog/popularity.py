"""How much a dataset is used, by the names of the Explore API."""

import math

from cimaise.web.catalog.models import Uses


def explore_metas(uses: Uses | None) -> dict[str, int | float]:
    """What is known of a dataset's uses, by the names of the Explore API."""
    said = uses or Uses()
    return {
        "download_count": said.downloads,
        "popularity_score": popularity(said),
        "attachment_download_count": said.attachment_downloads,
        "file_fields_download_count": said.file_downloads,
        "api_call_count": said.api_calls,
    }


def popularity(said: Uses) -> float:
    """The decimal logarithm of calls, a file taken away counting for ten; four decimals.

    Nobody documents the score of the original. Like it, this one grows with use, and tells a
    dataset asked ten times as often by one point more.
    """
    taken = said.downloads + said.attachment_downloads + said.file_downloads
    return round(math.log10(1 + said.api_calls + 10 * taken), 4)
