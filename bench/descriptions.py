"""Fifty thousand made-up descriptions of datasets, to search a catalogue that is not small."""

import random
from collections.abc import Iterator

COUNT = 50_000
_TEXT = (
    "musées archives bibliothèques théâtres cinémas fréquentation patrimoine monuments jardins "
    "festivals concerts librairies collections manuscrits gravures peintures sculptures fouilles "
    "archéologie inventaire restauration architecture danse cirque photographie presse radio "
    "télévision édition langues régions communes départements aides subventions emplois métiers "
    "formation enseignement publics pratiques numérique ouvertes annuaire liste carte mesure "
    "évolution séries annuelles mensuelles nationales locales histoire mémoire guerre siècle"
)
WORDS = _TEXT.split()


def described(count: int = COUNT) -> Iterator[tuple[str, str, str, list[str]]]:
    """Identifier, title, description and keywords of each, drawn the same way each time."""
    dice = random.Random(50)
    for number in range(count):
        words = dice.choices(WORDS, k=40)
        title = " ".join(words[:5]).capitalize()
        yield f"dataset-{number:05d}", f"{title} {number}", " ".join(words) + ".", words[5:8]


def searched(number: int) -> str:
    """What the nth visitor looks for: two words that some descriptions hold."""
    dice = random.Random(number)
    return f'"{" ".join(dice.sample(WORDS, 2))}"'
