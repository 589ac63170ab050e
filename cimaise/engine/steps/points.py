"""A point for records that have a latitude and a longitude, or a text that is mostly points."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cimaise.engine.schema.field import Field
from cimaise.engine.schema.inference import coordinate, named_as_point
from cimaise.engine.schema.names import unique_name
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.schema import Schema
from cimaise.engine.schema.understanding import Origin, Understanding
from cimaise.engine.schema.wished import IGNORE, Said

NAME, LABEL = "geo_point_2d", "Geo Point"
_MOST = 0.9  # cells that must be degrees, so that stray words do not cost the map
_DEGREES = ("double.point", "double.mixed")


def derived_point(
    found: Understanding, wishes: Sequence[Said], parent: Schema | None
) -> Understanding:
    """The same with a point field at its end, unless a column already is one.

    The columns it is made of stay as they are, so that a coordinate off the Earth, or a word in
    its place, is still there to be read; such a record only has no point.
    """
    source = next(_sources(found), None)
    if source is None:
        return found
    wish = next((wish for wish in wishes if wish.name == NAME), Said(NAME))
    if wish.type == IGNORE:
        return found
    last = next((field for field in parent or () if field.name == NAME), None)
    name = unique_name(NAME, found.schema.names)
    label = wish.label or (last.label if last else LABEL)
    description = wish.description or (last.description if last else None)
    field = Field(name, label, "geo_point_2d", description)
    return replace(
        found,
        schema=Schema((*found.schema, field)),
        origins={**found.origins, name: source},
    )


def _sources(found: Understanding) -> Iterator[Origin]:
    """Columns to make a point of, best first."""
    already = [
        found.profiles[field.name].filled
        for field in found.schema.of_type("geo_point_2d", "geo_shape")
        if field.name in found.profiles
    ]
    for pair in _pairs(found):
        if all(filled < min(profile.filled for profile in pair) for filled in already):
            yield Origin(tuple(profile.column for profile in pair), _form(pair), sure=True)
    if already:
        return
    for field in found.schema.of_type("text"):
        profile = found.profiles[field.name]
        if profile.share("geo_point_2d.pair") >= _MOST and named_as_point(field.name):
            yield Origin((profile.column,), None, sure=True)


def _pairs(found: Understanding) -> Iterator[tuple[ColumnProfile, ColumnProfile]]:
    """Latitude and longitude columns whose names differ by nothing else."""
    axes: dict[tuple[str, str], ColumnProfile] = {}
    for field in found.schema:
        said = coordinate(field.name)
        profile = found.profiles[field.name]
        if said is not None and (field.type == "double" or _mostly_degrees(profile)):
            axes.setdefault(said, profile)
    for (axis, rest), latitude in axes.items():
        longitude = axes.get(("lon", rest))
        if axis == "lat" and longitude is not None:
            yield latitude, longitude


def _form(pair: tuple[ColumnProfile, ColumnProfile]) -> str | None:
    """The one way in which all cells of both columns are written, if there is one."""
    for form in ("point", "comma", "mixed"):
        if all(profile.all_are(f"double.{form}") for profile in pair):
            return form
    return None


def _mostly_degrees(profile: ColumnProfile) -> bool:
    return max(profile.share(form) for form in _DEGREES) >= _MOST
