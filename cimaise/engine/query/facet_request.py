"""`facet=name` or `facet=facet(name="x", sort=…, limit=…)`: which values are counted, and how."""

from collections.abc import Sequence
from dataclasses import dataclass

from cimaise.engine.messages import say
from cimaise.engine.odsql.errors import ODSQLError, Source
from cimaise.engine.odsql.nodes import Call, Comparison, Name, Node, Number, Text, Truth
from cimaise.engine.odsql.parser import parse_call
from cimaise.engine.odsql.tokens import is_storable
from cimaise.engine.schema.field import Field
from cimaise.engine.schema.schema import Schema

MOST = 100  # values of a facet, unless its limit says otherwise (explore-api §1.4)
SORTS = ("count", "-count", "alphanum", "-alphanum", "num", "-num")
_PLACES = ("geo_point_2d", "geo_shape")


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """The facet of one field; `separator` is that of its levels, if it has any."""

    field: Field
    sort: str = "-count"
    limit: int = MOST
    disjunctive: bool = False
    separator: str | None = None


def read_requests(texts: Sequence[str], schema: Schema) -> tuple[FacetRequest, ...]:
    """The facets asked for; none asked: every field annotated so. Raises ODSQLError."""
    asked = [text for text in texts if text.strip()]
    if not asked:
        return tuple(_of_field(field) for field in schema.facets)
    return tuple(_read(text.strip(), schema) for text in asked)


def disjunctive_names(texts: Sequence[str]) -> tuple[str, ...]:
    """The fields of which `facet(name=…, disjunctive=true)` says so; raises ODSQLError."""
    found: list[str] = []
    for text in (text.strip() for text in texts):
        if not text.lower().startswith("facet("):
            continue
        said = _arguments(Source(text, "facet"), parse_call(text, "facet", "facet"))
        name = said.get("name")
        if said.get("disjunctive") is True and isinstance(name, str):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _of_field(field: Field) -> FacetRequest:
    notes = field.annotations
    sort = notes.facetsort if notes.facetsort in SORTS else None
    return FacetRequest(field, sort or "-count", MOST, notes.disjunctive, notes.hierarchical)


def _read(text: str, schema: Schema) -> FacetRequest:
    source = Source(text, "facet")
    if not text.lower().startswith("facet(") or text in schema:
        return _of_field(_field(source, text.strip("`"), schema))
    call = parse_call(text, "facet", "facet")
    said = _arguments(source, call)
    name = said.pop("name", None)
    if not isinstance(name, str):
        hint = say('Write facet(name="…").')
        raise source.malformed(say("A facet needs the name of a field"), 0, len(text), hint)
    return _with(source, _of_field(_field(source, name, schema)), said)


def _field(source: Source, name: str, schema: Schema) -> Field:
    found = next((field for field in schema if field.name == name), None)
    if found is not None and found.type not in _PLACES:
        return found
    if found is not None:
        what = say("A place has no facet: {name}", name=name)
        raise source.malformed(what, 0, len(source.text))
    near = schema.nearest(name)
    hint = say("Did you mean {name}?", name=near) if near else None
    shown = name[:100] if is_storable(name) else "…"
    raise source.malformed(say("Unknown field: {name}", name=shown), 0, len(source.text), hint)


def _arguments(source: Source, call: Call) -> dict[str, str | bool | int]:
    said: dict[str, str | bool | int] = {}
    for argument in call.arguments:
        match argument:
            case Comparison(op="=", left=Name(name=name), right=Text(value=text)):
                said[name.lower()] = text
            case Comparison(op="=", left=Name(name=name), right=Truth(value=truth)):
                said[name.lower()] = truth
            case Comparison(op="=", left=Name(name=name), right=Number(value=int(number))):
                said[name.lower()] = number
            case _:
                raise _bad(source, argument)
    return said


def _bad(source: Source, node: Node) -> ODSQLError:
    hint = say('Arguments read: name="…", sort="…", limit=10, disjunctive=true.')
    return source.malformed(
        say("Invalid argument of facet()"), node.span.start, node.span.end, hint
    )


def _with(source: Source, request: FacetRequest, said: dict[str, str | bool | int]) -> FacetRequest:
    sort = said.get("sort", request.sort)
    limit = said.get("limit", request.limit)
    disjunctive = said.get("disjunctive", request.disjunctive)
    separator = said.get("separator", request.separator or "/")
    hierarchical = said.get("hierarchical", request.separator is not None)
    whole = isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit <= 100_000
    if sort not in SORTS or not whole or not separator or not isinstance(separator, str):
        hint = say("sort is one of {sorts}; limit is 1 or more.", sorts=", ".join(SORTS))
        raise source.malformed(say("Invalid facet()"), 0, len(source.text), hint)
    return FacetRequest(
        request.field,
        str(sort),
        int(limit),
        bool(disjunctive),
        separator if hierarchical and request.field.type == "text" else None,
    )
