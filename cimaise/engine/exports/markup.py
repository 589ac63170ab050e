"""XML written by the engine: text that no value can break out of."""

from sqlglot import exp

from cimaise.engine.exports.cells import Cell, call, joined, known, literal, when

# What XML 1.0 cannot hold is shown as the sign for what cannot be shown (U+FFFD).
_UNHOLDABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
# A carriage return would be read back as a line feed.
_ENTITIES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
    ("\r", "&#13;"),
)


def escaped(said: Cell) -> Cell:
    """A text as the content of an element, or of an attribute between double quotes."""
    for sign, entity in _ENTITIES:
        said = call("replace", said, literal(sign), literal(entity))
    return holdable(said)


def holdable(said: Cell) -> Cell:
    """A text without what XML cannot hold."""
    return call("regexp_replace", said, literal(_UNHOLDABLE), literal("\ufffd"), literal("g"))


def plain_escaped(said: str) -> str:
    """The same for a text known beforehand."""
    held = "".join(
        sign if sign in "\t\n\r" or " " <= sign < "\ufffe" or sign > "\uffff" else "\ufffd"
        for sign in said
    )
    for sign, entity in _ENTITIES:
        held = held.replace(sign, entity)
    return held


def element(name: str, said: Cell, attributes: str = "") -> Cell:
    """The element around a text, null where the text is; `name` is fit for XML."""
    opening = f"<{name}{attributes}>"
    return when(known(said), joined(literal(opening), escaped(said), literal(f"</{name}>")))


def parts(shape: Cell, drawn: Cell, var: str) -> Cell:
    """`drawn` for each simple part of a shape, one after the other; `var` names the part in it."""
    each = exp.Lambda(this=drawn, expressions=[exp.to_identifier(var)])
    found = call("list_transform", call("ST_Dump", shape.copy()), each)
    return call("array_to_string", found, literal(""))


def coordinates(var: str) -> tuple[Cell, Cell]:
    """The kind of a part, and its coordinates as GeoJSON: `[[1.0,2.0],[3.0,4.0]]`."""
    geometry = call("struct_extract", exp.column(var), literal("geom"))
    kind = exp.cast(call("ST_GeometryType", geometry), "VARCHAR")
    written = call("json_extract", call("ST_AsGeoJSON", geometry.copy()), literal("$.coordinates"))
    return kind, exp.cast(written, "VARCHAR")
