"""The API tab: boxes to write a question in, its first answers, and the call that gives them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cimaise.engine.odsql.errors import AskingError
from cimaise.engine.query.answer import Answer, answer
from cimaise.engine.query.explain import Explanation, explained
from cimaise.engine.query.plan import Column as Answered
from cimaise.engine.query.question import Question
from cimaise.engine.schema.field import Field
from cimaise.web.catalog.shelf import reading_room
from cimaise.web.explore.addresses import CONSOLE, records_address
from cimaise.web.explore.calls import calls, query_of
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.chips import chips, cleared, labels_of
from cimaise.web.render.filters import Filters
from cimaise.web.render.problems import ASKED_WRONG, problem_of
from cimaise.web.render.values import NUMERIC, shown, whole
from cimaise.web.theme.pieces import Cell, Column

CLAUSES = ("select", "where", "group_by", "having", "order_by")
BOXES = (*CLAUSES, "limit")
USUAL = 20  # records that a question asks for unless it says otherwise
MOST = 100


@dataclass(frozen=True, slots=True)
class Box:
    """A clause as the form shows it: `error` and `drawn` tell what is wrong with it, and where."""

    name: str
    label: str
    hint: str
    value: str
    error: str = ""
    drawn: str = ""

    @property
    def wrong(self) -> bool:
        """Whether it is the box to mend."""
        return bool(self.error)


@dataclass(frozen=True, slots=True)
class Asking:
    """The question of a visit: what its filters keep, and what is written in the boxes.

    The box `where` holds the last condition of the address; those before it are `kept`.
    """

    filters: Filters
    boxes: dict[str, str]

    @property
    def kept(self) -> Filters:
        """The filters that no box holds."""
        return replace(self.filters, where=self.filters.where[:-1], sort=None)

    def question(self, language: str) -> Question:
        """What to ask the engine; a limit that is none stands as the usual one."""
        return replace(
            self.filters.question(limit=self.limit or USUAL, lang=language),
            select=self.boxes["select"],
            group_by=self.boxes["group_by"],
            having=tuple(filter(None, [self.boxes["having"]])),
            order_by=self.boxes["order_by"],
        )

    @property
    def limit(self) -> int | None:
        """How many rows the box says, None where it holds no number that may be asked for."""
        said = self.boxes["limit"]
        right = said.isascii() and said.isdigit() and len(said) <= 3
        return int(said) if right and 1 <= int(said) <= MOST else None

    def sent(self) -> dict[str, str]:
        """The boxes as the form sends them, but for those that say nothing of their own."""
        usual = {"limit": str(USUAL), "order_by": self.filters.order_by()}
        return {name: said for name, said in self.boxes.items() if said and said != usual.get(name)}

    def pairs(self) -> list[tuple[str, str]]:
        """The same question as parameters of the API."""
        asked = [pair for pair in self.filters.api_pairs() if pair[0] != "order_by"]
        written = [
            (name, self.boxes[name]) for name in CLAUSES if name != "where" and self.boxes[name]
        ]
        return [*asked, *written, ("limit", str(self.limit or USUAL))]


def asking_of(visit: Visit) -> Asking:
    """What an address asks, in the boxes and beside them."""
    given = visit.request.GET
    boxes = {name: _line(given.get(name, "")) for name in BOXES}
    where = tuple(map(_line, visit.filters.where))
    boxes["where"] = where[-1] if where else ""
    boxes["limit"] = boxes["limit"] or str(USUAL)
    if "order_by" not in given:
        boxes["order_by"] = visit.filters.order_by()
    return Asking(replace(visit.filters, where=where), boxes)


def _line(text: str) -> str:
    """A clause as a box of one line holds it; each character keeps its place."""
    return text.replace("\r", " ").replace("\n", " ").strip()


@visited("api")
def api(visit: Visit) -> HttpResponse:
    """The boxes; once one of them was sent, the answer too; and the exact call."""
    return page(visit, "explore/api.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    asking = asking_of(visit)
    version = [] if visit.is_current else [("version", str(visit.version.number))]
    pairs = [*version, *asking.pairs()]
    address = records_address(visit.request, visit.dataset.slug)

    def again(filters: Filters) -> str:
        return visit.address(filters, **asking.sent())

    context = {
        "address": address + query_of(pairs),
        "calls": calls(address, pairs),
        "console": CONSOLE,
        "candidates": reverse("explore:completions", args=[visit.dataset.slug]) + _past(visit),
        "kept": list(asking.kept.pairs()),
        "kept_chips": chips(asking.kept, labels_of(visit.schema), again),
        "kept_cleared": again(cleared(asking.kept)),
        "most": MOST,
    }
    wrong: dict[str, Box] = {}
    if any(name in visit.request.GET for name in BOXES):
        context |= _asked(visit, asking, wrong)
    boxes = [wrong.get(box.name, box) for box in _boxes(asking)]
    limit = wrong.get("limit", Box("limit", "", "", asking.boxes["limit"]))
    return context | {"boxes": boxes, "limit": limit}


def _past(visit: Visit) -> str:
    return "" if visit.is_current else f"?version={visit.version.number}"


def _asked(visit: Visit, asking: Asking, wrong: dict[str, Box]) -> dict[str, Any]:
    """The answer and its meaning, or what is wrong, noted in `wrong` under the box it is in."""
    if asking.limit is None:
        said = _("A whole number from 1 to %(most)d.") % {"most": MOST}
        wrong["limit"] = Box("limit", "", "", asking.boxes["limit"], said)
        return {"refused": True}
    question = asking.question(visit.language)
    try:
        meaning = explained(question, visit.snapshot, _)
        found = answer(question, visit.snapshot, reading_room())
    except ASKED_WRONG as error:
        blamed = _blamed(error, asking) if isinstance(error, AskingError) else None
        if blamed is None:
            return {"problem": problem_of(error)}
        wrong[blamed.name] = blamed
        return {"refused": True}
    return {
        "answer": found,
        "columns": [_heading(column) for column in found.columns],
        "rows": _rows(found),
        "meaning": meaning.meaning,
        "total": found.total_count,
        "way": _way(meaning),
    }


def _blamed(error: AskingError, asking: Asking) -> Box | None:
    """The box that holds the text an error is about, None where none does."""
    named = {box.name: box for box in _boxes(asking)}.get(error.clause)
    if named is None or (error.text and error.text != named.value):
        return None
    problem = problem_of(error)
    said = [part.rstrip(".") for part in (problem.what, problem.remedy) if part]
    return replace(named, error=". ".join(said), drawn=error.drawn)


def _boxes(asking: Asking) -> list[Box]:
    said = {
        "select": (_("Fields and calculations"), _("All fields, unless you name some.")),
        "where": (_("Conditions"), _("Which records are kept.")),
        "group_by": (_("Groups"), _("One row for each group of records.")),
        "having": (_("Conditions on groups"), _("Which groups are kept.")),
        "order_by": (_("Order"), _("What comes first; desc turns it round.")),
    }
    return [Box(name, label, hint, asking.boxes[name]) for name, (label, hint) in said.items()]


def _way(meaning: Explanation) -> str:
    """How its records are come by, with how many are read at most."""
    said = {
        "index": _("The text index tells which records to read, %(read)s at most."),
        "range": _("Only the records shown are read: %(read)s at most."),
        "scan": _("Every record is looked at: %(read)s."),
    }
    return said[meaning.way] % {"read": whole(meaning.read)}


def _heading(column: Answered) -> Column:
    return Column(column.name, number=column.type in NUMERIC, hint=column.label)


def _rows(found: Answer) -> list[list[Cell]]:
    fields: Sequence[Field] = [
        column.field or Field(column.name, column.label, column.type) for column in found.columns
    ]
    return [
        [
            Cell(shown(value, field, short=True), number=column.type in NUMERIC)
            for value, field, column in zip(row, fields, found.columns, strict=True)
        ]
        for row in found.rows
    ]
