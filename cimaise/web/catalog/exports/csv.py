"""The catalogue as CSV: `;`, CRLF after rows, line ends inside cells as they are (§4.4)."""

import csv
import io
from collections.abc import Iterator

from cimaise.engine.exports.csv import WRITING
from cimaise.web.catalog.exports.base import CatalogueCard, Wanted
from cimaise.web.catalog.exports.rows import rows, text


def write(wanted: Wanted) -> Iterator[bytes]:
    """A header, then a line a dataset."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=str(wanted.said["delimiter"]),
        lineterminator="\r\n",
        quoting=csv.QUOTE_ALL if wanted.said["quote_all"] else csv.QUOTE_MINIMAL,
    )
    separator = str(wanted.said["list_separator"])
    writer.writerow(wanted.header())
    yield out.getvalue().encode("utf-8-sig" if wanted.said["with_bom"] else "utf-8")
    for row in rows(wanted):
        out.seek(0)
        out.truncate()
        writer.writerow([text(value, separator) for value in row])
        yield out.getvalue().encode("utf-8", "replace")


CSV = CatalogueCard(
    name="csv",
    label="CSV",
    file_name="datasets.csv",
    media_type="text/csv; charset=utf-8",
    write=write,
    parameters=WRITING,
)
