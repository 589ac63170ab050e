"""Names of metadata in questions to the catalogue: from `default.title` to the mirror's `title`."""

import re

from cimaise.web.catalog.templates import DEFAULT, TEMPLATES

# Strings and back-quoted names pass untouched; only bare dotted names are looked at.
TOKEN = re.compile(
    r"""(?P<kept>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)"""
    r"""|(?P<name>[^\W\d][\w$]*(?:\.[^\W\d][\w$-]*)*)"""
    r"""|(?P<other>.)""",
    re.DOTALL,
)
PLAIN = re.compile(r"\s*(?:`([^`]+)`|([\w$.-]+))\s*")
FACET_NAME = re.compile(r"""(\bname\s*=\s*)["']([^"']*)["']""")
KNOWN_AS = {"datasetid": "dataset_id"}
# Metadata of other templates than the standard one, which the mirror names like no other.
SINGLE = {"dcat.created": "created", "dcat.accrualperiodicity": "update_frequency"}
MIRRORED = {
    f"{template.name}.{name}" for template in TEMPLATES if template != DEFAULT
    for name in template.names
}  # fmt: skip


def mirror_name(template: str, name: str) -> str:
    """The mirror's field of a metadata: bare for the standard ones, else after its template."""
    if template == DEFAULT.name:
        return name
    return SINGLE.get(f"{template}.{name}", f"{template}_{name}".lower())


def in_mirror(name: str) -> str:
    """The mirror's name of a metadata or of a key of the dataset; unknown ones stay."""
    if name in KNOWN_AS:
        return KNOWN_AS[name]
    bare = name.removeprefix("metas.")
    if bare.startswith("default."):
        return bare.removeprefix("default.")
    if bare in MIRRORED:
        return mirror_name(*bare.split(".", 1))
    return bare


def translated(clause: str) -> str:
    """A clause of ODSQL with every metadata by the mirror's name; strings are left alone."""
    return TOKEN.sub(_translated, clause)


def _translated(found: re.Match[str]) -> str:
    return in_mirror(found["name"]) if found["name"] else found[0]


def refinement(said: str) -> str:
    """A `facet:value` with the facet by the mirror's name."""
    name, colon, value = said.partition(":")
    return f"{in_mirror(name.strip().strip('`'))}{colon}{value}"


def plain_names(select: str) -> tuple[str, ...] | None:
    """The names of a select list made of nothing but names; None for any other, `*` included."""
    found = [PLAIN.fullmatch(item) for item in select.split(",")]
    names = [match[1] or match[2] for match in found if match is not None]
    return tuple(names) if len(names) == len(found) else None


def selected(clause: str) -> str:
    """A list of columns by the mirror's names, each plain one keeping the name it was asked by."""
    items = [PLAIN.fullmatch(item) for item in clause.split(",")]
    if any(match is None for match in items):
        return translated(clause)
    return ", ".join(_kept_name(match[1] or match[2]) for match in items if match is not None)


def _kept_name(name: str) -> str:
    known = in_mirror(name)
    return f"`{known}`" if known == name else f"`{known}` as `{name}`"


def facet_request(said: str) -> str:
    """A facet asked for, by name or as `facet(name="…")`, by the mirror's name."""
    if said.strip().lower().startswith("facet("):
        return FACET_NAME.sub(lambda found: f'{found[1]}"{in_mirror(found[2])}"', said)
    return in_mirror(said.strip().strip("`"))
