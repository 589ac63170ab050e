"""The type of a column from its profile, by rules that never lose a value."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cimaise.engine.messages import Message, say
from cimaise.engine.schema.field import Annotations
from cimaise.engine.schema.lists import guess_list, separator_of_json
from cimaise.engine.schema.profile import ColumnProfile
from cimaise.engine.schema.referentiels import recognised

# A field whose name has one of these words holds codes: their digits are not a quantity, and the
# zeros that this edition lacks may come with the next.
_CODE_WORDS = re.compile(
    r"(^|_)(code|cp|insee|siret|siren|nic|tel|telephone|phone|portable|fax|zip|zipcode|postcode"
    r"|postal|naf|ape|uai|rne|finess|isbn|issn|ean|cote|depcom|codgeo|iris|rna|bic|iban)(_|$)"
)
_POINT_WORDS = re.compile(
    r"geo|coord|lat_?lon|point|position|gps|localisation|location|wgs|centroid"
)
_MOST = 0.9
_FACET_VALUES = 300
_FACET_LENGTH = 80
_SORT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for; `form` is the one way its values are written, if there is one."""

    type: str
    form: str | None = None
    annotations: Annotations = field(default_factory=Annotations)
    referentiel: str | None = None
    proposed: dict[str, object] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()


def infer(profile: ColumnProfile, name: str) -> Guess:
    """The guess for a column that is to be published as `name`.

    A number, a date, a moment, a boolean or a point only if every filled cell is one.
    """
    if profile.storage != "VARCHAR":
        return _of_storage(profile)
    if not profile.filled:
        return Guess(
            "text", notes=(say("“{header}” is empty in every row.", header=profile.header),)
        )
    referentiel = recognised(name, profile.sample)
    codes = referentiel is not None or _CODE_WORDS.search(name) is not None
    for rule in _RULES_OF_CODES if codes else _RULES:
        guess = rule(profile, name)
        if guess is not None:
            return guess
    return _text(profile, referentiel)


def _boolean(profile: ColumnProfile, name: str) -> Guess | None:
    if not profile.all_are("boolean.words"):
        return None
    return Guess("boolean", "words", Annotations(facet=True))


def _int(profile: ColumnProfile, name: str) -> Guess | None:
    if not profile.all_are("int.plain", "int.point_zero"):
        return None
    annotations = (
        Annotations(facet=True, facetsort="-num") if _year(profile, name) else Annotations()
    )
    if profile.all_are("int.plain"):
        return Guess("int", "plain", annotations)
    note = say(
        "“{header}” holds whole numbers written like 12.0: it is read as whole numbers.",
        header=profile.header,
    )
    return Guess("int", "point_zero", annotations, notes=(note,))


def _double(profile: ColumnProfile, name: str) -> Guess | None:
    if profile.all_are("double.point"):
        return Guess("double", "point")
    if coordinate(name) is not None and profile.all_are("double.mixed"):
        return Guess("double", "mixed")  # degrees leave no doubt about thousands
    if not profile.all_are("double.comma"):
        return None
    decimals = [cell.strip() for cell in profile.sample if "," in cell]
    thousands = all(re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", cell) for cell in decimals)
    if thousands and coordinate(name) is None:
        note = say(
            "“{header}” stays text: its commas may separate thousands or decimals. Say which by "
            "choosing its type.",
            header=profile.header,
        )
        return Guess("text", notes=(note,))
    return Guess("double", "comma")


def _date(profile: ColumnProfile, name: str) -> Guess | None:
    if profile.all_are("date.iso"):
        return Guess("date", "iso")
    if profile.all_are("date.french"):
        return Guess("date", "french")
    days = profile.all_are("date.iso", "date.french", "date.midnight")
    return Guess("date") if days else None


def _datetime(profile: ColumnProfile, name: str) -> Guess | None:
    moments = ("datetime.iso", "datetime.french")
    if not profile.share(*moments):
        return None
    days = ("date.iso", "date.french")
    return Guess("datetime") if profile.all_are(*moments, *days) else None


def _point(profile: ColumnProfile, name: str) -> Guess | None:
    if profile.all_are("geo_point_2d.object") or profile.all_are("geo_point_2d.geojson"):
        return Guess("geo_point_2d")
    named = named_as_point(name)
    if named and profile.all_are("geo_point_2d.list"):
        return Guess("geo_point_2d")
    precise = all(re.search(r"\.[0-9]{3,}.*\.[0-9]{3,}", cell) for cell in profile.sample)
    if profile.all_are("geo_point_2d.pair") and (named or precise):
        return Guess("geo_point_2d")
    return None


def _file(profile: ColumnProfile, name: str) -> Guess | None:
    pictures = profile.share("file.image") >= _MOST / 2
    return Guess("file", "address") if pictures and profile.all_are("file.address") else None


def _shape(profile: ColumnProfile, name: str) -> Guess | None:
    return Guess("geo_shape", "geojson") if profile.all_are("geo_shape.geojson") else None


def _json(profile: ColumnProfile, name: str) -> Guess | None:
    if profile.all_are("json.list"):
        separator = separator_of_json(profile.sample)
        if separator is not None:
            return Guess("text", annotations=Annotations(facet=False, multivalued=separator))
    return Guess("json") if profile.all_are("json.list", "json.object") else None


_RULES: tuple[Callable[[ColumnProfile, str], Guess | None], ...] = (
    _boolean,
    _int,
    _double,
    _date,
    _datetime,
    _point,
    _file,
    _shape,
    _json,
)
_RULES_OF_CODES = (_point, _file, _json)


def _text(profile: ColumnProfile, referentiel: str | None) -> Guess:
    several = None if referentiel else guess_list(profile.sample)
    separator = several.separator if several is not None and several.certain else None
    proposed: dict[str, object] = {}
    notes: tuple[Message, ...] = ()
    if several is not None and separator is None:
        proposed = {"multivalued": several.separator}
        notes = (
            say(
                "“{header}” seems to hold several values separated by “{separator}”.",
                header=profile.header,
                separator=several.separator,
            ),
        )
    notes += tuple(_nearly(profile)) if referentiel is None else ()
    annotations = Annotations(
        facet=separator is not None or _few_values(profile),
        sortable=separator is None and profile.average <= _SORT_LENGTH,
        multivalued=separator,
    )
    return Guess("text", None, annotations, referentiel, proposed, notes)


def _nearly(profile: ColumnProfile) -> Iterator[Message]:
    """What kept a column from being numbers or dates, when few cells did."""
    forms = ("int.plain", "double.point", "double.comma", "date.iso", "date.french")
    most = max(profile.forms.get(form, 0) for form in forms)
    if _MOST * profile.filled <= most < profile.filled:
        yield say(
            "“{header}” stays text: {count} of its {filled} cells are neither numbers nor dates "
            "like the others.",
            header=profile.header,
            count=profile.filled - most,
            filled=profile.filled,
        )


def _few_values(profile: ColumnProfile) -> bool:
    few = 1 < profile.distinct <= _FACET_VALUES and profile.distinct * 3 <= profile.filled
    return few and profile.average <= _FACET_LENGTH and profile.longest <= 3 * _FACET_LENGTH


def _year(profile: ColumnProfile, name: str) -> bool:
    words = set(name.split("_"))
    named = words & {"annee", "an", "year", "annees", "millesime", "exercice"}
    values = [int(float(cell)) for cell in profile.sample]
    return bool(named) and all(1000 <= value <= 2200 for value in values)


def named_as_point(name: str) -> bool:
    """Whether the name of a field says that it holds places."""
    return _POINT_WORDS.search(name) is not None


def coordinate(name: str) -> tuple[str, str] | None:
    """`("lat"|"lon", the rest of the name)` of a field named after a coordinate, else None."""
    for axis, words in (("lat", "latitude|lat"), ("lon", "longitude|long|lon|lng")):
        found = re.fullmatch(rf"(.*_)?[xy]?({words})(_.*)?", name)
        if found:
            return axis, (found[1] or "") + (found[3] or "")
    return None


_OF_STORAGE = (
    (r"TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER", "int"),
    (r"FLOAT|DOUBLE|DECIMAL.*", "double"),
    (r"BOOLEAN", "boolean"),
    (r"DATE", "date"),
    (r"TIMESTAMP.*", "datetime"),
    (r"GEOMETRY.*", "geo_shape"),
    (r"STRUCT\(\"?lon\"? DOUBLE, \"?lat\"? DOUBLE\)", "geo_point_2d"),
    (r"STRUCT.*|MAP.*|UNION.*|.*\[.*\]|JSON", "json"),
)


def _of_storage(profile: ColumnProfile) -> Guess:
    """The type that a typed format already gave."""
    if profile.storage == "VARCHAR[]":
        return Guess("text", annotations=Annotations(multivalued=";", facet=True))
    for pattern, kind in _OF_STORAGE:
        if re.fullmatch(pattern, profile.storage):
            return Guess(kind)
    return Guess("text")
