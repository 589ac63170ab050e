"""What an export format is: the rows of a plan rendered to bytes, in bounded memory."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.odsql.errors import InvalidParameterError
from cimaise.engine.query.plan import Plan
from cimaise.engine.schema.schema import Schema

Value = str | bool | int

SECONDS = 600.0  # of work by the engine for one export; a slow download does not count
PIECE = 1 << 18  # bytes of a file sent at once

_SAID_TRUE = ("true", "1", "yes", "on")
_SAID_FALSE = ("false", "0", "no", "off", "")
_SHOWN = 100  # characters of a wrong value that are repeated


@dataclass(frozen=True, slots=True)
class ExportParameter:
    """A query parameter of one format, for HTTP, OpenAPI and the export tab alike."""

    name: str
    default: Value
    description: str
    choices: tuple[str, ...] = ()

    def settled(self, said: object) -> Value:
        """`said` as a value of the default's kind; booleans in any of the forms clients send.

        Raises InvalidParameterError.
        """
        if isinstance(self.default, bool):
            return self._flag(str(said).lower())
        if isinstance(self.default, int):
            return self._number(str(said).strip())
        if self.choices and said not in self.choices:
            raise self.refusal(said, f"one of {', '.join(map(repr, self.choices))}")
        return str(said)

    def _flag(self, said: str) -> bool:
        if said in _SAID_TRUE:
            return True
        if said in _SAID_FALSE:
            return False
        raise self.refusal(said, "a boolean (true, false)")

    def _number(self, said: str) -> int:
        if not (said.isascii() and said.isdigit() and len(said) <= 9):
            raise self.refusal(said, "a whole number")
        return int(said)

    def refusal(self, said: object, expected: str) -> InvalidParameterError:
        """The error of a value that cannot be; `expected` completes «… is expected»."""
        return InvalidParameterError.out_of_bounds(self.name, str(said)[:_SHOWN], expected)


USE_LABELS = ExportParameter("use_labels", False, "Labels of fields rather than their names.")
COMPRESSED = ExportParameter("compressed", False, "The file compressed with gzip.")
EPSG = ExportParameter("epsg", 4326, "The coordinate system of places, by its EPSG code.")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where rows come from: formats that name records by an address, or date them, say it.

    `address` is that of the portal, without a slash at the end; `made` is when the version was.
    """

    dataset: str = "records"
    address: str = "http://localhost"
    made: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def page(self) -> str:
        """The address of the dataset's page."""
        return f"{self.address}/explore/dataset/{self.dataset}/"

    def record(self, record_id: str) -> str:
        """The address of a record's page, which is the name of the record in linked data."""
        return f"{self.page}record/{record_id}/"


NOWHERE = Provenance()


@dataclass(frozen=True, slots=True)
class Rendition:
    """One answer to be written in one format, every parameter of the card settled."""

    plan: Plan
    parameters: Mapping[str, Value]
    provenance: Provenance = NOWHERE


Writer = Callable[[Rendition, ReadingRoom], Generator[bytes]]


@dataclass(frozen=True, slots=True)
class ExportCard:
    """One format. `write` yields bytes as they are ready; `offered` says for which datasets.

    What `write` refuses it refuses before its first byte. `family` groups formats for people:
    tables, maps, linked data, agenda. A format that `identifies` names records by their address:
    its plan ends with the column `_id`, unless it makes groups.
    """

    name: str
    label: str
    extension: str
    media_type: str
    write: Writer
    offered: Callable[[Schema], bool] = lambda schema: True
    parameters: tuple[ExportParameter, ...] = field(default=())
    family: str = "tables"
    identifies: bool = False

    def settled(self, said: Mapping[str, object]) -> dict[str, Value]:
        """Every parameter of this format with its value; others are ignored. Raises Refusal."""
        return {
            parameter.name: parameter.settled(said[parameter.name])
            if parameter.name in said
            else parameter.default
            for parameter in self.parameters
        }
