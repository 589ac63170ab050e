"""What an export format is: the rows of a plan rendered to bytes, in bounded memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cimaise.engine.duck import ReadingRoom
from cimaise.engine.query.plan import Plan
from cimaise.engine.schema.schema import Schema


@dataclass(frozen=True, slots=True)
class ExportParameter:
    """A query parameter of one format, for HTTP, OpenAPI and the export tab alike."""

    name: str
    default: str | bool | int
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportCard:
    """One format. `write` yields bytes as they are ready; `offered` says for which datasets."""

    name: str
    label: str
    extension: str
    media_type: str
    write: Callable[[Plan, ReadingRoom, Mapping[str, str | bool | int]], Iterator[bytes]]
    offered: Callable[[Schema], bool] = lambda schema: True
    parameters: tuple[ExportParameter, ...] = field(default=())
