"""The page to ask in SQL: a box, what can be asked, the answer as a table, and files of it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cimaise.engine.exports import EXPORTS
from cimaise.engine.sql.carrels import AllTaken, TooMuch
from cimaise.engine.sql.functions import GROUPS
from cimaise.web.accounts.models import Person
from cimaise.web.catalog.sql import (
    CATALOGUE,
    Form,
    PublicTable,
    answered,
    table,
    tables,
    understood,
)
from cimaise.web.render.problems import ASKED_WRONG, Problem, problem_of
from cimaise.web.theme.pieces import Cell, Column, Fact, Link

API = "/api/sql/"
SHOWN = 100  # rows of the table on the page
LONG = 140  # characters of a cell
NUMBERS = ("int", "double")


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as the page shows it."""

    columns: tuple[Column, ...]
    rows: list[list[Cell]]
    truncated: bool


@require_safe
def sql(request: HttpRequest) -> HttpResponse:
    """Ask one SELECT; the question is in the address, so that it can be sent to somebody."""
    text = request.GET.get("query", "")
    names = tables(request.user)
    chosen = request.GET.get("dataset", "")
    chosen = chosen if chosen in names else names[0]
    shown, problem = _answer(text, request.user) if text.strip() else (None, None)
    context = {
        "crumbs": [Link(_("Datasets"), "/explore/"), Link(_("SQL"), "", here=True)],
        "query": text,
        "answer": shown,
        "problem": problem,
        "files": _files(text) if shown else [],
        "names": [(name, name) for name in names],
        "chosen": chosen,
        "fields": _fields(table(chosen, request.user)),
        "field_columns": (Column(_("Field")), Column(_("Type")), Column(_("Label"))),
        "example": f'SELECT * FROM "{chosen}" LIMIT 10',  # noqa: S608 - text for people
        "functions": _functions(),
    }
    status = 200 if problem is None else 400
    return render(request, "explore/sql.html", context, status=status)


def _answer(text: str, person: Any) -> tuple[Shown | None, Problem | None]:
    asker: Person = person
    try:
        with answered(understood(text, asker), Form(limit=SHOWN)) as file:
            page = json.loads(file.read())
    except AllTaken:
        return None, Problem(
            _("Too many SQL questions are being answered."), remedy=_("Ask again in a moment.")
        )
    except TooMuch:
        return None, Problem(
            _("This question needs too much memory."),
            remedy=_("Ask for fewer records, or for fewer things at once."),
        )
    except ASKED_WRONG as error:
        return None, problem_of(error)
    columns = tuple(
        Column(each["name"], number=each["type"] in NUMBERS) for each in page["columns"]
    )
    rows = [
        [_cell(value, column) for value, column in zip(row.values(), columns, strict=True)]
        for row in page["results"]
    ]
    return Shown(columns, rows, page["truncated"]), None


def _cell(value: Any, column: Column) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell(_("yes") if value else _("no"))
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return Cell(Truncator(str(value)).chars(LONG), number=column.number)


def _files(text: str) -> list[Link]:
    """The same answer in every format, whole."""
    return [
        Link(card.label, f"{API}?{urlencode({'query': text, 'format': card.name})}")
        for card in EXPORTS.values()
    ]


def _functions() -> list[Fact]:
    said = {
        "Numbers": _("Numbers"),
        "Text": _("Text"),
        "Choice": _("Choice"),
        "Dates": _("Dates"),
        "Lists and JSON": _("Lists and JSON"),
        "Places": _("Places"),
        "Aggregates": _("Aggregates"),
        "Windows": _("Windows"),
    }
    return [Fact(said[group], ", ".join(known)) for group, known in GROUPS.items()]


def _fields(found: PublicTable | None) -> list[list[Cell]]:
    if found is None:
        return []
    translated = _ if found.name == CATALOGUE else str
    return [
        [Cell(each.name, head=True), Cell(each.type), Cell(translated(each.label))]
        for each in found.fields
    ]
