"""A dataset described in a TOML file beside its data."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cimaise.engine.messages import Refusal, say
from cimaise.engine.metadata.description import DatasetDescription, FieldWish, ReadingWishes

_LISTS = ("themes", "keywords", "attributions", "key")
_TABLES = ("fields", "reading")


def read_description(path: Path) -> DatasetDescription:
    """The description in a TOML file: the names of DatasetDescription, `[[fields]]`, `[reading]`.

    Raises Refusal `no_such_file`, `description_not_toml` or `description_not_understood`.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise Refusal(
            "no_such_file",
            say("The description “{name}” does not exist.", name=path.name),
            remedy=say("Check its name and folder."),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            "description_not_toml",
            say("The description “{name}” is not valid TOML.", name=path.name),
            where=say("{detail}.", detail=error),
            remedy=say("Correct this place."),
        ) from error
    return description_of(said, path.name)


def description_of(said: Mapping[str, Any], name: str) -> DatasetDescription:
    """The description in parsed TOML; an unknown or missing name is refused, with the nearest."""
    _check(said, DatasetDescription, name, required=("id", "title"))
    plain = {key: value for key, value in said.items() if key not in _TABLES}
    for key in _LISTS:
        if key in plain:
            plain[key] = _texts(plain[key], key, name)
    wishes = []
    for number, wish in enumerate(said.get("fields", ()), start=1):
        place = f"{name}, fields {number}"
        _check(wish, FieldWish, place, required=("name",))
        wishes.append(FieldWish(**wish))
    reading = said.get("reading", {})
    _check(reading, ReadingWishes, f"{name}, reading", required=())
    return DatasetDescription(**plain, fields=tuple(wishes), reading=ReadingWishes(**reading))


def _texts(value: object, key: str, name: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise Refusal(
        "description_not_understood",
        say("“{key}” must be a list of texts.", key=key),
        where=say("In {place}.", place=name),
        remedy=say('Write it as {key} = ["…", "…"].', key=key),
    )


def _check(
    said: Mapping[str, Any], shape: type[Any], place: str, required: tuple[str, ...]
) -> None:
    known = [member.name for member in fields(shape)]
    for key in said:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise Refusal(
                "description_not_understood",
                say("“{key}” means nothing in a description.", key=key),
                where=say("In {place}.", place=place),
                remedy=say("Did you mean “{near}”?", near=near[0])
                if near
                else say("Known names: {names}.", names=", ".join(known)),
            )
    for key in required:
        if not isinstance(said.get(key), str) or not said[key].strip():
            raise Refusal(
                "description_not_understood",
                say("“{key}” is missing.", key=key),
                where=say("In {place}.", place=place),
                remedy=say('Add {key} = "…".', key=key),
            )
