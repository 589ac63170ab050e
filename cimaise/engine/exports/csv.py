"""CSV as the Explore API writes it (explore-api §4.2): `;`, CRLF, BOM, minimal quoting."""

from collections.abc import Callable, Generator, Sequence

from sqlglot import exp

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.exports.base import (
    COMPRESSED,
    EPSG,
    USE_LABELS,
    ExportCard,
    ExportParameter,
    Rendition,
)
from cimaise.engine.exports.cells import Cell, call, joined, literal, plain, when
from cimaise.engine.exports.lines import lines
from cimaise.engine.query.plan import Column

_END = "\r\n"
# Types whose text never holds a quote or a line end, and the characters it may hold.
_TAME = {
    "int": "0123456789-",
    "double": "0123456789.-+einfa",
    "boolean": "TrueFals",
    "date": "0123456789-",
    "datetime": "0123456789-:.+T",
}


def write(rendition: Rendition, room: ReadingRoom) -> Generator[bytes]:
    """A header, then a line a row; a null is an empty cell, a list is joined."""
    plan, parameters = rendition.plan, rendition.parameters
    delimiter = str(parameters["delimiter"])
    separator = str(parameters["list_separator"])
    dressed = _always if parameters["quote_all"] else _quoter(delimiter)

    def row(cells: Sequence[tuple[Column, Cell]]) -> Cell:
        parts: list[Cell] = []
        for column, value in cells:
            raw = plain(column, value, timezone=plan.timezone, separator=separator)
            parts += [literal(delimiter), dressed(column, raw)]
        if len(cells) == 1:  # an empty line would be read back as no row at all
            parts[1] = call("coalesce", parts[1], literal('""'))
        return joined(*parts[1:], literal(_END))

    yield _header(rendition).encode("utf-8-sig" if parameters["with_bom"] else "utf-8")
    for batch in lines(plan, room, row):
        yield "".join(batch).encode()


def _header(rendition: Rendition) -> str:
    plan, parameters = rendition.plan, rendition.parameters
    delimiter = str(parameters["delimiter"])
    names = (column.label if parameters["use_labels"] else column.name for column in plan.columns)
    return (
        delimiter.join(
            _name(name, delimiter, quoted=bool(parameters["quote_all"])) for name in names
        )
        + _END
    )


def _name(name: str, delimiter: str, *, quoted: bool) -> str:
    if quoted or any(sign in name for sign in (delimiter, '"', "\r", "\n")):
        return '"' + name.replace('"', '""') + '"'
    return name


def _quoter(delimiter: str) -> Callable[[Column, Cell], Cell]:
    def dressed(column: Column, raw: Cell) -> Cell:
        tame = _TAME.get(column.type)
        if tame is not None and delimiter not in tame:
            return raw
        wild = [
            call("contains", raw.copy(), literal(sign)) for sign in ('"', delimiter, "\n", "\r")
        ]
        return when(exp.or_(*wild), _quoted(raw), raw)

    return dressed


def _always(_column: Column, raw: Cell) -> Cell:
    return _quoted(call("coalesce", raw, literal("")))


def _quoted(raw: Cell) -> Cell:
    doubled = call("replace", raw.copy(), literal('"'), literal('""'))
    return joined(literal('"'), doubled, literal('"'))


WRITING = (  # of the catalogue's CSV too
    ExportParameter("delimiter", ";", "What parts two cells.", (";", ",", "\t", "|")),
    ExportParameter("list_separator", ",", "What parts the values of a list in a cell."),
    ExportParameter("quote_all", False, "Every cell between quotes."),
    ExportParameter("with_bom", True, "A byte order mark first, which Excel wants."),
    USE_LABELS,
)
CSV = ExportCard(
    name="csv",
    label="CSV",
    extension="csv",
    media_type="text/csv",
    write=write,
    parameters=(
        *WRITING,
        EPSG,
        COMPRESSED,
    ),
)
