"""The chart of a dataset: one field, one measure, one kind of drawing, and the same figures."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cimaise.engine.query.charts import AGGREGATES, Order, Series
from cimaise.engine.schema.field import Field
from cimaise.web.explore.addresses import records_address
from cimaise.web.explore.calls import query_of
from cimaise.web.explore.visit import Visit, page, visited
from cimaise.web.render.answers import series_of
from cimaise.web.render.charts import KINDS, Chart, Drawing, drawn, specification
from cimaise.web.render.filters import back_quoted
from cimaise.web.render.naming import distinct
from cimaise.web.render.values import NUMERIC, YEARS, plain
from cimaise.web.theme.pieces import Cell, Column
from cimaise.web.theme.templatetags.theme import grouped

OWN = ("x", "y", "aggregate", "kind", "order", "most")  # the parameters of this tab
MOSTS = ("10", "20", "50", "100")
ORDERS: tuple[Order, ...] = ("largest", "label")
GROUPABLE = ("text", "int", "boolean", "date", "datetime", "double")
FEWEST, FITTING = 2, 60  # distinct values of a field that makes a good first chart


def read_chart(given: QueryDict, visit: Visit) -> Chart:
    """The chart an address asks for; whatever it does not say, or says wrong, is chosen here."""
    x = one_of(given.get("x"), [field.name for field in groupable(visit)], _first(visit))
    numbers = [field.name for field in measurable(visit)]
    y = one_of(given.get("y"), numbers, numbers[0] if numbers else "")
    along_time = x in visit.schema and runs_along(visit.schema[x])
    return Chart(
        x=x,
        y=y,
        aggregate=one_of(given.get("aggregate"), AGGREGATES, "count") if y else "count",
        kind=one_of(given.get("kind"), list(KINDS), "line" if along_time else "bars"),
        order=one_of(given.get("order"), ORDERS, "label" if along_time else "largest"),
        most=int(one_of(given.get("most"), MOSTS, "100" if along_time else "20")),
    )


Choice = TypeVar("Choice", bound=str)


def one_of(said: str | None, allowed: Sequence[Choice], otherwise: Choice) -> Choice:
    """What was said when it is allowed."""
    return next((choice for choice in allowed if choice == said), otherwise)


def groupable(visit: Visit) -> list[Field]:
    """Fields whose values repeat, so that groups mean something."""
    return [
        field
        for field in visit.schema
        if field.type in GROUPABLE and distinct(visit.snapshot, field) < visit.version.records
    ] or [field for field in visit.schema if field.type in GROUPABLE]


def measurable(visit: Visit) -> list[Field]:
    """Numbers that measure something."""
    return [
        field
        for field in visit.schema.of_type(*NUMERIC)
        if not (field.annotations.id or field.referentiel or field.name in YEARS)
    ]


def runs_along(field: Field) -> bool:
    """Whether the values of a field follow one another: years, dates."""
    return field.type in {"date", "datetime"} or field.name in YEARS


def _first(visit: Visit) -> str:
    """The field of the chart one sees first: years, else the first facet that fits."""
    fields = groupable(visit)
    years = [field for field in fields if runs_along(field)]
    facets = [
        field
        for field in fields
        if field.annotations.facet and FEWEST <= distinct(visit.snapshot, field) <= FITTING
    ]
    best = [*years, *facets, *fields]
    return best[0].name if best else ""


@visited("analyze")
def analyze(visit: Visit) -> HttpResponse:
    """A chart of the filtered records."""
    return page(visit, "explore/analyze.html", lambda: _matter(visit))


def _matter(visit: Visit) -> dict[str, Any]:
    chart = read_chart(visit.request.GET, visit)
    context = _form(visit, chart)
    if not chart.x:
        return context
    counted = series_of(
        visit.snapshot, replace(visit.filters, sort=None).question(lang=visit.language), chart
    )
    context["recompute"] = _recompute(visit, chart)
    if counted.points:
        context |= _drawn(visit, chart, counted)
    return context


def _recompute(visit: Visit, chart: Chart) -> str:
    """The API call that gives the same figures."""
    x, y = back_quoted(chart.x), back_quoted(chart.y)
    by_year = visit.schema[chart.x].type in {"date", "datetime"}
    measure = "count(*)" if chart.aggregate == "count" else f"{chart.aggregate}({y})"
    pairs = [
        *replace(visit.filters, sort=None).api_pairs(),
        ("select", f"{measure} as measure"),
        ("group_by", f"year({x}) as position" if by_year else f"{x} as position"),
        ("order_by", "position" if by_year else "measure desc"),
        *([] if by_year else [("limit", str(chart.most))]),
    ]
    return records_address(visit.request, visit.dataset.slug) + query_of(pairs)


def _measure_name(visit: Visit, chart: Chart) -> str:
    if chart.aggregate == "count":
        return _("Records")
    names = {
        "sum": _("Sum of %(field)s"),
        "avg": _("Mean of %(field)s"),
        "min": _("Least %(field)s"),
        "max": _("Greatest %(field)s"),
        "median": _("Median of %(field)s"),
    }
    return names[chart.aggregate] % {"field": visit.schema[chart.y].label}


def _drawn(visit: Visit, chart: Chart, counted: Series) -> dict[str, Any]:
    field = visit.schema[chart.x]
    measure = _measure_name(visit, chart)
    title = _("%(measure)s by %(field)s") % {"measure": measure, "field": field.label}
    spec = specification(
        Drawing(counted.points, field.label, measure, runs_along(field)), chart.kind
    )
    return {
        "chart_title": title,
        "spec": spec,
        "svg": drawn(spec, title),
        **_table(field, measure, counted),
        "chart_note": _note(counted.rest),
    }


def _note(rest: int) -> str:
    if not rest:
        return ""
    return ngettext(
        "%(number)s smaller group is not shown.",
        "%(number)s smaller groups are not shown.",
        rest,
    ) % {"number": grouped(rest)}


def _table(field: Field, measure: str, counted: Series) -> dict[str, Any]:
    """The same figures as a table."""
    number = Field("measure", measure, "double")
    rows = [
        [
            Cell(x if x is not None else _("no value"), head=True),
            Cell(plain(y, number), number=True),
        ]
        for x, y in counted.points
    ]
    return {"columns": (Column(field.label), Column(measure, number=True)), "rows": rows}


def _form(visit: Visit, chart: Chart) -> dict[str, Any]:
    return {
        "chart": chart,
        "kept": visit.kept_pairs(*OWN),
        "group_options": [(field.name, field.label) for field in groupable(visit)],
        "value_options": [(field.name, field.label) for field in measurable(visit)],
        "aggregate_options": [
            ("count", _("number of records")),
            ("sum", _("sum")),
            ("avg", _("mean")),
            ("min", _("least")),
            ("max", _("greatest")),
            ("median", _("median")),
        ],
        "kind_options": [(name, str(said)) for name, said in KINDS.items()],
        "order_options": [("largest", _("largest first")), ("label", _("in their own order"))],
        "most_options": [(most, most) for most in MOSTS],
    }
