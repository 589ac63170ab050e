"""Collect every sentence shown to people into cimaise/locale/*/LC_MESSAGES/django.po.

Sentences are found where they are said: gettext calls and `say()` in Python, the labels and
descriptions of the engine's cards, what functions of the language promise, and {% translate %} in
templates. What is translated already stays; what nobody says any more is dropped.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from cimaise.engine.odsql.functions import FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent / "cimaise"
UNDATED = datetime(2026, 11, 22, tzinfo=UTC)  # a date of collection would change at every run
SAID = {"_", "gettext", "gettext_lazy", "gettext_noop", "say"}
COUNTED = {"ngettext", "ngettext_lazy"}
CARDS = re.compile(r"(Card|Parameter|Referentiel|Function)$")
CARD_TEXTS = {"label", "description"}
IN_TEMPLATE = re.compile(r"\b(gettext|ngettext|_)\((.*?)\) ", re.DOTALL)

Found = tuple[str | tuple[str, str], str]


def literal(node: ast.expr) -> str | None:
    """The text of a string literal, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node: ast.Call) -> str:
    """The name of what is called."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def in_python(path: Path) -> Iterator[str | tuple[str, str]]:
    """Sentences said in a Python module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        texts = [literal(argument) for argument in node.args]
        if name in SAID and texts and texts[0]:
            yield texts[0]
        elif name in COUNTED and len(texts) >= 2 and texts[0] and texts[1]:
            yield texts[0], texts[1]
        elif CARDS.search(name):
            for keyword in node.keywords:
                if keyword.arg in CARD_TEXTS and (text := literal(keyword.value)):
                    yield text


def in_template(path: Path) -> Iterator[str | tuple[str, str]]:
    """Sentences said in a template, through Django's own reading of it."""
    for name, arguments in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        count = 2 if name == "ngettext" else 1
        source = arguments.removesuffix(", count") if count == 2 else arguments
        texts = ast.literal_eval(f"({source},)")
        yield (texts[0], texts[1]) if count == 2 else texts[0]


def sentences() -> Iterator[Found]:
    """Every sentence with the file that says it."""
    for path in sorted(ROOT.rglob("*.py")):
        for found in in_python(path):
            yield found, str(path.relative_to(ROOT.parent))
    for path in sorted(ROOT.rglob("*.html")):
        for found in in_template(path):
            yield found, str(path.relative_to(ROOT.parent))
    for cards in FUNCTIONS.values():
        for card in cards:
            yield card.promise, "cimaise/engine/odsql/functions"


def collected(locale: str) -> Catalog:
    """A catalogue of every sentence, without translations."""
    catalogue = Catalog(
        locale=locale,
        project="Cimaise",
        charset="utf-8",
        header_comment="# Translation of Cimaise; collected by `make messages`.",
        creation_date=UNDATED,
        revision_date=UNDATED,
        last_translator="the Cimaise team",
        language_team=locale,
        msgid_bugs_address="see SECURITY.md and CONTRIBUTING.md",
        fuzzy=False,
    )
    for text, file in sentences():
        catalogue.add(text, locations=[(file, None)], flags=flags_of(text))
    return catalogue


def flags_of(text: str | tuple[str, str]) -> set[str]:
    """`{named}` places are Python's str.format places, %(named)s ones the templates'."""
    whole = text if isinstance(text, str) else " ".join(text)
    return {"python-format"} if re.search(r"%\(\w+\)s", whole) else set()


def merged(file: Path) -> Catalog:
    """Every sentence, with the translations that `file` has."""
    catalogue = collected(file.parent.parent.name)
    if file.exists():
        with file.open("rb") as source:
            known = {message.id: message.string for message in read_po(source) if message.id}
        for message in catalogue:
            if message.id in known:
                message.string = known[message.id]
    return catalogue


def main() -> int:
    """Rewrite every catalogue; with --check, only say which sentences lack a translation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "")
    settings.configure(USE_I18N=True)
    missing = 0
    for locale in sorted((ROOT / "locale").iterdir()):
        file = locale / "LC_MESSAGES" / "django.po"
        catalogue = merged(file)
        waiting = [message for message in catalogue if message.id and not all(_strings(message))]
        missing += len(waiting)
        for message in waiting:
            print(f"{locale.name}: {message.id!r}", file=sys.stderr)
        if "--check" not in sys.argv:
            with file.open("wb") as target:
                write_po(target, catalogue, width=100, sort_output=True, omit_header=False)
    return 1 if missing else 0


def _strings(message: object) -> tuple[str, ...]:
    said = getattr(message, "string", "")
    return said if isinstance(said, tuple) else (said,)


if __name__ == "__main__":
    sys.exit(main())
