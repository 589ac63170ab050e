"""What an export format is: the rows of a plan rendered to bytes, in bounded memory."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.messages import Refusal, say
from cimaise.engine.query.plan import Plan
from cimaise.engine.schema.schema import Schema

Value = str | bool | int
Writer = Callable[[Plan, ReadingRoom, Mapping[str, Value]], Generator[bytes]]

SECONDS = 600.0  # of work by the engine for one export; a slow download does not count
PIECE = 1 << 18  # bytes of a file sent at once

_SAID_TRUE = ("true", "1", "yes", "on")
_SAID_FALSE = ("false", "0", "no", "off", "")


@dataclass(frozen=True, slots=True)
class ExportParameter:
    """A query parameter of one format, for HTTP, OpenAPI and the export tab alike."""

    name: str
    default: Value
    description: str
    choices: tuple[str, ...] = ()

    def settled(self, said: object) -> Value:
        """`said` as a value of the default's kind; booleans in any of the forms clients send."""
        if isinstance(self.default, bool):
            return self._flag(str(said).lower())
        if self.choices and said not in self.choices:
            raise self._refusal(said, ", ".join(repr(choice) for choice in self.choices))
        return str(said)

    def _flag(self, said: str) -> bool:
        if said in _SAID_TRUE:
            return True
        if said in _SAID_FALSE:
            return False
        raise self._refusal(said, "true, false")

    def _refusal(self, said: object, choices: str) -> Refusal:
        return Refusal(
            "bad_export_parameter",
            say("“{said}” is not a value of the parameter {name}.", said=said, name=self.name),
            remedy=say("Write one of: {choices}.", choices=choices),
        )


USE_LABELS = ExportParameter("use_labels", False, "Labels of fields rather than their names.")
COMPRESSED = ExportParameter("compressed", False, "The file compressed with gzip.")


@dataclass(frozen=True, slots=True)
class ExportCard:
    """One format. `write` yields bytes as they are ready; `offered` says for which datasets.

    `write` receives every parameter of the card, settled. What it refuses it refuses when called,
    before the first byte.
    """

    name: str
    label: str
    extension: str
    media_type: str
    write: Writer
    offered: Callable[[Schema], bool] = lambda schema: True
    parameters: tuple[ExportParameter, ...] = field(default=())

    def settled(self, said: Mapping[str, object]) -> dict[str, Value]:
        """Every parameter of this format with its value; others are ignored. Raises Refusal."""
        return {
            parameter.name: parameter.settled(said[parameter.name])
            if parameter.name in said
            else parameter.default
            for parameter in self.parameters
        }
