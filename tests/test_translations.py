"""Everything said to people is said in French too, with the same places and tags."""

import importlib.util
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
FRENCH = ROOT / "cimaise" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
COLLECTOR = ROOT / "make" / "messages.py"
# What must come through a translation as it is: {places}, %(places)s, tags, `code`.
KEPT = re.compile(r"\{\w*\}|%\(\w+\)[sd]|</?\w[^>]*>|`[^`]*`")
# A space that a line may break at where French wants one that it may not.
LOOSE = re.compile(r" [:;?»]|« | !(?!=)")


def told(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """The forms of a sentence: one, or singular and plural."""
    return text if isinstance(text, tuple) else (text,)


@pytest.fixture(scope="module")
def collector() -> ModuleType:
    """The script that collects sentences; `make` is a folder of scripts, not a package."""
    spec = importlib.util.spec_from_file_location("make_messages", COLLECTOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def french() -> Catalog:
    """The French catalogue of the repository."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


def test_the_catalogue_holds_what_the_code_says(collector: ModuleType, french: Catalog) -> None:
    said = {message.id for message in collector.collected("fr") if message.id}
    kept = {message.id for message in french if message.id}
    assert len(said) > 500
    assert not said - kept, "run `make messages`, then translate"
    assert not kept - said, "run `make messages`: nobody says these any more"


def test_every_sentence_has_a_french_translation(french: Catalog) -> None:
    assert not [message.id for message in french if message.id and not all(told(message.string))]
    assert not [message.id for message in french if message.fuzzy and message.id]


def test_translations_keep_places_tags_and_code(french: Catalog) -> None:
    wrong = [
        (english, said)
        for message in french
        if message.id
        for english, said in zip(told(message.id), told(message.string), strict=True)
        if Counter(KEPT.findall(english)) != Counter(KEPT.findall(said))
    ]
    assert not wrong


def test_no_line_breaks_before_french_punctuation(french: Catalog) -> None:
    loose = [
        said
        for message in french
        if message.id
        for said in told(message.string)
        if LOOSE.search(said)
    ]
    assert not loose
